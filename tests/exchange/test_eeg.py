"""Streams to MNE and back: volts, kinds, clocks, events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.formats.made import full_stream

import rehabkit as rk
from rehabkit.errors import RecordingError
from rehabkit.recording import Event, Stream

mne = pytest.importorskip("mne")


def late() -> Stream:
    """EMG that starts 0.5 s after the first frame."""
    return replace(full_stream(), time=full_stream().time + 0.5)


def test_there_and_back() -> None:
    raw = rk.to_mne(late())
    assert raw.get_channel_types() == ["emg", "emg"]
    assert raw.info["sfreq"] == pytest.approx(1000)
    np.testing.assert_allclose(raw.get_data().T, late().values * 1e-3)
    again = rk.from_mne(raw)
    assert (again.channels, again.unit, again.kind) == (("RF", "BF"), "mV", "emg")
    np.testing.assert_allclose(again.values, late().values, rtol=1e-12)
    np.testing.assert_allclose(again.time, late().time, atol=1e-9)


def test_other_kinds_keep_their_unit() -> None:
    stream = Stream(np.arange(5) / 100, np.ones((5, 1)), ("acc",), "g", "imu")
    raw = rk.to_mne(stream)
    assert raw.get_channel_types() == ["misc"]
    again = rk.from_mne(raw)
    assert (again.unit, again.kind) == ("g", "imu")
    np.testing.assert_array_equal(again.values, stream.values)


def test_events_travel_as_annotations() -> None:
    events = (Event(0.505, "Foot Strike", "left"), Event(0.52, "start"), Event(0.53, "a/b"))
    raw = rk.to_mne(late(), events=events)
    assert list(raw.annotations.description) == ["Foot Strike/left", "start", "a/b"]
    np.testing.assert_allclose(raw.annotations.onset, [0.005, 0.02, 0.03])
    for again in (raw, raw.copy().crop(0.002)):
        found = rk.events_from_mne(again)
        assert [(e.name, e.side) for e in found] == [(e.name, e.side) for e in events]
        np.testing.assert_allclose([e.time_s for e in found], [e.time_s for e in events])
    assert rk.from_mne(raw.copy().crop(0.002)).time[0] == pytest.approx(0.502)
    with pytest.raises(RecordingError, match=r"between 0.5 and 0.539 s.*found 'late' at 3 s"):
        rk.to_mne(late(), events=[Event(3.0, "late")])


def test_raws_of_others() -> None:
    info = mne.create_info(["C3", "C4", "trigger"], 250, ["eeg", "eeg", "misc"])
    raw = mne.io.RawArray(1e-5 * np.ones((3, 50)), info, verbose="error")
    with pytest.raises(RecordingError, match="kind= as one of 'eeg', 'misc'"):
        rk.from_mne(raw)
    with pytest.raises(RecordingError, match="found 'emg'"):
        rk.from_mne(raw, kind="emg")
    with pytest.raises(RecordingError, match="unit of the misc channels"):
        rk.from_mne(raw, kind="misc")
    with pytest.raises(RecordingError, match="found 'g'"):
        rk.from_mne(raw, kind="eeg", unit="g")
    stream = rk.from_mne(raw, kind="eeg", unit="uV")
    np.testing.assert_allclose(stream.values, 10)
    assert (stream.channels, stream.kind) == (("C3", "C4"), "eeg")
    assert rk.from_mne(raw, kind="eeg").unit == "V"
    assert rk.from_mne(raw.crop(0.04), kind="eeg").time[0] == 0


def test_what_mne_cannot_hold_is_refused() -> None:
    uneven = Stream(np.array([0, 0.1, 0.25]), np.ones((3, 1)), ("a",), "mV", "emg")
    with pytest.raises(RecordingError, match=r"even samples, found one 0\.2 steps"):
        rk.to_mne(uneven)
    with pytest.raises(RecordingError, match="at least two samples"):
        rk.to_mne(Stream(np.zeros(1), np.ones((1, 1)), ("a",), "mV", "emg"))
    with pytest.raises(RecordingError, match=r"Expected EMG in one of .*, found 'percent'"):
        rk.to_mne(replace(full_stream(), unit="percent"))
