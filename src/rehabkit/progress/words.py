"""The answer in words, and values as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rehabkit.assessment.words import listed
from rehabkit.comparison.words import short
from rehabkit.progress.document import AnswerPart, FindingPart, MeasurePart, SeriesPart, VisitPart
from rehabkit.recording import side_of, without_side
from rehabkit.report.phrases import unit_of, with_signs
from rehabkit.report.words import count, day_in_words, number, sentence

NOT_KNOWN: Final = "–"
REAL: Final = "more than chance"
VERDICTS: Final = {
    "real": REAL, "within measurement error": "may be chance", "cannot be said": "cannot be said",
}  # fmt: skip
COURSES: Final = {
    "came": "new", "went": "not found any more", "stayed": "still there",
    "came and went": "found in between",
}  # fmt: skip
KEEP_IN_MIND: Final = [
    "Smallest real difference (MDC95): what a change must exceed to be no chance in 95 of 100. It "
    "joins the error of the sensor with the spread of the repetitions, and the band shows it "
    "around the first visit.",
    "The verdict is that of the last visit against the first. Of twenty measures without any "
    "change about one lies beyond by chance; and of twenty visits between, about one.",
    "Repetitions of one day do not show how a person varies from day to day: where the error of "
    "the sensor is small, more than chance means that these two days differ.",
    "More is not always better: whether a change is a gain is for you to judge. A finding that is "
    "not found any more may also have been missed.",
]
_SENSORS: Final = {
    "kinect-v1": "Kinect v1", "kinect-v2": "Kinect v2", "azure-kinect": "Azure Kinect",
    "video": "video", "keypoints": "points in the picture", "imu": "inertial sensors",
    "marker": "markers", "opencap": "OpenCap", "pose2sim": "Pose2Sim", "theia3d": "Theia3D",
    "generated": "generated", "unknown": "sensor not known",
}  # fmt: skip
_OWN_UNITS: Final = {"of 100": (1.0, "", 0), "of 4": (1.0, "", 1)}
# What a person does who has more of an angle.
_DOES: Final = {
    "knee_flexion": "your {side}knee bends", "hip_flexion": "your {side}hip bends",
    "elbow_flexion": "your {side}elbow bends", "shoulder_flexion": "your {side}arm goes forward",
    "shoulder_abduction": "your {side}arm goes sideways",
    "shoulder_elevation": "your {side}arm goes up", "hip_abduction": "your {side}leg goes sideways",
    "trunk_flexion": "you lean forward", "trunk_lateral_flexion": "you lean sideways",
    "trunk_rotation": "you turn your upper body", "ankle_dorsiflexion": "your {side}foot bends",
}  # fmt: skip


def parts_of(unit: str) -> tuple[float, str, int]:
    """Factor, sign and digits of a unit; scores are plain numbers."""
    return _OWN_UNITS.get(unit) or unit_of(unit)


def value(figure: float | None, unit: str, *, sign: bool = False, more: int = 0) -> str:
    """``"96°"``; a dash for what is not known. ``more`` digits where two would look equal."""
    if figure is None:
        return NOT_KNOWN
    factor, mark, digits = parts_of(unit)
    return number(figure * factor, digits + more, sign=sign) + mark


def change_words(found: MeasurePart) -> tuple[str, str]:
    """The change and what it must exceed, with a digit more where they would look equal."""
    unit = found.unit
    shown = value(found.change, unit, sign=True), value(found.mdc95, unit)
    if found.change is None or found.mdc95 is None or shown[0].lstrip("+−") != shown[1]:
        return shown
    return value(found.change, unit, sign=True, more=1), value(found.mdc95, unit, more=1)


def label(found: MeasurePart) -> str:
    """``"Knee flexion, left: range"``, with its visits where they are not all."""
    return short(found.label)


def day(iso: str | None, *, year: bool = True) -> str:
    """``"2026-05-14"`` -> ``"14 May 2026"``."""
    if iso is None:
        return ""
    text = day_in_words(iso[:10])
    return text if year else text.rpartition(" ")[0]


def sensor(name: str) -> str:
    """A sensor as people call it."""
    return _SENSORS.get(name, name)


def kind(found: SeriesPart) -> str:
    """``"Kinect v2, from the front: 5 visits"``."""
    return f"{sensor(found.sensor)}, {found.view}: {count(len(found.visits), 'visit')}"


def titled(visit: VisitPart) -> str:
    """``"14 May 2026"`` or ``"visit 3"``."""
    return day(visit.date) if visit.date else f"visit {visit.number}"


def whole_answer(found: Sequence[tuple[str, SeriesPart]]) -> AnswerPart:
    """The answer over all exercises; those with one visit only say nothing."""
    telling = [(name, s) for name, s in found if len(s.visits) > 1]
    if not telling:
        return AnswerPart(
            patient="There is nothing to compare yet: record the same exercise once more.",
            therapist="No exercise has two usable visits with the same sensor and view: nothing "
            "can be compared yet.",
        )
    if len(telling) == 1:
        return telling[0][1].answer
    return AnswerPart(
        patient=" ".join(f"{name}: {_lower(s.answer.patient)}" for name, s in telling[:3]),
        therapist=" ".join(f"{name}: {_lower(s.answer.therapist)}" for name, s in telling),
    )


def answer(measures: Sequence[MeasurePart], visits: int) -> AnswerPart:
    """The two sentences of one series of visits."""
    if visits < 2:
        return AnswerPart(
            patient="There is only one visit so far: nothing to compare yet.",
            therapist="One visit only: nothing to compare yet.",
        )
    shown = [m for m in measures if m.shown]
    real = [m for m in shown if m.verdict == "real"]
    judged = [m for m in shown if m.verdict != "cannot be said"]
    if real:
        return AnswerPart(patient=_patient(real), therapist=_therapist(real, len(judged)))
    if judged:
        return AnswerPart(
            patient="Nothing has changed by more than chance so far: keep on.",
            therapist=f"No measure changed by more than the error (of {len(judged)} judged): "
            "keep on.",
        )
    why = next((m.because for m in shown if m.because), None)
    because = f", because {with_signs(why)}" if why else ""
    return AnswerPart(
        patient="Whether anything has changed cannot be said yet.",
        therapist=sentence(f"Nothing can be said of a change{because}"),
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _therapist(real: Sequence[MeasurePart], judged: int) -> str:
    parts = [
        f"{label(m)} went from {value(m.first, m.unit)} to {value(m.last, m.unit)} "
        f"(smallest real difference {value(m.mdc95, m.unit)})"
        for m in real[:3]
    ]
    more = f" So did {len(real) - 3} more." if len(real) > 3 else ""
    how = f"{count(len(real), 'measure')} of {judged} changed by {REAL}: "
    return f"{how}{'; '.join(_lower(p) for p in parts)}.{more}"


def _patient(real: Sequence[MeasurePart]) -> str:
    """What changed most tellingly, in everyday words, without calling it good or bad."""
    for found in real:
        text = _does(found)
        if text:
            rest = len(real) - 1
            also = f" {sentence(count(rest, 'other measure') + ' changed too')}" if rest else ""
            return f"Since the first visit, {text}. That is {REAL}.{also}"
    first = real[0]
    return (
        f"{label(first)} went from {value(first.first, first.unit)} to "
        f"{value(first.last, first.unit)}. That is {REAL}."
    )


def _does(found: MeasurePart) -> str:
    """``"your left knee bends 18° further: from 78° to 96°"``; empty where no words are known."""
    if found.change is None or found.last is None or found.first is None:
        return ""
    name, _, statistic = found.key.partition("@")[0].partition(".")
    size = value(abs(found.change), found.unit)
    ends = f"from {value(abs(found.first), found.unit)} to {value(abs(found.last), found.unit)}"
    if found.key.startswith("scores.overall"):
        more = "more" if found.change > 0 else "fewer"
        return f"you reach {size} {more} points of 100: {ends}"
    if name == "duration":
        return f"one repetition takes {size} {'longer' if found.change > 0 else 'less'}: {ends}"
    does = _DOES.get(without_side(name))
    if does is None or statistic not in ("range", "max", "min"):
        return ""
    side = side_of(name)
    further = abs(found.last) > abs(found.first)
    does = does.format(side=f"{side} " if side else "")
    return f"{does} {size} {'further' if further else 'less far'}: {ends}"


def summary_of(found: MeasurePart) -> str:
    """A measure's course as one sentence, for those who cannot see the picture."""
    if found.first is None:
        return f"{label(found)}: {with_signs(found.because or 'not measured')}"
    text = f"{label(found)}: {value(found.first, found.unit)} at visit {found.first_visit}"
    if found.last_visit != found.first_visit:
        text += f", {value(found.last, found.unit)} at visit {found.last_visit}"
    verdict = VERDICTS[found.verdict]
    limit = f" (smallest real difference {value(found.mdc95, found.unit)})" if found.mdc95 else ""
    return f"{text}: {verdict}{limit}"


def why_not(measures: Sequence[MeasurePart]) -> list[str]:
    """Reasons why nothing can be said, each with its measures."""
    groups: dict[str, list[str]] = {}
    for found in measures:
        if found.verdict == "cannot be said":
            groups.setdefault(found.because or "not measured", []).append(label(found))
    return [sentence(with_signs(f"{why}: {'; '.join(names)}")) for why, names in groups.items()]


def courses(found: Sequence[FindingPart]) -> str:
    """``"1 new, 2 not found any more"``; empty without findings."""
    parts = [(COURSES[c], sum(f.course == c for f in found)) for c in COURSES]
    return listed([f"{n} {words}" for words, n in parts if n])
