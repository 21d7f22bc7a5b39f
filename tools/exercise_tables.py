"""The tables of ``docs/exercises.md``: every definition of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Driver, Exercise, Primary
from rehabkit.kinematics import driving
from rehabkit.simulate import DONE
from rehabkit.templates import store

TRIED: Final = {
    "kimore-": "KIMORE, against manual boundaries",
    "ui-prmd-": "UI-PRMD, a repetition a file",
    "irds-": "IRDS, a repetition a file",
    "keraal-": "KERAAL's sample",
}
"""Start of an id -> the recordings that benchmarks or tests count it on."""
_STATISTICS: Final = {"max": "at least", "min": "at most", "range": "a range of at least"}


def exercises() -> str:
    """What each exercise is, what drives and what it must reach, and what it was tried on."""
    head = ("exercise", "name", "posture", "driven by", "must reach", "healthy people", "tried on")
    return table(head, map(_row, _all()))


def findings() -> str:
    """What each exercise can find, and where its figures come from."""
    head = ("exercise", "can find besides", "where its figures come from")
    return table(head, map(_found, _all()))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown with an empty line around it."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *map(list, rows)]
    text = "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )
    return f"\n{text}\n\n"


def _all() -> list[Exercise]:
    return [catalogue.load(name) for name in catalogue.ids()]


def _row(exercise: Exercise) -> tuple[str, ...]:
    return (
        f"`{exercise.id}`",
        exercise.name,
        exercise.posture,
        "; else ".join(_driver(d) for d in (exercise.driver, exercise.second_driver) if d)
        or "the dominant movement",
        "; ".join(map(_primary, exercise.primary)) or "nothing",
        _people(exercise),
        _tried(exercise.id),
    )


def _driver(driver: Driver) -> str:
    name = driver.signal.replace("_", " ")
    return f"{name} {driver.direction}, {driver.needed:g} {driving.unit_of(driver.signal)}"


def _primary(primary: Primary) -> str:
    name = primary.angle.replace("_", " ")
    return f"{name} {_STATISTICS[primary.statistic]} {primary.needed:g} deg"


def _people(exercise: Exercise) -> str:
    template = store.find(exercise.template_id)
    if template is None:
        return "none"
    own = template.exercise == exercise.id
    return str(template.people) if own else f"{template.people} at `{template.exercise}`"


def _tried(name: str) -> str:
    data = [words for start, words in TRIED.items() if name.startswith(start)]
    generated = ["generated movement"] if name in DONE else []
    if not data:
        return "generated movement only" if generated else "nothing"
    return ", ".join([*data, *generated])


def _found(exercise: Exercise) -> tuple[str, ...]:
    titles = "; ".join(f"{i.words.title} (`{i.id}`)" for i in exercise.involved)
    return f"`{exercise.id}`", titles or "nothing", exercise.source
