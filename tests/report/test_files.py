"""Tables, Markdown and figures: units in headers, empty where not measured, the same each time."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rehabkit.report import tables, write
from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.markdown import to_markdown
from rehabkit.report.summary import summarize


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names = list(reader.fieldnames or [])
        assert len(names) == len(set(names)), "a column twice"
        return list(reader)


def test_repetitions(squat: Analysis, tmp_path: Path) -> None:
    tables.write_repetitions(summarize(squat), tmp_path / "r.csv")
    found = rows(tmp_path / "r.csv")
    assert [r["repetition"] for r in found] == ["1", "2", "3", "4", "5"]
    assert found[0]["start_s"] == "1.300"
    assert found[0]["duration_s"] == "2.800"
    assert float(found[4]["knee_flexion_left_max_deg"]) == 78
    assert found[3]["knee_flexion_right_max_deg"] == ""
    assert found[0]["pelvis_distance_m"] == "0.8"


def test_angles(squat: Analysis, tmp_path: Path) -> None:
    tables.write_angles(summarize(squat), Curves.of(squat), tmp_path / "a.csv")
    found = rows(tmp_path / "a.csv")
    assert next(iter(found[0])) == "time_s"
    assert "knee_flexion_left_deg" in found[0]
    assert "knee_valgus_left_deg" not in found[0]
    assert len(found) == len(squat.kinematics.time)
    peak = max(float(r["knee_flexion_left_deg"]) for r in found)
    assert peak == pytest.approx(98, abs=0.1)


def test_nothing_counted_leaves_only_headers(refused: Analysis, tmp_path: Path) -> None:
    tables.write_repetitions(summarize(refused), tmp_path / "r.csv")
    assert rows(tmp_path / "r.csv") == []


def test_unseen_frames_are_empty(squat: Analysis, tmp_path: Path) -> None:
    angles = dict(squat.kinematics.angles)
    values = np.array(angles["trunk_flexion"].values)
    values[3] = np.nan
    angles["trunk_flexion"] = replace(angles["trunk_flexion"], values=values)
    broken = replace(squat, kinematics=replace(squat.kinematics, angles=angles))
    tables.write_angles(summarize(broken), Curves.of(broken), tmp_path / "a.csv")
    assert rows(tmp_path / "a.csv")[3]["trunk_flexion_deg"] == ""


def test_markdown(squat: Analysis, refused: Analysis) -> None:
    text = to_markdown(summarize(squat), figures=True)
    assert text.startswith("# Squat\n")
    assert "**5 repetitions**, and 1 not complete" in text
    assert "Measured 43°, at most 38° expected." in text
    assert "![" in text
    assert "Supports a professional’s judgement. Not a diagnosis." in text
    assert "Cannot be scored." in to_markdown(summarize(refused))


def test_markdown_keeps_hostile_names_as_text(squat: Analysis) -> None:
    assert squat.exercise is not None
    exercise = replace(squat.exercise, name="<img src=x>\n# [a](b)|")
    text = to_markdown(summarize(replace(squat, exercise=exercise)))
    assert "# \\<img src=x\\> \\# \\[a\\](b)\\|" in text


def test_figures_are_the_same_each_time(squat: Analysis, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(squat, tmp_path / name, parts=["figures"])
    for picture in ("driver.png", "angles.png"):
        first, second = ((tmp_path / n / picture).read_bytes() for n in ("one", "two"))
        assert first[:8] == b"\x89PNG\r\n\x1a\n"
        assert first == second


def test_no_half_written_file(
    squat: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rehabkit.report.tables._frames", stop)
    with pytest.raises(KeyboardInterrupt):
        write(squat, tmp_path)
    names = sorted(p.name for p in tmp_path.iterdir())
    # analysis.json comes last: where it is, everything else is.
    assert names == ["repetitions.csv", "report.html", "report.md"]
