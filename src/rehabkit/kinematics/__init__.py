"""Angles, body frames, and the measures made of them."""
