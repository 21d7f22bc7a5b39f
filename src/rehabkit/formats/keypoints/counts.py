"""Skeletons told by their number of points, and the points of whole-body models cut to the body."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rehabkit.errors import FormatError
from rehabkit.recording import Skeleton
from rehabkit.recording.skeletons import COCO, HALPE_26, OPENPOSE_18

# Whole-body models begin with a body's points; face and hands follow.
BY_COUNT: Final[dict[int, Skeleton]] = {
    17: COCO, 18: OPENPOSE_18, 26: HALPE_26,
    133: COCO,  # COCO-WholeBody: body, feet, face, hands
    136: HALPE_26,  # Halpe: body and feet, face, hands
}  # fmt: skip


def skeleton_of(path: Path, place: str, count: int) -> Skeleton:
    """The skeleton of a body with so many points.

    Raises
    ------
    FormatError
        For a number of points that no known network gives.
    """
    if count not in BY_COUNT:
        raise FormatError(
            path,
            place=place,
            expected="17 (COCO), 26 (Halpe), 133 (COCO-WholeBody) or 136 (Halpe) points",
            found=f"{count}",
        )
    return BY_COUNT[count]
