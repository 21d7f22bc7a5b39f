"""The whole way: every step's result in one Analysis, on generated and on real recordings."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rehabkit as rk
from rehabkit.recording import ExerciseLabel
from rehabkit.simulate import Faults, generate


def test_a_generated_squat_from_end_to_end(tmp_path: Path) -> None:
    made = generate("squat", repetitions=4, faults=Faults(lean=(2,), lean_deg=30.0))
    rk.write(made.recording, tmp_path / "squat.csv")
    analysis = rk.analyze(tmp_path / "squat.csv", exercise="squat")
    assert analysis.gate.usable
    assert analysis.exercise is not None
    assert (analysis.exercise.id, analysis.exercise_how) == ("squat", "named")
    assert len(analysis.segmentation.repetitions) == len(analysis.repetition_measures) == 4
    assert analysis.repetition_measures[0]["knee_flexion_left.max"].unit == "deg"
    assert analysis.original.source.sha256
    assert len(analysis.recording.history) > len(analysis.original.history)


def test_an_exercise_that_nobody_named_is_unknown() -> None:
    unlabelled = generate("shoulder-abduction").recording.replace(exercise=ExerciseLabel())
    analysis = rk.analyze(unlabelled)
    assert (analysis.exercise, analysis.exercise_how) == (None, "unknown")
    assert len(analysis.segmentation.repetitions) == 5


def test_an_exercise_that_is_not_there() -> None:
    with pytest.raises(rk.RehabkitError, match="squatt"):
        rk.analyze(generate("squat").recording, exercise="squatt")


@pytest.mark.parametrize("height_m", [-1.0, 0.0, 3.0, float("nan")])
def test_a_height_that_no_person_has(height_m: float) -> None:
    with pytest.raises(rk.RehabkitError, match="height between"):
        rk.analyze(generate("squat").recording, height_m=height_m)


def test_a_stated_height_scales_what_no_sensor_measured() -> None:
    made = generate("squat", height_m=1.72).recording
    half = made.replace(
        positions=np.asarray(made.positions) / 2,
        scale=made.scale.__class__(known=False),
    )
    analysis = rk.analyze(half, exercise="squat", height_m=1.72)
    measured = rk.analyze(made, exercise="squat")
    ours, theirs = ([r.extent for r in a.segmentation.repetitions] for a in (analysis, measured))
    assert ours == pytest.approx(theirs, rel=0.1)
    assert any(step.name == "scale to height" for step in analysis.recording.history)


def test_a_mirrored_picture_exchanges_the_sides() -> None:
    made = generate("knee-lift", sides="left", repetitions=3).recording
    plain = rk.analyze(made, exercise="knee-lift")
    mirrored = rk.analyze(made, exercise="knee-lift", mirrored="yes")
    assert {r.side for r in plain.segmentation.repetitions} == {"left"}
    assert {r.side for r in mirrored.segmentation.repetitions} == {"right"}


def test_an_option_of_another_reader_is_refused(tmp_path: Path) -> None:
    rk.write(generate("squat", repetitions=1).recording, tmp_path / "squat.csv")
    with pytest.raises(rk.RehabkitError, match="person"):
        rk.analyze(tmp_path / "squat.csv", person=(0.5, 0.5))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to reach out fails and is noted."""
    attempts: list[Any] = []

    def refuse(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **_: Any) -> Any:
            attempts.append((name, arguments[1:]))
            raise OSError("no network in this test")

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse(name))
    monkeypatch.setattr(socket, "getaddrinfo", refuse("getaddrinfo"))
    return attempts


@pytest.mark.data
@pytest.mark.video
def test_a_video_is_analysed_without_reaching_out(
    data_root: Path, tmp_path: Path, no_network: list[Any]
) -> None:
    analysis = rk.analyze(data_root / "videos" / "michpapadum_liftright.mp4")
    rk.write_report(analysis, tmp_path)
    assert len(analysis.segmentation.repetitions) == 2
    assert no_network == []


@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "exercise", "count"),
    [
        ("kimore/GPP/BackPain/B_ID7/Es5", "kimore-es5", 6),
        ("kimore/CG/Expert/E_ID7/Es1", "kimore-es1", 6),
    ],
)
def test_real_recordings_know_their_exercise(
    data_root: Path, path: str, exercise: str, count: int
) -> None:
    analysis = rk.analyze(data_root / path)
    assert analysis.exercise is not None
    assert analysis.exercise.id == exercise
    assert len(analysis.segmentation.repetitions) == count


def test_one_repetition_is_said_in_history_and_report(tmp_path: Path) -> None:
    made = generate("squat", repetitions=3).recording
    analysis = rk.analyze(made, exercise="squat", one_repetition=True)
    assert len(analysis.segmentation.repetitions) == len(analysis.repetition_measures) == 1
    assert "state one repetition" in [step.name for step in analysis.recording.history]
    rk.write_report(analysis, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "the whole recording is one repetition, as the user says" in page
