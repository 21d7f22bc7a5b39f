"""Low-pass and One-Euro filter against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import RecordingError
from rehabkit.signals.filters import OneEuro, low_pass


def _amplitude(frequency: float, cutoff: float, rate: float = 100.0) -> float:
    time = np.arange(int(10 * rate)) / rate
    wave = np.sin(2 * np.pi * frequency * time)
    smooth = low_pass(time, wave, cutoff, [slice(0, len(time))])
    middle = slice(len(time) // 4, -len(time) // 4)
    return float(np.std(smooth[middle]) / np.std(wave[middle]))


def test_amplitude_at_the_cutoff_is_071() -> None:
    assert _amplitude(6.0, 6.0) == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_rehabilitation_movement_is_kept() -> None:
    assert _amplitude(1.0, 6.0) > 0.999
    assert _amplitude(3.0, 6.0) > 0.95
    assert _amplitude(20.0, 6.0) < 0.02


def test_no_shift_in_time() -> None:
    time = np.arange(300) / 30
    bump = np.exp(-((time - 5) ** 2) / 0.5)
    assert time[np.argmax(low_pass(time, bump, 6.0, [slice(0, 300)]))] == time[np.argmax(bump)]


def test_constant_and_line_are_untouched() -> None:
    time = np.arange(60) / 30
    line = np.stack([np.full(60, 2.0), 3 * time], axis=1)
    np.testing.assert_allclose(low_pass(time, line, 6.0, [slice(0, 60)]), line, atol=1e-4)


def test_missing_stays_missing_and_does_not_spread() -> None:
    time = np.arange(90) / 30
    values = np.sin(time)
    values[40:45] = np.nan
    smooth = low_pass(time, values, 6.0, [slice(0, 90)])
    assert np.isnan(smooth).tolist() == np.isnan(values).tolist()
    np.testing.assert_allclose(smooth[:40], np.sin(time[:40]), atol=0.01)


def test_nothing_is_smoothed_across_a_break() -> None:
    time = np.concatenate([np.arange(30) / 30, 9 + np.arange(30) / 30])
    values = np.repeat([0.0, 1.0], 30)
    got = low_pass(time, values, 2.0, [slice(0, 30), slice(30, 60)])
    np.testing.assert_allclose(got, values, atol=1e-9)


def test_uneven_rate_keeps_its_times(rng: np.random.Generator) -> None:
    time = np.cumsum(rng.uniform(0.02, 0.06, 300))
    wave = np.sin(2 * np.pi * 0.5 * time)
    np.testing.assert_allclose(low_pass(time, wave, 5.0, [slice(0, 300)]), wave, atol=0.02)


@pytest.mark.parametrize("frames", [1, 2, 3, 4])
def test_short_runs_come_back(frames: int) -> None:
    time = np.arange(frames) / 30
    assert np.isfinite(low_pass(time, time, 6.0, [slice(0, frames)])).all()


def test_slow_recordings_are_left_as_they_are() -> None:
    time = np.arange(50) / 10
    values = np.sin(9 * time)
    np.testing.assert_array_equal(low_pass(time, values, 6.0, [slice(0, 50)]), values)


def test_cutoff_must_be_positive() -> None:
    with pytest.raises(RecordingError, match="cutoff_hz above 0 Hz, found 0"):
        low_pass(np.arange(5.0), np.arange(5.0), 0.0, [slice(0, 5)])


def test_one_euro_follows_the_paper_by_hand() -> None:
    # beta 0 makes it exponential smoothing with weight 1 / (1 + tau / T) (Casiez 2012, Eq. 5, 6).
    one = OneEuro(min_cutoff_hz=1.0, beta=0.0)
    weight = 1 / (1 + 30 / (2 * np.pi))
    assert one(0.0, np.array([0.0]))[0] == 0.0
    assert one(1 / 30, np.array([1.0]))[0] == pytest.approx(weight)
    assert one(2 / 30, np.array([1.0]))[0] == pytest.approx(weight + weight * (1 - weight))


def test_one_euro_is_steady_at_rest_and_quick_when_moving(rng: np.random.Generator) -> None:
    time = np.arange(300) / 30
    still = np.array([OneEuro()(t, v) for t, v in [(0.0, np.zeros(1))]])
    assert still.shape == (1, 1)
    one = OneEuro(min_cutoff_hz=1.0, beta=5.0)
    noise = rng.normal(0, 0.005, 300)
    ramp = np.where(time > 5, (time - 5).clip(0, 0.5), 0.0)
    got = np.array([one(t, np.array([v]))[0] for t, v in zip(time, ramp + noise, strict=True)])
    assert got[60:150].std() < 0.6 * noise[60:150].std()
    assert np.abs(got - ramp)[150:180].max() < 0.12


def test_one_euro_passes_over_missing_and_starts_anew() -> None:
    one = OneEuro()
    one(0.0, np.array([1.0, 2.0]))
    first = one(0.03, np.array([np.nan, 2.0]))
    assert np.isnan(first[0])
    assert first[1] == pytest.approx(2.0)
    assert one(0.06, np.array([1.0, 2.0]))[0] == pytest.approx(1.0)
    assert one(9.0, np.array([7.0, 8.0])).tolist() == [7.0, 8.0]


def test_one_euro_refuses_time_that_stands_still() -> None:
    one = OneEuro()
    one(1.0, np.zeros(1))
    with pytest.raises(RecordingError, match=r"after 1\.0 s, found 1\.0 s"):
        one(1.0, np.zeros(1))


def test_one_euro_refuses_wrong_settings() -> None:
    with pytest.raises(RecordingError, match="above 0 and beta"):
        OneEuro(min_cutoff_hz=0.0)
