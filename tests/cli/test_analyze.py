"""``analyze``, ``demo``, ``convert`` and ``exercises`` on generated recordings."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran

from rehabkit import reading

Run = Callable[..., Ran]
TABLES = {"repetitions.csv", "angles.csv", "cycles.csv", "scores.csv", "checks.csv"}
WRITTEN = {"analysis.json", "report.html", *TABLES}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_one_recording(run: Run, sample: Path, tmp_path: Path) -> None:
    ran = run(f"analyze {sample} --exercise squat --out out")
    assert ran.status == 0
    assert names(tmp_path / "out") >= WRITTEN
    document = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert f"{len(document['repetitions'])} repetitions" in ran.out
    assert "Report: out/report.html" in ran.out
    assert "Not a diagnosis" in ran.out


def test_healthy_people_of_ones_own_and_one_repetition(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    from rehabkit.templates import store

    shutil.copy(store.FOLDER / "kimore-es5.json", tmp_path / "mine.json")
    options = "--template mine.json --one-repetition --no-figures"
    ran = run(f"analyze {sample} --exercise squat {options} --out out")
    assert ran.status == 0, ran.err
    document = json.loads((tmp_path / "out" / "analysis.json").read_text())
    steps = {step["name"] for step in document["history"]}
    assert {"state one repetition", "compare with healthy people of your own"} <= steps
    assert len(document["repetitions"]) == 1
    assert "as stated" in document["repetitions_by"]
    ran = run(f"analyze {sample} --exercise knee-lift {options} --out other")
    assert ran.status == 2
    assert "healthy people at 'knee-lift'" in ran.err
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("option", ["--template", "--errors"])
def test_a_file_at_an_address_is_refused(run: Run, sample: Path, option: str) -> None:
    ran = run(f"analyze {sample} --exercise squat {option} s3://bucket/file.json --out out")
    assert ran.status == 2
    assert f"{option}: expected a file of this machine, found the address s3://bucket" in ran.err


@pytest.mark.parametrize("columns", [30, 40, 60, 80, 200])
def test_nothing_runs_over_the_edge(run: Run, sample: Path, columns: int) -> None:
    ran = run(f"analyze {sample} --exercise squat --out o --no-figures", columns=columns)
    assert max(map(len, ran.out.splitlines())) <= columns
    assert "Report: o/report.html" in ran.out


def test_only_what_is_asked_for_is_written(run: Run, sample: Path, tmp_path: Path) -> None:
    assert run(f"analyze {sample} --exercise squat --out out").status == 0
    ran = run(f"analyze {sample} --exercise squat --out out --write tables")
    assert ran.status == 0
    assert "Results: out/analysis.json" in ran.out
    kept = {"analysis.json", *TABLES}
    assert names(tmp_path / "out") == kept | {".run-key", "run.jsonl", "run.lock"}
    assert run(f"analyze {sample} --exercise squat --out out --write nothing").status == 0
    assert names(tmp_path / "out") == {"analysis.json", ".run-key", "run.jsonl", "run.lock"}
    ran = run(f"analyze {sample} --exercise squat --out out --write html")
    assert ran.status == 2
    assert "expected some of report, tables, figures" in " ".join(ran.err.split())


def test_a_table_of_the_users_own_stays(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "angles.csv").write_text("no recording")
    assert run("analyze angles.csv --out .").status == 2
    assert (tmp_path / "angles.csv").read_text() == "no recording"


def test_several_recordings_and_one_refused(run: Run, sample: Path, tmp_path: Path) -> None:
    shutil.copy(sample, tmp_path / "other.csv")
    (tmp_path / "broken.csv").write_text("time_s\nnothing\n")
    ran = run(f"analyze {sample} other.csv broken.csv --exercise squat --out out --no-figures")
    assert ran.status == 2
    assert "2 recordings analysed; 1 refused" in ran.out
    assert "broken.csv" in ran.err
    together = {"cohort.html", "cohort.parquet", "repetitions.parquet", "run.jsonl", "run.lock"}
    assert names(tmp_path / "out") == {"sample", "other"} | together
    assert names(tmp_path / "out" / "other") >= WRITTEN


def test_a_folder_with_workers_gives_the_same(run: Run, sample: Path, tmp_path: Path) -> None:
    for name in ("a/one.csv", "b/two.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        shutil.copy(sample, tmp_path / "in" / name)
    alone = run("analyze in --exercise squat --out alone --no-figures")
    together = run("analyze in --exercise squat --out together --no-figures --workers 2")
    assert (alone.status, together.status) == (0, 0)
    assert together.out.replace("together", "alone") == alone.out
    for path in sorted((tmp_path / "alone").rglob("*.*")):
        if path.stem == "run":
            continue  # the ledger: lines in the order in which they were done
        same = tmp_path / "together" / path.relative_to(tmp_path / "alone")
        assert same.read_bytes() == path.read_bytes()


def test_faces_need_no_blurring_where_there_are_no_pictures(run: Run, sample: Path) -> None:
    assert run(f"analyze {sample} --blur-faces --out o --no-figures").status == 0


def test_an_overlay_needs_a_video(run: Run, sample: Path) -> None:
    ran = run(f"analyze {sample} --overlay --out o")
    assert ran.status == 2
    assert "has no option 'overlay'" in ran.err


def test_demo_ends_by_naming_the_report(run: Run, tmp_path: Path) -> None:
    ran = run("demo --out out/demo")
    assert ran.status == 0
    report = tmp_path / "out" / "demo" / "report.html"
    assert ran.out.splitlines()[-1].endswith(str(report))
    assert report.read_text().rstrip().endswith("</html>")


def test_convert(run: Run, sample: Path, tmp_path: Path) -> None:
    ran = run(f"convert {sample} sample.parquet")
    assert ran.status == 0
    assert "written to sample.parquet" in ran.out
    assert len(reading.read(tmp_path / "sample.parquet")) == len(reading.read(sample))


def test_exercises_are_listed_and_shown(run: Run) -> None:
    listed = run("exercises list")
    assert listed.status == 0
    assert {"squat", "kimore-es1", "ui-prmd-m01", "irds-0"} <= set(listed.out.split())
    shown = run("exercises show squat")
    assert shown.status == 0
    assert "Repetition" in shown.out
    assert "Needed" in shown.out
