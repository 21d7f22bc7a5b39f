"""Networks of the user's: every kind of output, told by its shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.vision import onnx_models
from tests.vision.films import picture, square_at

from rehabkit.errors import ModelError
from rehabkit.recording.skeletons import BLAZEPOSE, COCO
from rehabkit.vision.estimators.onnx import OnnxEstimator

pytestmark = pytest.mark.video


@pytest.mark.parametrize("kind", [onnx_models.heat_maps, onnx_models.simcc])
@pytest.mark.parametrize("place", [(20, 20), (110, 70)])
def test_a_place_in_the_input_becomes_one_in_the_picture(
    tmp_path: Path, kind: object, place: tuple[int, int]
) -> None:
    path = kind(tmp_path / "a.onnx")  # type: ignore[operator]
    rgb = picture(*place, square=8)
    with OnnxEstimator(path) as estimator:
        found = estimator.estimate(rgb, 0.0)
    assert found is not None
    assert found.world is None
    assert found.image.shape == (17, 2)
    # A cell of the network's input is 3.3 px of the picture; the square is 8 px wide.
    assert found.image[0] == pytest.approx(square_at(rgb), abs=7.5)


def test_the_body_found_before_is_looked_at_closely(tmp_path: Path) -> None:
    with OnnxEstimator(onnx_models.heat_maps(tmp_path / "a.onnx")) as estimator:
        rgb = picture(60, 50, square=8)
        for time in range(4):
            found = estimator.estimate(rgb, time / 25)
        assert found is not None
        assert found.image[0] == pytest.approx(square_at(rgb), abs=5)


def test_a_dark_picture_shows_nobody(tmp_path: Path) -> None:
    with OnnxEstimator(onnx_models.heat_maps(tmp_path / "a.onnx")) as estimator:
        assert estimator.estimate(picture(10)[:1].repeat(120, axis=0) * 0, 0.0) is None


@pytest.mark.parametrize(("count", "skeleton"), [(17, COCO), (33, BLAZEPOSE)])
def test_points_in_shares_or_pixels_of_the_input(
    tmp_path: Path, count: int, skeleton: object
) -> None:
    for row in ((0.25, 0.5, 0.9), (12.0, 32.0, 0.9)):
        with OnnxEstimator(onnx_models.points(tmp_path / "a.onnx", [row] * count)) as estimator:
            found = estimator.estimate(picture(10, size=(96, 128)), 0.0)
            assert estimator.skeleton is skeleton
        assert found is not None
        assert found.image[0] == pytest.approx((24, 64))
        assert found.confidence[0] == pytest.approx(0.9)


def test_movenet_gives_y_first(tmp_path: Path) -> None:
    path = onnx_models.points(tmp_path / "a.onnx", [(0.5, 0.25, 0.8)] * 17, movenet=True)
    with OnnxEstimator(path) as estimator:
        found = estimator.estimate(picture(10, size=(96, 128)), 0.0)
    assert found is not None
    assert found.image[0] == pytest.approx((24, 64))


def test_an_unknown_number_of_points_is_refused(tmp_path: Path) -> None:
    path = onnx_models.heat_maps(tmp_path / "a.onnx", points=5)
    with pytest.raises(ModelError, match=r"expected key points as many as \[17, 33\], found 5"):
        OnnxEstimator(path)


def test_other_outputs_are_refused(tmp_path: Path) -> None:
    path = onnx_models.points(tmp_path / "a.onnx", [(0.0, 0.0, 0.0)] * 17)
    path.write_bytes(
        path.read_bytes().replace(b"\x08\x01\x08\x11\x08\x03", b"\x08\x01\x08\x03\x08\x11")
    )
    with pytest.raises(ModelError, match="expected SimCC, heat maps or points"):
        OnnxEstimator(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"not a network")
    with pytest.raises(ModelError, match=r"a\.onnx: expected an ONNX model, found one that cannot"):
        OnnxEstimator(path)
