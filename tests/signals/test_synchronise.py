"""Two sensors on one clock: known offsets, FineRehab's method, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.errors import RecordingError
from rehabkit.recording import Event, Recording, Source, Stream, build_skeleton
from rehabkit.signals.correlation import correlations
from rehabkit.signals.lag import find_lag
from rehabkit.signals.synchronise import exact_pairs, nearest_pairs, synchronise

HAND = build_skeleton("hand", {"a": None, "hand": "a"}, {})


def course(time: np.ndarray) -> np.ndarray:
    """A movement that never repeats itself: three bumps of different heights and lengths."""
    centres, widths, heights = (3.0, 6.5, 8.2), (0.5, 0.9, 0.3), (1.0, 1.4, 0.6)
    bumps = zip(centres, widths, heights, strict=True)
    parts = [h * np.exp(-(((time - c) / w) ** 2)) for c, w, h in bumps]
    return np.asarray(np.sum(parts, axis=0))


def seen(rate_hz: float, start_s: float, end_s: float, **changes: Any) -> Recording:
    """The course as a sensor sees it that begins at ``start_s`` of the world's clock."""
    world = np.arange(start_s, end_s, 1 / rate_hz)
    points = np.zeros((len(world), 2, 3), dtype=np.float32)
    points[:, 1, 1] = course(world)
    points[:, 0, 0] = 1.0
    return Recording(world - world[0], HAND, points, **changes)


def height(recording: Recording) -> np.ndarray:
    return recording.joint("hand")[:, 1].astype(np.float64)


def test_ideal_clocks_keep_one_kinect_frame_in_five() -> None:
    kinect, suit = np.arange(300) / 30, np.arange(960) / 96
    in_a, in_b = exact_pairs(kinect, suit)
    np.testing.assert_array_equal(in_a, np.arange(0, 300, 5))
    np.testing.assert_array_equal(in_b, np.arange(0, 960, 16))


def test_jitter_leaves_few_and_a_tolerance_keeps_all(rng: np.random.Generator) -> None:
    kinect = np.arange(300) / 30 + np.append(0, rng.normal(0, 2e-3, 299))
    suit = np.arange(960) / 96 + np.append(0, rng.normal(0, 5e-4, 959))
    assert len(exact_pairs(kinect, suit)[0]) < 60
    in_a, in_b = nearest_pairs(kinect, suit, 0.01)
    assert len(in_a) >= 295
    assert (np.abs(kinect[in_a] - suit[in_b]) <= 0.01).all()
    assert (np.diff(in_b) > 0).all()


@settings(max_examples=40, deadline=None)
@given(
    offset=st.floats(-2.5, 2.5),
    rates=st.sampled_from([(30.0, 30.0), (30.0, 60.0), (100.0, 25.0), (120.0, 120.0)]),
    gain=st.floats(0.2, 8),
)
def test_a_known_offset_is_found(offset: float, rates: tuple[float, float], gain: float) -> None:
    a, b = np.arange(0, 12, 1 / rates[0]), np.arange(0, 9, 1 / rates[1])
    lag = find_lag(a, course(a), b, gain * course(b + 1.5 + offset) + 3.0)
    assert lag.offset_s == pytest.approx(1.5 + offset, abs=0.5 / max(rates))
    assert lag.correlation > 0.98
    assert not lag.doubts


def test_a_faster_clock_is_found() -> None:
    a, b = np.arange(0, 12, 1 / 60), np.arange(0, 11, 1 / 60)
    lag = find_lag(a, course(a), b, course(0.4 + 1.02 * b), ratios=(0.98, 1.0, 1.02))
    assert lag.rate_ratio == 1.02
    assert lag.offset_s == pytest.approx(0.4, abs=0.01)


@settings(max_examples=15, deadline=None)
@given(ratio=st.floats(0.985, 1.015), offset=st.floats(-1, 1))
def test_an_unknown_drift_is_found(ratio: float, offset: float) -> None:
    a, b = np.arange(0, 12, 1 / 60), np.arange(0, 11, 1 / 60)
    lag = find_lag(a, course(a), b, course(offset + ratio * b), max_drift=0.02)
    for moment in (b[0], b[-1]):  # both ends within a sample
        assert lag.offset_s + lag.rate_ratio * moment == pytest.approx(
            offset + ratio * moment, abs=1 / 60
        )


