"""The page: people as the unit, sensors apart, everything said that was left out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cohort import made
from tests.cohort.conftest import table

from rehabkit.cohort import write
from rehabkit.cohort.odd import LISTED, odd_lists
from rehabkit.cohort.page import render
from rehabkit.cohort.people import Metric, metrics, panel, with_keys
from rehabkit.cohort.strips import MOST_DOTS, thinned
from rehabkit.cohort.words import exercises, without_path

KNEE = Metric("Knee flexion, range", "deg", {"left": "knee_flexion_left_range_deg"})


def squats(folder: Path) -> pl.DataFrame:
    return with_keys(table(folder).filter("usable", pl.col("exercise") == "squat"))


def test_a_person_is_one_value_however_often_recorded(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for person, ranges in enumerate([(80.0, 100.0, 90.0), (60.0,)]):
        for visit, value in enumerate(ranges):
            document = made.document(person, rng, visit=visit)
            document["measures"]["knee_flexion_left.range"]["value"] = value
            made.put(tmp_path, f"{person}-{visit}", document)
    write(tmp_path)
    (group,) = panel(squats(tmp_path), KNEE).groups
    assert group.people == 2
    assert group.lanes[0].values.tolist() == [60.0, 90.0]
    assert group.lanes[0].median == 75.0
    assert group.lanes[0].middle is None


def test_sensors_are_never_pooled(sixty: Path) -> None:
    groups = panel(squats(sixty), KNEE).groups
    assert [(g.name, g.sensor) for g in groups] == [
        ("healthy", "Azure Kinect"), ("healthy", "Kinect v2"),
        ("patient", "Azure Kinect"), ("patient", "Kinect v2"),
    ]  # fmt: skip
    page = render(table(sixty))
    assert "compare no row of one sensor with a row of another" in page
    assert "<small>Azure Kinect</small>" in page


def test_quantities_of_an_exercise_in_the_order_of_its_definition(sixty: Path) -> None:
    titles = [metric.title for metric in metrics(squats(sixty))]
    assert titles[:4] == [
        "Score", "Height of the pelvis, range", "Knee flexion, range", "Hip flexion, range",
    ]  # fmt: skip
    assert titles[-1] == "Duration of a repetition"


def test_groups_of_fewest_people_are_left_out_and_counted() -> None:
    rows = [(f"g{i:02d}", f"p{i}-{j}", 50.0 + j) for i in range(10) for j in range(i + 1)]
    many = pl.DataFrame(rows, schema=["group", "person", "x_deg"], orient="row").with_columns(
        sensor=pl.lit("s"), angles_in=pl.lit("space"), seen_from=pl.lit("")
    )
    found = panel(many, Metric("x", "deg", {"": "x_deg"}), most=8)
    assert [group.people for group in found.groups] == list(range(3, 11))
    assert found.more == 2


def test_dots_are_thinned_by_rank_with_both_ends() -> None:
    values = np.sort(np.random.default_rng(1).normal(size=5000))
    kept = thinned(values)
    assert len(kept) == MOST_DOTS
    assert (kept[0], kept[-1]) == (values[0], values[-1])
    assert np.median(kept) == pytest.approx(np.median(values), abs=0.01)


def test_who_lies_far_from_the_others_is_listed_with_a_link(tmp_path: Path) -> None:
    made.cohort(tmp_path, 30, visits=1)
    far = made.document(4, np.random.default_rng(1))
    far["measures"]["knee_flexion_right.range"]["value"] = 12.0
    made.put(tmp_path, "far/a b#1", far)
    write(tmp_path)
    usable = with_keys(table(tmp_path).filter("usable"))
    (found,) = (x for x in odd_lists(usable, exercises(usable)) if x.title.startswith("Far"))
    assert found.rows[0].recording == "far/a b#1"
    assert found.rows[0].why.startswith("Knee flexion, range, right: 12°; half of the people")
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    assert '<a href="far/a%20b%231/report.html">far/a b#1</a>' in page


def test_lists_say_how_many_they_leave_out(sixty: Path) -> None:
    usable = with_keys(table(sixty).filter("usable"))
    lists = {found.title: found for found in odd_lists(usable, exercises(usable))}
    strong = lists["Strong findings"]
    assert len(strong.rows) == LISTED < strong.total
    assert f"{LISTED} of {strong.total} are listed." in render(table(sixty))
    scores = [float(odd.why.split()[1].rstrip(",")) for odd in lists["Lowest scores"].rows]
    assert scores == sorted(scores)


def test_reasons_are_counted_without_their_paths(three: Path) -> None:
    page = render(table(three))
    assert "Expected a recording, found an empty file." in page
    assert "<td>2 recordings</td>" in page
    assert "A needed part of the body was hidden." not in page
    assert without_path("in/a.csv: expected x, found y.", "in/a.csv") == "expected x, found y."


def test_what_cannot_be_said_is_said(three: Path) -> None:
    without = table(three).with_columns(pl.lit(None, pl.Float64).alias("score_overall_0_to_100"))
    page = render(without)
    for words in ("The unit is the person", "no test was made", "No recording has a score",
                  "Not a diagnosis"):  # fmt: skip
        assert words in page


def test_recordings_without_an_exercise_are_not_put_together(tmp_path: Path) -> None:
    document = made.document(1, np.random.default_rng(1))
    document["exercise"] |= {"id": None, "name": None, "how": "unknown"}
    made.put(tmp_path, "one", document)
    write(tmp_path)
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    assert "Movements that may differ are not put together" in page
    assert "One dot a person" not in page


def test_nothing_usable_is_a_page_too(tmp_path: Path) -> None:
    document = made.document(1, np.random.default_rng(1))
    made.refuse(document, "never-heard-of", "the moon was in the way")
    made.put(tmp_path, "one", document)
    write(tmp_path)
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    assert "None of the recordings can be used." in page
    assert "The moon was in the way." in page


def test_names_are_escaped(tmp_path: Path) -> None:
    document = made.document(1, np.random.default_rng(1))
    document["subject"] |= {"id": "<b>&", "group": "<script>alert(1)</script>"}
    document["exercise"]["name"] = "<img src=x>"
    document["source"]["device"] = "<i>"
    made.finding(document, 1)
    document["findings"][0]["title"] = "<u>title"
    made.put(tmp_path, "one", document)
    write(tmp_path)
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<img|<u>|<i>|<b>&", page)


def test_ten_thousand_make_no_larger_page(thousand: pl.DataFrame) -> None:
    several = [
        thousand.with_columns((pl.col(c) + f"/{i}").alias(c) for c in ("person", "recording"))
        for i in range(10)
    ]
    one, ten = len(render(thousand)), len(render(pl.concat(several)))
    assert ten < 1.5 * one < 600_000
