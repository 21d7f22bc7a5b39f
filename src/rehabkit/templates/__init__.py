"""Healthy people's movement, exercise by exercise: small aggregated curves and their spread."""
