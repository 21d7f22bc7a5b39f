"""``draft``: an exercise from one or more recorded examples, and what to look at in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rehabkit.authoring import joints, limits, posing
from rehabkit.authoring.choosing import NEEDED_SHARE, Chosen, choose, cut_like
from rehabkit.authoring.example import Example
from rehabkit.authoring.look import look_at
from rehabkit.authoring.phrases import describe, does, phases, source_of
from rehabkit.authoring.watched import COMFORT, REACHED, SHORT
from rehabkit.errors import ExerciseError
from rehabkit.exercises.doubts import signal_part
from rehabkit.exercises.exercise import WEIGHTS, Driver, Exercise, Primary, Words
from rehabkit.exercises.parts import BODY_PARTS, default_compared, part_of
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES

_PRIMARY_SHARE: Final = 0.7
_MOST_SHOWN: Final = 4


@dataclass(frozen=True, eq=False)
class Draft:
    """A drafted exercise.

    Parameters
    ----------
    exercise
        What was drafted, ready for ``authoring.writing.to_toml``.
    examples
        Each with what drove it and its repetitions.
    look
        What the therapist should look at, a sentence each, the most important first.
    """

    exercise: Exercise
    examples: tuple[tuple[Example, Chosen], ...]
    look: tuple[str, ...]

    @property
    def repetitions(self) -> int:
        """Counted in all examples together."""
        return sum(len(c.segmentation.repetitions) for _, c in self.examples)


def draft(
    examples: Sequence[Example],
    *,
    exercise_id: str,
    name: str = "",
    count: int | None = None,
    signal: str | None = None,
) -> Draft:
    """An exercise as the examples show it.

    Parameters
    ----------
    examples
        Recordings of the exercise done well. The first chooses the driving signal; others widen
        the limits, and lower what is asked to the one that goes least far.
    count, signal
        See :func:`~rehabkit.authoring.choosing.choose`; ``count`` holds for the first.

    Raises
    ------
    ExerciseError
        Where nothing repeats, an example does not show the first one's movement, or the id is
        not made of small letters, digits and single hyphens.
    """
    if not examples:
        raise ExerciseError("Expected one or more examples to draft from, found none.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", exercise_id):
        raise ExerciseError(
            f"Expected an id of small letters, digits and single hyphens, found {exercise_id!r}. "
            "Give one with --id, such as --id wall-slide."
        )
    first = choose(examples[0], count=count, signal=signal)
    both = [(examples[0], first), *((e, cut_like(e, first)) for e in examples[1:])]
    exercise = _exercise(both, exercise_id, name)
    return Draft(exercise, tuple(both), tuple(look_at(exercise, both)))


def _exercise(both: Sequence[tuple[Example, Chosen]], exercise_id: str, name: str) -> Exercise:
    found = joints.moved(both)
    named = " and ".join(e.name for e, _ in both[:3]) + (" and others" if len(both) > 3 else "")
    total = sum(len(c.segmentation.repetitions) for _, c in both)
    driver, second = _drivers(both)
    main = joints.primaries(found, driver.signal) if found else []
    primary = tuple(joints.primary(m, total, named) for m in main)
    if not primary:
        primary = _widest(both)
    angles = [p.angle for p in primary]
    involved = limits.limits(both, angles)
    parts = _body_parts(angles, [i.signal for i in involved])
    return Exercise(
        id=exercise_id,
        name=name or f"Drafted exercise ({ANGLES[angles[0]].label.lower()})",
        description=describe(primary, driver),
        driver=driver,
        second_driver=second,
        phases=phases(driver, primary),
        primary=primary,
        involved=involved,
        weights=WEIGHTS,
        body_parts=parts,
        shown=_shown(driver, angles, [m.angle for m in found], [i.signal for i in involved]),
        words=_words(primary, driver),
        figure=posing.figure(both),
        posture=posing.posture(both),
        source=source_of(both),
        compared=default_compared(parts),
    )


def _widest(both: Sequence[tuple[Example, Chosen]]) -> tuple[Primary, ...]:
    widest = joints.widest(both)
    if widest is None:
        raise ExerciseError(
            f"{both[0][0].name}: repetitions were found, but expected at least one joint's angle "
            "over them, found none that this recording can give. Record with the whole body in "
            "view."
        )
    return (widest,)


def _drivers(both: Sequence[tuple[Example, Chosen]]) -> tuple[Driver, Driver | None]:
    """The first example's, needing a share of the example that moves least."""
    first = both[0][1]
    least = min(c.range_ for _, c in both)
    digits = 0 if driving.unit_of(first.driver.signal) == "deg" else 2
    needed = max(round(NEEDED_SHARE * least, digits), 10.0**-digits)
    share = needed / first.driver.needed
    second = first.second
    if second is not None:
        second = replace(second, needed=float(max(1, round(second.needed * min(1.0, share)))))
    return replace(first.driver, needed=float(needed)), second


def _body_parts(primary: Sequence[str], involved: Sequence[str]) -> dict[str, float]:
    """Most weight on the primary joints' parts, the rest on those that are watched."""
    main = list(dict.fromkeys(part_of(angle) for angle in primary))
    others = [p for p in dict.fromkeys(signal_part(s) for s in involved) if p not in main]
    if not others:
        return _shares(main, 1.0)
    return _shares(main, _PRIMARY_SHARE) | _shares(others, 1 - _PRIMARY_SHARE)


def _shares(parts: Sequence[str], total: float) -> dict[str, float]:
    ordered = sorted(parts, key=BODY_PARTS.index)
    each = round(total / len(ordered), 2)
    shares = dict.fromkeys(ordered, each)
    shares[ordered[0]] = round(total - each * (len(ordered) - 1), 2)
    return shares


def _shown(
    driver: Driver, primary: Sequence[str], moved: Sequence[str], involved: Sequence[str]
) -> tuple[str, ...]:
    first = [driver.signal] if driver.signal in ANGLES else []
    watched = [s for s in involved if s in ANGLES]
    ordered = dict.fromkeys([*first, *primary, *moved[:2], *watched])
    return tuple(ordered)[:_MOST_SHOWN]


def _words(primary: Sequence[Primary], driver: Driver) -> dict[str, Words]:
    """Words for too little range: the one joint's own, or what all of them do."""
    known = SHORT.get(primary[0].angle)
    if known is not None and primary[0].statistic == "max" and len(primary) == 1:
        title, patient = known.title, known.patient.rstrip(".")
    else:
        title, patient = "The movement is too small", f"{does(primary, driver)} a little further"
    return {"short_range": Words(title, patient + COMFORT, REACHED)}
