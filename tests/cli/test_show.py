"""What is printed at the end, where there is much, little or nothing to print."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rehabkit.batch import results
from rehabkit.batch.jobs import Job
from rehabkit.batch.ledger import Entry
from rehabkit.batch.one import Setting, analyse
from rehabkit.batch.options import Options
from rehabkit.cli import show, show_many
from rehabkit.cli.console import THEME
from rehabkit.report.document import GatePart, ReasonPart, Summary


@pytest.fixture(scope="module")
def summary(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    folder = str(tmp_path_factory.mktemp("out"))
    setting = Setting(Options("squat", parts=("report", "tables")), folder)
    assert analyse(Job(str(sample), ".", "sample.csv"), setting).status == "usable"
    found = results.summary(folder, ".")
    assert found is not None
    return found


def printed(summary: Summary, **changes: Any) -> str:
    text = io.StringIO()
    console = Console(file=text, width=80, theme=THEME)
    show.outcome(console, summary.model_copy(update=changes), ("knee_flexion",), "out")
    return text.getvalue()


def test_no_repetition(summary: Summary) -> None:
    text = printed(summary, repetitions=[], partial_repetitions=[])
    assert "0 repetitions" in text
    assert "No." not in text


def test_forty_repetitions(summary: Summary) -> None:
    text = printed(summary, repetitions=summary.repetitions * 8)
    assert "40 repetitions" in text
    assert "28 more in repetitions.csv" in text


def test_not_usable_says_why_and_what_to_do(summary: Summary) -> None:
    reason = ReasonPart(
        code="short", text="it lasts 0.9 s", start_s=None, end_s=None, advice="record longer"
    )
    gate = GatePart(usable=False, reasons=[reason], limits=[])
    text = printed(summary, gate=gate, findings=[])
    assert "Cannot be scored." in text
    assert "- It lasts 0.9 s. Record longer." in text


def test_a_range_that_was_not_measured_is_not_0(summary: Summary) -> None:
    repetitions = [r.model_copy(update={"extent": None}) for r in summary.repetitions]
    assert "not measured" in printed(summary, repetitions=repetitions)


USABLE = Entry("a", "a", "a.csv", "usable", repetitions=5, extent=95.0, unit="deg", finding="Lean")
SHORT = Entry("s", "s", "s.csv", "not usable", ("It lasts 0.9 s.",), ("short",))
REFUSED = Entry("b", "b", "b.csv", "refused", ("b.csv: no",), ("no",), "FormatError")


def told(*entries: Entry, width: int = 80) -> str:
    text = io.StringIO()
    show_many.outcomes(Console(file=text, width=width, theme=THEME), entries, "out")
    return text.getvalue()


def test_several_with_a_refused_one() -> None:
    text = told(USABLE, REFUSED)
    assert "1 recording analysed; 1 refused" in text
    assert "95°" in text
    assert "Refused: no" in text


def test_many_are_counted_by_reason_with_the_first_names() -> None:
    many = [USABLE, *(replace(SHORT, name=f"s{i}") for i in range(30)), *[REFUSED] * 20]
    text = told(*many)
    assert "31 recordings analysed, 30 of them not usable; 20 refused" in text
    assert "s0, s1, s2 and 27 more" in text
    assert "It lasts 0.9 s." in text
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize("width", [40, 60, 100])
def test_nothing_runs_over_the_edge(width: int) -> None:
    text = told(*[USABLE, SHORT, REFUSED] * 20, width=width)
    assert max(map(len, text.splitlines()[:-3])) <= width


def test_second_attempts_are_told() -> None:
    assert "1 took a second attempt" in told(USABLE, replace(USABLE, attempts=2))


def test_nothing_is_printed_where_all_were_refused() -> None:
    assert told(REFUSED, REFUSED) == ""


def test_refusals_beyond_the_first_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_many.refusals([REFUSED] * 15, "out") == 2
    assert "5 more were refused; out/run.jsonl has each" in capsys.readouterr().err
