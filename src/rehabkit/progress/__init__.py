"""Recordings of one person over time: which measures changed by more than chance."""

from __future__ import annotations

from rehabkit.progress.build import build
from rehabkit.progress.document import Progress
from rehabkit.progress.output import write
from rehabkit.progress.visits import Visit, load, visits_of

__all__ = ["Progress", "Visit", "build", "load", "visits_of", "write"]
