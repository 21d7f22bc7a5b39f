"""``compare`` and ``reliability`` as a physiotherapist meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from rehabkit import reading
from rehabkit.simulate import Faults, generate


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three visits and a table of two people."""
    folder = tmp_path_factory.mktemp("visits")
    for name, knee, seed in (("may", 95.0, 1), ("june", 95.4, 2), ("july", 118.0, 3)):
        made = generate("squat", repetitions=4, seed=seed, extreme={"knee_flexion": knee},
                        noise_m=0.002, faults=Faults(tremor_deg=1, tremor_hz=0.4))  # fmt: skip
        reading.write(made.recording, folder / f"{name}.csv")
    (folder / "table.csv").write_text(
        "path,subject,session\nmay.csv,a,1\njune.csv,a,2\njuly.csv,b,1\njuly.csv,b,2\n"
    )
    return folder


def test_compare_visits(run: Any, visits: Path) -> None:
    ran = run(f"compare {visits}/may.csv {visits}/july.csv --out got", columns=120)
    assert ran.status == 0, ran.err
    assert "Knee flexion, left: largest" in ran.out
    assert "real change" in ran.out
    assert "within measurement error" in ran.out
    assert "Not a diagnosis" in ran.out
    document = json.loads(Path("got/compare.json").read_text())
    knee = next(m for m in document["measures"] if m["measure"] == "knee_flexion_left.max")
    assert knee["verdict"] == "real change"
    assert knee["difference"] > knee["mdc95"] > 0
    assert document["schema_version"] == "1.0"
    assert "A real change in" in Path("got/compare.html").read_text()
    assert len(document["recordings"]) == 2
    with Path("got/compare.csv").open(newline="") as file:
        rows = {r["measure"]: r for r in csv.DictReader(file)}
    assert float(rows["knee_flexion_left.max"]["mdc95"]) == pytest.approx(knee["mdc95"], rel=1e-4)
    unsaid = [r for r in rows.values() if r["verdict"] == "cannot be said"]
    assert unsaid
    assert all(r["because"] for r in unsaid)
    ran = run(f"compare {visits}/may.csv {visits}/june.csv", columns=120)
    assert "real change" not in ran.out.partition("To be kept")[0]


def test_compare_sides_and_sensors(run: Any, visits: Path) -> None:
    ran = run(f"compare {visits}/may.csv", columns=120)
    assert "may.csv, left and right sides" in ran.out
    ran = run(f"compare {visits}/may.csv {visits}/may.csv --by sensors --out s", columns=120)
    assert ran.status == 0, ran.err
    assert "1.00" in ran.out
    assert Path("s/bland-altman.png").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("compare {0}/may.csv {0}/june.csv --by sides", "one recording for --by sides, found two"),
        ("compare {0}/may.csv --by visits", "two recordings for --by visits, found one"),
        ("reliability", "found none"),
        ("reliability {0}/may.csv --table {0}/table.csv", "either recordings or --table"),
        ("reliability {0}/no.csv", "no.csv"),
        ("compare {0}/may.csv --errors {0}/may.csv", "a TOML file"),
    ],
)
def test_what_is_refused(run: Any, visits: Path, line: str, message: str) -> None:
    ran = run(line.format(visits))
    assert ran.status == 2
    assert message in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_reliability(run: Any, visits: Path) -> None:
    ran = run(f"reliability {visits}/may.csv --out one", columns=120)
    assert "MDC95" in ran.out
    assert "needs several people" in " ".join(ran.out.split())
    document = json.loads(Path("one/reliability.json").read_text())
    assert document["kind"] == "within"
    assert document["icc"] is None
    assert not Path("one/bland-altman.png").exists()
    ran = run(f"reliability {visits}/may.csv {visits}/june.csv --out two", columns=120)
    assert "Bland-Altman" in ran.out
    assert Path("two/bland-altman.png").exists()
    ran = run(f"reliability --table {visits}/table.csv --out people", columns=120)
    assert ran.status == 0, ran.err
    assert "ICC(2,1)" in ran.out
    document = json.loads(Path("people/reliability.json").read_text())
    knee = next(m for m in document["measures"] if m["measure"] == "knee_flexion_left.max")
    assert knee["icc_2_1"]["value"] > 0.9
