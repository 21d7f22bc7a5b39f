"""The one contract that every pose estimator passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.vision import onnx_models
from tests.vision.films import SquareFinder, picture

from rehabkit.errors import ModelError
from rehabkit.recording import Recording
from rehabkit.recording.skeletons import COCO
from rehabkit.vision.estimators import PoseEstimator, PosePoints, open_estimator
from rehabkit.vision.estimators.recorded import RecordedPoints
from rehabkit.vision.person import PickedPerson

pytestmark = pytest.mark.video


def recorded(_: Path) -> PoseEstimator:
    time = np.arange(20) / 25
    image = np.random.default_rng(1).uniform(10, 100, (20, 17, 2))
    return RecordedPoints(Recording(time, COCO, image_points=image, image_size=(160, 120)))


MAKERS: dict[str, Callable[[Path], PoseEstimator]] = {
    "mediapipe": lambda _: open_estimator("mediapipe"),
    "onnx": lambda folder: open_estimator(onnx_models.heat_maps(folder / "a.onnx")),
    "recorded": recorded,
    "picked person": lambda _: PickedPerson(SquareFinder(), (0.1, 0.3)),
}


@pytest.fixture(params=list(MAKERS))
def estimator(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PoseEstimator]:
    with MAKERS[request.param](tmp_path) as made:
        yield made


def results(estimator: PoseEstimator) -> list[PosePoints | None]:
    estimator.reset()
    return [estimator.estimate(picture(10 + 2 * i, square=24), i / 25) for i in range(6)]


def test_it_keeps_the_interface(estimator: PoseEstimator) -> None:
    assert isinstance(estimator, PoseEstimator)
    assert estimator.name
    assert len(estimator.skeleton) in (17, 33)


def test_points_have_the_skeleton_s_shape(estimator: PoseEstimator) -> None:
    for found in results(estimator):
        if found is None:
            continue
        joints = len(estimator.skeleton)
        assert found.image.shape == (joints, 2)
        assert found.confidence.shape == (joints,)
        assert ((found.confidence >= 0) & (found.confidence <= 1)).all()
        assert (found.world is not None) == estimator.has_world
        assert found.image.dtype == found.confidence.dtype == np.float32


def test_two_runs_after_a_reset_are_the_same(estimator: PoseEstimator) -> None:
    for first, second in zip(results(estimator), results(estimator), strict=True):
        assert (first is None) == (second is None)
        if first is not None and second is not None:
            np.testing.assert_array_equal(first.image, second.image)


def test_the_picture_is_left_alone(estimator: PoseEstimator) -> None:
    rgb = picture(40)
    before = rgb.copy()
    estimator.estimate(rgb, 0.0)
    np.testing.assert_array_equal(rgb, before)


@pytest.mark.parametrize("which", ["openpose", "model.pth", ""])
def test_an_unknown_estimator_is_refused(which: str) -> None:
    with pytest.raises(ModelError, match=r"Expected the estimator 'mediapipe' or the path of a"):
        open_estimator(which)


def test_a_missing_model_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no model file .*none\.onnx"):
        open_estimator(tmp_path / "none.onnx")


def test_a_damaged_task_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.task"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"a\.task: expected a pose landmarker"):
        open_estimator(path)


def test_recorded_points_need_image_points() -> None:
    bare = Recording(np.arange(3.0), COCO, positions=np.zeros((3, 17, 3)))
    with pytest.raises(ModelError, match="expected a recording with image_points"):
        RecordedPoints(bare)


def test_recorded_points_repeat_or_end() -> None:
    image = np.arange(10)[:, None, None] + np.zeros((10, 17, 2))
    recording = Recording(np.arange(10) / 10, COCO, image_points=image, image_size=(160, 120))
    once, again = RecordedPoints(recording), RecordedPoints(recording, repeat=True)
    assert once.estimate(picture(0), 5.0) is None
    found = again.estimate(picture(0), 5.32)
    assert found is not None
    assert found.image[0, 0] == 3
