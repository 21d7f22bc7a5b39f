"""What is made of the pictures while a video is read: stills and the overlay video."""

from __future__ import annotations

from typing import Final

from rehabkit.recording import Skeleton
from rehabkit.vision.estimators.base import PosePoints
from rehabkit.vision.faces import Circle, FaceBlur, Picture
from rehabkit.vision.overlay import Overlay
from rehabkit.vision.stills import StillCollector, small
from rehabkit.vision.video import Frame
from rehabkit.vision.watch import FaceWatch
from rehabkit.vision.writing import VideoWriter

# Radius that is blurred, in widths of the face found: a head reaches further than its face.
_HEAD_OF_FACE: Final = 1.0
# The detector misses a face now and then: one found so long ago is still taken to be there.
_KEPT_S: Final = 0.5
# Between looks for the stills alone; looking at each of them would slow the reading down.
_LOOK_S: Final = 0.25


class Outputs:
    """Hands each picture to whoever wants it.

    Parameters
    ----------
    skeleton
        Of the points that come with the pictures.
    watch
        Finds the faces in a picture.
    stills
        Collects small pictures, or None; it says itself whether faces are blurred in them.
    writer
        The overlay video, or None.
    blur_faces
        Blur faces in the overlay, and in the stills whatever they say: the followed person's by
        the key points, and every face that is found.
    mirrored
        The picture is: left and right change colours in the overlay.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        watch: FaceWatch,
        *,
        stills: StillCollector | None,
        writer: VideoWriter | None,
        blur_faces: bool,
        mirrored: bool,
    ) -> None:
        self._stills, self._writer, self._blur_overlay = stills, writer, blur_faces
        if stills is not None and blur_faces:
            stills.blur_faces = True
        self._faces, self._watch = FaceBlur(skeleton), watch
        self._found: list[tuple[float, Circle]] = []
        self._looked_s = float("-inf")
        self._overlay = Overlay(skeleton, mirrored=mirrored)

    def add(self, frame: Frame, points: PosePoints | None) -> None:
        """The next picture and who was found in it."""
        if self._stills is not None and self._stills.wants(frame.time_s):
            self._stills.add(self._still(self._stills, frame, points), frame.time_s)
        if self._writer is not None:
            self._writer.write(self._drawn(frame, points), frame.time_s)

    def _still(self, stills: StillCollector, frame: Frame, points: PosePoints | None) -> Picture:
        picture = small(frame.rgb, stills.side)
        return self._blurred(picture, frame, points) if stills.blur_faces else picture

    def _drawn(self, frame: Frame, points: PosePoints | None) -> Picture:
        rgb = self._blurred(frame.rgb, frame, points) if self._blur_overlay else frame.rgb
        if points is None:
            return rgb
        return self._overlay.draw(rgb, points.image, points.confidence)

    def _blurred(self, picture: Picture, frame: Frame, points: PosePoints | None) -> Picture:
        """The picture, perhaps made smaller, without faces."""
        if points is None:
            return self._faces.apply(picture, None)
        height, width = picture.shape[:2]
        circles = [(x * width, y * height, r * width) for x, y, r in self._heads(frame, picture)]
        return self._faces.apply(picture, points.image * (width / frame.rgb.shape[1]), circles)

    def _heads(self, frame: Frame, picture: Picture) -> list[Circle]:
        """Heads found in this picture or shortly before, as shares of the picture."""
        now = frame.time_s
        self._found = [(t, head) for t, head in self._found if now - _KEPT_S <= t]
        if self._writer is not None or now - self._looked_s >= _LOOK_S:
            self._found = [(t, head) for t, head in self._found if t < now]
            faces = self._watch.faces(now, picture)
            self._found += [(now, (x, y, _HEAD_OF_FACE * size)) for x, y, size in faces]
            self._looked_s = now
        return [head for _, head in self._found]
