"""Smoothness of the way out and the way back, on movements whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.kinematics.phases import Phase, PhaseMeasures, phase_measures, slopes
from rehabkit.recording.arrays import Float
from rehabkit.simulate.timeline import Planned, Tempo

RATE_HZ = 30.0


def phases(
    pause_s: float = 0.0, shake_deg: float = 0.0, noise_deg: float = 0.0
) -> dict[Phase, PhaseMeasures]:
    plan = Planned(1, 1.0, Tempo(), "both", 1.0, pause_s)
    time = np.arange(0.0, plan.end_s + 1.0, 1 / RATE_HZ)
    values = 90.0 * plan.course(time) + shake_deg * np.sin(2 * np.pi * 4.5 * time)
    values += noise_deg * np.random.default_rng(0).normal(size=len(time))
    held = (plan.peak_s - 0.15, plan.peak_s + 0.15)
    return phase_measures(time, values, plan.start_s, *held, plan.end_s)


def test_a_movement_in_one_go() -> None:
    for measured in phases().values():
        assert measured.reason == ""
        assert abs(measured.moved or 0.0) == pytest.approx(90.0, abs=0.5)
        assert measured.sparc == pytest.approx(-1.40, abs=0.02)
        assert measured.speed_peaks == 1
        assert measured.stops == ()
        assert measured.stopped_share == 0.0


@pytest.mark.parametrize("noise_deg", [0.0, 0.5])
@pytest.mark.parametrize("pause_s", [0.5, 1.0, 2.0])
def test_a_stop_on_the_way_out_belongs_to_that_phase(pause_s: float, noise_deg: float) -> None:
    measured = phases(pause_s, noise_deg=noise_deg)
    out, back = measured["out"], measured["back"]
    assert out.stops is not None
    assert len(out.stops) == 1
    assert out.stops[0].length_s == pytest.approx(pause_s, abs=0.12)
    assert out.stops[0].share == pytest.approx(0.5, abs=0.02)
    assert out.stopped_share == pytest.approx(pause_s / (1.3 + pause_s), abs=0.06)
    assert (out.speed_peaks, back.speed_peaks, back.stops) == (2, 1, ())
    assert out.sparc is not None
    assert back.sparc is not None
    assert out.sparc < back.sparc - 1.0


def test_shaking_shows_in_both_figures_of_smoothness() -> None:
    still, shaken = phases()["back"], phases(shake_deg=3.0)["back"]
    for name in ("sparc", "ldj"):
        assert getattr(shaken, name) < getattr(still, name) - 0.5


def test_what_has_no_figures_says_why() -> None:
    def only(values: Float, held: tuple[float, float] = (1.0, 1.2)) -> PhaseMeasures:
        time = np.arange(len(values)) / RATE_HZ
        return phase_measures(time, values, 0.0, *held, float(time[-1]))["out"]

    gap = np.linspace(0.0, 80.0, 70)
    gap[10] = np.nan
    assert "shorter than 5 frames" in only(np.linspace(0, 80, 70), (0.05, 0.2)).reason
    assert "not seen throughout" in only(gap).reason
    small = only(np.linspace(0.0, 5.0, 70))
    assert "moved less than 10 deg" in small.reason
    assert (small.sparc, small.stops, small.stopped_s, small.stopped_share) == (None,) * 4


def test_a_height_moves_by_less_than_an_angle() -> None:
    time = np.arange(0.0, 3.0, 1 / RATE_HZ)
    values = 0.3 * np.sin(np.pi * time / 3.0)
    span = (0.0, 1.4, 1.6, 3.0)
    assert "less than 0.5 m" in phase_measures(
        time, values, *span, least_moved=0.5, unit="m"
    )["out"].reason  # fmt: skip
    assert phase_measures(time, values, *span, least_moved=0.05, unit="m")["out"].speed_peaks == 1


def test_slopes_of_a_line_are_its_slope_everywhere() -> None:
    time = np.cumsum(0.03 + 0.01 * np.random.default_rng(1).uniform(size=40))
    assert slopes(time, 3.0 + 7.0 * time) == pytest.approx(7.0)
