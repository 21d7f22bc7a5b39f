"""Cutting a recording into repetitions."""

from rehabkit.repetitions.cutting import cut, cut_by
from rehabkit.repetitions.types import (
    DrivingSignal,
    PartialRepetition,
    Repetition,
    Segmentation,
)

__all__ = ["DrivingSignal", "PartialRepetition", "Repetition", "Segmentation", "cut", "cut_by"]
