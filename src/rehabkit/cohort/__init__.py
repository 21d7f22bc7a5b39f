"""All recordings of a run together: a page and tables, with people as the unit."""

from __future__ import annotations

from rehabkit.cohort.entries import Entry
from rehabkit.cohort.output import write

__all__ = ["Entry", "write"]
