"""Cutting a recording into repetitions."""