def test_a_lag_without_an_end_is_in_doubt() -> None:
    time = np.arange(0, 12, 1 / 60)
    ramp = find_lag(time, time, time, time + 1.5)  # fits at every lag
    assert ramp.doubts == (
        "the best lag lies at the edge of those looked at, or on a plateau",
        "speeds cannot be compared",
    )
    near = find_lag(time, course(time), time, course(time + 0.4), max_lag_s=0.2)
    assert not near.unique
    assert find_lag(time, course(time), time, course(time + 0.4), max_lag_s=0.5).unique


def test_the_runner_up_is_another_top_not_the_slope_of_the_first() -> None:
    time = np.arange(0, 12, 1 / 60)
    assert find_lag(time, course(time), time, course(time)).runner_up < 0.6
    single = np.exp(-((time - 6) ** 2))
    assert find_lag(time, single, time, single).runner_up < 0


def test_random_walks_are_never_taken_for_one_movement(rng: np.random.Generator) -> None:
    time = np.arange(360) / 30
    sure = 0
    for _ in range(50):
        x, y = np.cumsum(rng.normal(size=(2, 360)), axis=1)
        try:
            sure += not find_lag(time, x, time, y).doubts
        except RecordingError:
            continue
    assert sure <= 2


def test_a_series_seen_for_a_third_is_enough() -> None:
    time = np.arange(0, 12, 1 / 60)
    a = np.where(time < 4.5, course(time), np.nan)
    assert find_lag(time, a, time, course(time + 0.3)).offset_s == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ratios": ()}, "ratios above 0, at least one"),
        ({"ratios": (0.0, 1.0)}, "ratios above 0"),
        ({"max_drift": 0.7}, "max_drift from 0 to 0.5, found 0.7"),
        ({"max_lag_s": -1.0}, "max_lag_s of 0 s or more"),
        ({"rate_hz": 0.0}, "rate_hz above 0 Hz"),
        ({"rate_hz": 1e9}, "at most 20000000 samples"),
    ],
)
def test_a_search_that_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    time = np.arange(0, 10, 1 / 30)
    with pytest.raises(RecordingError, match=message):
        find_lag(time, course(time), time, course(time), **options)


def test_series_that_do_not_fit_their_times_are_refused() -> None:
    time = np.arange(0, 10, 1 / 30)
    with pytest.raises(RecordingError, match=r"one value for each of 300 times.*\(299,\)"):
        find_lag(time, course(time)[1:], time, course(time))
    with pytest.raises(RecordingError, match="strictly increase"):
        find_lag(time[::-1], course(time), time, course(time))
    a = seen(30, 0, 10)
    with pytest.raises(RecordingError, match=r"shape \(300, 3\)"):
        synchronise(a, a, clocks="signal", signal=lambda r: r.joint("hand"))


def test_a_single_frame_is_synchronised() -> None:
    one, many = seen(30, 0, 0.01), seen(30, 0, 4)
    made = synchronise(one, many)
    assert (len(made.a), len(made.b)) == (1, 1)
    np.testing.assert_array_equal(made.a.positions, one.positions)


def test_a_doubt_stands_in_both_histories() -> None:
    time = np.arange(0, 20, 1 / 30)
    points = np.zeros((len(time), 2, 3), dtype=np.float32)
    points[:, 1, 1] = np.sin(2 * time)
    a = Recording(time, HAND, points)
    made = synchronise(a, a, clocks="signal", signal=height)
    for recording in (made.a, made.b):
        assert "in doubt: another lag fits nearly as well (1.00)" in str(recording.history[-1])


