"""When a visit was: as told, by a clock since 1970, by a name; never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.progress.conftest import Make, with_source

from rehabkit.errors import RehabkitError
from rehabkit.progress import dates
from rehabkit.progress.visits import visits_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("squat_2026-05-14.csv", ["2026-05-14 00:00"]),
        ("20260514_squat.csv", ["2026-05-14 00:00"]),
        ("2026-05-14T09-30 knee.mp4", ["2026-05-14 09:30"]),
        ("2026-05-14 again 2026-05-14", ["2026-05-14 00:00"]),
        ("2026-05-14 to 2026-06-01", ["2026-05-14 00:00", "2026-06-01 00:00"]),
        ("JointPosition031214_111806.csv", []),
        ("2026-13-45.csv", []),
        ("subject 120260514.csv", []),
        ("14.05.2026.csv", []),
    ],
)
def test_iso_dates_in_names(text: str, found: list[str]) -> None:
    assert [f"{when:%Y-%m-%d %H:%M}" for when in dates.in_text(text)] == found


def test_the_file_before_its_folder(made: Make) -> None:
    source = made(0).source
    here = dates.by_name(source, Path("2026-01-01/2026-02-02 squat.csv"))
    assert (str(here.day), here.by) == ("2026-02-02", dates.FILE_NAME)
    above = dates.by_name(source, Path("2026-01-01/squat"))
    assert (str(above.day), above.by) == ("2026-01-01", dates.FOLDER_NAME)


def test_only_a_clock_since_1970_tells_the_day(made: Make) -> None:
    start = datetime(2026, 5, 14, 9, tzinfo=UTC).timestamp()
    unix = with_source(made(0), clock="s since 1970", start_s=start).source
    device = with_source(made(0), clock="Azure Kinect device time", start_s=start).source
    assert str(dates.date_of(unix).day) == "2026-05-14"
    assert dates.date_of(device).when is None
    both = dates.date_of(unix, Path("2026-06-30.csv"))
    assert both.by == dates.CLOCK
    assert "the file's name 2026-06-30: the clock was taken" in both.note


def test_order_by_date_else_as_given_and_said(made: Make) -> None:
    a, b = made(0), made(1)
    paths = [Path("squat_2026-06-01.csv"), Path("squat_2026-05-01.csv")]
    found = visits_of([(a, paths[0]), (b, paths[1])])
    assert [v.given for v in found] == paths[::-1]
    assert dates.how_ordered([v.dated for v in found]) == "by dates from the file's name"
    half = visits_of([(a, paths[0]), (b, Path("other.csv"))])
    assert [v.given for v in half] == [paths[0], Path("other.csv")]
    assert all(v.dated.when is None for v in half)
    told = visits_of([(a, None), (b, None)], told_dates="2026-03-02, 2026-03-01T10:00")
    assert [v.summary for v in told] == [b, a]


def test_how_it_was_ordered_is_said() -> None:
    one, none = dates.told("2026-05-14"), dates.Dated()
    assert dates.how_ordered([none, none]) == "as given, since no date is known"
    assert "known of 1 of 2 only" in dates.how_ordered([one, none])
    assert dates.how_ordered([one, one]) == "by dates from --dates"


def test_refused_dates(made: Make) -> None:
    with pytest.raises(RehabkitError, match=r"ISO date such as .* found '14\.5\.26'"):
        dates.told_all("14.5.26", 1)
    with pytest.raises(RehabkitError, match=r"Expected 2 dates in --dates.* found 1"):
        dates.told_all("2026-05-14", 2)
    with pytest.raises(RehabkitError, match=r"2026-05-14 and 2026-06-01\. Say which with --dates"):
        dates.by_name(made(0).source, Path("2026-05-14 to 2026-06-01.csv"))
