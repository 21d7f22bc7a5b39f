"""Left against right."""

from __future__ import annotations


def difference(left: float, right: float) -> float:
    """Left minus right, in their unit."""
    return left - right


def symmetry_index(left: float, right: float) -> float | None:
    """Symmetry index in %: 0 is symmetric, positive where the left is larger.

    100 (L - R) / (0.5 (L + R)), after Robinson, Herzog and Nigg, *Use of force platform variables
    to quantify the effects of chiropractic manipulation on gait symmetry*, J Manipulative Physiol
    Ther 10, 1987. For amounts that are never negative, such as ranges, distances and times; it
    lies within -200 and 200 then. None where both are 0 or one is negative.
    """
    if left < 0 or right < 0 or left + right == 0:
        return None
    return 100.0 * (left - right) / (0.5 * (left + right))
