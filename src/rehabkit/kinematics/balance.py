"""Centre of mass, its sway, and its distance to the edge of the base of support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import CANONICAL_SKELETON, Recording
from rehabkit.recording.arrays import Bool, Float
from rehabkit.recording.joints import SIDES
from rehabkit.signals.runs import chunks

LEAST_MASS: Final = 0.90
"""Share of the body's mass that must be seen in a frame."""
HEEL: Final = 0.35
"""The heel lies behind the ankle by this share of ankle to front of the foot (our estimate)."""
LIFTED_M: Final = 0.08
"""A foot this much above the lower one carries nothing, m."""


@dataclass(frozen=True)
class Segment:
    """A body segment between two canonical joints.

    ``mass`` is its share of the body, ``centre`` the share of the way from ``start`` to ``end``
    at which its centre lies, each (female, male).
    """

    start: tuple[str, ...]
    end: tuple[str, ...]
    mass: tuple[float, float]
    centre: tuple[float, float]


def _sided(side: str) -> dict[str, Segment]:
    def joint(name: str) -> tuple[str]:
        return (f"{name}_{side}",)

    # The hand's centre is its own joint; the foot runs from the heel, which is HEEL behind the
    # ankle, so its centre is re-expressed from ankle to toe.
    foot = tuple((1 + HEEL) * c - HEEL for c in (0.4014, 0.4415))
    return {
        f"upper_arm_{side}": Segment(
            joint("shoulder"), joint("elbow"), (0.0255, 0.0271), (0.5754, 0.5772)
        ),
        f"forearm_{side}": Segment(
            joint("elbow"), joint("wrist"), (0.0138, 0.0162), (0.4559, 0.4574)
        ),
        f"hand_{side}": Segment(joint("wrist"), joint("hand"), (0.0056, 0.0061), (1.0, 1.0)),
        f"thigh_{side}": Segment(joint("hip"), joint("knee"), (0.1478, 0.1416), (0.3612, 0.4095)),
        f"shank_{side}": Segment(joint("knee"), joint("ankle"), (0.0481, 0.0433), (0.4352, 0.4395)),
        f"foot_{side}": Segment(joint("ankle"), joint("toe"), (0.0129, 0.0137), (foot[0], foot[1])),
    }


SEGMENTS: Final[dict[str, Segment]] = {
    "head": Segment(("head",), ("head",), (0.0668, 0.0694), (0.0, 0.0)),
    "trunk": Segment(
        ("shoulder_left", "shoulder_right"), ("hip_left", "hip_right"),
        (0.4257, 0.4346), (0.3782, 0.4310),
    ),
    **_sided("left"),
    **_sided("right"),
}  # fmt: skip
"""de Leva, *Adjustments to Zatsiorsky-Seluyanov's segment inertia parameters*, J Biomech 29(9),
1996, Table 4; trunk and shank with its alternative end points (mid-shoulders to mid-hips, knee to
ankle joint centre). Head and hand take the sensor's own middle points."""


def centre_of_mass(points: Float, sex: str = "") -> NDArray[np.float64]:
    """(frames, 3): the body's centre of mass from canonical joints.

    Parameters
    ----------
    points
        (frames, 25, 3), m.
    sex
        ``"f..."`` or ``"m..."`` chooses the table's column; otherwise the mean of both.

    Returns
    -------
    array
        NaN where less than 90 % of the mass is seen; missing segments up to that are left out.
    """
    moment = np.zeros((len(points), 3))
    seen_mass = np.zeros(len(points))
    for segment in SEGMENTS.values():
        start, end = _mean(points, segment.start), _mean(points, segment.end)
        mass, share = _column(segment.mass, sex), _column(segment.centre, sex)
        centre = start + share * (end - start)
        seen: Bool = np.asarray(np.isfinite(centre).all(axis=-1))
        moment += np.where(seen[:, None], mass * centre, 0.0)
        seen_mass += mass * seen
    whole = 2 * sum(_column(SEGMENTS[s].mass, sex) for s in SEGMENTS if s.endswith("_left"))
    whole += sum(_column(SEGMENTS[s].mass, sex) for s in ("head", "trunk"))
    enough = seen_mass >= LEAST_MASS * whole
    return np.where(enough[:, None], moment / np.maximum(seen_mass, 1e-9)[:, None], np.nan)


