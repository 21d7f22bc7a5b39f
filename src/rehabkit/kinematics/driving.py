"""Signals that can drive the cutting of repetitions: angles by name, heights, shifts.

Besides every angle without its side (``"knee_flexion"``) these names are known, in m:

``<joint>_height``
    Height of pelvis, head, wrists, knees or ankles along ``recording.up``. The pelvis' height
    needs a recording that travels (``origin == "world"``).
``<joint>_shift``
    How far the pelvis stands to the person's right of the middle between the ankles, or the
    middle of the wrists, or the head, to the right of the pelvis. Unlike an angle of the trunk it
    stays clean where a depth camera sees the body turned.
``upper_body_turn`` (deg)
    Turn of the shoulders' line to the person's right, steadied by the hands held in front: a
    depth camera hides a shoulder of the turned body behind the other, and so loses its extremes.
``ankle_out``
    How far each ankle stands out to its own side, in a recording that travels.
``hand_opening``
    From each wrist to the tip of the hand, or its middle where the tip is not seen: shorter in a
    fist than in an open hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehabkit.errors import RehabkitError, choices
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import SIDES, Recording
from rehabkit.recording.arrays import Bool, Float

_HEIGHTS = {"pelvis": "pelvis", "head": "head", "wrist": "wrists", "knee": "knees",
            "ankle": "ankles"}  # fmt: skip
_SHOULDERS_SHARE = 0.6
# Hands that move less than this to the sides are not held out in front.
_HANDS_REACH_M = 0.2
_AXIAL = ("pelvis", "head")
TURN = "upper_body_turn"
OUT = "ankle_out"
OPENING = "hand_opening"
_WORDS = {
    TURN: "Turn of the upper body",
    OUT: "Foot to the side",
    OPENING: "Opening of the hand",
}
_SHIFTS = {"pelvis": "pelvis", "head": "head", "wrist": "hands"}
NAMES: tuple[str, ...] = (
    *ANGLES,
    *(f"{joint}_height" for joint in _HEIGHTS),
    *(f"{joint}_shift" for joint in _SHIFTS),
    TURN,
    OUT,
    OPENING,
)


@dataclass(frozen=True, eq=False)
class Channel:
    """One side's values of a driving signal: (frames,) float64, ``deg`` or ``m``, NaN unseen."""

    side: str
    values: Float


def unit_of(name: str) -> str:
    """``"deg"`` for angles, ``"m"`` for heights and shifts."""
    _check(name)
    return "deg" if name in ANGLES or name == TURN else "m"


def label_of(name: str) -> str:
    """The signal in a clinician's words."""
    _check(name)
    if name in ANGLES:
        return ANGLES[name].label
    if name.endswith("_shift"):
        return f"Sideways shift of the {_SHIFTS[name.removesuffix('_shift')]}"
    if name in _WORDS:
        return _WORDS[name]
    return f"Height of the {_HEIGHTS[name.removesuffix('_height')]}"


def is_sided(name: str) -> bool:
    """Whether the signal exists once for each side."""
    _check(name)
    if name in ANGLES:
        return ANGLES[name].sided
    return not name.endswith(("_shift", "_turn")) and name.removesuffix("_height") not in _AXIAL


def channels(recording: Recording, kinematics: Kinematics, name: str) -> tuple[Channel, ...]:
    """The signal's channels: left and right of a sided one, else one with side ``"none"``.

    A channel that this recording cannot give is all NaN.
    """
    suffixes = SIDES if is_sided(name) else ("",)
    return tuple(Channel(side or "none", _values(recording, kinematics, name, side))
                 for side in suffixes)  # fmt: skip


def _check(name: str) -> None:
    if name not in NAMES:
        raise RehabkitError(f"No driving signal is called {name!r}; allowed: {choices(NAMES)}.")


def _values(recording: Recording, kinematics: Kinematics, name: str, side: str) -> Float:
    suffix = f"_{side}" if side else ""
    if name in ANGLES:
        angle = kinematics.angles.get(name + suffix)
        unseen = angle is None or not angle.measurable
        return np.full(len(recording), np.nan) if angle is None or unseen else angle.values
    if recording.positions is None:
        return np.full(len(recording), np.nan)
    if name == OPENING:
        return _opening(recording, side)
    if name == TURN:
        return _turn(recording)
    if name == OUT:
        return _out(recording, side)
    return _shift_or_height(recording, name, suffix)


