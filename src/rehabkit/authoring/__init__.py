"""Exercises drafted from recorded examples, and templates built from recordings of healthy people."""
