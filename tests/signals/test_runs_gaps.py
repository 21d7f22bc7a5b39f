"""Runs between breaks, gaps, resampling and joined recordings, with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.errors import RecordingError
from rehabkit.recording import CANONICAL_SKELETON, Recording
from rehabkit.signals.gaps import fill_gaps
from rehabkit.signals.joined import runs_of, split
from rehabkit.signals.resample import resample, resample_recording
from rehabkit.signals.runs import runs, spans_of, true_runs


def test_a_long_pause_is_a_break() -> None:
    time = np.array([0.0, 0.1, 0.2, 5.0, 5.1])
    assert runs(time) == [slice(0, 3), slice(3, 5)]


def test_a_short_pause_is_none() -> None:
    assert runs(np.array([0.0, 0.1, 0.2, 1.1, 1.2])) == [slice(0, 5)]


def test_slow_recordings_do_not_break_at_every_frame() -> None:
    assert runs(np.arange(5, dtype=np.float64) * 2.0) == [slice(0, 5)]


def test_cuts_break_too() -> None:
    assert runs(np.arange(6) / 10, cuts=[0.3]) == [slice(0, 3), slice(3, 6)]


def test_a_break_needs_a_length() -> None:
    with pytest.raises(RecordingError, match="max_gap_s above 0 s, found -1"):
        runs(np.arange(3.0), -1.0)


@given(st.lists(st.floats(0.01, 3.0), min_size=1, max_size=40))
@settings(max_examples=50)
def test_runs_cover_every_frame_once(steps: list[float]) -> None:
    time = np.concatenate(([0.0], np.cumsum(steps)))
    frames = np.concatenate([np.arange(r.start, r.stop) for r in runs(time)])
    assert frames.tolist() == list(range(len(time)))


def test_true_runs() -> None:
    assert true_runs(np.array([1, 1, 0, 1, 0, 0, 1], dtype=bool)).tolist() == [
        [0, 2], [3, 4], [6, 7],
    ]  # fmt: skip


def test_spans_are_half_open_and_joined() -> None:
    time = np.arange(20) / 10
    mask = np.isin(np.arange(20), [2, 3, 5, 15])
    assert spans_of(mask, time) == ((0.2, 0.6), (1.5, 1.6))


def _line(frames: int = 20) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(frames) / 10
    return time, np.stack([time, 2 * time, 0 * time], axis=-1)[:, None]


def test_a_short_gap_in_a_line_is_filled_exactly() -> None:
    time, values = _line()
    broken = values.copy()
    broken[5:8] = np.nan
    filled, where = fill_gaps(time, broken, runs(time), 0.4)
    np.testing.assert_allclose(filled, values, atol=1e-12)
    assert where[:, 0].tolist() == [5 <= k < 8 for k in range(20)]


def test_a_gap_longer_than_stated_stays() -> None:
    time, values = _line()
    values[5:9] = np.nan
    filled, where = fill_gaps(time, values, runs(time), 0.4)
    assert np.isnan(filled[5:9]).all()
    assert not where.any()


def test_ends_and_breaks_are_not_filled() -> None:
    time, values = _line()
    values[[0, 1, 10, 19]] = np.nan
    filled, _ = fill_gaps(time, values, [slice(0, 11), slice(11, 20)], 0.4)
    assert np.isnan(filled[[0, 1, 10, 19], 0, 0]).all()


def test_a_gap_in_a_swing_is_closer_than_a_straight_line() -> None:
    time = np.arange(60) / 30
    values = np.sin(2 * np.pi * time)[:, None, None] * np.ones((1, 1, 3))
    broken = values.copy()
    broken[5:11] = np.nan  # over the peak
    filled, _ = fill_gaps(time, broken, runs(time), 0.4)
    straight = np.interp(
        time, np.delete(time, np.s_[5:11]), np.delete(values[:, 0, 0], np.s_[5:11])
    )
    error = np.abs(filled - values).max()
    assert error < 0.5 * np.abs(straight - values[:, 0, 0]).max()


def test_fill_refuses_a_negative_length() -> None:
    time, values = _line()
    with pytest.raises(RecordingError, match="0 s or more, found -1"):
        fill_gaps(time, values, runs(time), -1.0)


def test_resample_is_linear_and_keeps_missing() -> None:
    time = np.array([0.0, 1.0, 2.0, 3.0])
    values = np.array([0.0, 10.0, np.nan, 30.0])
    got = resample(time, values, np.array([0.5, 1.0, 1.5, 3.0]))
    np.testing.assert_allclose(got, [5.0, 10.0, np.nan, 30.0])


def _recording(time: np.ndarray) -> Recording:
    positions = np.zeros((len(time), 25, 3)) + np.arange(1, 26)[None, :, None] * 0.01
    positions[..., 0] += time[:, None] * 0.1
    return Recording(time=time, skeleton=CANONICAL_SKELETON, positions=positions)


def test_resample_recording_keeps_breaks() -> None:
    time = np.concatenate([np.arange(10) / 10, 5 + np.arange(10) / 10])
    got = resample_recording(_recording(time), 20.0)
    assert len(runs_of(got)) == 2
    np.testing.assert_allclose(np.diff(got.time[:19]), 0.05)
    assert got.positions is not None
    np.testing.assert_allclose(got.positions[:, 0, 0], 0.01 + 0.1 * got.time, atol=1e-6)
    assert got.history[-1].name == "resample"


def test_resample_refuses_no_rate() -> None:
    with pytest.raises(RecordingError, match="rate_hz above 0 Hz, found 0"):
        resample_recording(_recording(np.arange(5) / 10), 0.0)


def test_split_at_a_pause() -> None:
    time = np.concatenate([np.arange(10) / 10, 5 + np.arange(10) / 10])
    first, second = split(_recording(time))
    assert (len(first), len(second)) == (10, 10)
    assert second.time[0] == 0
    assert second.source.start_s == pytest.approx(5.0)
    assert "part 2 of 2" in second.history[-1].touched


def test_split_where_the_body_is_elsewhere_for_good() -> None:
    recording = _recording(np.arange(300) / 30)
    assert recording.positions is not None
    moved = np.array(recording.positions)
    moved[150:] += 2.0
    assert [len(part) for part in split(recording.replace(positions=moved))] == [150, 150]


def test_a_whole_recording_is_not_split() -> None:
    recording = _recording(np.arange(30) / 30)
    assert split(recording) == [recording]
