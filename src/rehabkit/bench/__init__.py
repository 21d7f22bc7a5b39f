"""Models compared without leaking people: protocols, splits, metrics, cells and tables."""
