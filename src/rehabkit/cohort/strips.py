"""Strips of dots, one a person: left filled above, right hollow below; drawn on one scale."""

from __future__ import annotations

from typing import Final

import numpy as np
from markupsafe import Markup

from rehabkit.cohort.people import Array, Group, Lane, Panel
from rehabkit.report.page.svg import join, line, num, stretched, tag
from rehabkit.report.phrases import unit_of
from rehabkit.report.scales import Scale, scale
from rehabkit.report.words import number

LANE_PX: Final = 28
DOTS_PX: Final = 18
# Up to so many people every dot is an element of its own; more are one path.
FEW: Final = 60
# More dots than these would only cover each other; they are thinned evenly by rank.
MOST_DOTS: Final = 400
_STRETCH: Final = 1000.0
_COLOURS: Final = {"left": "left", "right": "right", "": "axis"}


def axis_of(panel: Panel) -> Scale:
    """One scale for all groups, from zero, as far as the largest value or bracket."""
    if panel.metric.span is not None:
        return scale(*panel.metric.span, most=5)
    factor = unit_of(panel.metric.unit)[0]
    lanes = [lane for group in panel.groups for lane in group.lanes]
    low = min(float(lane.values[0]) for lane in lanes)
    high = max(max(float(lane.values[-1]), lane.median + (lane.error or 0.0)) for lane in lanes)
    return scale(factor * low, factor * high, most=5)


def strip(group: Group, axis: Scale, factor: float) -> tuple[Markup, int]:
    """The drawing of a group and its height in px."""
    tall = LANE_PX * len(group.lanes)
    parts = [_grid(axis, tall)]
    for i, lane in enumerate(group.lanes):
        parts += [_dots(lane, axis, factor, i * LANE_PX), _mark(lane, axis, factor, i * LANE_PX)]
    return tag("svg", join(parts), aria_hidden="true", height=tall), tall


def _grid(axis: Scale, tall: float) -> Markup:
    places = [f"{num(axis.percent(tick))}%" for tick in axis.ticks]
    return join(line(x, 0, x, tall, "rule") for x in places)


def thinned(values: Array, most: int = MOST_DOTS) -> Array:
    """At most ``most`` of sorted values, evenly by rank, both ends kept."""
    if len(values) <= most:
        return values
    kept: Array = values[np.round(np.linspace(0, len(values) - 1, most)).astype(int)]
    return kept


def _dots(lane: Lane, axis: Scale, factor: float, top: float) -> Markup:
    values = thinned(lane.values)
    x = np.array([axis.percent(value * factor) for value in values], dtype=np.float64)
    # Neighbours in rank stand far apart in height, so that equal values do not cover each other.
    y = top + 4 + (DOTS_PX - 6) * ((0.618034 * np.arange(len(values), dtype=np.float64)) % 1.0)
    if len(values) == 1:
        y[:] = top + DOTS_PX / 2
    return _few(lane.side, x, y) if len(values) <= FEW else _many(lane.side, x, y, top)


def _few(side: str, x: Array, y: Array) -> Markup:
    colour = f"var(--{_COLOURS[side]})"
    circles = join(tag("circle", cx=f"{num(a)}%", cy=num(b, 1), r=3.5)
                   for a, b in zip(x, y, strict=True))  # fmt: skip
    fill = "#fff" if side == "right" else colour
    return tag("g", circles, fill=fill, stroke=colour, stroke_width=1.25)


def _many(side: str, x: Array, y: Array, top: float) -> Markup:
    """Round ends of strokes without length: a dot is a few letters of one path."""
    places = zip(x * (_STRETCH / 100), y - top, strict=True)
    d = "".join(f"M{num(a, 0)} {num(b, 1)}h0" for a, b in places)
    path = tag(
        "path", d=d, fill="none", stroke=f"var(--{_COLOURS[side]})", stroke_width=5,
        stroke_linecap="round", stroke_opacity=0.65, vector_effect="non-scaling-stroke",
    )  # fmt: skip
    inside = stretched(path, _STRETCH, DOTS_PX)
    return tag("svg", inside, y=num(top), height=DOTS_PX, width="100%")


def _mark(lane: Lane, axis: Scale, factor: float, top: float) -> Markup:
    """The middle person of several, and below what the sensor's error reaches, to scale."""
    at = f"{num(axis.percent(lane.median * factor))}%"
    parts = []
    if len(lane.values) > 1:
        parts.append(line(at, top + 1, at, top + DOTS_PX + 2, "ink", stroke_width=2.5))
    if lane.error:
        y = top + DOTS_PX + 5
        ends = [(lane.median + s * lane.error) * factor for s in (-1, 1)]
        x = [f"{num(axis.percent(end))}%" for end in ends]
        parts.append(line(x[0], y, x[1], y, "axis", stroke_width=1.5))
        # A bracket that is cut off by the axis has no end there.
        parts += [line(place, y - 2.5, place, y + 2.5, "axis", stroke_width=1.5)
                  for end, place in zip(ends, x, strict=True) if end >= axis.low]  # fmt: skip
    return join(parts)


def axis_labels(axis: Scale, mark: str) -> Markup:
    """The figures below the strips, the unit with the last."""
    out = []
    ticks = axis.ticks if len(axis.ticks) <= 5 else axis.ticks[::2]
    for tick in ticks:
        at = axis.percent(tick)
        anchor = "start" if at < 1 else "end" if at > 99 else "middle"
        text = number(tick, axis.digits) + (mark if tick == ticks[-1] else "")
        out.append(tag("text", text, class_="tick", x=f"{num(at)}%", y=12, text_anchor=anchor))
    return tag("svg", join(out), aria_hidden="true", height=16)
