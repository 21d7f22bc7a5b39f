"""Sentences of findings: templates filled with figures, and those that no definition gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rehabkit.exercises.exercise import Exercise, Words

GENERAL: Final[Mapping[str, Words]] = {
    "short_range": Words(
        "The movement is too small",
        "Move a little further, as far as it feels comfortable.",
        "{side} {quantity} reached {measured} in repetition {repetition}; expected {expected}.",
    ),
    "too_small": Words(
        "Movements are too small to be counted",
        "Move further in every repetition, as far as it feels comfortable.",
        "Many movements were too small to be counted. In the smallest, number {repetition} of "
        "all, {side} {quantity} reached {measured}; expected {expected}.",
    ),
    "asymmetry": Words(
        "Left and right do not move alike",
        "Try to move both sides equally far, as far as the {side} side feels comfortable.",
        "The {side} side moved {measured} less than the other ({quantity}) in repetition "
        "{repetition}; expected {expected}.",
    ),
    "fatigue": Words(
        "The movement becomes smaller",
        "Take a short rest when the movement becomes smaller, then go on.",
        "{quantity}: {measured} in repetition {repetition}; {expected} in the first ones.",
    ),
    "hurried": Words(
        "The repetitions become hurried",
        "Take your time: let every repetition last as long as the first.",
        "Repetition {repetition} took {measured}; {expected} in the first ones.",
    ),
    "uneven": Words(
        "The pace is uneven",
        "Keep a steady pace; counting aloud helps.",
        "Repetition {repetition} took {measured}; expected {expected}.",
    ),
    "pause": Words(
        "The movement stops on the way",
        "Move in one go, slowly if you like, without stopping on the way.",
        "The movement stood still for {measured} on its way in repetition {repetition}; expected "
        "{expected}.",
    ),
    "shaking": Words(
        "The movement shakes",
        "Move slowly and rest between repetitions; tell your therapist if the shaking is new or "
        "grows.",
        "{side} {quantity} shook by {measured} to either side in repetition {repetition}; expected "
        "{expected}.",
    ),
    "assisted": Words(
        "Somebody may have helped",
        "If somebody helped, try a few repetitions on your own if it is safe, with your helper "
        "close by.",
        "A second person was seen at the body for {measured} of repetition {repetition}; whether "
        "they helped cannot be seen.",
    ),
}

OTHER_SIDE_TOO: Final = " The other side is outside too."
"""Behind a sentence that tells of the worse side, where both are meant."""


def words_for(key: str, exercise: Exercise | None) -> Words:
    """The exercise's own words for a general finding, else those of this module."""
    own = exercise.words.get(key) if exercise is not None else None
    return own or GENERAL[key]


def figure(value: float, unit: str) -> str:
    """A value as people read it: ``"47°"``, ``"6 cm"``, ``"2.4 s"``, ``"0.6"``."""
    factor, mark, digits = {
        "deg": (1.0, "°", 0), "m": (100.0, " cm", 0), "s": (1.0, " s", 1), "%": (1.0, " %", 0),
    }.get(unit, (1.0, "", 2))  # fmt: skip
    text = f"{abs(value) * factor:.{digits_of(value, unit, digits)}f}"
    minus = "\u2212" if value < 0 and text.strip("0.") else ""
    return minus + text + mark


def digits_of(value: float, unit: str, usual: int) -> int:
    """Digits behind the point: one from 1 to 2 degrees, where rounding would take a half."""
    return 1 if unit == "deg" and 1.0 <= abs(value) < 2.0 else usual


def band(low: float | None, high: float | None, unit: str) -> str:
    """``"at most 38°"``, ``"at least 6 cm"``, ``"between −12° and 12°"``."""
    if low is None:
        return f"at most {figure(high or 0.0, unit)}"
    if high is None:
        return f"at least {figure(low, unit)}"
    return f"between {figure(low, unit)} and {figure(high, unit)}"


def fill(
    template: str,
    *,
    measured: float,
    low: float | None,
    high: float | None,
    unit: str,
    side: str,
    repetition: int,
    quantity: str,
) -> str:
    """The sentence with its figures, one space between words, a capital letter in front."""
    text = template.format(
        measured=figure(measured, unit),
        expected=band(low, high, unit),
        unit=unit,
        side={"both": "left and right", "none": ""}.get(side, side),
        repetition=repetition,
        quantity=quantity.lower(),
    )
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def sure(probability: float) -> str:
    """A probability in percent; never all of them."""
    return "over 99 %" if probability > 0.99 else f"{probability * 100:.0f} %"


def listed(items: Sequence[str]) -> str:
    """``"a"``, ``"a and b"``, ``"a, b and c"``; empty where there are none."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
