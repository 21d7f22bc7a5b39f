"""What is allowed in a definition and yet likely a mistake: warnings of ``exercises check``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rehabkit.exercises.exercise import Exercise, Involved, Words
from rehabkit.exercises.named import NAMED, is_sided
from rehabkit.exercises.parts import part_of
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES

NEEDS_TRAVEL: Final = ("pelvis_height", "pelvis_shift", "ankle_out")
"""Driving signals that a recording without travel (one camera) cannot give."""
_PARTS: Final = {
    "heel": "ankle", "foot": "ankle", "feet": "ankle", "knees": "knee", "shank": "knee",
    "com": "pelvis",
}  # fmt: skip
_HEAVY, _LIGHT = 0.8, 0.05
_DRAWN_DEG = 10.0


def signal_part(signal: str) -> str:
    """The body part that an involved joint's signal belongs to."""
    first = signal.partition("_")[0]
    return _PARTS.get(first, first) if signal in NAMED else part_of(signal)


def doubts(exercise: Exercise) -> Iterator[str]:
    """Sentences, each with the key it speaks of, in the order of the file."""
    yield from _driver(exercise)
    yield from _limits(exercise)
    yield from _words(exercise)
    yield from _weights(exercise)
    yield from _parts(exercise)
    yield from _figure(exercise)


def _driver(exercise: Exercise) -> Iterator[str]:
    driver, second = exercise.driver, exercise.second_driver
    if driver is None:
        return
    travels = driver.signal in NEEDS_TRAVEL
    if travels and (second is None or second.signal in NEEDS_TRAVEL):
        label = driving.label_of(driver.signal).lower()
        yield (
            f"driver.signal: {label} needs a recording that knows where the body is in the room; "
            "one phone camera does not, and [second_driver] names no angle to take its place."
        )
    for key, each in (("driver", driver), ("second_driver", second)):
        if each is None:
            continue
        if each.sides == "sign" and driving.is_sided(each.signal):
            yield f'{key}.sides: "sign" is for a signal without sides; expected "both" or "each".'
        if each.sides == "each" and not driving.is_sided(each.signal):
            yield f'{key}.sides: {each.signal} has no left and right; expected "sign" or "none".'
        for primary in exercise.primary:
            if primary.angle == each.signal and primary.statistic == "range" \
                    and primary.needed < each.needed:  # fmt: skip
                yield (
                    f"{key}.needed: a repetition counts from {each.needed:g} deg on, more than the "
                    f"{primary.needed:g} deg that {primary.angle} must reach."
                )


def _limits(exercise: Exercise) -> Iterator[str]:
    """Limits that the movement asked for would break by itself."""
    for i, involved in enumerate(exercise.involved, start=1):
        for primary in exercise.primary:
            if involved.signal != primary.angle:
                continue
            where = f"involved[{i}] ({involved.id})"
            broken = _broken(involved, primary.statistic, primary.needed)
            if broken:
                yield (
                    f"{where}: whoever reaches what [[primary]] asks of {primary.angle} "
                    f"({primary.statistic} {primary.needed:g}) lies {broken}."
                )


def _broken(involved: Involved, statistic: str, needed: float) -> str:
    reached = {"max": ("max", "abs_max"), "min": ("min",), "range": ("range",)}[statistic]
    if involved.statistic not in reached:
        return ""
    if statistic != "min" and involved.high is not None and needed > involved.high:
        return f"above its high {involved.high:g}"
    if statistic == "min" and involved.low is not None and needed < involved.low:
        return f"below its low {involved.low:g}"
    return ""


def _words(exercise: Exercise) -> Iterator[str]:
    named = [(f"involved[{i}] ({v.id}).words", v.words, v.signal)
             for i, v in enumerate(exercise.involved, start=1)]  # fmt: skip
    named += [(f"words.{key}", words, "") for key, words in exercise.words.items()]
    for key, words, signal in named:
        for wanted in ("{measured}", "{expected}"):
            if wanted not in words.therapist:
                yield f"{key}.therapist: has no {wanted}, so the report's sentence has no figure."
        if signal and is_sided(signal) and not _tells_side(words):
            yield f"{key}: {signal} has a left and a right, and no sentence names the {{side}}."


def _tells_side(words: Words) -> bool:
    return "{side}" in words.therapist + words.patient


def _weights(exercise: Exercise) -> Iterator[str]:
    for name, weight in exercise.weights.items():
        if weight > _HEAVY:
            yield f"weights.{name}: {weight:g} leaves hardly anything to the others."
        elif weight == 0:
            yield f"weights.{name}: 0 means that {name} is not scored at all."
    if exercise.weights.get("completeness", 0) > 0 and exercise.driver and not exercise.primary:
        yield "weights.completeness: no [[primary]] joint says what completeness is."


def _parts(exercise: Exercise) -> Iterator[str]:
    have = {part_of(p.angle) for p in exercise.primary}
    have |= {signal_part(i.signal) for i in exercise.involved}
    have |= {c.part for c in exercise.compared if c.angle not in _usual(c.part)}
    for part, weight in exercise.body_parts.items():
        if part not in have:
            yield (
                f"body_parts.{part}: no [[primary]] or [[involved]] joint belongs to it; its "
                f"{weight:g} rests on healthy people's curves alone, where there are any."
            )
        elif weight < _LIGHT:
            yield f"body_parts.{part}: {weight:g} counts for hardly anything."
    for primary in exercise.primary:
        if exercise.body_parts and part_of(primary.angle) not in exercise.body_parts:
            yield (
                f"body_parts: {primary.angle} is a primary joint, and {part_of(primary.angle)} "
                "has no weight."
            )


def _usual(part: str) -> tuple[str, ...]:
    from rehabkit.exercises.parts import USUAL

    return USUAL.get(part, ())


def _figure(exercise: Exercise) -> Iterator[str]:
    figure = exercise.figure
    if figure is None:
        return
    for primary in exercise.primary:
        drawn = figure.extreme.get(primary.angle)
        sided = ANGLES[primary.angle].sided or exercise.sides == "sign"
        if drawn is None or not sided or primary.statistic == "range":
            continue
        if (drawn < primary.needed - _DRAWN_DEG) if primary.statistic == "max" else (
                drawn > primary.needed + _DRAWN_DEG):  # fmt: skip
            yield (
                f"figure.extreme.{primary.angle}: the picture shows {drawn:g} deg, and "
                f"[[primary]] asks for {primary.needed:g}."
            )
