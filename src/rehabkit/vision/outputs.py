"""What is made of the pictures while a video is read: stills and the overlay video."""

from __future__ import annotations

from rehabkit.recording import Skeleton
from rehabkit.vision.estimators.base import PosePoints
from rehabkit.vision.faces import FaceBlur, Picture
from rehabkit.vision.overlay import Overlay
from rehabkit.vision.stills import StillCollector, small
from rehabkit.vision.video import Frame
from rehabkit.vision.writing import VideoWriter


class Outputs:
    """Hands each picture to whoever wants it.

    Parameters
    ----------
    skeleton
        Of the points that come with the pictures.
    stills
        Collects small pictures, or None; it says itself whether faces are blurred in them.
    writer
        The overlay video, or None.
    blur_faces
        Blur the person's face in the overlay, and in the stills whatever they say.
    mirrored
        The picture is: left and right change colours in the overlay.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        *,
        stills: StillCollector | None,
        writer: VideoWriter | None,
        blur_faces: bool,
        mirrored: bool,
    ) -> None:
        self._stills, self._writer, self._blur_overlay = stills, writer, blur_faces
        if stills is not None and blur_faces:
            stills.blur_faces = True
        self._faces = FaceBlur(skeleton)
        self._overlay = Overlay(skeleton, mirrored=mirrored)

    def add(self, frame: Frame, points: PosePoints | None) -> None:
        """The next picture and who was found in it."""
        if self._stills is not None and self._stills.wants(frame.time_s):
            self._stills.add(self._still(self._stills, frame.rgb, points), frame.time_s)
        if self._writer is not None:
            self._writer.write(self._drawn(frame.rgb, points), frame.time_s)

    def _still(self, stills: StillCollector, rgb: Picture, points: PosePoints | None) -> Picture:
        picture = small(rgb, stills.side)
        if not stills.blur_faces:
            return picture
        scale = picture.shape[1] / rgb.shape[1]
        return self._faces.apply(picture, None if points is None else points.image * scale)

    def _drawn(self, rgb: Picture, points: PosePoints | None) -> Picture:
        if self._blur_overlay:
            rgb = self._faces.apply(rgb, None if points is None else points.image)
        if points is None:
            return rgb
        return self._overlay.draw(rgb, points.image, points.confidence)
