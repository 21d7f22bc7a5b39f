"""Tables of pandas with units in their columns' names."""

from __future__ import annotations

import numpy as np
import pytest
from tests.formats.made import full_recording, full_stream

import rehabkit as rk
from rehabkit.errors import RecordingError
from rehabkit.kinematics import angles
from rehabkit.recording import Stream

pytest.importorskip("pandas")


def test_joints_have_their_units() -> None:
    recording = full_recording()
    table = rk.to_pandas(recording)
    assert list(table.columns[:5]) == [
        "time_s", "SpineBase_x_m", "SpineBase_y_m", "SpineBase_z_m", "SpineBase_qw",
    ]  # fmt: skip
    assert {"Head_confidence", "Head_u_px", "Head_v_px"} <= set(table.columns)
    np.testing.assert_array_equal(table["Head_y_m"], recording.joint("Head")[:, 1])
    assert np.isnan(table["ElbowLeft_x_m"][2])


def test_angles_alone_and_beside_the_joints() -> None:
    recording = full_recording().canonical()
    found = angles.compute(recording)
    alone, beside = rk.to_pandas(found), rk.to_pandas(recording, angles=found)
    np.testing.assert_array_equal(alone["knee_flexion_left_deg"], beside["knee_flexion_left_deg"])
    assert all(name.endswith("_deg") or name == "time_s" for name in alone.columns)
    with pytest.raises(RecordingError, match="angles of the recording's 1 frames"):
        rk.to_pandas(_first_frame(), angles=found)


def _first_frame() -> rk.Recording:
    whole = full_recording()
    names = ("positions", "orientations", "confidence", "image_points")
    return whole.replace(time=whole.time[:1], **{n: getattr(whole, n)[:1] for n in names})


def test_streams_have_a_table_of_their_own() -> None:
    table = rk.to_pandas(full_stream())
    assert list(table.columns) == ["time_s", "RF_mV", "BF_mV"]
    rate = Stream(np.arange(2.0), np.ones((2, 1)), ("gyro",), "deg/s", "imu")
    assert list(rk.to_pandas(rate).columns) == ["time_s", "gyro_deg_per_s"]
    twice = Stream(np.arange(2.0), np.ones((2, 2)), ("a", "a"), "g", "imu")
    with pytest.raises(RecordingError, match="different names"):
        rk.to_pandas(twice)
