"""``gate``: whether a recording may be judged at all, and with what limits.

A wrong score is worse than none; but a reason must be one that a person can see and mend.
"""

from __future__ import annotations

from collections.abc import Iterator

from rehabkit.assessment.gate_body import check_body, check_identity, check_others
from rehabkit.assessment.gate_seen import check_anyone, check_movement, check_parts
from rehabkit.assessment.gate_time import check_cuts, check_length, check_rate
from rehabkit.assessment.seen import look
from rehabkit.assessment.types import Gate
from rehabkit.assessment.verdict import Verdict
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording


def gate(
    original: Recording,
    cleaned: Recording,
    kinematics: Kinematics,
    exercise: Exercise | None = None,
) -> Gate:
    """Whether a recording may be judged.

    Parameters
    ----------
    original, cleaned
        As read, and after clean-up (canonical joints).
    kinematics
        Angles of ``cleaned``.
    exercise
        What is needed of the body; None asks only for a body that moves.

    Returns
    -------
    Gate
        ``reasons`` forbid judging: nobody there, too short, too few frames a second, the
        movement not seen, no person's skeleton. ``limits`` only say what must be left out. Each
        has a code, figures in plain words, its time where it has one, and how to film next time.
    """
    if cleaned.positions is None and cleaned.image_points is None:
        verdict = Verdict()
        verdict.forbid(
            "no-body", "it holds no body points, only other signals",
            advice="Give a video or a recording of joints.",
        )  # fmt: skip
        return Gate(False, tuple(verdict.reasons))
    verdicts = list(_verdicts(original, cleaned, kinematics, exercise))
    reasons = tuple(r for v in verdicts for r in v.reasons)
    limits = tuple(r for v in verdicts for r in v.limits)
    return Gate(not reasons, reasons, limits)


def _verdicts(
    original: Recording, cleaned: Recording, kinematics: Kinematics, exercise: Exercise | None
) -> Iterator[Verdict]:
    seen = look(original, cleaned)
    length = check_length(seen)
    yield length
    if length.reasons:
        return
    yield check_rate(original)
    yield check_movement(seen, cleaned, kinematics, exercise) if exercise else check_anyone(seen)
    yield check_body(seen, cleaned, exercise)
    yield check_identity(seen, cleaned)
    yield check_others(cleaned)
    yield check_cuts(cleaned)
    yield check_parts(seen, exercise)
    yield _check_mirror(original)
    yield _check_picture(cleaned)


def _check_mirror(original: Recording) -> Verdict:
    verdict = Verdict()
    if original.mirrored == "unknown":
        verdict.restrict(
            "mirrored", "whether the picture is mirrored is not known: left and right may be "
            "exchanged", advice="Say whether it is a mirrored selfie video (--mirrored yes or no).",
        )  # fmt: skip
    return verdict


def _check_picture(cleaned: Recording) -> Verdict:
    """Key points of one picture give angles as they look, whatever turns out of its plane."""
    verdict = Verdict()
    if cleaned.positions is None:
        verdict.restrict(
            "projected", "only the picture is known: angles are projected, as they look from the "
            "camera, not as they are in space", advice="Film squarely from the side or the front.",
        )  # fmt: skip
    return verdict
