"""Where the person faced and from where they were seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Recording

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BodyAxes:
    """Unit vectors to the person's right, up and forward, (3,) each."""

    right: Vector
    up: Vector
    forward: Vector

    def matrix(self) -> Vector:
        """(3, 3): rows right, up, forward; turns positions into the person's own frame."""
        return np.stack([self.right, self.up, self.forward])


def body_axes(recording: Recording) -> BodyAxes | None:
    """The person's axes over the recording; None where nothing shows left and right in space.

    Right is the median of the level direction from left to right hip and shoulder.
    """
    if recording.positions is None:
        return None
    up = np.asarray(recording.up.vector, dtype=np.float64)
    across = [_across(recording, joint) for joint in ("hip", "shoulder")]
    right = np.nansum([a for a in across if a is not None] or [np.zeros(3)], axis=0)
    right = right - up * (right @ up)
    length = float(np.linalg.norm(right))
    if length < 1e-3:
        return None
    right = right / length
    return BodyAxes(right, up, np.cross(up, right))


def _across(recording: Recording, joint: str) -> Vector | None:
    left, right = recording.joint(f"{joint}_left"), recording.joint(f"{joint}_right")
    across = (right - left).astype(np.float64)
    across = across[np.isfinite(across).all(axis=1)]
    return np.median(across, axis=0) if len(across) else None


def camera_angle(recording: Recording) -> float | None:
    """Degrees from straight ahead to the sensor, positive to the person's right; None: unknown."""
    axes, looked = body_axes(recording), recording.source.view_axis
    if axes is None or looked is None:
        return None
    towards = -np.asarray(looked, dtype=np.float64)
    ahead, aside = float(towards @ axes.forward), float(towards @ axes.right)
    if np.hypot(ahead, aside) < 1e-3:
        return None
    return float(np.degrees(np.arctan2(aside, ahead)))


def view_in_words(recording: Recording) -> str:
    """``"front left, about 45°"``; empty where it is not known."""
    angle = camera_angle(recording)
    if angle is None:
        return ""
    side, size = ("right" if angle > 0 else "left"), abs(angle)
    if size < 15:
        return "from the front"
    if size > 165:
        return "from behind"
    if 75 <= size <= 105:
        return f"from the person’s {side}"
    about = 5 * round((size if size < 75 else 180 - size) / 5)
    return f"{'front' if size < 75 else 'back'} {side}, about {about}°"


def facing_in_words(view: str) -> str:
    """:func:`view_in_words` coarsely, as tables of errors tell views apart; empty: not known.

    Within 30 deg of front, back or side all is one view: ``"front left, about 20°"`` is
    ``"from the front"``, 45° is ``"from the front left"``, 65° is ``"from the left"``.
    """
    found = re.fullmatch(r"(front|back) (left|right), about (\d+)°", view)
    if found is None:
        return view.replace("the person’s ", "the ")
    end, side, about = found[1], found[2], int(found[3])
    if about < 30:
        return "from the front" if end == "front" else "from behind"
    return f"from the {end} {side}" if about < 60 else f"from the {side}"
