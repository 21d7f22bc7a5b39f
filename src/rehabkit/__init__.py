"""RehabKit: a recording of a rehabilitation exercise becomes a report one can trust."""

from __future__ import annotations

__version__ = "0.1.0"