def _shift_or_height(recording: Recording, name: str, suffix: str) -> Float:
    if name.endswith("_shift"):
        return _shift(recording, name.removesuffix("_shift"))
    joint = name.removesuffix("_height")
    if recording.origin == "pelvis" and joint == "pelvis":
        return np.full(len(recording), np.nan)
    up = np.asarray(recording.up.vector)
    height: Float = recording.joint(joint + suffix).astype(np.float64) @ up
    return height


def _shift(recording: Recording, joint: str) -> Float:
    """(frames,) m to the person's right."""
    base = _middle(recording, "ankle") if joint == "pelvis" else recording.joint("pelvis")
    point = _middle(recording, joint) if joint == "wrist" else recording.joint(joint)
    shift: Float = (point - base).astype(np.float64) @ _across(recording)
    return shift


def _turn(recording: Recording) -> Float:
    """(frames,) deg to the person's right: shoulders, and hands on the shoulders' scale."""
    across, up = _across(recording), np.asarray(recording.up.vector)
    line = (recording.joint("shoulder_right") - recording.joint("shoulder_left")).astype(np.float64)
    shoulders = np.degrees(np.arctan2(-(line @ np.cross(up, across)), line @ across))
    hands = _shift(recording, "wrist")
    spread_deg, spread_m = _spread(shoulders), _spread(hands)
    if not spread_m > _HANDS_REACH_M or not np.isfinite(spread_deg):
        return shoulders
    hands = hands * spread_deg / spread_m
    both = _SHOULDERS_SHARE * shoulders + (1 - _SHOULDERS_SHARE) * hands
    return np.where(np.isfinite(both), both, np.where(np.isfinite(shoulders), shoulders, hands))


def _spread(values: Float) -> float:
    seen = values[np.isfinite(values)]
    return float(np.subtract(*np.percentile(seen, [98, 2]))) if len(seen) else float("nan")


def _out(recording: Recording, side: str) -> Float:
    """(frames,) m to the ankle's own side, from where it mostly stands."""
    if recording.origin == "pelvis":
        return np.full(len(recording), np.nan)
    outward = _across(recording) * (1.0 if side == "right" else -1.0)
    ankle: Float = recording.joint(f"ankle_{side}").astype(np.float64) @ outward
    seen = ankle[np.isfinite(ankle)]
    return ankle - np.median(seen) if len(seen) else ankle


def _opening(recording: Recording, side: str) -> Float:
    """(frames,) m from the wrist to the hand's tip, or to its middle.

    Where a picture was measured, there, by the forearm's usual length in it: what one camera
    guesses of the depth of a hand hides the fingers' movement.
    """
    tip = f"hand_tip_{side}"
    if not np.isfinite(recording.joint(tip)).any():
        tip = f"hand_{side}"
    wrist, elbow = f"wrist_{side}", f"elbow_{side}"
    if recording.image_points is None:
        return _distance(recording.positions, recording, tip, wrist)
    forearm_m = _usual(_distance(recording.positions, recording, elbow, wrist))
    forearm_px = _usual(_distance(recording.image_points, recording, elbow, wrist))
    return _distance(recording.image_points, recording, tip, wrist) * forearm_m / forearm_px


def _distance(points: Float | None, recording: Recording, a: str, b: str) -> Float:
    if points is None:
        return np.full(len(recording), np.nan)
    index = recording.skeleton.index
    between: Float = np.linalg.norm(points[:, index(a)] - points[:, index(b)], axis=1)
    return between.astype(np.float64)


def _usual(values: Float) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else float("nan")


def _across(recording: Recording) -> Float:
    """(3,) level unit vector from left to right, as the hips keep it; NaN where none is seen."""
    hips = recording.joint("hip_right") - recording.joint("hip_left")
    seen = hips[np.isfinite(hips).all(axis=1)].astype(np.float64)
    if len(seen) == 0:
        return np.full(3, np.nan)
    up = np.asarray(recording.up.vector)
    across: Float = np.median(seen, axis=0)
    across = across - (across @ up) * up
    length = float(np.linalg.norm(across))
    return across / length if length > 0 else np.full(3, np.nan)


def _middle(recording: Recording, joint: str) -> Float:
    """Middle of both sides; where one is hidden, the other with their usual distance taken off."""
    left, right = recording.joint(f"{joint}_left"), recording.joint(f"{joint}_right")
    half = (left - right).astype(np.float64) / 2
    seen: Bool = np.all(np.isfinite(half), axis=1)
    if not seen.any():
        return half
    offset = np.median(half[seen], axis=0)
    middle = np.where(np.isfinite(left), left - offset, right + offset)
    return np.where(seen[:, None], (left + right) / 2, middle)
