"""Measured poses in the picture plane: from the side, from the front, or as filmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import CANONICAL, Recording
from rehabkit.report.view import BodyAxes, body_axes

Point = NDArray[np.float64]
Pose = Mapping[str, Point]
FEET = ("ankle_left", "ankle_right", "toe_left", "toe_right")
VIEWS = {"side": "from the side", "front": "from the front", "top": "from above",
         "image": "as filmed"}  # fmt: skip
_NEAR_S = 0.15


@dataclass(frozen=True, eq=False)
class Poses:
    """Poses of one recording, flat.

    Parameters
    ----------
    recording
        Canonical joints.
    axes
        The person's own axes; None where only the picture can be shown.
    """

    recording: Recording
    axes: BodyAxes | None

    @classmethod
    def of(cls, recording: Recording) -> Poses:
        """Poses of a canonical recording."""
        return cls(recording, body_axes(recording))

    def at(self, time_s: float, view: str) -> dict[str, Point]:
        """Joint -> (2,) right and up, m, feet on 0 and pelvis above 0; unseen joints are absent.

        A joint unseen in that frame is taken from the nearest within 0.15 s. Without positions
        the picture's points are scaled to a body 1.7 m tall.
        """
        points = self._joints(time_s)
        if self.axes is None or self.recording.positions is None:
            flat = {j: np.array([p[0], -p[1]]) for j, p in points.items()}
            return _stand(_body_size(flat))
        x = {"side": self.axes.forward, "front": -self.axes.right, "top": -self.axes.right}[view]
        y = self.axes.forward if view == "top" else self.axes.up
        return _stand({j: np.array([p @ x, p @ y]) for j, p in points.items()})

    def view(self, wanted: str) -> str:
        """``wanted``, or ``"image"`` where there is no space to look from."""
        return "image" if self.axes is None else wanted

    def best_view(self, spans: list[tuple[float, float]]) -> str:
        """The side or front, from which more of the way start -> peak is seen."""
        if self.axes is None:
            return "image"
        ahead = across = 0.0
        for start, peak in spans:
            first, last = self._joints(start), self._joints(peak)
            for joint in first.keys() & last.keys():
                way = last[joint] - first[joint]
                ahead += float(way @ self.axes.forward) ** 2
                across += float(way @ self.axes.right) ** 2
        # Depth from one camera is guessed: a way along it counts for less.
        return (
            "front"
            if across > ahead * (0.5 if self.recording.origin == "pelvis" else 1)
            else "side"
        )

    def _joints(self, time_s: float) -> dict[str, Point]:
        values = self.recording.positions
        if values is None:
            values = self.recording.image_points
        if values is None:
            return {}
        time = self.recording.time
        near = np.flatnonzero(np.abs(time - time_s) <= _NEAR_S)
        if not len(near):
            near = np.array([int(np.argmin(np.abs(time - time_s)))])
        near = near[np.argsort(np.abs(time[near] - time_s), kind="stable")]
        out: dict[str, Point] = {}
        for i, joint in enumerate(CANONICAL):
            rows = values[near, i].astype(np.float64)
            seen = np.flatnonzero(np.isfinite(rows).all(axis=1))
            if len(seen):
                out[joint] = rows[seen[0]]
        return out


def _stand(pose: dict[str, Point]) -> dict[str, Point]:
    if not pose:
        return {}
    feet = [pose[j] for j in FEET if j in pose] or list(pose.values())
    ground = min(float(p[1]) for p in feet)
    middle = float(np.mean([p[0] for p in feet]))
    return {joint: p - np.array([middle, ground]) for joint, p in pose.items()}


def _body_size(pose: dict[str, Point]) -> dict[str, Point]:
    """Pixels to m by the length of trunk and leg, which bending does not change."""
    chains = [("chest", "pelvis"), ("hip_left", "knee_left"), ("knee_left", "ankle_left"),
              ("hip_right", "knee_right"), ("knee_right", "ankle_right")]  # fmt: skip
    usual = {"chest": 0.5, "hip_left": 0.42, "knee_left": 0.42, "hip_right": 0.42,
             "knee_right": 0.42}  # fmt: skip
    ratios = [
        usual[a] / float(np.linalg.norm(pose[a] - pose[b]))
        for a, b in chains
        if a in pose and b in pose and np.linalg.norm(pose[a] - pose[b]) > 1
    ]
    if not pose:
        return pose
    tall = float(np.ptp([p[1] for p in pose.values()]))
    factor = min(ratios) if ratios else 1.7 / max(1.0, tall)
    return {joint: p * factor for joint, p in pose.items()}
