"""The layout of the movement package, there and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.formats.made import full_recording, full_stream

import rehabkit as rk
from rehabkit.errors import RecordingError
from rehabkit.recording import Event, Recording

xarray = pytest.importorskip("xarray")
ARRAYS = ("time", "positions", "orientations", "confidence", "image_points")


def whole() -> Recording:
    events = (Event(0.1, "Foot Strike", "left"), Event(-0.2, "start"))
    return full_recording().replace(streams={"emg": full_stream()}, events=events)


def foreign(individuals: int = 1, **attributes: Any) -> Any:
    """A dataset as movement makes it of a file."""
    shape = (8, 3, 2, individuals)
    position = np.random.default_rng(2).normal(size=shape)
    return xarray.Dataset(
        {"position": (("time", "space", "keypoint", "individual"), position),
         "confidence": (("time", "keypoint", "individual"), np.full((8, 2, individuals), np.nan))},
        {"time": np.arange(8) / 40, "space": list("xyz"), "keypoint": ["LeftKnee", "snout"],
         "individual": [f"mouse{i}" for i in range(individuals)]},
        {"fps": 40.0, "time_unit": "seconds", "source_software": "DeepLabCut", "ds_type": "poses"}
        | attributes,
    )  # fmt: skip


@pytest.mark.parametrize("singular", [False, True])
def test_there_and_back(singular: bool) -> None:
    recording = whole()
    again = rk.from_xarray(rk.to_xarray(recording, singular=singular))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(recording, name))
    np.testing.assert_array_equal(again.streams["emg"].values, recording.streams["emg"].values)
    assert again.events == recording.events
    assert again.source == recording.source
    assert (again.up, again.subject) == (recording.up, recording.subject)
    assert again.history[:-1] == recording.history


def test_the_layout_is_that_of_movement() -> None:
    dataset = rk.to_xarray(whole())
    assert dataset["position"].dims == ("time", "space", "keypoints", "individuals")
    assert dataset["confidence"].dims == ("time", "keypoints", "individuals")
    assert list(dataset["space"].values) == ["x", "y", "z"]
    assert dataset.attrs["ds_type"] == "poses"
    assert dataset.attrs["time_unit"] == "seconds"
    assert dataset.attrs["source_software"] == "Kinect v2"
    assert dataset.attrs["fps"] == pytest.approx(30.03, abs=0.01)
    assert (dataset.attrs["space_unit"], dataset["position"].attrs["units"]) == ("m", "m")
    head = dataset["position"].sel(keypoints="Head", individuals="p1")
    np.testing.assert_array_equal(head, whole().joint("Head"))
    assert all(isinstance(v, str | int | float) for v in dataset.attrs.values())


def test_a_stretch_begins_at_zero_and_knows_when() -> None:
    dataset = rk.to_xarray(whole()).isel(time=slice(3, None))
    again = rk.from_xarray(dataset)
    assert again.time[0] == 0
    assert again.source.start_s == pytest.approx(9.235 + 3 * 0.0333)
    assert again.events[0].time_s == pytest.approx(0.1 - 3 * 0.0333)
    assert again.streams["emg"].time[0] == pytest.approx(-3 * 0.0333)


def test_points_of_a_picture() -> None:
    flat = whole().replace(positions=None, orientations=None)
    dataset = rk.to_xarray(flat)
    assert list(dataset["space"].values) == ["x", "y"]
    again = rk.from_xarray(dataset)
    np.testing.assert_array_equal(again.image_points, flat.image_points)
    assert again.positions is None


def test_datasets_of_others() -> None:
    recording = rk.from_xarray(foreign(2), individual="mouse1", unit="cm")
    assert recording.subject.id == "mouse1"
    assert recording.confidence is None
    assert recording.rate_hz == pytest.approx(40)
    assert recording.skeleton.canonical["knee_left"] == ("LeftKnee",)
    expected = foreign(2)["position"].values[:, :, 1, 1] * 0.01
    np.testing.assert_allclose(recording.joint("snout"), expected, rtol=1e-6)


def test_frames_as_times_need_a_rate() -> None:
    dataset = foreign(time_unit="frames", space_unit="m").assign_coords(time=np.arange(8))
    assert rk.from_xarray(dataset).rate_hz == pytest.approx(40)
    del dataset.attrs["fps"]
    with pytest.raises(RecordingError, match="time_unit 'frames' and no fps: give rate_hz"):
        rk.from_xarray(dataset)
    assert rk.from_xarray(dataset, rate_hz=20).rate_hz == pytest.approx(20)


def test_a_subset_of_the_keypoints_is_a_skeleton_of_its_own() -> None:
    part = rk.to_xarray(whole()).sel(keypoints=["KneeLeft", "AnkleLeft"])
    assert rk.from_xarray(part).skeleton.joints == ("KneeLeft", "AnkleLeft")


def test_what_is_lacking_is_named() -> None:
    with pytest.raises(RecordingError, match="individual= as one of 'mouse0', 'mouse1'"):
        rk.from_xarray(foreign(2))
    with pytest.raises(RecordingError, match="one of 'mouse0', found 'rat'"):
        rk.from_xarray(foreign(), individual="rat")
    with pytest.raises(RecordingError, match="unit of positions"):
        rk.from_xarray(foreign())
    with pytest.raises(RecordingError, match="need image_size"):
        rk.from_xarray(foreign().isel(space=slice(0, 2)))
    with pytest.raises(RecordingError, match="Expected a poses dataset"):
        rk.from_xarray(foreign().drop_vars("position"))
    damaged = rk.to_xarray(whole()).assign_attrs(rehabkit_skeleton="{")
    with pytest.raises(RecordingError, match="are damaged"):
        rk.from_xarray(damaged)
    signals = whole().replace(positions=None, orientations=None, image_points=None, confidence=None)
    with pytest.raises(RecordingError, match="found streams only"):
        rk.to_xarray(signals)


def test_it_can_be_saved(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    dataset = rk.to_xarray(whole())
    dataset.to_netcdf(tmp_path / "a.nc", engine="scipy")
    again = rk.from_xarray(xarray.load_dataset(tmp_path / "a.nc", engine="scipy"))
    np.testing.assert_array_equal(again.positions, whole().positions)
    assert again.source == whole().source
