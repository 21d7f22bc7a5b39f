"""A definition as TOML that a person reads and edits: every figure with where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from rehabkit.authoring.choosing import NEEDED_SHARE
from rehabkit.authoring.draft import Draft
from rehabkit.authoring.phrases import amount, reps, sides_words
from rehabkit.exercises.exercise import Driver, Figure, Involved, Primary, Words
from rehabkit.formats.files import atomic
from rehabkit.kinematics import driving

_WIDTH = 96


def write(draft: Draft, path: str | Path) -> None:
    """Write the draft; ``path`` appears whole or not at all."""
    with atomic(path) as temporary:
        temporary.write_text(to_toml(draft), encoding="utf-8")


def to_toml(draft: Draft) -> str:
    """The whole file, with comments."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    exercise = draft.exercise
    yield from _head(draft)
    for key in ("id", "name", "description", "posture", "source"):
        note = "    # standing, sitting, lying or any" if key == "posture" else ""
        yield f"{key} = {_text(getattr(exercise, key))}{note}"
    yield f"phases = {_list(exercise.phases)}    # the way out, the way back"
    yield f"shown = {_list(exercise.shown)}    # curves that the report shows first"
    yield from ("", *_comment(
        "Scores from 0 to 100 compare with healthy people's curves, which an exercise of one's own "
        "has none of. If one of the catalogue is the same movement, its people may stand in: take "
        "the mark away and name it ('rehabkit exercises list')."
    ), '# template = "squat"')  # fmt: skip
    yield from _drivers(draft)
    yield from (
        "",
        *_comment(
            "What must be reached. max must reach 'needed', min must come down "
            "to it; an angle in degrees, 0 is standing upright with arms down."
        ),
    )
    for primary in exercise.primary:
        yield from _primary(primary)
    yield from (
        "",
        *_comment(
            "What is watched besides. A value outside low and high is told to "
            "patient and therapist, where it is outside by more than the "
            "sensor's error. Delete what does not matter, narrow what does."
        ),
    )
    for involved in exercise.involved:
        yield from _involved(involved)
    yield from _weights(exercise.weights, exercise.body_parts)
    for key, words in exercise.words.items():
        yield from _words(f"words.{key}", words)
    if exercise.figure is not None:
        yield from _figure(exercise.figure)


def _head(draft: Draft) -> Iterator[str]:
    yield from _comment(
        "An exercise drafted by RehabKit from a recording. It is a beginning: read it from top to "
        "bottom, change what you know better, then run: rehabkit exercises check THIS_FILE"
    )
    for example, chosen in draft.examples:
        repetitions = chosen.segmentation.repetitions
        sides = sides_words(repetitions)
        yield from _comment(
            f"{example.name}: {reps(len(repetitions))}" + (f" ({sides})" if sides else "") + "."
        )
    if draft.look:
        yield from ("#", "# Look at:")
        for sentence in draft.look:
            yield from _comment(f"- {sentence}", indent="  ")
    yield ""


def _drivers(draft: Draft) -> Iterator[str]:
    exercise = draft.exercise
    range_ = min(c.range_ for _, c in draft.examples)
    assert exercise.driver is not None
    yield from ("", *_comment(
        f"The signal whose way out and back is one repetition. needed: {NEEDED_SHARE:.0%} of the "
        f"example's range of {amount(exercise.driver.signal, range_)}; smaller movements are shown "
        "but not counted."
    ))  # fmt: skip
    yield from _driver("driver", exercise.driver)
    if exercise.second_driver is not None:
        yield from ("", *_comment(
            "Takes its place where the first cannot be had, as from one phone camera; in the "
            "example it counted the same repetitions."
        ))  # fmt: skip
        yield from _driver("second_driver", exercise.second_driver)


def _driver(table: str, driver: Driver) -> Iterator[str]:
    yield f"[{table}]"
    yield f"signal = {_text(driver.signal)}    # {driving.label_of(driver.signal).lower()}"
    yield f"sides = {_text(driver.sides)}    # {_SIDES[driver.sides]}"
    yield f"direction = {_text(driver.direction)}"
    yield f"needed = {_number(driver.needed)}    # {driving.unit_of(driver.signal)}"


_SIDES = {
    "both": "left and right together are one repetition",
    "each": "left and right are counted on their own",
    "sign": "one signal, to the right and to the left",
    "none": "a movement without sides",
}


def _primary(primary: Primary) -> Iterator[str]:
    yield from ("", "[[primary]]", f"angle = {_text(primary.angle)}")
    yield f"statistic = {_text(primary.statistic)}"
    yield f"needed = {_number(primary.needed)}    # deg"
    yield f"source = {_text(primary.source)}"


def _involved(involved: Involved) -> Iterator[str]:
    yield from ("", "[[involved]]", f"id = {_text(involved.id)}")
    yield f"signal = {_text(involved.signal)}"
    yield f"statistic = {_text(involved.statistic)}"
    for key, value in (("low", involved.low), ("high", involved.high)):
        if value is not None:
            yield f"{key} = {_number(value)}"
    yield f"unit = {_text(involved.unit)}"
    yield f"weight = {_number(involved.weight)}    # above 0, at most 1: how much it matters"
    yield f"source = {_text(involved.source)}"
    yield from list(_words("involved.words", involved.words))[1:]


def _words(table: str, words: Words) -> Iterator[str]:
    yield from ("", f"[{table}]")
    for key in ("title", "patient", "therapist"):
        yield f"{key} = {_text(getattr(words, key))}"


def _weights(weights: Mapping[str, float], parts: Mapping[str, float]) -> Iterator[str]:
    yield from (
        "",
        "# How much each counts; the three sum to 1. The usual ones.",
    )
    yield "[weights]"
    yield from (f"{key} = {_number(value)}" for key, value in weights.items())
    yield from ("", *_comment(
        "Body parts, sum 1: seven tenths on the joints that moved most, the rest on those watched."
    ))  # fmt: skip
    yield "[body_parts]"
    yield from (f"{key} = {_number(value)}" for key, value in parts.items())


def _figure(figure: Figure) -> Iterator[str]:
    yield from ("", *_comment(
        "Poses of the picture that 'rehabkit exercises show' draws: the example's median angles at "
        "rest and at the extreme, deg, standing upright taken as 0. They judge nothing."
    ))  # fmt: skip
    yield "[figure]"
    alone = "one side at a time" if figure.sides == "one" else "left and right together"
    yield f"sides = {_text(figure.sides)}    # {alone}"
    tables = {"rest": figure.rest, "extreme": figure.extreme, "other": figure.other}
    for name, angles in tables.items():
        if angles:
            note = "    # the other side at the extreme" if name == "other" else ""
            yield from ("", f"[figure.{name}]{note}")
            yield from (f"{angle} = {_number(value)}" for angle, value in angles.items())


def _comment(text: str, indent: str = "") -> Iterator[str]:
    import textwrap

    for line in textwrap.wrap(text, _WIDTH, subsequent_indent=indent):
        yield f"# {line}"


def _text(value: str) -> str:
    # JSON's escapes are TOML's, too; a lone DEL is the one character that TOML forbids besides.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


def _number(value: float) -> str:
    text = f"{value:.4f}".rstrip("0")
    return text + "0" if text.endswith(".") else text
