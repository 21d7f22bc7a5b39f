"""The skeleton drawn into a picture: the person's left blue, right orange, the middle white."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Skeleton, side_of
from rehabkit.recording.arrays import Float

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

# Okabe and Ito's colours: told apart by people who are colour-blind.
COLOURS: Final[dict[str, Colour]] = {
    "left": (0x00, 0x72, 0xB2),
    "right": (0xD5, 0x5E, 0x00),
    "": (255, 255, 255),
}
_RIM: Final[Colour] = (0, 0, 0)
# Points below this confidence are guesses out of sight and are not drawn.
_SEEN: Final = 0.3
_ACROSS: Final = (("shoulder_left", "shoulder_right"), ("hip_left", "hip_right"))
_FACE: Final = ("eye", "ear", "mouth", "nose")


class Overlay:
    """Draws one skeleton; ``mirrored``: the picture is, so left and right change colours."""

    def __init__(self, skeleton: Skeleton, *, mirrored: bool = False) -> None:
        self._bones = [
            (parent, child)
            for parent, child in skeleton.bones
            if not any(part in skeleton.joints[i] for part in _FACE for i in (parent, child))
        ]
        for pair in _ACROSS:
            sources = [skeleton.canonical.get(j, ()) for j in pair]
            if all(len(s) == 1 for s in sources):
                first, second = (skeleton.index(s[0]) for s in sources)
                self._bones.append((first, second))
        sides = [_side(joint) for joint in skeleton.joints]
        if mirrored:
            other = {"left": "right", "right": "left", "": ""}
            sides = [other[s] for s in sides]
        self._sides = sides

    def draw(self, rgb: Picture, points: Float, confidence: Float) -> Picture:
        """A copy of the picture with the skeleton of (joints, 2) px drawn in."""
        import cv2

        out = np.ascontiguousarray(rgb).copy()
        width = max(1, round(min(rgb.shape[:2]) / 160))
        seen = np.isfinite(points).all(axis=1) & (confidence >= _SEEN)
        at = np.round(np.where(seen[:, None], points, 0)).astype(int).clip(-32000, 32000)
        drawn = [(a, b) for a, b in self._bones if seen[a] and seen[b]]
        for thickness, rim in ((width + 2, True), (width, False)):
            for a, b in drawn:
                colour = _RIM if rim else COLOURS[self._bone_side(a, b)]
                ends = (tuple(map(int, at[a])), tuple(map(int, at[b])))
                cv2.line(out, *ends, colour, thickness, cv2.LINE_AA)
        return out

    def _bone_side(self, parent: int, child: int) -> str:
        side = self._sides[child]
        return side if side == self._sides[parent] else ""


def _side(joint: str) -> str:
    """Left or right by a joint's name, in whatever style, else nothing."""
    words = joint.lower().split("_")
    return next((s for s in ("left", "right") if s in words), side_of(joint) or "")
