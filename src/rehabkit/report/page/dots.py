"""One dot for each repetition on the expected band; over twelve, one jittered strip."""

from __future__ import annotations

from markupsafe import Markup

from rehabkit.report.document import EvidencePart, FindingPart
from rehabkit.report.page.labels import text_width
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.phrases import unit_of, with_unit
from rehabkit.report.scales import Scale, scale
from rehabkit.report.words import number

_TALL, _STRIP = 94, 70
_WIDE_PX = 205.0


def dot_plot(finding: FindingPart, most: int = 12) -> tuple[Markup, int]:
    """The drawing and its height in px; over ``most`` repetitions share one strip."""
    factor, mark, _ = unit_of(finding.unit)
    shown = [e for e in finding.evidence if e.value is not None]
    low, high = finding.expected
    values = [(e.value or 0.0) * factor for e in shown] + [finding.measured * factor]
    values += [v * factor for v in (low, high) if v is not None]
    values += [(finding.measured + s * (finding.error or 0.0)) * factor for s in (-1, 1)]
    axis = scale(min(values), max(values), most=4, zero=min(values) < 0.5 * max(values))
    many = len(finding.evidence) > most
    tall = (
        _STRIP
        if many
        else max(40, min(_TALL, 21 * len(finding.evidence)), 17 * len(finding.evidence))
    )
    body = _strip(finding, shown, axis, factor) if many else _rows(finding, axis, factor, tall)
    parts = [*_band(finding, axis, factor, tall), *_axis(axis, mark, tall), *body]
    return tag("svg", join(parts), aria_hidden="true"), tall + 22


def _band(finding: FindingPart, axis: Scale, factor: float, tall: float) -> list[Markup]:
    low, high = finding.expected
    left = 0.0 if low is None else axis.percent(low * factor)
    right = 100.0 if high is None else axis.percent(high * factor)
    rect = tag("rect", x=f"{num(left)}%", width=f"{num(right - left)}%", y=0, height=tall,
               fill="var(--band)")  # fmt: skip
    return [rect]


def _axis(axis: Scale, mark: str, tall: float) -> list[Markup]:
    parts = [line(0, tall + 0.5, "100%", tall + 0.5, "axis")]
    ticks = axis.ticks if len(axis.ticks) <= 5 else axis.ticks[::2]
    for t in ticks:
        x = f"{num(axis.percent(t))}%"
        last = t == ticks[-1]
        at = axis.percent(t)
        anchor = "start" if at < 1 else "end" if at > 99 else "middle"
        parts.append(line(x, tall, x, tall + 4, "axis"))
        text = number(t, axis.digits) + (mark if last else "")
        parts.append(tag("text", text, class_="tick", x=x, y=tall + 17, text_anchor=anchor))
    return parts


def _rows(finding: FindingPart, axis: Scale, factor: float, tall: float) -> list[Markup]:
    n = len(finding.evidence)
    out: list[Markup] = []
    worst = finding.repetition
    for i, e in enumerate(finding.evidence):
        y = tall * (i + 0.5) / n
        name = str(e.repetition or "\u2013")  # a movement that was not counted has no number
        out.append(tag("text", name, class_="tick", x=-20, y=num(y + 4, 1)))
        if e.value is None:
            out.append(tag("text", "not seen", class_="tick", x=6, y=num(y + 4, 1)))
            continue
        out += _dot(e, y, axis, factor)
        if e.repetition == worst:
            out += _worst(e, y, axis, factor, finding)
    return out


def _dot(
    e: EvidencePart, y: float, axis: Scale, factor: float, radius: float = 4.0
) -> list[Markup]:
    x = f"{num(axis.percent((e.value or 0.0) * factor))}%"
    fill = {"outside": "var(--accent)", "within error": "#fff"}.get(e.outside, "var(--axis)")
    stroke = "var(--axis)" if e.outside == "inside" else "var(--accent)"
    return [tag("circle", cx=x, cy=num(y, 1), r=radius, fill=fill, stroke=stroke, stroke_width=1.5)]


def _worst(
    e: EvidencePart, y: float, axis: Scale, factor: float, finding: FindingPart
) -> list[Markup]:
    """The whisker of the error, and the value on the side where there is room."""
    value = (e.value or 0.0) * factor
    error = (finding.error or 0.0) * factor
    low, high = axis.percent(value - error), axis.percent(value + error)
    out = []
    if error > 0:
        out.append(line(f"{num(low)}%", num(y, 1), f"{num(high)}%", num(y, 1), "accent",
                        stroke_width=1.5))  # fmt: skip
    text = with_unit(e.value or 0.0, finding.unit)
    room = 100 * (text_width(text, 12) + 12) / _WIDE_PX
    right = high + room <= 100
    side = (high, 8, "start") if right else (low, -8, "end")
    out.append(tag("text", text, class_="worst", x=f"{num(side[0])}%", dx=side[1],
                   y=num(y + 4, 1), text_anchor=side[2]))  # fmt: skip
    return out


def _strip(
    finding: FindingPart, shown: list[EvidencePart], axis: Scale, factor: float
) -> list[Markup]:
    """All dots in one strip, jittered by number so that equal values stay apart."""
    out: list[Markup] = []
    radius = 4.0 if len(shown) <= 60 else 2.5
    for e in shown:
        worst = e.repetition == finding.repetition
        # The worst stands above the others, so that its words cover none of them.
        y = 8.0 if worst else 22 + 40 * ((e.repetition * 0.618034) % 1.0)
        out += _dot(e, y, axis, factor, 4.0 if worst else radius)
        if worst:
            out += _worst(e, y, axis, factor, finding)
    return out
