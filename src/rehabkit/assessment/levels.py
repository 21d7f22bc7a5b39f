"""The five levels of FineRehab and their cuts on the 0-100 scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Level:
    """A word for scores of at least ``from_score``."""

    name: str
    from_score: float


LEVELS: Final = (
    Level("poor", 0.0),
    Level("below average", 62.0),
    Level("average", 71.0),
    Level("above average", 76.0),
    Level("good", 79.0),
)
"""Lowest first. FineRehab defines its levels by the distribution of final scores."""
SOURCE: Final = (
    "a fifth each of KIMORE's recordings of five exercises, healthy people and patients together, "
    "each scored without the person's own curves in the template"
)


def level_of(score: float) -> str:
    """The word for a score of 0-100; a score on a cut belongs to the upper level."""
    return next(level.name for level in reversed(LEVELS) if score >= level.from_score)
