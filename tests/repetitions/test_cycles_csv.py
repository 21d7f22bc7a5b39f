"""``cycles.csv``: its header, its blocks, and figures that are known by hand."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rehabkit as rk
from rehabkit import reading
from rehabkit.errors import ExerciseError, RecordingError
from rehabkit.kinematics import angles
from rehabkit.kinematics.types import Angle, Kinematics
from rehabkit.recording import Recording
from rehabkit.repetitions.cycles_csv import Cycles, filter_of, raw_angles, write_table
from rehabkit.repetitions.types import Repetition
from rehabkit.signals.clean import CleanOptions, clean
from rehabkit.simulate import demo_recording


def read_table(path: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    rows = list(csv.DictReader(line for line in lines if not line.startswith("# ")))
    return {key: json.loads(text) for key, text in head.items()}, rows


def of(rows: list[dict[str, str]], **wanted: str) -> list[dict[str, str]]:
    return [row for row in rows if all(row[k] == v for k, v in wanted.items())]


def numbers(rows: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([float(row[column] or "nan") for row in rows])


@pytest.fixture(scope="module")
def recording() -> Recording:
    return demo_recording()


@pytest.fixture(scope="module")
def table(
    recording: Recording, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    path = tmp_path_factory.mktemp("cycles") / "squat.cycles.csv"
    assert rk.write(recording, path, exercise="squat") == ()
    return read_table(path)


def test_the_header_says_what_was_done(
    recording: Recording, table: tuple[dict[str, Any], list[dict[str, str]]]
) -> None:
    head, rows = table
    assert head["exercise"] == "squat"
    assert head["unit"] == "deg"
    assert head["filter"]["cutoff_hz"] == 6.0
    assert "zero-phase Butterworth" in head["filter"]["kind"]
    found = rk.analyze(recording, exercise="squat").segmentation.repetitions
    assert [r["start_s"] for r in head["repetitions"]] == [round(r.start_s, 4) for r in found]
    assert {r["side"] for r in head["repetitions"]} == {row["repetitions_of"] for row in rows}


def test_every_angle_has_101_rows_raw_and_filtered(
    recording: Recording, table: tuple[dict[str, Any], list[dict[str, str]]]
) -> None:
    head, rows = table
    knee = of(rows, angle="knee_flexion_left", data="filtered")
    assert [float(row["percent"]) for row in knee] == list(range(101))
    assert {row["side"] for row in knee} == {"left"}
    known = angles.compute(clean(recording)).angles
    assert {row["angle"] for row in rows} == {n for n, a in known.items() if a.measurable}
    assert set(head["not_measurable"]) == {n for n, a in known.items() if not a.measurable}
    assert len(of(rows, data="raw")) == len(of(rows, data="filtered"))


def test_curves_are_the_angle_at_its_times(
    recording: Recording, table: tuple[dict[str, Any], list[dict[str, str]]]
) -> None:
    head, rows = table
    cleaned = clean(recording)
    for data, source in (
        ("filtered", angles.compute(cleaned)), ("raw", raw_angles(recording, cleaned)),
    ):  # fmt: skip
        knee = of(rows, angle="knee_flexion_right", data=data)
        first = head["repetitions"][0]
        moments = np.linspace(first["start_s"], first["end_s"], 101)
        expected = np.interp(moments, source.time, source["knee_flexion_right"].values)
        found = numbers(knee, "repetition_1_deg")
        seen = np.isfinite(found)
        assert seen.sum() > 90
        np.testing.assert_allclose(found[seen], expected[seen], atol=0.02)


def test_raw_differs_from_filtered(table: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    _, rows = table
    raw, filtered = (numbers(of(rows, data=d), "mean_deg") for d in ("raw", "filtered"))
    assert np.nanmax(np.abs(raw - filtered)) > 0.01


def repetition(start_s: float, side: str) -> Repetition:
    return Repetition(start_s, start_s + 1, start_s + 0.5, side, 1, 1, 0, 1, start_s, start_s)  # type: ignore[arg-type]


def test_mean_and_spread_by_hand_and_sides_apart(tmp_path: Path) -> None:
    recording = demo_recording()
    cleaned = clean(recording)
    time = cleaned.time
    values = np.where(time < 1, 10.0, np.where(time < 2, 20.0, 40.0))
    kinematics = Kinematics(time, {"knee_flexion_left": Angle("knee_flexion_left", values)})
    cycles = [repetition(0, "left"), repetition(1.1, "right"), repetition(2.2, "left")]
    write_table(Cycles(recording, cleaned, kinematics, cycles), tmp_path / "cycles.csv")
    _, rows = read_table(tmp_path / "cycles.csv")
    middle = of(rows, data="filtered", repetitions_of="left", percent="50")[0]
    assert (middle["count"], middle["mean_deg"], middle["sd_deg"]) == ("2", "25.0000", "21.2132")
    assert (middle["repetition_1_deg"], middle["repetition_2_deg"]) == ("10.0000", "")
    alone = of(rows, data="filtered", repetitions_of="right", percent="50")[0]
    assert (alone["count"], alone["mean_deg"], alone["sd_deg"]) == ("1", "20.0000", "")


def test_without_a_filter_it_says_so(recording: Recording) -> None:
    plain = clean(recording, CleanOptions(cutoff_hz=None))
    assert filter_of(plain.history) == {"kind": "none", "cutoff_hz": None}


def test_the_exercise_comes_from_the_label_or_from_nowhere(
    recording: Recording, tmp_path: Path
) -> None:
    named = recording.replace(exercise=replace(recording.exercise, id="squat"))
    for given, expected in (
        (named, "squat"),
        (named.replace(exercise=type(named.exercise)()), None),
    ):
        rk.write(given, tmp_path / "cycles.csv")
        assert read_table(tmp_path / "cycles.csv")[0]["exercise"] == expected


def test_what_cannot_be_is_refused(recording: Recording, tmp_path: Path) -> None:
    still = recording.replace(positions=np.repeat(recording.positions[:1], len(recording), axis=0)
                              if recording.positions is not None else None)  # fmt: skip
    with pytest.raises(RecordingError, match=r"expected repetitions, found none \(squat\)"):
        rk.write(still, tmp_path / "a.cycles.csv", exercise="squat")
    with pytest.raises(ExerciseError, match="squats"):
        rk.write(recording, tmp_path / "a.cycles.csv", exercise="squats")
    assert list(tmp_path.iterdir()) == []


def test_only_its_own_names_mean_it() -> None:
    names = {"a.cycles.csv": "cycles", "cycles.csv": "cycles", "bicycles.csv": "csv"}
    assert {n: reading.writer_of(Path(n)).name for n in names} == names


def test_it_is_no_recording(recording: Recording, tmp_path: Path) -> None:
    rk.write(recording, tmp_path / "cycles.csv", exercise="squat")
    assert reading.find_recordings(tmp_path) == []
