"""The named measures of compensation over time; ``exercises.named`` lists and explains them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from rehabkit.errors import ExerciseError, choices
from rehabkit.exercises.named import NAMED
from rehabkit.kinematics.balance import centre_of_mass
from rehabkit.kinematics.joint_measures import NO_SPACE
from rehabkit.kinematics.trust import sensor_of
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import other_side

NO_TOES: Final = "the Kinect's foot point jumps by decimetres near the floor"
NO_TRAVEL: Final = "positions are relative to the pelvis: travel was not recorded"
_TRAVELS: Final = ("pelvis_shift", "pelvis_travel", "com_travel", "foot_travel", "heel_lift")
# Nothing published was found for differences within one repetition. These are assumed, wide
# because a Kinect's landmarks are noisier at feet and ankles than elsewhere (Otte 2016).
_ASSUMED: Final[Mapping[str, float]] = {"m": 0.04, "": 0.15, "deg": 10.0}
_ROUGH_DEG: Final = 20.0
_EXACT: Final[Mapping[str, float]] = {"m": 0.01, "": 0.04, "deg": 2.0}
"""Optical markers and generated movement."""


PLAUSIBLE: Final[Mapping[str, float]] = {
    "heel_lift": 0.3, "foot_travel": 1.5, "knees_over_toes": 0.4, "shank_lean": 80.0,
    "knee_valgus": 45.0, "shoulder_hike": 60.0,
}  # fmt: skip
"""Larger values than a standing body can reach: tracking was wrong, nothing is judged."""


def assumed_error(recording: Recording, unit: str, *, rough: bool = False) -> float:
    """A cautious error where none is published; ``rough`` where the angle is known to be so."""
    if sensor_of(recording) in ("generated", "marker"):
        return _EXACT[unit]
    return _ROUGH_DEG if rough else _ASSUMED[unit]


def why_not(recording: Recording, name: str) -> str:
    """Why the measure cannot be had from this recording; empty when it can."""
    if recording.positions is None:
        return NO_SPACE
    if name == "knees_over_toes" and sensor_of(recording).startswith("kinect"):
        return NO_TOES
    return NO_TRAVEL if recording.origin == "pelvis" and name in _TRAVELS else ""


def series(recording: Recording, name: str, side: str, frames: slice) -> Float:
    """(frames,) the measure over one repetition, NaN where not seen.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints, with positions.
    name
        One of ``exercises.named.NAMED``.
    side
        ``"left"`` or ``"right"`` for a sided measure, else ignored.
    frames
        The repetition's frames; its first ones are where movement counts from.
    """
    if name not in _SERIES:
        raise ExerciseError(f"No measure is called {name!r}; allowed: {choices(NAMED)}.")
    return _SERIES[name](_Body(recording, frames), side)


class _Body:
    """Positions of one repetition in a level frame of the body's own: right, forward, up."""

    def __init__(self, recording: Recording, frames: slice) -> None:
        self._recording = recording
        self._frames = frames
        self.up = np.asarray(recording.up.vector, dtype=np.float64)

    def joint(self, name: str) -> Float:
        """(frames, 3) m."""
        return np.asarray(self._recording.joint(name)[self._frames], dtype=np.float64)

    def middle(self, joint: str) -> Float:
        """(frames, 3) m: between left and right."""
        return np.asarray((self.joint(f"{joint}_left") + self.joint(f"{joint}_right")) / 2)

    def centre_of_mass(self) -> Float:
        """(frames, 3) m; see :func:`~rehabkit.kinematics.balance.centre_of_mass`."""
        points = self._recording.positions
        assert points is not None
        return centre_of_mass(np.asarray(points[self._frames]), self._recording.subject.sex)

    def level(self, vectors: Float) -> Float:
        """``vectors`` without their part along up."""
        return np.asarray(vectors - (vectors @ self.up)[..., None] * self.up)

    def right(self) -> Float:
        """(3,) level unit vector from left to right hip, as it mostly is."""
        hips = self.level(self.joint("hip_right") - self.joint("hip_left"))
        seen = np.isfinite(hips).all(axis=1)
        across = np.median(hips[seen], axis=0) if seen.any() else np.full(3, np.nan)
        length = float(np.linalg.norm(across))
        return np.asarray(across / length if length > 0 else np.full(3, np.nan))


def at_start(values: Float) -> Float:
    """Value at the start: median of the first frames that are seen (at most five)."""
    seen = np.isfinite(values) if values.ndim == 1 else np.isfinite(values).all(axis=1)
    if not seen.any():
        return np.full(values.shape[1:], np.nan)
    return np.asarray(np.median(values[seen][:5], axis=0))


