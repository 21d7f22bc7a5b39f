"""Both tables: what they hold, where it comes from, and that memory stays flat."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cohort import made

from rehabkit.cohort import Entry, write
from rehabkit.cohort.entries import entries
from rehabkit.cohort.rows import RECORDING, REPETITION
from rehabkit.cohort.tables import Pieces
from rehabkit.errors import FormatError, RehabkitError


def tables(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.read_parquet(folder / "cohort.parquet"), pl.read_parquet(
        folder / "repetitions.parquet"
    )


def test_a_row_a_recording_and_a_row_a_repetition(tmp_path: Path) -> None:
    made.cohort(tmp_path, 4, scores=True)
    write(tmp_path)
    recordings, repetitions = tables(tmp_path)
    assert list(recordings.columns[: len(RECORDING)]) == list(RECORDING)
    assert list(repetitions.columns[: len(REPETITION)]) == list(REPETITION)
    assert (len(recordings), len(repetitions)) == (8, 24)
    assert recordings["status"].to_list().count("not usable") == 1
    first = recordings.row(0, named=True)
    assert first["recording"] == "P0000/squat-1"
    assert (first["person"], first["subject"], first["group"]) == (
        "healthy: P0000", "P0000", "healthy",
    )  # fmt: skip
    assert first["report"] == "P0000/squat-1/report.html"
    document = json.loads((tmp_path / "P0000/squat-1/analysis.json").read_text())
    measure = document["measures"]["knee_flexion_left.range"]
    assert first["knee_flexion_left_range_deg"] == measure["value"]
    assert first["knee_flexion_left_range_error_deg"] == measure["error"]
    assert first["score_overall_0_to_100"] == document["scores"]["overall"]["value"]
    extents = [r["extent"] for r in document["repetitions"]]
    assert first["extent_m"] == pytest.approx(np.median(extents), abs=1e-4)
    one = repetitions.row(2, named=True)
    assert (one["recording"], one["repetition"], one["extent_m"]) == (
        "P0000/squat-1", 3, extents[2],
    )  # fmt: skip
    measures = document["repetitions"][2]["measures"]
    assert one["hip_flexion_right_max_deg"] == measures["hip_flexion_right.max"]["value"]


def test_exercises_of_their_own_measures_share_a_table(tmp_path: Path) -> None:
    made.cohort(tmp_path, 2, exercises=("squat", "shoulder-abduction"))
    write(tmp_path)
    recordings, _ = tables(tmp_path)
    squats = recordings.filter(pl.col("exercise") == "squat")
    others = recordings.filter(pl.col("exercise") == "shoulder-abduction")
    assert squats["knee_flexion_left_range_deg"].null_count() == 0
    assert others["knee_flexion_left_range_deg"].null_count() == len(others)


def test_the_ledger_names_the_refused(tmp_path: Path) -> None:
    made.cohort(tmp_path, 1)
    lines = [
        {"name": "P0000/squat-1", "folder": "P0000/squat-1", "source": "a.csv", "status": "usable"},
        {"name": "bad", "folder": "bad", "source": "in/bad.csv", "status": "refused",
         "reasons": ["expected a recording, found nothing"], "exercise": "squat"},
    ]  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in lines) + '{"name": "cut o'
    (tmp_path / "run.jsonl").write_text(text)
    write(tmp_path)
    recordings, _ = tables(tmp_path)
    bad = recordings.filter(pl.col("recording") == "bad").row(0, named=True)
    assert (bad["status"], bad["source"], bad["usable"]) == ("refused", "in/bad.csv", False)
    assert bad["reasons"] == ["expected a recording, found nothing"]
    assert bad["report"] is None
    assert len(recordings) == 3


def test_a_recording_without_a_page_has_no_link(tmp_path: Path) -> None:
    made.cohort(tmp_path, 1)
    (tmp_path / "P0000/squat-2/report.html").unlink()
    write(tmp_path)
    recordings, _ = tables(tmp_path)
    assert recordings["report"].to_list() == ["P0000/squat-1/report.html", None]


def test_a_recording_that_the_ledger_calls_otherwise_is_one_row(tmp_path: Path) -> None:
    made.cohort(tmp_path, 1, visits=1)
    line = {"name": "squat.csv", "folder": "P0000/squat-1", "source": "s", "status": "usable"}
    (tmp_path / "run.jsonl").write_text(json.dumps(line) + "\n")
    assert [entry.name for entry in entries(tmp_path)] == ["squat.csv"]


def test_a_damaged_ledger_is_refused(tmp_path: Path) -> None:
    made.cohort(tmp_path, 1)
    (tmp_path / "run.jsonl").write_text("nonsense\n{}\n")
    with pytest.raises(FormatError, match=r"run\.jsonl, line 1: expected a JSON object a line"):
        write(tmp_path)


def test_a_result_that_cannot_be_read_is_a_row_with_its_reason(tmp_path: Path) -> None:
    made.cohort(tmp_path, 1)
    (tmp_path / "P0000/squat-2/analysis.json").write_text("{}")
    write(tmp_path)
    row = tables(tmp_path)[0].row(1, named=True)
    assert row["status"] == "refused"
    assert "not of this version" in row["reasons"][0]


def test_a_recording_without_a_name_is_a_person_of_its_own(tmp_path: Path) -> None:
    document = made.document(1, np.random.default_rng(1))
    document["subject"] |= {"id": None, "group": None}
    made.put(tmp_path, "here", document)
    write(tmp_path)
    assert tables(tmp_path)[0]["person"].to_list() == ["recording here"]


def test_refused_recordings_may_be_given(tmp_path: Path) -> None:
    made.cohort(tmp_path, 1)
    write(tmp_path, also=[Entry("bad.csv", tmp_path / "bad", "bad.csv", True, ("why",))])
    assert tables(tmp_path)[0]["status"].to_list().count("refused") == 1


def test_no_folder_and_no_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RehabkitError, match="found no folder"):
        entries(tmp_path / "none")
    with pytest.raises(RehabkitError, match=r"found no analysis\.json"):
        entries(tmp_path)


def test_pieces_are_joined_and_leave_nothing_behind(tmp_path: Path) -> None:
    with Pieces({"a": "text"}, tmp_path, most=2) as pieces:
        pieces.add({"a": str(i), f"m{i}": i / 2} for i in range(5))
        pieces.write(tmp_path / "all.parquet")
    found = pl.read_parquet(tmp_path / "all.parquet")
    assert found["a"].to_list() == list("01234")
    assert found["m3"].to_list() == [None, None, None, 1.5, None]
    assert [path.name for path in tmp_path.iterdir()] == ["all.parquet"]


PEAK = """
import resource, sys
from rehabkit.cohort import write
for folder in sys.argv[1:]:
    write(folder)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_memory_is_flat(tmp_path: Path) -> None:
    """Peak of one process after few, and then after four times as many recordings."""
    text = made.template()
    for n in (20, 60, 240):
        for i in range(n):
            place = tmp_path / str(n) / f"r{i:04d}"
            place.mkdir(parents=True)
            (place / "analysis.json").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = [sys.executable, "-c", PEAK, *(str(tmp_path / str(n)) for n in (20, 60, 240))]
    out = subprocess.run(run, capture_output=True, text=True, env=environment, check=True).stdout
    _, few, many = map(float, out.split())
    assert many < 1.1 * few, f"{few:.0f} MiB for 60 recordings, {many:.0f} for 240"
