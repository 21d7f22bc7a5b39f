"""Findings of an exercise's definition: range of the primary joints, compensation elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rehabkit.assessment.healthy import involved_band, within
from rehabkit.assessment.judge import Band, Judged, Subject, judge
from rehabkit.assessment.readings import Case, Reading, read, sides_of
from rehabkit.assessment.words import words_for
from rehabkit.exercises.exercise import Exercise, Involved, Primary
from rehabkit.exercises.named import is_sided, label_of
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES

Reader = Callable[[str, int], Reading]


def source(exercise: Exercise, note: str) -> str:
    """Where a band of a definition comes from."""
    name = exercise.file or exercise.id
    return f"the exercise's definition {name}" + (f": {note}" if note else "")


def joint_findings(case: Case, exercise: Exercise) -> Iterator[Judged]:
    """Short ranges first, then compensation."""
    yield from short_ranges(case, exercise)
    yield from compensations(case, exercise)


def compensations(case: Case, exercise: Exercise) -> Iterator[Judged]:
    """Involved joints outside their bands."""
    for involved in exercise.involved:
        yield from _compensation(case, exercise, involved)


def short_ranges(
    case: Case, exercise: Exercise, name: str = "short", words: str = "short_range"
) -> Iterator[Judged]:
    """Repetitions whose primary joint does not reach what is needed; ``name`` begins the id."""
    for primary in exercise.primary:
        yield from _short(case, exercise, primary, name, words)


def _short(
    case: Case, exercise: Exercise, primary: Primary, name: str, words: str
) -> Iterator[Judged]:  # fmt: skip
    lowest = None if primary.statistic == "min" else primary.needed
    highest = primary.needed if primary.statistic == "min" else None
    band = Band(lowest, highest, "deg", source(exercise, primary.source))
    subject = Subject(
        id=f"{name}-{primary.angle.replace('_', '-')}",
        side="none",
        quantity=ANGLES[primary.angle].label,
        words=words_for(words, exercise),
        angle=primary.angle,
        weight=1.0,
    )
    if ANGLES[primary.angle].sided and exercise.sides == "none":
        yield from _better_side(case, primary, subject, band)
        return
    for side, repetitions in _axial_groups(case, primary.angle):
        yield from each_side(
            case, primary.angle, replace(subject, side=side), band,
            lambda s, i: reach(case, primary, s, i), repetitions,
        )  # fmt: skip


def _better_side(case: Case, primary: Primary, subject: Subject, band: Band) -> Iterator[Judged]:
    """An exercise without sides (a lunge) asks the range of one limb: the better of the two."""
    best = []
    for i in range(len(case.repetitions)):
        readings = [reach(case, primary, side, i) for side in SIDES]
        seen = [r for r in readings if r.value is not None]
        best.append(min(seen or readings, key=lambda r: band.outside(r.value or 0.0)))
    found = judge(case, subject, band, best)
    if found is not None:
        yield found


def _axial_groups(case: Case, angle: str) -> list[tuple[str, list[int]]]:
    """Repetitions of an axial angle by the side they go to; all together for a sided angle."""
    everything = list(range(len(case.repetitions)))
    sides = [r.side for r in case.repetitions]
    if ANGLES[angle].sided or not set(sides) <= {*SIDES}:
        return [("none", everything)]
    return [(s, [i for i in everything if sides[i] == s]) for s in SIDES if s in sides]


def reach(case: Case, primary: Primary, side: str, index: int) -> Reading:
    """The primary angle's statistic; an axial one towards the repetition's side."""
    to_left = case.repetitions[index].side == "left" and not ANGLES[primary.angle].sided
    if not to_left or primary.statistic == "range":
        return read(case, primary.angle, side, index, primary.statistic)
    opposite = {"max": "min", "min": "max"}[primary.statistic]
    reading = read(case, primary.angle, side, index, opposite)
    return reading if reading.value is None else replace(reading, value=-reading.value)


def _compensation(case: Case, exercise: Exercise, involved: Involved) -> Iterator[Judged]:
    usual = Band(involved.low, involved.high, involved.unit, source(exercise, involved.source))
    band, norm = involved_band(case, exercise, involved, usual)
    subject = Subject(
        id=involved.id,
        side="none",
        quantity=label_of(involved.signal),
        words=involved.words,
        angle=involved.signal if involved.signal in ANGLES else None,
        weight=involved.weight,
    )
    yield from each_side(
        case, involved.signal, subject, band,
        lambda side, i: within(read(case, involved.signal, side, i, involved.statistic), norm),
        range(len(case.repetitions)),
    )  # fmt: skip


def each_side(
    case: Case,
    signal: str,
    subject: Subject,
    band: Band,
    reader: Reader,
    repetitions: Sequence[int],
) -> Iterator[Judged]:
    """One finding for an unsided signal; for a sided one left, right, or both as one."""
    if not is_sided(signal):
        found = judge(case, subject, band, [reader("", i) for i in repetitions])
        if found is not None:
            yield found
        return
    readings = {side: _of_side(case, signal, side, reader) for side in SIDES}
    judged = {side: judge(case, _on(subject, side), band, readings[side]) for side in SIDES}
    left, right = judged["left"], judged["right"]
    if left is None or right is None:
        yield from (j for j in (left, right) if j is not None)
        return
    both = _worse_of_sides(band, readings)
    merged = judge(case, replace(subject, side="both"), band, both)
    if merged is not None:
        yield merged


def _on(subject: Subject, side: str) -> Subject:
    angle = f"{subject.angle}_{side}" if subject.angle else None
    return replace(subject, side=side, angle=angle)


def _of_side(case: Case, signal: str, side: str, reader: Reader) -> list[Reading]:
    return [reader(side, i) for i, repetition in enumerate(case.repetitions)
            if side in sides_of(signal, repetition)]  # fmt: skip


def _worse_of_sides(band: Band, readings: Mapping[str, Sequence[Reading]]) -> list[Reading]:
    """One reading a repetition, with its side: the one that is further outside."""
    worst: dict[int, Reading] = {}
    for reading in [replace(r, side=side) for side in SIDES for r in readings[side]]:
        known = worst.get(reading.number)
        if known is None or known.value is None or (
            reading.value is not None and band.outside(reading.value) > band.outside(known.value)
        ):  # fmt: skip
            worst[reading.number] = reading
    return [worst[number] for number in sorted(worst)]
