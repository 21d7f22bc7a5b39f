"""``progress`` as a physiotherapist meets it: dated recordings, analysed folders, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rehabkit import reading
from rehabkit.simulate import Faults, generate


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three dated squats of one person, each deeper than the one before."""
    folder = tmp_path_factory.mktemp("dated")
    for day, knee, seed in (("05-03", 78.0, 1), ("06-01", 88.0, 2), ("07-14", 96.0, 3)):
        made = generate("squat", repetitions=3, seed=seed, extreme={"knee_flexion": knee},
                        noise_m=0.003, faults=Faults(tremor_deg=1, tremor_hz=0.4))  # fmt: skip
        reading.write(made.recording, folder / f"squat_2026-{day}.csv")
    return folder


def test_recordings_and_analysed_folders(run: Any, visits: Path) -> None:
    first, second, third = sorted(visits.glob("*.csv"))
    ran = run(f"analyze {first} --exercise squat --no-figures --out 2026-05-03")
    assert ran.status == 0, ran.err
    ran = run(f"progress {third} {second} 2026-05-03 --exercise squat --out got", columns=120)
    assert ran.status == 0, ran.err
    assert "3 recordings, ordered by dates from" in ran.out
    assert "Knee flexion, left: largest" in ran.out
    assert "more than chance" in ran.out
    assert "Not a diagnosis" in ran.out
    document = json.loads(Path("got/progress.json").read_text(encoding="utf-8"))
    assert [v["date"] for v in document["visits"]] == ["2026-05-03", "2026-06-01", "2026-07-14"]
    assert document["sections"][0]["exercise"] == "squat"
    assert Path("got/progress.html").exists()
    assert Path("got/progress.csv").exists()
    ran = run(f"progress 2026-05-03 {third} --exercise lunge --out no")
    assert ran.status == 2
    assert "to be analysed as 'lunge', found 'squat'" in ran.err


def test_refusals(run: Any, visits: Path) -> None:
    first = min(visits.glob("*.csv"))
    ran = run(f"progress {first} --exercise squat --out no")
    assert ran.status == 2
    assert "at least two recordings of one person, found 1" in ran.err
    ran = run(f"progress {visits} --dates 2026-05-03 --exercise squat --out no")
    assert ran.status == 2
    assert "Expected 3 dates in --dates" in ran.err
    assert not Path("no").exists()


@pytest.mark.data
def test_exercises_of_a_real_person_are_kept_apart(
    run: Any, data_root: Path, tmp_path: Path
) -> None:
    person = next(iter(sorted(data_root.glob("kimore/*/*/*/Es1")))).parent
    out = tmp_path / "got"
    ran = run(f"progress {person / 'Es1'} {person / 'Es5'} --out {out}")
    assert ran.status == 0, ran.err
    document = json.loads((out / "progress.json").read_text(encoding="utf-8"))
    assert [s["exercise"] for s in document["sections"]] == ["kimore-es1", "kimore-es5"]
    assert document["answer"]["patient"].startswith("There is nothing to compare yet")
    assert document["ordered_by"] == "as given, since no date is known"
