"""The cohort in words: codes, counts, and what its figures cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rehabkit.assessment.words import listed
from rehabkit.cohort.people import KEYS, Group, Lane, Metric
from rehabkit.cohort.strips import MOST_DOTS
from rehabkit.report.phrases import span, with_unit
from rehabkit.report.words import DASH, count, number

if TYPE_CHECKING:
    import polars as pl

UNNAMED: Final = "Exercise not named"
# What the gate's codes mean, without the figures of one recording.
_CODES: Final = {
    "body-not-seen": "the body was not seen",
    "cut": "the film was cut",
    "exchanged": "left and right were exchanged",
    "frame-rate": "too few frames a second",
    "guessed": "joints were guessed, not seen",
    "hidden": "a needed part of the body was hidden",
    "identity": "it may be more than one person",
    "implausible-body": "the skeleton is no person’s",
    "implausible-size": "the size is no person’s",
    "missing-frames": "frames are missing",
    "movement-not-measurable": "the movement cannot be measured from this recording",
    "movement-not-seen": "the movement was not seen",
    "no-body": "it holds no body points",
    "nobody": "nobody was seen",
    "not-upright": "the person was not upright",
    "second-person": "another person was seen",
    "too-short": "it is too short",
    "unsteady-body": "the lengths of the body’s parts change",
    "upside-down": "it is upside down",
}


def code_words(code: str, example: str) -> str:
    """A gate's code in words; of an unknown one, what it said of one recording."""
    return _CODES.get(code, example or code.replace("-", " "))


def without_path(reason: str, source: str) -> str:
    """A refusal without its file's path, so that the same reason is the same text."""
    text = reason.replace(source, "").strip() if source else reason
    return text.removeprefix(":").strip()


def exercises(table: pl.DataFrame) -> dict[str | None, str]:
    """Exercises by id, in words; those of most recordings first."""
    import polars as pl

    found = (
        table.group_by("exercise")
        .agg(pl.col("exercise_name").drop_nulls().first(), pl.len())
        .sort(["len", "exercise"], descending=[True, False])
    )
    return {
        id_: (name or id_) if id_ is not None else UNNAMED
        for id_, name, _ in found.iter_rows()
    }  # fmt: skip


def capital(text: str) -> str:
    """``text`` with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def group_words(group: Group, several: tuple[bool, bool]) -> tuple[str, str]:
    """The label of a row, and its small print where sensors or ways of seeing differ.

    ``several``: whether there is more than one group, and more than one sensor.
    """
    name = capital(group.name or "group not named")
    if not several[0]:
        name = name if group.name else "All people"
    small = group.sensor if several[1] else ""
    if group.angles_in == "picture":
        small = ", ".join(filter(None, [group.sensor, "in the picture", group.seen_from]))
    return name, small


def value_words(value: float, metric: Metric) -> str:
    """A figure with its unit; a score in whole points."""
    return number(value) if metric.span else with_unit(value, metric.unit)


def middle_words(lane: Lane, metric: Metric) -> str:
    """Between which the middle half of the people lies."""
    if lane.middle is None:
        return "too few people"
    if metric.span:
        return DASH.join(number(end) for end in lane.middle)
    return span(*lane.middle, metric.unit)


def error_words(lane: Lane, metric: Metric) -> str:
    """The sensor's error of one reading."""
    if metric.clock:
        return "none"
    return f"±{with_unit(lane.error, metric.unit)}" if lane.error else "not known"


def answer(table: pl.DataFrame) -> str:
    """What a person who reads one sentence must know."""
    status = dict(table.group_by("status").len().iter_rows())
    usable = status.get("usable", 0)
    if not usable:
        return "None of the recordings can be used."
    parts = [f"{'All' if usable == len(table) else usable} of {len(table)} recordings can be used"]
    if len(table) == 1:
        parts = ["The one recording can be used"]
    elif usable == len(table):
        parts = [f"All {len(table)} recordings can be used"]
    if status.get("not usable"):
        parts.append(f"{status['not usable']} cannot be scored")
    if status.get("refused"):
        parts.append(f"{status['refused']} could not be read")
    return f"{listed(parts)}. {_most_found(table)}".strip()


def _most_found(table: pl.DataFrame) -> str:
    import polars as pl

    usable = table.filter("usable")
    each = usable.select("person", "finding_titles").explode("finding_titles").drop_nulls()
    if not len(each):
        return "No finding stands out."
    most = (
        each.unique().group_by("finding_titles").len().sort(["len", "finding_titles"],
        descending=[True, False])
    ).row(0)  # fmt: skip
    people = usable.select(pl.col("person").n_unique()).item()
    title = most[0].rstrip(".")
    return f"Most often found: {title[0].lower() + title[1:]}, in {most[1]} of {_people(people)}."


def _people(n: int) -> str:
    return count(n, "person", "people")


def limits(table: pl.DataFrame) -> list[str]:
    """What the numbers cannot say, and what was assumed."""
    import polars as pl

    usable = table.filter("usable")
    out = [
        "The unit is the person. Who was recorded several times is one dot, the median of the "
        "recordings; how a person varies from day to day is not shown.",
        "The bracket below the dots is the sensor’s standard error of one reading, to scale. It "
        "does not shrink with more people, and a difference smaller than it may be the sensor’s "
        "own. Times have no constant error.",
    ]
    if usable["group"].n_unique() > 1:
        out.append(
            "Groups differ in more than their name (age, pain, how they were asked). A difference "
            "between rows shows no cause, and no test was made."
        )
    out += _sensor_limits(usable) + _person_limits(table)
    scored = usable["score_overall_0_to_100"].drop_nulls().len()
    if scored < len(usable):
        reasons = usable.select(pl.col("score_reasons").list.first()).to_series().drop_nulls()
        why = reasons.mode().sort()[0] if len(reasons) else ""
        because = f" ({why})" if why else ""
        what = "No recording has a score" if not scored else (
            f"{len(usable) - scored} of {count(len(usable), 'usable recording')} have no score"
        )  # fmt: skip
        out.append(f"{what}{because}.")
    rows = usable.group_by("exercise", *KEYS).agg(pl.col("person").n_unique())["person"]
    if max(rows, default=0) > MOST_DOTS:
        out.append(
            f"Of more than {MOST_DOTS} people in a row {MOST_DOTS} are drawn, evenly by rank, the "
            "lowest and the highest among them; every figure beside them is of all."
        )
    return out


def _sensor_limits(usable: pl.DataFrame) -> list[str]:
    sensors = sorted(usable["sensor"].drop_nulls().unique())
    out = []
    if len(sensors) > 1:
        out.append(
            f"{len(sensors)} sensors recorded ({listed(sensors)}). They err differently: compare "
            "no row of one sensor with a row of another. 'rehabkit compare --by sensors' shows how "
            "two differ that saw one movement."
        )
    if "picture" in set(usable["angles_in"]):
        out.append(
            "Angles in the picture are as they look from the camera, not as they are in space, and "
            "are comparable from the same view only."
        )
    return out


def _person_limits(table: pl.DataFrame) -> list[str]:
    import polars as pl

    read = table.filter(pl.col("status") != "refused")
    unnamed = read["subject"].null_count()
    out = ["People are told apart by the id and the group in their files: the same id in the same "
           "group is taken as one person."]  # fmt: skip
    if unnamed:
        out.append(
            f"{count(unnamed, 'recording')} {'names' if unnamed == 1 else 'name'} nobody; each is "
            "counted as a person of its own."
        )
    return out
