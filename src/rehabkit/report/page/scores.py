"""The score on its scale, the three dimensions, and the evidence of each."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rehabkit.report.document import ScoreEvidencePart, ScorePart, ScoresPart, Summary
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.phrases import with_unit
from rehabkit.report.words import number, sentence

WORST_SHOWN = 4
_WORDS = {
    "completeness": "How far the joints went that should move",
    "correction": "How the whole body moved, against healthy people's course",
    "smoothness": "How evenly it went out (initiation) and back (reverse phase)",
}


@dataclass(frozen=True)
class EvidenceView:
    """One criterion with the repetition that shows it most."""

    label: str
    points: str
    measured: str
    expected: str
    repetition: int
    at_s: float
    at: str


@dataclass(frozen=True)
class DimensionView:
    """One dimension: its points, its parts in words, and its lowest criteria first."""

    name: str
    words: str
    value: str
    weight: str
    parts: str
    evidence: tuple[EvidenceView, ...]
    more: tuple[EvidenceView, ...]


@dataclass(frozen=True)
class ScoresView:
    """The section; ``value`` is empty where there is no score, and ``reasons`` says why."""

    value: str
    level: str
    interval: str
    drawing: Markup
    label: str
    who: str
    levels: str
    reasons: tuple[str, ...]
    limits: tuple[str, ...]
    dimensions: tuple[DimensionView, ...]


def scores(summary: Summary) -> ScoresView:
    """What the template places."""
    found, template = summary.scores, summary.template
    overall = found.overall
    who = ""
    if template is not None:
        who = (
            f"Compared with {template.people} healthy people of {template.source}, "
            f"{template.repetitions} repetitions"
        )
    low_high = overall.interval
    return ScoresView(
        value="" if overall.value is None else number(overall.value, 0),
        level=overall.level or "",
        interval=f"{number(low_high[0], 0)} to {number(low_high[1], 0)}" if low_high else "",
        drawing=_scale(found) if overall.value is not None else Markup(""),
        label=_label(found),
        who=who,
        levels=_levels(found),
        reasons=tuple(sentence(reason) for reason in overall.reasons),
        limits=tuple(sentence(limit) for limit in overall.limits),
        dimensions=tuple(
            _dimension(name, part)
            for name, part in found.dimensions.items()
            if part.value is not None
        ),
    )


def _label(found: ScoresPart) -> str:
    if found.overall.value is None:
        return "No score"
    return f"Score {number(found.overall.value, 0)} of 100, {found.overall.level}"


def _levels(found: ScoresPart) -> str:
    named = [f"{level.name} from {number(level.from_score, 0)}" for level in found.levels[1:]]
    first = found.levels[0].name if found.levels else ""
    return f"{first} below; {', '.join(named)}" if named else ""


def _scale(found: ScoresPart) -> Markup:
    """0-100 with the cuts of the levels, the interval as a band and the score as a dot."""
    parts = [line(0, 24.5, "100%", 24.5, "axis")]
    if found.overall.interval is not None:
        low, high = found.overall.interval
        parts.append(tag("rect", x=f"{num(low)}%", width=f"{num(max(high - low, 0.3))}%", y=17,
                         height=15, fill="var(--band)"))  # fmt: skip
    for cut in [level.from_score for level in found.levels] + [100.0]:
        x = f"{num(cut)}%"
        parts.append(line(x, 19, x, 30, "axis"))
        anchor = "start" if cut == 0 else "end" if cut == 100 else "middle"
        parts.append(tag("text", number(cut, 0), class_="tick", x=x, y=46, text_anchor=anchor))
    value = f"{num(found.overall.value or 0.0)}%"
    parts.append(tag("circle", cx=value, cy=24.5, r=5, fill="var(--accent)"))
    return tag("svg", join(parts), aria_hidden="true", height="50")


def _dimension(name: str, part: ScorePart) -> DimensionView:
    views = [_evidence(e) for e in part.evidence]
    parts = ", ".join(
        f"{p.part} {number(p.points, 1)} (weight {number(100 * p.weight, 0)} %)" for p in part.parts
    )
    return DimensionView(
        name=name.capitalize(),
        words=_WORDS[name],
        value=number(part.value or 0.0, 1),
        weight=f"{number(100 * (part.weight or 0.0), 0)} %",
        parts=parts,
        evidence=tuple(views[:WORST_SHOWN]),
        more=tuple(views[WORST_SHOWN:]),
    )


def _evidence(found: ScoreEvidencePart) -> EvidenceView:
    low, high = found.expected
    signed = any(end is not None and end < 0 for end in (low, high))

    def words(value: float) -> str:
        if found.unit in ("deg", "m"):
            return with_unit(value, found.unit, sign=signed)
        return f"{number(value, 1)} {found.unit}".strip()

    if low is not None and high is not None:
        expected = f"between {words(low)} and {words(high)}"
    elif low is not None:
        expected = f"at least {words(low)}"
    else:
        expected = f"at most {words(high or 0.0)}"
    return EvidenceView(
        label=found.label,
        points=number(found.points, 1),
        measured=words(found.measured),
        expected=expected,
        repetition=found.repetition,
        at_s=round(found.at_s, 3),
        at=f"{number(found.at_s, 1)} s",
    )
