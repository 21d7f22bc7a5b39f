"""Events: what they accept, and that they follow their recording through files and cuts."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from rehabkit import reading
from rehabkit.errors import FormatError, RecordingError
from rehabkit.recording import Event, Recording
from rehabkit.recording.skeletons import KINECT_V2
from rehabkit.signals.joined import split

STRIKE = Event(0.25, "Foot Strike", "left", "from the plate", "p1")


def recording(time: np.ndarray) -> Recording:
    points = np.random.default_rng(1).normal(size=(len(time), 25, 3)) * 0.01 + np.arange(3)
    return Recording(time, KINECT_V2, points, events=(STRIKE, Event(20.5, "End")))


@pytest.mark.parametrize("time_s", [math.nan, math.inf])
def test_an_event_has_a_time(time_s: float) -> None:
    with pytest.raises(RecordingError, match="'End': expected a time in s"):
        Event(time_s, "End")


def test_a_side_is_one_of_four() -> None:
    with pytest.raises(RecordingError, match="expected side 'left', 'right', 'both' or ''"):
        Event(0.0, "Start", "General")  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_events_come_back_from_files(suffix: str, tmp_path: Path) -> None:
    made = recording(np.arange(40) / 30)
    reading.write(made, tmp_path / f"a{suffix}")
    assert reading.read(tmp_path / f"a{suffix}").events == made.events
    assert pickle.loads(pickle.dumps(made)).events == made.events


def test_a_file_without_the_key_has_no_events(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    reading.write(recording(np.arange(40) / 30), path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("# events")))
    assert reading.read(path).events == ()


def test_a_damaged_event_names_its_key(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    reading.write(recording(np.arange(40) / 30), path)
    path.write_text(path.read_text().replace('"side": "left"', '"side": "port"'))
    with pytest.raises(FormatError, match="key 'events': expected events as"):
        reading.read(path)


def test_parts_of_a_recording_take_their_events_along() -> None:
    time = np.concatenate([np.arange(60) / 30, 20 + np.arange(60) / 30])
    first, second = split(recording(time))
    assert first.events == (STRIKE,)
    assert [(e.name, e.time_s) for e in second.events] == [("End", 0.5)]
