"""The clinical score: points of 50 on their scale with the interval, and what moved them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rehabkit.assessment.clinical import HIGHEST
from rehabkit.report.document import ClinicalPart, PointsPart
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.words import count, number, sentence

MOST = HIGHEST["total"]
LEAST_SHOWN = 0.5
"""Points; so few or fewer would read as 0."""


@dataclass(frozen=True)
class ClinicalView:
    """The section; ``value`` is empty where there is none, and ``reasons`` says why.

    ``paper`` is all that a printed page has room for.
    """

    value: str
    interval: str
    drawing: Markup
    label: str
    parts: str
    moved_by: tuple[tuple[str, str], ...]
    how: str
    usual: str
    paper: str
    reasons: tuple[str, ...]
    limits: tuple[str, ...]


def clinical(found: ClinicalPart) -> ClinicalView:
    """What the template places."""
    if found.value is None or found.interval is None:
        reasons = tuple(sentence(reason) for reason in found.reasons)
        return ClinicalView("", "", Markup(""), "", "", (), "", "", "", reasons, ())
    low, high = found.interval
    shown = [m for m in found.moved_by if abs(m.points) > LEAST_SHOWN]
    moved = [(m.what, number(m.points, sign=True)) for m in shown]
    return ClinicalView(
        value=number(found.value, 0),
        interval=f"{number(low, 0)} to {number(high, 0)}",
        drawing=_scale(found.value, low, high, found.usual),
        label=f"Estimated {number(found.value, 0)} of 50, between {number(low, 0)} and "
        f"{number(high, 0)}",
        parts=_parts(found.primary, found.control),
        moved_by=tuple(moved),
        how=_how(found),
        usual="" if found.usual is None else number(found.usual, 0),
        paper=f"Clinical estimate {number(found.value, 0)} of 50, {number(low, 0)} to "
        f"{number(high, 0)} in nine of ten people. {_how(found)}.",
        reasons=(),
        limits=tuple(sentence(limit) for limit in found.limits),
    )


def _parts(primary: PointsPart | None, control: PointsPart | None) -> str:
    named = [
        ("Of these, the exercise\u2019s goal (primary outcomes)", primary),
        ("the body meanwhile (control factors)", control),
    ]
    shown = [
        f"{name} {number(part.value, 0)} of {number(part.of, 0)} "
        f"({number(part.interval[0], 0)} to {number(part.interval[1], 0)})"
        for name, part in named
        if part is not None
    ]
    return "; ".join(shown)


def _how(found: ClinicalPart) -> str:
    if not found.together_with:
        return "From this recording alone"
    others = count(found.together_with, "other recording")
    return f"Scored together with {others} of the same person"


def _scale(value: float, low: float, high: float, usual: float | None) -> Markup:
    """0-50 with the interval as a band, the estimate as a dot and the usual score as a tick."""

    def x(points: float) -> str:
        return f"{num(100 * points / MOST)}%"

    width = f"{num(100 * (high - low) / MOST)}%"
    parts = [
        line(0, 24.5, "100%", 24.5, "axis"),
        tag("rect", x=x(low), width=width, y=17, height=15, fill="var(--band)"),
    ]
    for points in (0, 10, 20, 30, 40, 50):
        parts.append(line(x(points), 19, x(points), 30, "axis"))
        anchor = "start" if points == 0 else "end" if points == MOST else "middle"
        tick = tag("text", str(points), class_="tick", x=x(points), y=46, text_anchor=anchor)
        parts.append(tick)
    if usual is not None:
        parts.append(line(x(usual), 14, x(usual), 35, "axis"))
    parts.append(tag("circle", cx=x(value), cy=24.5, r=5, fill="var(--accent)"))
    return tag("svg", join(parts), aria_hidden="true", height="50")
