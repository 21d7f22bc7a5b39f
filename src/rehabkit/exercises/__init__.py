"""The catalogue of exercises, its schema and its errors."""