def test_correlations_are_pearsons_over_what_both_have(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=60) + 1e3, rng.normal(size=40)
    x[10:14], y[30] = np.nan, np.nan
    lags, values, counts = correlations(x, y)
    for lag in (-20, 0, 7, 25):
        k = np.arange(max(0, -lag), min(len(y), len(x) - lag))
        p, q = x[k + lag], y[k]
        both = np.isfinite(p) & np.isfinite(q)
        at = int(np.flatnonzero(lags == lag)[0])
        assert counts[at] == both.sum()
        assert values[at] == pytest.approx(np.corrcoef(p[both], q[both])[0, 1], abs=1e-9)


def test_a_movement_that_repeats_is_in_doubt() -> None:
    time = np.arange(0, 20, 1 / 30)
    lag = find_lag(time, np.sin(2 * time), time, np.sin(2 * time + 1))
    assert not lag.unique


def test_different_movements_are_refused(rng: np.random.Generator) -> None:
    time = np.arange(0, 10, 1 / 30)
    with pytest.raises(RecordingError, match=r"two series of one movement.*at most 0"):
        find_lag(time, rng.normal(size=300), time, course(time))
    with pytest.raises(RecordingError, match="that are all equal"):
        find_lag(time, np.ones(300), time, course(time))
    with pytest.raises(RecordingError, match="at least 8 samples"):
        find_lag(time[:3], course(time[:3]), time, course(time))


def test_both_come_out_on_one_time_line() -> None:
    stream = Stream(np.arange(0, 8, 0.001), np.arange(8000.0)[:, None], ("ch",), "mV", "emg")
    a = seen(30, 0, 12, source=Source(start_s=100.0))
    b = seen(100, 2.25, 11, streams={"emg": stream}, events=(Event(4.0, "touch", "left"),))
    made = synchronise(a, b, clocks="signal", signal=height)
    assert made.offset_s == pytest.approx(2.25, abs=0.002)
    np.testing.assert_array_equal(made.a.time, made.b.time)
    np.testing.assert_allclose(height(made.a), height(made.b), atol=0.01)
    first = made.a.source.start_s - 100.0
    assert first == pytest.approx(68 / 30, abs=1e-6)  # a's first frame after b begins
    assert made.b.source.start_s == pytest.approx(first - made.offset_s, abs=1e-6)
    event, emg = made.b.events[0], made.b.streams["emg"]
    assert event.time_s == pytest.approx(4.0 + 2.25 - first, abs=0.003)
    at = int(np.searchsorted(emg.time, event.time_s))
    assert emg.values[at, 0] == pytest.approx(4000, abs=3)
    for recording in (made.a, made.b):
        step = recording.history[-1]
        assert (step.name, step.parameters["clocks"]) == ("synchronise", "signal")


def test_spans_and_stamps() -> None:
    a, b = seen(30, 0, 10), seen(60, 0, 10)
    slow = b.replace(time=b.time * 1.3)  # the same trial, its rate stated wrongly
    made = synchronise(a, slow, clocks="span")
    np.testing.assert_allclose(height(made.a), height(made.b), atol=0.03)
    later = seen(60, 4, 10, source=Source(start_s=4.0))
    made = synchronise(a, later)
    np.testing.assert_allclose(height(made.a), height(made.b), atol=0.01)
    assert made.offset_s == 4.0
    assert made.kept_a == pytest.approx(0.6, abs=0.01)


def test_the_literal_method_says_what_it_kept() -> None:
    made = synchronise(seen(30, 0, 10), seen(96, 0, 10), clocks="start", method="exact")
    assert made.kept_a == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(height(made.a), height(made.b), atol=1e-3)
    assert made.a.time[1] == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clocks": "moon"}, "clocks to be one of 'signal', 'span', 'stamps', 'start'"),
        ({"method": "magic"}, "method to be one of"),
        ({"clocks": "signal"}, "needs signal="),
        ({}, "frames that both sensors have, found none.*clocks='start'"),
        ({"method": "nearest", "tolerance_s": -1.0}, "tolerance_s of 0 s or more"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    a, b = seen(30, 0, 4), seen(30, 0, 4, source=Source(start_s=50.0))
    with pytest.raises(RecordingError, match=message):
        synchronise(a, b, **options)
