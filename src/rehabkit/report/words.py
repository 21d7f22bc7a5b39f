"""Words and numbers as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehabkit.assessment.levels import LEVELS
from rehabkit.assessment.words import sure
from rehabkit.recording import side_of, without_side

if TYPE_CHECKING:
    from rehabkit.report.analysis import Analysis
    from rehabkit.report.document import ExercisePart

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LOW = tuple(level.name for level in LEVELS[:2])
"""Levels with which nobody is told to go on like this."""
MINUS, THIN, DASH = "\u2212", "\u2009", "\u2013"

_PLAIN = {
    "trunk_flexion": "Trunk, forward lean",
    "trunk_lateral_flexion": "Trunk, side lean",
    "trunk_rotation": "Trunk, turn",
    "shoulder_elevation": "Arm elevation",
    "neck_flexion": "Neck, forward bend",
    "neck_lateral_flexion": "Neck, side bend",
    "neck_rotation": "Neck, turn",
    "pelvis_tilt": "Pelvis, forward tilt",
    "pelvis_obliquity": "Pelvis, side tilt",
    "pelvis_rotation": "Pelvis, turn",
    "knee_valgus": "Knee, falling inward",
}


def recognised_words(exercise: ExercisePart) -> str:
    """How sure a recognised exercise is, and how to name it; empty where it was named."""
    if exercise.how != "recognised" or exercise.probability is None:
        return ""
    return (
        f"Recognised as {exercise.id}, {sure(exercise.probability)} sure among the exercises that "
        "are known. Confirm it, or name another with --exercise."
    )


def day_in_words(iso: str) -> str:
    """``"2026-11-21"`` -> ``"21 Nov 2026"``."""
    year, month, day = iso.split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def angle_base_label(name: str) -> str:
    """The angle in words, without its side."""
    base = without_side(name)
    return _PLAIN.get(base, base.replace("_", " ").capitalize())


def angle_label(name: str) -> str:
    """The angle in words: ``"Knee flexion, left"``."""
    side = side_of(name)
    label = angle_base_label(name)
    return f"{label}, {side}" if side else label


def number(value: float, digits: int = 0, *, sign: bool = False) -> str:
    """``value`` with a true minus sign; never minus zero."""
    text = f"{abs(value):.{digits}f}"
    nothing = not text.strip("0.")
    if value < 0 and not nothing:
        return MINUS + text
    return f"+{text}" if sign and not nothing else text


def seconds(value: float, digits: int = 1) -> str:
    """A time in the recording: ``"9.2 s"``, from two minutes on ``"2:05 min"``."""
    if value < 120:
        return f"{number(value, digits)} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes}:{rest:02d} min"


def count(n: int, one: str, many: str | None = None) -> str:
    """``"1 repetition"``, ``"5 repetitions"``."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """``text`` beginning with a capital letter and ending with a full stop."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def feedback_words(analysis: Analysis) -> tuple[str, str]:
    """One sentence for the person, one for the therapist; true also where nothing was found."""
    if not analysis.gate.usable:
        advice = next((r.advice for r in analysis.gate.reasons if r.advice), "")
        reasons = "; ".join(r.text for r in analysis.gate.reasons)
        return (
            sentence(advice) or "Please record the exercise once more.",
            sentence(f"Cannot be scored, because {reasons}"),
        )
    if analysis.findings:
        first = analysis.findings[0]
        return sentence(first.patient), sentence(first.therapist)
    return _nothing_found(analysis)


def _low_without_findings(analysis: Analysis, times: str) -> tuple[str, str]:
    """No single figure is outside, and yet the movement as a whole is not healthy people's."""
    scores = analysis.scores
    parts = (scores.completeness, scores.correction, scores.smoothness)
    lowest = [part.evidence[0] for part in parts if part.evidence]
    named = "; ".join(f"{each.label} ({each.points:.1f} of 4)" for each in lowest)
    return (
        f"You did {times}. No single fault stood out, but as a whole the movement differs from "
        "healthy people's. Go through it with your therapist.",
        "No measured value lay outside the expected range by more than its error, yet the score is "
        f"{scores.overall:.0f} of 100 ({scores.level}). Lowest: {named}.",
    )


def _nothing_found(analysis: Analysis) -> tuple[str, str]:
    done = len(analysis.segmentation.repetitions)
    if not done:
        return (
            "No whole repetition was seen: move all the way out and all the way back.",
            "No repetition was counted.",
        )
    times = count(done, "repetition")
    if analysis.exercise is None:
        return (
            f"You did {times}. Name the exercise to learn how to do it better.",
            "No exercise was named, so nothing was compared with what is expected of it.",
        )
    if analysis.scores.level in LOW:
        return _low_without_findings(analysis, times)
    return (
        f"You did {times}, and nothing stood out. Keep going like this.",
        "No measured value lay outside the expected range by more than its error.",
    )