def _gap(body: _Body, joint: str) -> Float:
    return np.asarray(
        np.linalg.norm(
            body.level(body.joint(f"{joint}_left") - body.joint(f"{joint}_right")), axis=1
        )
    )


def _shoulders(body: _Body) -> Float:
    """(frames,) m: from shoulder to shoulder, however the trunk leans."""
    across = body.joint("shoulder_left") - body.joint("shoulder_right")
    return np.asarray(np.linalg.norm(across, axis=1))


def _ratio(above: Float, below: Float) -> Float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(below > 0.05, above / below, np.nan))


def _heel_lift(body: _Body, side: str) -> Float:
    height = body.joint(f"ankle_{side}") @ body.up
    return np.asarray(height - at_start(height))


def _knees_over_toes(body: _Body, side: str) -> Float:
    ahead = body.level(body.joint(f"toe_{side}") - body.joint(f"ankle_{side}"))
    ahead = at_start(ahead) if np.isfinite(ahead).any() else np.full(3, np.nan)
    forward = np.cross(body.up, body.right())
    if not float(ahead @ forward) > 0:
        # A foot that points backwards is a misplaced toe.
        return np.full(len(body.joint("pelvis")), np.nan)
    return np.asarray((body.joint(f"knee_{side}") - body.joint(f"toe_{side}")) @ forward)


def _shank_lean(body: _Body, side: str) -> Float:
    shank = body.joint(f"knee_{side}") - body.joint(f"ankle_{side}")
    forward = np.cross(body.up, body.right())
    return np.asarray(np.degrees(np.arctan2(shank @ forward, shank @ body.up)))


def _feet_width(body: _Body, side: str) -> Float:  # noqa: ARG001
    return _ratio(_gap(body, "ankle"), _shoulders(body))


def _knees_width(body: _Body, side: str) -> Float:  # noqa: ARG001
    return _ratio(_gap(body, "knee"), _gap(body, "ankle"))


def _knees_apart(body: _Body, side: str) -> Float:  # noqa: ARG001
    """Unlike ``knees_width`` it does not rise where the feet stand close."""
    return _ratio(_gap(body, "knee"), _shoulders(body))


def _trunk_lean(body: _Body, side: str) -> Float:  # noqa: ARG001
    trunk = body.joint("chest") - body.joint("pelvis")
    with np.errstate(divide="ignore", invalid="ignore"):
        upward = (trunk @ body.up) / np.linalg.norm(trunk, axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(upward, -1, 1))))


def _trunk_sway(body: _Body, side: str) -> Float:  # noqa: ARG001
    return np.asarray((body.joint("chest") - body.middle("ankle")) @ body.right())


def _pelvis_shift(body: _Body, side: str) -> Float:  # noqa: ARG001
    across = body.joint("pelvis") @ body.right()
    return np.asarray(across - at_start(across))


def _pelvis_travel(body: _Body, side: str) -> Float:  # noqa: ARG001
    return _travelled(body, body.joint("pelvis"))


def _com_travel(body: _Body, side: str) -> Float:  # noqa: ARG001
    return _travelled(body, body.centre_of_mass())


def _foot_travel(body: _Body, side: str) -> Float:
    return _travelled(body, body.joint(f"ankle_{side}"))


def _travelled(body: _Body, points: Float) -> Float:
    place = body.level(points)
    return np.asarray(np.linalg.norm(place - at_start(place), axis=1))


def _shoulder_hike(body: _Body, side: str) -> Float:
    """Tilt of the line of the shoulders against the trunk, up on ``side`` positive."""
    line = body.joint(f"shoulder_{side}") - body.joint(other_side(f"shoulder_{side}"))
    trunk = body.joint("chest") - body.joint("pelvis")
    with np.errstate(divide="ignore", invalid="ignore"):
        along = np.einsum("ij,ij->i", line, trunk) / np.linalg.norm(trunk, axis=1)
        tilt = np.degrees(np.arcsin(np.clip(along / np.linalg.norm(line, axis=1), -1, 1)))
    return np.asarray(tilt)


_SERIES: Final[Mapping[str, Callable[[_Body, str], Float]]] = {
    "heel_lift": _heel_lift,
    "knees_over_toes": _knees_over_toes,
    "shank_lean": _shank_lean,
    "feet_width": _feet_width,
    "knees_width": _knees_width,
    "knees_apart": _knees_apart,
    "trunk_lean": _trunk_lean,
    "trunk_sway": _trunk_sway,
    "pelvis_shift": _pelvis_shift,
    "pelvis_travel": _pelvis_travel,
    "com_travel": _com_travel,
    "foot_travel": _foot_travel,
    "shoulder_hike": _shoulder_hike,
}
NAMES: Final = tuple(_SERIES)
