"""The gate and findings."""
