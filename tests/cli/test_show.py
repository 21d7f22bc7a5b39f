"""What is printed at the end, where there is much, little or nothing to print."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rehabkit.cli import show
from rehabkit.cli.batch import Job, Options, Outcome, analyse
from rehabkit.cli.console import THEME
from rehabkit.report.document import GatePart, ReasonPart, Summary


@pytest.fixture(scope="module")
def outcome(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("out")
    return analyse(Job(sample, folder, "sample.csv"), Options("squat", figures=False))


def changed(outcome: Outcome, **changes: Any) -> Outcome:
    assert outcome.summary is not None
    return Outcome(outcome.job, outcome.summary.model_copy(update=changes), outcome.shown)


def summary_of(outcome: Outcome) -> Summary:
    assert outcome.summary is not None
    return outcome.summary


def printed(*outcomes: Outcome, width: int = 80) -> str:
    text = io.StringIO()
    show.outcomes(Console(file=text, width=width, theme=THEME), outcomes, Path("out"))
    return text.getvalue()


def test_no_repetition(outcome: Outcome) -> None:
    text = printed(changed(outcome, repetitions=[], partial_repetitions=[]))
    assert "0 repetitions" in text
    assert "No." not in text


def test_forty_repetitions(outcome: Outcome) -> None:
    text = printed(changed(outcome, repetitions=summary_of(outcome).repetitions * 8))
    assert "40 repetitions" in text
    assert "28 more in repetitions.csv" in text


def test_not_usable_says_why_and_what_to_do(outcome: Outcome) -> None:
    reason = ReasonPart(
        code="short", text="it lasts 0.9 s", start_s=None, end_s=None, advice="record longer"
    )
    gate = GatePart(usable=False, reasons=[reason], limits=[])
    text = printed(changed(outcome, gate=gate, findings=[]))
    assert "Cannot be scored." in text
    assert "- It lasts 0.9 s. Record longer." in text


def test_a_range_that_was_not_measured_is_not_0(outcome: Outcome) -> None:
    repetitions = [r.model_copy(update={"extent": None}) for r in summary_of(outcome).repetitions]
    assert "not measured" in printed(changed(outcome, repetitions=repetitions))


def test_several_with_a_refused_one(outcome: Outcome) -> None:
    refused = Outcome(Job(Path("b.csv"), Path("out/b"), "b.csv"), refusal="b.csv: no")
    text = printed(outcome, refused)
    assert "1 recording analysed; 1 refused" in text


def test_more_recordings_than_fit_are_counted(outcome: Outcome) -> None:
    assert "20 more, each in its folder" in printed(*[outcome] * 60)


def test_nothing_is_printed_where_all_were_refused() -> None:
    assert printed(Outcome(Job(Path("b.csv"), Path("out"), "b.csv"), refusal="no")) == ""
