"""Other people in the picture, by their faces: about once a second, on a small picture.

A face says that somebody is there and about how far away; it does not say what their hands do.
Who turns away, stands without a head in the picture, or is small in it is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from rehabkit.recording import History, Skeleton, Step
from rehabkit.vision.estimators.base import Picture, PosePoints
from rehabkit.vision.face_finder import Face, FaceFinder
from rehabkit.vision.faces import Circle, FaceBlur
from rehabkit.vision.person import Box, body_box
from rehabkit.vision.video import Frame

Where = Literal["at the body", "beside"]

INTERVAL_S: Final = 1.0
# Seen so often, with one look missed at most in between, it is no slip of the detector.
_LEAST_LOOKS: Final = 3
_JOIN_S: Final = 2.5
# A found face is the followed person's within so many radii of the head by the key points
# (within 0.6 in the clips looked at; the network's own slips are further off).
_OWN: Final = 1.5
# A helper's hands reach who stands as far from the camera: a face of about the same size. A
# reflection is further away by way of the mirror, and a bystander behind is as well.
_SAME_DISTANCE: Final = (0.65, 1.55)
# An upright body below its face, in face widths: arms' breadth to each side, and down to the knees.
_HALF_BREADTH: Final = 1.5
_DOWN: Final = 6.0


class Look(NamedTuple):
    """One look at the picture: whether somebody else's face was found, and where."""

    time_s: float
    where: Where | None


class FaceWatch:
    """Faces of each picture, found once however many ask; looks for a second person."""

    def __init__(self, finder: FaceFinder | None, skeleton: Skeleton) -> None:
        self._finder, self._head = finder, FaceBlur(skeleton).head
        self._at = -np.inf
        self._faces: tuple[Face, ...] = ()
        self._looks: list[Look] = []

    def faces(self, time_s: float, rgb: Picture) -> tuple[Face, ...]:
        """Faces in the picture of this time; a picture made smaller does as well."""
        if self._finder is not None and time_s != self._at:
            self._faces, self._at = self._finder.find(rgb), time_s
        return self._faces

    def see(self, frame: Frame, points: PosePoints | None) -> None:
        """The next picture, looked at where it is time to; who is followed must be known."""
        due = not self._looks or frame.time_s >= self._looks[-1].time_s + INTERVAL_S - 1e-3
        if self._finder is None or points is None or not due:
            return
        height, width = frame.rgb.shape[:2]
        faces = [(x * width, y * height, size * width)
                 for x, y, size in self.faces(frame.time_s, frame.rgb)]  # fmt: skip
        where = second_person(faces, self._head(points.image), body_box(points))
        self._looks.append(Look(frame.time_s, where))

    def steps(self) -> History:
        """Where a second person was seen for a sustained time, one step for each place."""
        if self._finder is None:
            what = "no face detector installed: other people are not looked for"
            return (Step("skip faces", {}, what),)
        return steps_of(self._looks)


def second_person(faces: Sequence[Face], head: Circle | None, body: Box) -> Where | None:
    """Where somebody else than the followed person is, by all faces found, in px.

    Parameters
    ----------
    faces
        Middle and width of each.
    head
        Circle around the followed person's head; None where the key points have none: then
        nothing can be said.
    body
        Box around the followed person.
    """
    if head is None:
        return None
    own = [f for f in faces if _distance(f, head) <= _OWN * head[2]]
    others = [f for f in faces if f not in own]
    if not others:
        return None
    if not own:  # who faces a mirror is seen by the reflection's face only
        return "beside"
    size = min(own, key=lambda f: _distance(f, head))[2]
    return "at the body" if any(_at_body(f, size, body) for f in others) else "beside"


def _distance(face: Face, head: Circle) -> float:
    return float(np.hypot(face[0] - head[0], face[1] - head[1]))


def _at_body(face: Face, own_size: float, body: Box) -> bool:
    """Whether the body below a face meets the box, about as far from the camera."""
    x, y, size = face
    low, high = _SAME_DISTANCE
    if not low <= size / own_size <= high:
        return False
    left, top, right, bottom = body
    across = x - _HALF_BREADTH * size < right and x + _HALF_BREADTH * size > left
    return across and y - size / 2 < bottom and y + _DOWN * size > top


def steps_of(looks: Sequence[Look]) -> History:
    """History lines of looks in order; a stretch counts from three looks on."""
    close = _stretches([k.time_s for k in looks if k.where == "at the body"])
    anywhere = _stretches([k.time_s for k in looks if k.where is not None])
    beside = [s for s in anywhere if not any(s[0] <= b and a <= s[1] for a, b in close)]
    places: tuple[tuple[Where, list[tuple[float, float]]], ...] = (
        ("at the body", close), ("beside", beside))  # fmt: skip
    return tuple(_step(where, spans) for where, spans in places if spans)


def _step(where: Where, spans: list[tuple[float, float]]) -> Step:
    seconds = sum(end - start for start, end in spans)
    what = f"another face {where} for {seconds:.0f} s, looked for about once a second"
    return Step("second person", {"where": where}, what, tuple(spans))


def _stretches(times: Sequence[float]) -> list[tuple[float, float]]:
    """From the first to the last of at least three times that follow each other closely."""
    groups: list[list[float]] = []
    for time in times:
        if groups and time - groups[-1][-1] <= _JOIN_S:
            groups[-1].append(time)
        else:
            groups.append([time])
    return [(g[0], g[-1]) for g in groups if len(g) >= _LEAST_LOOKS]
