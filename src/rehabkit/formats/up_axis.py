"""Which axis of a file's frame points against gravity: given, or told by the body in it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rehabkit.errors import RehabkitError
from rehabkit.recording import CANONICAL, History, Skeleton, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.marker_sets import joint_centres

_DOMINANT: Final = 0.85
"""Share of the body's direction that lies on one axis before that axis is believed (32 deg)."""
_UPRIGHT: Final = 1.5
"""How much further markers spread along the axis of a standing body than along the next one."""
_STANDING_M: Final = 1.0
_FEW: Final = 0.02
_FRAMES: Final = 200
"""As many frames are looked at; a body does not turn over between them."""
# Heights of joints of a standing person above the pelvis, m, roughly: only their order matters.
_HEIGHTS: Final = {
    "head": 0.7, "neck": 0.55, "chest": 0.5, "spine": 0.2, "pelvis": 0.0,
    "shoulder_left": 0.48, "shoulder_right": 0.48, "hip_left": -0.05, "hip_right": -0.05,
    "knee_left": -0.45, "knee_right": -0.45, "ankle_left": -0.85, "ankle_right": -0.85,
}  # fmt: skip

Axis = tuple[float, float, float]


def axes() -> dict[str, Axis]:
    """The six axes by name: ``x``, ``-x``, ``y``, ..."""
    unit = np.eye(3)
    found = {}
    for i, name in enumerate("xyz"):
        for sign, factor in (("", 1.0), ("-", -1.0)):
            x, y, z = (factor * unit[i]).tolist()
            found[f"{sign}{name}"] = (x, y, z)
    return found


def find_up(
    skeleton: Skeleton, positions: Float, given: str | None, *, convention: str = "y"
) -> tuple[Up, History]:
    """The axis against gravity and the line of history that says how it is known.

    Parameters
    ----------
    positions
        (frames, joints, 3) m.
    given
        ``"x"``, ``"-y"``, ...: what the user says; nothing is then told from the data.
    convention
        The format's usual axis, taken where the data do not tell.
    """
    known = axes()
    if given is not None:
        if given not in known:
            raise RehabkitError(f"Expected up as one of {', '.join(known)}, found {given!r}.")
        return Up(known[given], "assumed"), (Step("assume up", {"up": given}, "given"),)
    for told, why in (
        (_by_joints(skeleton, positions), "the axis along which the body's joints lie in order"),
        (_by_spread(positions), "the axis along which the points spread furthest, as one stands"),
    ):
        if told is not None:
            return Up(known[told], "body"), (Step("assume up", {"up": told}, why),)
    why = "the data do not tell, and the format's files are mostly so; up= says it"
    return Up(known[convention], "assumed"), (Step("assume up", {"up": convention}, why),)


def _by_joints(skeleton: Skeleton, positions: Float) -> str | None:
    """The axis on which canonical joints lie in the order of a standing body's heights."""
    joints, names = _canonical(skeleton, positions[:: max(1, len(positions) // _FRAMES)])
    if len(names) < 2:
        return None
    heights = np.array([_HEIGHTS[name] for name in names])
    seen = np.asarray(np.isfinite(joints).all(axis=2))
    usable = seen.sum(axis=1) >= max(2, int(seen.any(axis=0).sum()) // 2)
    if not usable.any():
        return None
    direction = np.nanmedian([_slope(heights[s], p[s]) for p, s in
                              zip(joints[usable], seen[usable], strict=True)], axis=0)  # fmt: skip
    return _axis_of(direction)


def _canonical(skeleton: Skeleton, positions: Float) -> tuple[Float, list[str]]:
    """(frames, joints, 3) of the canonical joints of ``_HEIGHTS`` that there are, and their names.

    Of markers they are the joint centres, where a marker set fits.
    """
    if skeleton.marker_set is not None:
        centres = joint_centres(skeleton, positions)[0]
        return centres[:, [CANONICAL.index(name) for name in _HEIGHTS]], list(_HEIGHTS)
    names = [name for name in _HEIGHTS if name in skeleton.canonical]
    picked = [
        positions[:, [skeleton.index(j) for j in skeleton.canonical[name]]].mean(axis=1)
        for name in names
    ]
    return np.stack(picked, axis=1).astype(np.float64) if picked else positions[:, :0], names


def _slope(heights: Any, joints: Any) -> Any:
    """(3,) covariance of each coordinate with the joints' heights."""
    return ((heights - heights.mean())[:, None] * joints).mean(axis=0)


def _axis_of(direction: Any) -> str | None:
    """The axis that a direction mostly lies on, None where it lies between axes."""
    length = float(np.linalg.norm(direction))
    if not np.isfinite(length) or length < 1e-9:
        return None
    shares = {name: float(np.dot(axis, direction)) / length for name, axis in axes().items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _DOMINANT else None


def _by_spread(positions: Float) -> str | None:
    """The axis of a standing body's length, where it stands out; downwards if all is below 0."""
    spread = extent(positions)
    order = np.argsort(spread)
    if not np.isfinite(spread).all() or spread[order[2]] < _STANDING_M:
        return None
    if spread[order[2]] < _UPRIGHT * spread[order[1]]:
        return None
    name = "xyz"[int(order[2])]
    return f"-{name}" if share_above(positions, int(order[2])) < _FEW else name


def share_above(positions: Float, axis: int) -> float:
    """Share of the seen coordinates on an axis that lie above 0; where nearly all, 0 is a floor."""
    values = positions[..., axis]
    seen = values[np.isfinite(values)]
    return float((seen > 0).mean()) if len(seen) else 0.5


def extent(positions: Float) -> Any:
    """(3,) median over frames of how far the points of a frame spread; NaN where none is seen."""
    low = np.where(np.isnan(positions), np.inf, positions).min(axis=1, initial=np.inf)
    high = np.where(np.isnan(positions), -np.inf, positions).max(axis=1, initial=-np.inf)
    seen = np.isfinite(low).all(axis=1)
    if not seen.any():
        return np.full(3, np.nan)
    return np.median((high[seen] - low[seen]).astype(np.float64), axis=0)