def _column(pair: tuple[float, float], sex: str) -> float:
    if sex[:1].lower() == "f":
        return pair[0]
    return pair[1] if sex[:1].lower() == "m" else sum(pair) / 2


def _mean(points: Float, joints: tuple[str, ...]) -> NDArray[np.float64]:
    picked = points[:, [CANONICAL_SKELETON.index(j) for j in joints]]
    return np.asarray(picked.astype(np.float64).mean(axis=1))


def horizontal_axes(points: Float, up: Float) -> NDArray[np.float64] | None:
    """(2, 3): the body's mean forward (AP) and rightward (ML) direction, level with the floor.

    Right is from left to right hip, averaged over the frames. None where the hips are not seen.
    """
    i, j = CANONICAL_SKELETON.index("hip_right"), CANONICAL_SKELETON.index("hip_left")
    across = (points[:, i] - points[:, j]).astype(np.float64)
    across = across[np.isfinite(across).all(axis=-1)]
    if not len(across):
        return None
    right = across.mean(axis=0)
    right = right - (right @ up) * up
    length = float(np.linalg.norm(right))
    if length < 1e-3:
        return None
    right = right / length
    return np.stack([np.cross(up, right), right])


def base_margin(
    centre: Float, points: Float, up: Float, axes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(frames,) m: distance of the centre of mass to the edge of the base of support.

    Positive inside, negative outside, seen from above. The base is the convex hull of front of
    the foot, ankle and heel of the feet that stand; the heel is estimated behind the ankle, and
    feet have no width here, so the true base is a few cm larger.

    The distance to a convex hull is the least, over all directions, of the hull's reach in that
    direction beyond the point; 72 directions are tried.
    """
    margin = np.empty(len(points))
    for chunk in chunks(len(points)):
        margin[chunk] = _margin(centre[chunk], points[chunk], up, axes)
    return margin


def _margin(
    centre: Float, points: Float, up: Float, axes: NDArray[np.float64]
) -> NDArray[np.float64]:
    feet, stands = _feet(points, up)
    flat = np.where(stands[..., None], feet @ axes.T, np.nan)
    angle = np.arange(72) * (2 * np.pi / 72)
    directions = np.stack([np.cos(angle), np.sin(angle)])
    reach = flat @ directions
    reach = np.where(np.isnan(reach), -np.inf, reach).max(axis=1)
    margin = (reach - (centre @ axes.T) @ directions).min(axis=-1)
    return np.where(np.isfinite(margin), margin, np.nan)


def _feet(points: Float, up: Float) -> tuple[NDArray[np.float64], Bool]:
    """(frames, 6, 3) toe, ankle, heel of both feet, and (frames, 6) which of them stand."""
    parts, heights = [], []
    for side in SIDES:
        toe = points[:, CANONICAL_SKELETON.index(f"toe_{side}")].astype(np.float64)
        ankle = points[:, CANONICAL_SKELETON.index(f"ankle_{side}")].astype(np.float64)
        parts += [toe, ankle, ankle - HEEL * (toe - ankle)]
        heights.append(np.fmin(toe @ up, ankle @ up))
    height = np.stack(heights, axis=1)
    lowest = np.fmin(height[:, :1], height[:, 1:])
    with np.errstate(invalid="ignore"):
        stands = np.repeat(height <= lowest + LIFTED_M, 3, axis=1)
    return np.stack(parts, axis=1), stands


def unit_up(recording: Recording) -> NDArray[np.float64]:
    """(3,) unit vector against gravity."""
    return np.asarray(recording.up.vector, dtype=np.float64)
