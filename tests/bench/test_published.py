"""Figures of papers: each says how it was split, and what is lost is said to be lost."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.bench import published, tables
from rehabkit.bench.published import LEAKY, Row
from rehabkit.bench.tasks import TASKS
from rehabkit.errors import ModelError

ROWS = published.published().rows


def row(**changed: object) -> Row:
    fields = {"task": "a", "model": "b", "paper": "d2sta", "where": "c", "split": "by subject",
              "figures": {}}  # fmt: skip
    return Row(**{**fields, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("one", ROWS, ids=lambda r: f"{r.task} {r.model}")
def test_every_row_can_be_shown(one: Row) -> None:
    found = published.published()
    assert one.task in TASKS or one.task in found.elsewhere
    assert one.paper in found.papers
    assert one.where
    assert one.figures or one.note, "a row without a figure says why"
    errors = {"MAD", "RMSE"} & one.figures.keys()
    assert bool(one.scale) or not errors, "an error of a score has a scale, or it is not given"
    for name in one.figures:
        assert np.isfinite(one.mean(name) or 0)


def test_every_paper_has_rows() -> None:
    assert {row.paper for row in ROWS} >= {"d2sta", "finerehab", "poseformer", "sta", "survey"}


def test_an_error_of_no_stated_scale_is_shown_as_both() -> None:
    half = row(figures={"MAD": 0.12}, scale="not given")
    assert half.on_both_scales("MAD") == ("0.120 or 0.060", "0.240 or 0.120")
    assert row(figures={"MAD": 20.0}, scale="0-100").on_both_scales("MAD") == ("10.000", "20.000")
    assert row(figures={"MAD": 4.0}, scale="0-50").on_both_scales("MAD") == ("4.000", "8.000")
    assert half.on_both_scales("RMSE") == ("lost", "lost")


def test_d2sta_is_there_with_its_ranks() -> None:
    (d2sta,) = (r for r in ROWS if r.model == "D2STA")
    assert d2sta.split == LEAKY
    assert d2sta.mean("Spearman") == pytest.approx(0.9651, abs=1e-4)
    assert any(what == "Table 3" for paper, what, _ in published.published().lost)


def test_leaky_rows_are_marked_and_honest_ones_stand_first() -> None:
    rows = published.of_task("kimore-patient")
    assert [r.split for r in rows] == sorted((r.split for r in rows), key=published.SPLITS.index)
    shown = published.lines(rows, "classes")[2:-1]
    for one, line in zip(rows, shown, strict=True):
        assert ("**leaky**" in line) == one.leaky
    assert "**leaky**" in "".join(shown)
    assert "not said" in "".join(published.lines(published.of_task("utkinect-action"), "classes"))


def test_all_of_it_as_a_document() -> None:
    text = published.markdown()
    for one in ROWS:
        assert f"| {one.model} |" in text
    assert "### Lost in the papers' texts" in text


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ModelError, match="expected split as one of"):
        row(split="by luck")
    with pytest.raises(ModelError, match="expected scale as one of"):
        row(scale="0-15")


def test_tables_go_between_the_marks_of_a_document() -> None:
    document = f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter"
    placed = tables.placed("new", document)
    assert placed == f"before\n{tables.BEGIN}\n\nnew\n{tables.END}\nafter"
    assert tables.placed("newer", placed).count("new") == 1
    assert tables.placed("new", "a document of something else") == "new"
