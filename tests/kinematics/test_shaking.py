"""An oscillation of known size and rate, in noise."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.kinematics.course import minimum_jerk
from rehabkit.kinematics.shaking import Shaking, shaking, without_movement
from rehabkit.recording.arrays import Float
from rehabkit.signals.filters import gain, low_pass

TIME = np.arange(0.0, 8.0, 1 / 30)


def movement(shake_deg: float = 0.0, hz: float = 5.0, noise_deg: float = 0.0) -> Float:
    out = 90 * (minimum_jerk((TIME - 2) / 1.5) - minimum_jerk((TIME - 4.5) / 1.5))
    noise = noise_deg * np.random.default_rng(0).normal(size=len(TIME))
    return np.asarray(out + shake_deg * np.sin(2 * np.pi * hz * TIME) + noise)


def found(values: Float, smoothed_hz: float | None = None) -> Shaking:
    rest = without_movement(TIME, values, [slice(0, len(TIME))])
    part = slice(60, 180)
    known = shaking(TIME[part], rest[part], smoothed_hz)
    assert known is not None
    return known


@pytest.mark.parametrize("hz", [4.0, 5.0, 6.5, 9.0])
@pytest.mark.parametrize("noise_deg", [0.0, 0.8])
def test_its_size_and_rate(hz: float, noise_deg: float) -> None:
    known = found(movement(3.0, hz, noise_deg))
    assert known.amplitude == pytest.approx(3.0, abs=0.35)
    assert known.rate_hz == pytest.approx(hz, abs=0.3)


def test_what_the_clean_up_took_is_given_back() -> None:
    values = low_pass(TIME, movement(3.0, 8.0), 6.0, [slice(0, len(TIME))])
    assert found(values).amplitude < 2.0
    assert found(values, 6.0).amplitude == pytest.approx(3.0, abs=0.35)


@pytest.mark.parametrize("noise_deg", [0.5, 2.0, 6.0])
def test_noise_alone_stays_below_its_own_error(noise_deg: float) -> None:
    known = found(movement(noise_deg=noise_deg))
    assert known.amplitude - 1.5 < known.noise


def test_a_smooth_movement_does_not_shake() -> None:
    assert found(movement()).amplitude < 0.1


def test_too_short_or_unseen_has_no_figure() -> None:
    rest = without_movement(TIME, movement(3.0), [slice(0, len(TIME))])
    assert shaking(TIME[:20], rest[:20]) is None
    rest[100] = np.nan
    assert shaking(TIME, rest) is None


def test_gain_is_that_of_the_filter() -> None:
    runs = [slice(0, len(TIME))]
    for hz in (2.0, 6.0, 9.0):
        wave = np.sin(2 * np.pi * hz * TIME)
        left = low_pass(TIME, wave, 6.0, runs)[60:180]
        ratio = float(np.std(left) / np.std(wave[60:180]))
        assert float(gain(np.array([hz]), 6.0, 30.0)[0]) == pytest.approx(ratio, abs=0.01)
    assert gain(np.array([6.0]), 6.0, 300.0)[0] == pytest.approx(0.5**0.5, abs=0.002)
    assert gain(np.array([6.0]), None, 30.0)[0] == 1.0
