"""What a therapist should look at in a draft: where the example was too little to go by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from rehabkit.assessment.readings import Case
from rehabkit.assessment.types import Finding
from rehabkit.authoring.choosing import Chosen
from rehabkit.authoring.example import Example
from rehabkit.authoring.phrases import amount
from rehabkit.exercises.doubts import NEEDS_TRAVEL
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES

_FEW: Final = 3
_UNEVEN: Final = 0.2


def look_at(exercise: Exercise, both: Sequence[tuple[Example, Chosen]]) -> Iterator[str]:
    """Sentences, the most important first."""
    yield from _recordings(both)
    yield from _repetitions(both)
    yield from _signals(exercise, both)
    yield from violated(exercise, both)
    yield (
        "Rewrite name and description, and read every sentence for the patient: they are general."
    )


def _recordings(both: Sequence[tuple[Example, Chosen]]) -> Iterator[str]:
    for example, _ in both:
        if not example.gate.usable:
            why = "; ".join(r.text for r in example.gate.reasons)
            yield f"{example.name} would be refused if it were judged: {why}. Record it again."


def _repetitions(both: Sequence[tuple[Example, Chosen]]) -> Iterator[str]:
    for example, chosen in both:
        counted, partial = chosen.segmentation.repetitions, chosen.segmentation.partial
        if len(counted) < _FEW and len(both) == 1:
            many = "one repetition" if len(counted) == 1 else f"{len(counted)} repetitions"
            yield (
                f"{example.name} shows {many}: how much the movement varies is not known. Give "
                "three or more, or several files."
            )
        extents = np.array([r.extent for r in counted])
        if len(counted) > 1 and extents.std() > _UNEVEN * extents.mean():
            yield (
                f"The repetitions of {example.name} differ in range, from "
                f"{amount(chosen.driver.signal, extents.min())} to "
                f"{amount(chosen.driver.signal, extents.max())}: are all of them the exercise?"
            )
        for why in dict.fromkeys(p.why for p in partial):
            at = ", ".join(f"{p.start_s:.1f} s" for p in partial if p.why == why)
            yield f"Not counted in {example.name}: {why} (from {at})."
    sides = {r.side for _, c in both for r in c.segmentation.repetitions}
    if len(sides) == 1 and sides <= {*SIDES}:
        (side,) = sides
        yield (
            f"Only the {side} side was shown. The definition asks the same of either side; "
            "record the other one too if it differs."
        )


def _signals(exercise: Exercise, both: Sequence[tuple[Example, Chosen]]) -> Iterator[str]:
    driver = both[0][1].driver
    if driver.signal in NEEDS_TRAVEL and exercise.second_driver is None:
        yield (
            f"Repetitions are driven by {driving.label_of(driver.signal).lower()}, which one "
            "phone camera cannot give, and no angle counted the same: this definition is for "
            "recordings that know where the body is in the room."
        )
    if all(p.statistic == "range" for p in exercise.primary):
        yield "No joint went the same way each time; [[primary]] asks only for a range. Check it."
    kinematics = both[0][0].kinematics
    for angle in dict.fromkeys(p.angle for p in exercise.primary):
        reasons = {kinematics[n].reason for n in ANGLES[angle].names() if n in kinematics}
        for reason in sorted(reasons - {""}):
            yield f"{ANGLES[angle].label} is read with reservation: {reason}."
    if not exercise.involved:
        yield "Nothing else could be watched in this recording: add limits by hand if you need any."


def broken_by(exercise: Exercise, example: Example) -> Iterator[str]:
    """Findings that a definition gives on a recording that is meant to show it well."""
    from rehabkit.repetitions import cut

    found = cut(example.recording, example.kinematics, exercise)
    if not found.repetitions:
        yield f"No repetition of {example.name} is counted: {found.how}."
        return
    case = example.case(found)
    for judged in _judged(case, exercise):
        yield f"{example.name} breaks '{judged.id}' (repetition {judged.repetition}): " \
            f"{judged.therapist}"  # fmt: skip


def violated(exercise: Exercise, both: Sequence[tuple[Example, Chosen]]) -> Iterator[str]:
    """Findings that the definition would give on its own examples."""
    for example, chosen in both:
        for finding in _judged(example.case(chosen.segmentation), exercise):
            yield (
                f"The example {example.name} itself breaks '{finding.id}' (repetition "
                f"{finding.repetition}): {finding.therapist} Widen the limit, or leave that "
                "repetition out."
            )


def _judged(case: Case, exercise: Exercise) -> Iterator[Finding]:
    from rehabkit.assessment.findings_joints import joint_findings

    yield from (judged.finding for judged in joint_findings(case, exercise))
