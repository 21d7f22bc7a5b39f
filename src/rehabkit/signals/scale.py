"""Metres for thresholds: how large a metre is in the points at hand."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.recording import CANONICAL_SKELETON
from rehabkit.recording.arrays import Float

TRUNK_M: Final = 0.50
"""Pelvis to the height of the shoulders in an adult, m; only used to size thresholds."""


def units_per_metre(points: Float) -> float:
    """Size of one metre in the unit of canonical ``points`` (frames, 25, dims), from the trunk.

    The longest tenth of the trunk's lengths counts, because foreshortening only shortens. Points
    without a trunk fall back to their largest extent as 1.7 m; without any point, 1.
    """
    chest = points[:, CANONICAL_SKELETON.index("chest")]
    trunk = np.linalg.norm(chest - points[:, CANONICAL_SKELETON.index("pelvis")], axis=-1)
    trunk = trunk[np.isfinite(trunk)]
    if len(trunk) and (size := float(np.percentile(trunk, 90))) > 0:
        return size / TRUNK_M
    seen = points[np.isfinite(points).all(axis=-1)]
    extent = float((seen.max(axis=0) - seen.min(axis=0)).max()) if len(seen) else 0.0
    return extent / 1.7 if extent > 0 else 1.0
