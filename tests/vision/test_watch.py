"""Other people by their faces: geometry made by hand, and faces of real clips side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.vision.films import SquareFinder, film, picture

from rehabkit.recording.skeletons import BLAZEPOSE
from rehabkit.vision import reader
from rehabkit.vision.estimators.base import ClosesOnExit, PosePoints
from rehabkit.vision.faces import FaceBlur
from rehabkit.vision.outputs import Outputs
from rehabkit.vision.stills import StillCollector, small
from rehabkit.vision.video import Frame, Video
from rehabkit.vision.watch import FaceWatch, Look, second_person, steps_of

pytestmark = pytest.mark.video

HEAD = (100.0, 50.0, 10.0)
BODY = (80.0, 40.0, 120.0, 150.0)
OWN = (101.0, 52.0, 11.0)


class Faces(ClosesOnExit):
    """A finder that sees the same faces, and counts how often it is asked."""

    def __init__(self, *faces: tuple[float, float, float]) -> None:
        self.faces, self.asked = faces, 0

    def find(self, rgb: np.ndarray) -> tuple[tuple[float, float, float], ...]:
        self.asked += 1
        return self.faces


@pytest.mark.parametrize(
    ("others", "where"),
    [
        ([], None),
        ([(130.0, 55.0, 11.0)], "at the body"),
        ([(130.0, 55.0, 5.0)], "beside"),  # further away: a bystander, a reflection
        ([(100.0, 90.0, 5.0)], "beside"),  # a small face within the body's own box
        ([(200.0, 55.0, 11.0)], "beside"),
        ([(200.0, 55.0, 11.0), (130.0, 55.0, 11.0)], "at the body"),
    ],
)
def test_a_second_person_is_at_the_body_where_near_and_as_large(
    others: list[tuple[float, float, float]], where: str | None
) -> None:
    assert second_person([OWN, *others], HEAD, BODY) == where
    # The own face turned away, perhaps to a mirror: nothing at the body is claimed.
    assert second_person(others, HEAD, BODY) == ("beside" if others else None)


def test_without_a_known_head_nobody_else_is_claimed() -> None:
    assert second_person([OWN, (130.0, 55.0, 11.0)], None, BODY) is None


def looks(*where: str | None) -> list[Look]:
    return [Look(float(i), w) for i, w in enumerate(where)]  # type: ignore[arg-type]


def test_three_looks_close_together_make_a_stretch() -> None:
    assert steps_of(looks("beside", None, None, "beside", "beside", None)) == ()
    (step,) = steps_of(looks(None, "beside", None, "beside", "beside", None, None))
    assert (step.name, step.parameters["where"]) == ("second person", "beside")
    assert step.spans == ((1.0, 4.0),)


def test_a_moment_at_the_body_is_still_beside() -> None:
    (step,) = steps_of(looks("beside", "at the body", "beside", "beside"))
    assert (step.parameters["where"], step.spans) == ("beside", ((0.0, 3.0),))
    near = ["at the body"] * 3
    steps = steps_of(looks(*near, None, None, None, "beside", "beside", "beside"))
    assert [(s.parameters["where"], s.spans) for s in steps] == [
        ("at the body", ((0.0, 2.0),)),
        ("beside", ((6.0, 8.0),)),
    ]


def test_every_face_found_is_blurred_in_stills(rng: np.random.Generator) -> None:
    scene = rng.integers(0, 255, (120, 160, 3)).astype(np.uint8)
    finder = Faces((0.75, 0.5, 0.1))
    points = PosePoints(np.full((33, 2), 20.0, np.float32), np.ones(33, np.float32))
    watch = FaceWatch(finder, BLAZEPOSE)  # type: ignore[arg-type]
    stills = StillCollector(side=160)
    outputs = Outputs(BLAZEPOSE, watch, stills=stills, writer=None, blur_faces=True, mirrored=False)
    frame = Frame(0.0, scene, scene)
    watch.see(frame, points)
    outputs.add(frame, points)
    assert finder.asked == 1  # one look serves both
    blurred = FaceBlur(BLAZEPOSE).apply(scene, points.image, [(120.0, 60.0, 16.0)])
    assert blurred[52:68, 112:128].std() < 0.3 * scene.std()
    finder.faces = ()
    later = Frame(0.3, scene, scene)
    assert len(outputs._heads(later, scene)) == 1  # a face missed for a moment stays covered
    assert outputs._heads(Frame(2.0, scene, scene), scene) == []


def test_without_a_face_detector_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "open_finder", lambda: None)
    path = film(tmp_path / "a.mp4", [picture(20)] * 5)
    history = reader.read(path, estimator=SquareFinder()).history
    assert any("other people are not looked for" in s.touched for s in history)


def side_by_side(folder: Path, clips: Path, gap: int) -> Path:
    """One clip beside another person, who is as large; ``gap`` px of grey between."""
    names = ("sagorghhj253_neck_rotation.mp4", "sagorghhj253_shoulder_abduction.mp4")
    pictures: list[np.ndarray] = []
    times: list[float] = []
    with Video(clips / names[0], end_s=4.2) as one, Video(clips / names[1], end_s=4.2) as two:
        for left, right in zip(one.frames(), two.frames(), strict=False):
            if times and left.time_s < times[-1] + 0.09:
                continue
            a, b = small(left.rgb, 640)[:, 200:400], small(right.rgb, 640)[:, 240:440]
            pictures.append(np.hstack([a, np.full((a.shape[0], gap, 3), 128, np.uint8), b]))
            times.append(left.time_s)
    return film(folder / "two.mp4", pictures, times)


@pytest.mark.data
@pytest.mark.parametrize(("gap", "where"), [(0, "at the body"), (400, "beside")])
def test_a_real_second_face_is_seen(tmp_path: Path, data_root: Path, gap: int, where: str) -> None:
    path = side_by_side(tmp_path, data_root / "videos", gap)
    # Who is on the left is followed; the other's face is a second one.
    history = reader.read(path, person=(0.0, 0.05, 200 / (400 + gap), 0.95)).history
    found = {s.parameters["where"]: s.spans for s in history if s.name == "second person"}
    assert list(found) == [where]
    assert found[where][0][1] - found[where][0][0] > 2.5


@pytest.mark.data
def test_mirrors_screens_and_lone_people_are_no_second_person(data_root: Path) -> None:
    for name in ("rohanx01_squat.mp4", "jurisimo00_testKnee.mp4"):
        history = reader.read(data_root / "videos" / name, end_s=12.0).history
        assert not [s for s in history if s.name == "second person"]
