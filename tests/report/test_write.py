"""The folder that ``write`` leaves."""

from __future__ import annotations

from pathlib import Path

from rehabkit.report import write
from rehabkit.report.analysis import Analysis
from rehabkit.report.document import Summary


def test_all_files(squat: Analysis, tmp_path: Path) -> None:
    write(squat, tmp_path / "out")
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == [
        "analysis.json", "angles.csv", "angles.png", "checks.csv", "cycles.csv", "driver.png",
        "repetitions.csv", "report.html", "report.md", "scores.csv",
    ]  # fmt: skip


def test_json_reads_back(squat: Analysis, tmp_path: Path) -> None:
    summary = write(squat, tmp_path, parts=())
    text = (tmp_path / "analysis.json").read_text(encoding="utf-8")
    assert Summary.model_validate_json(text) == summary
    assert "NaN" not in text
