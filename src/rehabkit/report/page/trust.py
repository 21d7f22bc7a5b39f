"""What this can and cannot say: errors to one scale, what is not measured, what was done."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rehabkit.assessment.words import listed
from rehabkit.recording import side_of, without_side
from rehabkit.recording.joints import OTHER
from rehabkit.report.curves import Curves
from rehabkit.report.document import Summary
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.panels import shown_angles
from rehabkit.report.phrases import history_in_short, history_words, with_unit
from rehabkit.report.words import angle_base_label, count

_MOST_ERRORS, _MOST_MISSING = 6, 5
_COM = "Sway of the centre of mass"
_WAY = "Distance of joints from the start"


@dataclass(frozen=True)
class Trust:
    """The three columns of the last section; ``paper`` are the steps in short."""

    errors: list[tuple[str, str, Markup]]
    error_source: str
    missing: list[tuple[str, str]]
    done: list[str]
    paper: str


def trust(summary: Summary, curves: Curves, notes: list[str]) -> Trust:
    """The section; ``notes`` are further steps (thinned replay, blurred faces)."""
    return Trust(
        errors=_errors(summary, curves),
        error_source=_error_source(summary),
        missing=_missing(summary),
        done=[*history_words(summary), *notes],
        paper=history_in_short(summary),
    )


def _errors(summary: Summary, curves: Curves) -> list[tuple[str, str, Markup]]:
    """The shown angles, least error first; the larger of the two sides."""
    worst: dict[str, float] = {}
    for base in shown_angles(summary, curves):
        for name in (base, f"{base}_left", f"{base}_right"):
            angle = summary.angles.get(name)
            if angle and angle.measurable and angle.error is not None:
                worst[base] = max(worst.get(base, 0.0), angle.error)
    chosen = sorted(list(worst.items())[:_MOST_ERRORS], key=lambda item: item[1])
    top = max((error for _, error in chosen), default=1.0) * 1.25
    return [(angle_base_label(b), f"±{with_unit(e, 'deg')}", _whisker(50 * e / top))
            for b, e in chosen]  # fmt: skip


def _whisker(half: float) -> Markup:
    parts = [
        line(f"{num(50 - half)}%", 8, f"{num(50 + half)}%", 8, "ink-2", stroke_width=2),
        line("50%", 3, "50%", 13, "ink-2"),
    ]
    return tag("svg", join(parts), aria_hidden="true")


def _error_source(summary: Summary) -> str:
    sources = {a.error_source for a in summary.angles.values() if a.error_source}
    return next(iter(sources)) if len(sources) == 1 else ""


def _missing(summary: Summary) -> list[tuple[str, str]]:
    """Angles and other measures that cannot be had, gathered under their reason."""
    groups: dict[str, list[str]] = {}
    for name, angle in summary.angles.items():
        if not angle.measurable:
            label = angle_base_label(name)
            other = summary.angles.get(f"{without_side(name)}_{_opposite(name)}")
            if side_of(name) and (other is None or other.measurable):
                label = angle.label
            words = groups.setdefault(angle.reason or "not seen", [])
            if label not in words:
                words.append(label)
    for name, measure in summary.measures.items():
        if measure.value is None and name.startswith("com."):
            words = groups.setdefault(measure.reason or "", [])
            if _COM not in words:
                words.append(_COM)
    for distance in summary.distances:
        if distance.left is None and distance.right is None:
            groups.setdefault(distance.reason or "", []).append(_WAY)
            break
    rows = [(_names(words), reason) for reason, words in groups.items()]
    if len(rows) > _MOST_MISSING:
        more = len(rows) - _MOST_MISSING
        rows = [*rows[:_MOST_MISSING], (f"{count(more, 'further reason')}", "in analysis.json")]
    return rows


def _opposite(name: str) -> str:
    return OTHER.get(side_of(name) or "", "")


def _names(words: list[str]) -> str:
    plain = [words[0], *(w[0].lower() + w[1:] for w in words[1:])]
    if len(plain) > 4:
        return f"{', '.join(plain[:3])} and {len(plain) - 3} more"
    return listed(plain)
