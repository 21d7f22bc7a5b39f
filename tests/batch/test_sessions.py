"""Recordings of one person are scored together, and of nobody else."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.report.clinical_scores import SCORE

import rehabkit as rk
from rehabkit import report
from rehabkit.assessment.clinical import ClinicalScore, score_together
from rehabkit.batch import ledger, sessions
from rehabkit.batch.ledger import Entry
from rehabkit.batch.sessions import Member, Sessions, together
from rehabkit.cli.main import main
from rehabkit.errors import RehabkitError
from rehabkit.exercises import catalogue
from rehabkit.models import clinical_store
from rehabkit.report.analysis import Analysis
from rehabkit.report.clinical import clinical_of, clinical_part
from rehabkit.simulate import generate


@pytest.fixture(autouse=True)
def _weights() -> None:
    if clinical_store.shipped() is None:
        pytest.skip("the weights of the clinical scorer were left out")


def score(exercise: int, total: float) -> ClinicalScore:
    alone = (total, 0.3 * total, 0.7 * total)
    return replace(SCORE, alone=alone, exercise=f"kimore-es{exercise}")


def member(person: str, exercise: int, total: float) -> Member:
    name = f"{person or 'x'}/es{exercise}"
    return Member(name, name, person, score(exercise, total))


TWO = (member("a", 1, 20.0), member("b", 1, 40.0), member("a", 5, 15.0), member("", 2, 30.0))


def test_recordings_of_the_same_person_are_put_together() -> None:
    found = together(TWO)
    assert [(row.person, row.recording) for row in found.rows] == [("a", "a/es1"), ("a", "a/es5")]
    expected = score_together([TWO[0].alone, TWO[2].alone])
    for row, own in zip(found.rows, expected, strict=True):
        assert own.total is not None
        assert own.total != SCORE.total
        assert row.total == round(own.total.value, 1)
        assert 0 <= row.total_low <= row.total <= row.total_high <= 50
        assert row.alone == 16.4
        assert row.recordings == 2
        assert own.together_with == 1
    assert found.notes[0].startswith("1 recording names no person")
    assert "--session NAME" in found.notes[0]


def test_a_stated_person_holds_for_all() -> None:
    unnamed = [replace(one, subject="") for one in TWO]
    found = together(unnamed, "Ms A")
    assert {row.person for row in found.rows} == {"Ms A"}
    assert len(found.rows) == 4
    assert "An exercise comes more than once of 'Ms A'" in found.notes[0]
    with pytest.raises(RehabkitError, match=r"of one person \(--session\), found 2: 'a', 'b'"):
        together(TWO, "Ms A")


def test_what_is_written_goes_when_it_is_no_longer_so(tmp_path: Path) -> None:
    assert sessions.write(together(TWO), tmp_path)
    rows = table(tmp_path)
    document = json.loads((tmp_path / sessions.DOCUMENT).read_text())
    assert [row["total"] for row in rows] == [str(r["total"]) for r in document["recordings"]]
    assert document["notes"]
    assert not sessions.write(Sessions(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_document_keeps_what_is_needed() -> None:
    there = score(3, 21.0)
    again = clinical_of(clinical_part(there), there.exercise)
    pair = [score(1, 44.0), there]
    for a, b in zip(score_together([pair[0], again]), score_together(pair), strict=True):
        assert a.total is not None
        assert b.total is not None
        np.testing.assert_allclose(a.total.value, b.total.value, atol=1e-3)


def test_sessions_of_analyses(squat_of: Analysis) -> None:
    named = [
        replace(squat_of, clinical=score(e, 20.0), recording=squat_of.recording.replace(
            subject=replace(squat_of.recording.subject, id=person)))
        for e, person in ((1, "a"), (5, ""), (2, "b"))
    ]  # fmt: skip
    first, second = rk.score_session(named[:2])
    assert first.clinical.together_with == second.clinical.together_with == 1
    assert first.clinical.alone == named[0].clinical.alone
    assert rk.score_session(named[:1])[0].clinical == named[0].clinical
    with pytest.raises(RehabkitError, match="recordings of one person, found 2: 'a', 'b'"):
        rk.score_session(named)


def test_estimates_of_another_model_are_left_out(squat_of: Analysis, tmp_path: Path) -> None:
    model = clinical_store.shipped()
    assert model is not None
    own = model.facts["name"]
    entries = []
    for exercise, name in ((1, own), (5, own), (2, "an older one")):
        given = replace(score(exercise, 20.0), model=name)
        person = replace(squat_of.recording.subject, id="a")
        made = replace(
            squat_of, clinical=given, exercise=catalogue.load(given.exercise),
            recording=squat_of.recording.replace(subject=person),
        )  # fmt: skip
        report.write(made, tmp_path / f"es{exercise}", parts=())
        entries.append(Entry(f"es{exercise}", f"es{exercise}", "s.csv", "usable",
                             exercise=given.exercise))  # fmt: skip
    found = sessions.of_run(entries, str(tmp_path))
    assert [row.recording for row in found.rows] == ["es1", "es5"]
    assert [row.exercise for row in found.rows] == ["kimore-es1", "kimore-es5"]
    assert found.notes[-1].startswith("1 recording was scored by another version of the model")


@pytest.fixture(scope="module")
def squat_of() -> Analysis:
    return rk.analyze(generate("squat", repetitions=2).recording, exercise="squat")


def table(folder: Path) -> list[dict[str, str]]:
    """Rows of ``sessions.csv``."""
    return list(csv.DictReader((folder / sessions.TABLE).read_text().splitlines()))


def status() -> int:
    """Of the command that ``sys.argv`` holds."""
    try:
        return main()
    except SystemExit as stop:
        return int(stop.code or 0)


def test_a_person_of_kimore(
    data_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    person = data_root / "kimore" / "GPP" / "Stroke" / "S_ID2"
    given = ["rehabkit", "analyze", str(person / "Es1"), str(person / "Es5"), "--write", "nothing"]
    monkeypatch.setattr("sys.argv", [*given, "--out", str(tmp_path)])
    assert status() == 0
    assert "person's exercises together" in capsys.readouterr().out
    rows = table(tmp_path)
    assert [(row["person"], row["exercise"]) for row in rows] == [
        ("S_ID2", "kimore-es1"), ("S_ID2", "kimore-es5")
    ]  # fmt: skip
    lines = (tmp_path / ledger.NAME).read_text()
    monkeypatch.setattr("sys.argv", [*given, "--out", str(tmp_path), "--session", "Ms A"])
    assert status() == 0
    assert (tmp_path / ledger.NAME).read_text() == lines  # nothing was analysed again
    again = table(tmp_path)
    assert [row | {"person": ""} for row in again] == [row | {"person": ""} for row in rows]
    assert {row["person"] for row in again} == {"Ms A"}
