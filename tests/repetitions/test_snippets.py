"""Snippets: names, times, and that nothing of a repetition is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from rehabkit import analyze, reading
from rehabkit.cli.app import app
from rehabkit.errors import RecordingError
from rehabkit.recording import Event, Stream
from rehabkit.repetitions.snippets import snippets
from rehabkit.signals.slices import between
from rehabkit.simulate import Faults, generate


def test_each_repetition_becomes_a_recording() -> None:
    made = generate("squat", repetitions=3)
    stream = Stream(np.arange(0, 20, 0.01), np.zeros((2000, 1)), ("a",), "mV", "emg")
    whole = made.recording.replace(streams={"emg": stream}, events=(Event(2.0, "first"),))
    found = analyze(whole, exercise="squat").segmentation.repetitions
    cut = snippets(whole, found, subject="7_a", movement="12")
    assert [s.name for s in cut] == [f"7-a_12SB_Cut{k:02d}" for k in (1, 2, 3)]
    for snippet, repetition in zip(cut, found, strict=True):
        part = snippet.recording
        assert part.source.start_s == pytest.approx(repetition.start_s, abs=0.02)
        assert part.duration_s == pytest.approx(repetition.end_s - repetition.start_s, abs=0.04)
        first = int(np.searchsorted(whole.time, repetition.start_s))
        np.testing.assert_array_equal(part.positions[0], whole.positions[first])  # type: ignore[index]
        assert part.streams["emg"].time[-1] == pytest.approx(part.duration_s, abs=0.02)
        assert part.history[-1].name == "cut repetition"
    assert [len(s.recording.events) for s in cut] == [1, 0, 0]


def test_sides_are_counted_on_their_own(tmp_path: Path) -> None:
    recording = generate("hip-abduction", repetitions=4).recording
    path = tmp_path / "a.csv"
    reading.write(recording, path)
    out = tmp_path / "out"
    arguments = ["snippets", str(path), "--out", str(out), "--subject", "24", "--movement", "12"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    names = sorted(p.name for p in out.iterdir())
    assert "24_12SL_Cut01.csv" in names
    assert "24_12SR_Cut01.csv" in names
    assert reading.read(out / names[0]).time[0] == 0


def test_an_interval_without_frames_is_refused() -> None:
    recording = generate("squat", repetitions=1).recording
    with pytest.raises(RecordingError, match=r"frames from 900\.000 to 901\.000 s, found none"):
        between(recording, 900, 901)


def test_sync_on_the_command_line(tmp_path: Path) -> None:
    faults = Faults(short_range=(1,), short_share=0.5)  # equal repetitions would leave a doubt
    recording = generate("squat", repetitions=3, noise_m=0.002, faults=faults).recording
    reading.write(recording, tmp_path / "a.csv")
    reading.write(between(recording, 1.5, 11.0), tmp_path / "b.csv")
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    done = CliRunner().invoke(app, ["sync", *paths, "--out", str(tmp_path), "--to", "csv"])
    assert done.exit_code == 0, done.output
    assert "time in A = +1.5" in done.output
    a, b = (reading.read(tmp_path / f"{n}-synchronised.csv") for n in "ab")
    np.testing.assert_allclose(a.positions, b.positions, atol=5e-3)  # type: ignore[arg-type]
    wrong = CliRunner().invoke(app, ["sync", *paths, "--out", str(tmp_path), "--signal", "moon"])
    assert "No signal is called 'moon' in both" in str(wrong.exception)


def test_two_recordings_of_one_name_stay_apart(tmp_path: Path) -> None:
    recording = generate("squat", repetitions=2).recording
    paths = [tmp_path / folder / "trial.csv" for folder in ("kinect", "vicon")]
    for path in paths:
        path.parent.mkdir()
        reading.write(recording, path)
    arguments = ["sync", *map(str, paths), "--out", str(tmp_path), "--to", ".csv"]
    done = CliRunner().invoke(app, [*arguments, "--signal", "pelvis=chest", "--max-drift", "0.01"])
    assert done.exit_code == 0, done.output
    assert "by heights of pelvis and chest" in done.output
    made = sorted(path.name for path in tmp_path.glob("*.csv"))
    assert made == ["trial-a-synchronised.csv", "trial-b-synchronised.csv"]
    wrong = CliRunner().invoke(app, [*arguments, "--signal", "pelvis=moon"])
    assert "canonical joint, found 'moon'" in str(wrong.exception)
