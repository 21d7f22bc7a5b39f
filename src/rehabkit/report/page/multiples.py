"""Small axes: one angle each, its repetitions stretched to 0-100 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.report.curves import Curves
from rehabkit.report.document import Summary
from rehabkit.report.page.svg import curve, join, line, num, smooth_path, stretched, tag
from rehabkit.report.panels import PERCENT, Panel, RepetitionCurve, build_panels
from rehabkit.report.phrases import span
from rehabkit.report.words import number

MOST_LINES = 40
_COLOUR = {"left": "left", "right": "right", None: "ink"}


@dataclass(frozen=True)
class Small:
    """One panel for the template."""

    name: str
    label: str
    letter: str
    plot: Markup
    ticks: list[tuple[str, str]]
    low: float
    high: float
    end_top: str
    end: str
    empty: str
    last_row: bool


@dataclass(frozen=True)
class Multiples:
    """All panels in order, the words under the axis, and whether a mean is shown."""

    panels: list[Small]
    turn_at: str
    turn: str
    mean: bool


def multiples(summary: Summary, curves: Curves) -> Multiples:
    """The panels of the section; at most three rows of two."""
    rows = build_panels(summary, curves)
    panels = [_small(p, row is rows[-1], len(summary.repetitions)) for row in rows for p in row]
    return Multiples(panels, *_turn(summary), any(p.mean is not None for row in rows for p in row))


def _turn(summary: Summary) -> tuple[str, str]:
    """Where in a repetition the turning point lies on average, and its name."""
    shares = [(r.peak_s - r.start_s) / (r.end_s - r.start_s) for r in summary.repetitions]
    at = 100 * float(np.mean(shares)) if shares else 50.0
    first = (summary.exercise.phases or ("", ""))[0].lower()
    words = {"lowering": "lowest", "raising": "highest", "rising": "highest", "lifting": "highest"}
    return f"{num(min(70.0, max(30.0, at)))}%", words.get(first, "turn")


def _small(panel: Panel, last_row: bool, repetitions: int) -> Small:
    axis = panel.scale
    shown = panel.mean
    if shown is None:
        shown = next((c.values for c in panel.curves if c.whole), None)
    low_high = (float(np.nanmin(shown)), float(np.nanmax(shown))) if shown is not None else None
    last = float(shown[-1]) if shown is not None else axis.low
    return Small(
        name=panel.name,
        label=panel.label,
        letter={"left": "L", "right": "R"}.get(panel.side or "", ""),
        plot=_plot(panel, repetitions, low_high),
        ticks=[
            (f"{num(100 - axis.percent(t))}%", number(t) + ("°" if t == axis.ticks[-1] else ""))
            for t in axis.ticks
            if t != 0 or axis.low < -0.1 * axis.high
        ],
        low=axis.low,
        high=axis.high,
        end_top=f"{num(min(94.0, max(6.0, 100 - axis.percent(last))))}%",
        end=span(*low_high, "deg") if low_high else "",
        empty=panel.empty,
        last_row=last_row,
    )


def thinned(curves: Sequence[RepetitionCurve]) -> list[RepetitionCurve]:
    """At most forty lines, evenly chosen: more are one blot."""
    every = -(-len(curves) // MOST_LINES) if curves else 1
    return list(curves[::every])


def _plot(panel: Panel, repetitions: int, low_high: tuple[float, float] | None) -> Markup:
    axis, colour = panel.scale, _COLOUR[panel.side]
    grid = []
    for t in axis.ticks:
        y = f"{num(100 - axis.percent(t))}%"
        grid.append(line(0, y, "100%", y, "axis" if t == 0 else "rule"))
    faint = 0.2 if repetitions > 12 else None
    alone = len(panel.curves) == 1
    thin = [
        curve(smooth_path(PERCENT, 100 - _share(panel, c.values), 0.3, 1), colour,
              class_="mean" if alone else "thin", data_rep=c.number,
              style=f"opacity:{faint}" if faint and not alone else None)
        for c in thinned(panel.curves)
    ]  # fmt: skip
    if panel.mean is not None:
        d = smooth_path(PERCENT, 100 - _share(panel, panel.mean), 0.15, 1)
        thin.append(curve(d, colour, class_="mean",
                          stroke_dasharray="7 3" if panel.side == "right" else None))  # fmt: skip
    words = f"{panel.label}: " + (
        panel.empty or (f"range {span(*low_high, 'deg')}" if low_high else "partly seen")
    )
    body = join([*grid, stretched(join(thin), 100, 100)])
    return tag("svg", body, role="img", aria_label=words)


def _share(panel: Panel, values: np.ndarray) -> np.ndarray:
    return 100 * (values - panel.scale.low) / (panel.scale.high - panel.scale.low)
