"""Figures of a data set: what a sample is, and which file of the cache answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rehabkit.bench import figures, prepared
from rehabkit.bench.prepared import Prepared, Set
from rehabkit.datasets.row import Row
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

SENSORS = ("kinect-v2", "vicon")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three squats of each sensor, the second's body twice as large; and a recording too short."""
    cleaned = clean(generate("squat", repetitions=3).recording)
    assert cleaned.positions is not None
    row = Row(Path("squat.csv"), "csv", subject="s1", exercise="squat")
    up = np.array(cleaned.up.vector)
    each = {}
    for scale, sensor in enumerate(SENSORS, start=1):
        own = replace(row, sensor=sensor)
        one = Prepared(own, cleaned.time, scale * cleaned.positions, None, up)
        short = Prepared(replace(own, path=Path("short.csv")), cleaned.time[:1],
                         cleaned.positions[:1], None, up)  # fmt: skip
        each[sensor] = Set("made", "abc", (one, short), ())
    monkeypatch.setattr(prepared, "load", lambda *_, sensor, **__: each[sensor])
    return tmp_path


def test_a_recording_and_its_repetitions(cache: Path) -> None:
    found = figures.gather("made", Path(), cache, sensor="vicon", repetitions=True)
    assert found.repetition.tolist() == [0, 1, 2, 3]
    assert found.seconds[0] > found.seconds[1:].sum() * 0.8
    assert (found.seconds[1:] < found.seconds[0] / 2).all()
    assert [row.path.name for row, _ in found.refused] == ["short.csv"]
    assert len(figures.gather("made", Path(), cache, sensor="vicon").rows) == 1


def test_each_sensor_has_a_file_of_its_own(cache: Path) -> None:
    one, two = (figures.gather("made", Path(), cache, sensor=sensor) for sensor in SENSORS)
    np.testing.assert_allclose(two.body, 2 * one.body, rtol=1e-5)
    assert [found.rows[0].sensor for found in (one, two)] == list(SENSORS)


def test_what_is_kept_is_not_made_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = figures.gather("made", Path(), cache, sensor="vicon")
    monkeypatch.delattr(figures, "_sample")
    again = figures.gather("made", Path(), cache, sensor="vicon")
    np.testing.assert_array_equal(again.movement, first.movement)
    assert [p.suffix for p in cache.iterdir()] == [".npz"]
