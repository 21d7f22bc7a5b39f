"""Small axes: one angle each, its repetitions stretched to 0-100 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.report.curves import Array, Curves
from rehabkit.report.document import Summary
from rehabkit.report.healthy import Band
from rehabkit.report.page.bands import band_svg, healthy_words
from rehabkit.report.page.labels import Wish, fitting, text_width
from rehabkit.report.page.svg import curve, join, line, num, smooth_path, stretched, tag
from rehabkit.report.panels import PERCENT, Panel, RepetitionCurve, build_panels
from rehabkit.report.phrases import span
from rehabkit.report.words import number

MOST_LINES = 40
_COLOUR: dict[str | None, str] = {"left": "left", "right": "right"}
_LETTER: dict[str | None, str] = {"left": "L", "right": "R"}
_APART = 15.0
_PANEL_PX = (150.0, 105.0)


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
    ends: list[tuple[str, str, str]]
    empty: str
    last_row: bool


@dataclass(frozen=True)
class Multiples:
    """All panels in order, the words under the axis, whether a mean is shown, what grey is."""

    panels: list[Small]
    turn_at: str
    turn: str
    turn_fit: str
    mean: bool
    healthy: str


def multiples(summary: Summary, curves: Curves) -> Multiples:
    """The panels of the section; at most three rows of two."""
    rows = build_panels(summary, curves)
    panels = [_small(p, row is rows[-1], len(summary.repetitions)) for row in rows for p in row]
    drawn = any(band for row in rows for p in row for _, band in p.bands)
    healthy = healthy_words(summary, drawn=drawn) if summary.repetitions else ""
    return Multiples(panels, *_turn(summary), len(summary.repetitions) > 1, healthy)


def _turn(summary: Summary) -> tuple[str, str, str]:
    """Where in a repetition the turning point lies on average, its name, and where that fits."""
    shares = [(r.peak_s - r.start_s) / (r.end_s - r.start_s) for r in summary.repetitions]
    at = 100 * float(np.mean(shares)) if shares else 50.0
    first = (summary.exercise.phases or ("", ""))[0].lower()
    words = {"lowering": "lowest", "raising": "highest", "rising": "highest", "lifting": "highest"}
    word = words.get(first, "turn")
    ends = (Wish(0, 10, 1, "start"), Wish(100, 38, 1, "end"))
    fits = [all(fitting([*ends, Wish(at, text_width(word))], w, gap=3)) for w in _PANEL_PX]
    return f"{num(at)}%", word, "both" if all(fits) else "wide" if fits[0] else "none"


def _small(panel: Panel, last_row: bool, repetitions: int) -> Small:
    axis = panel.scale
    return Small(
        name=panel.name,
        label=panel.label,
        letter=_LETTER.get(panel.side, ""),
        plot=_plot(panel, repetitions),
        ticks=[
            (f"{num(100 - axis.percent(t))}%", number(t) + ("°" if t == axis.ticks[-1] else ""))
            for t in axis.ticks
            if t != 0 or axis.low < -0.1 * axis.high
        ],
        low=axis.low,
        high=axis.high,
        ends=_ends(panel),
        empty=panel.empty,
        last_row=last_row,
    )


def _ends(panel: Panel) -> list[tuple[str, str, str]]:
    """(top, words, letter) at the ends of the strong lines; two never meet."""
    found = [
        (100 - panel.scale.percent(float(m[-1])), _range(m), _LETTER.get(side, ""))
        for side, m in panel.means
    ]
    if len(found) == 2 and abs(found[0][0] - found[1][0]) < _APART:
        middle = (found[0][0] + found[1][0]) / 2
        above = 0 if np.mean(panel.means[0][1]) >= np.mean(panel.means[1][1]) else 1
        tops = [middle + (-_APART if i == above else _APART) / 2 for i in range(2)]
        found = [(top, f[1], f[2]) for top, f in zip(tops, found, strict=True)]
    return [(f"{num(min(94.0, max(6.0, top)))}%", words, letter) for top, words, letter in found]


def _range(values: Array) -> str:
    return span(float(np.nanmin(values)), float(np.nanmax(values)), "deg")


def thinned(curves: Sequence[RepetitionCurve]) -> list[RepetitionCurve]:
    """At most forty lines, evenly chosen: more are one blot."""
    every = -(-len(curves) // MOST_LINES) if curves else 1
    return list(curves[::every])


def _plot(panel: Panel, repetitions: int) -> Markup:
    axis = panel.scale
    grid = []
    for t in axis.ticks:
        y = f"{num(100 - axis.percent(t))}%"
        grid.append(line(0, y, "100%", y, "axis" if t == 0 else "rule"))
    faint = "opacity:.2" if repetitions > 12 else None
    alone = len(panel.curves) == 1
    behind = [_band(panel, band) for _, band in panel.bands if band is not None]
    split = len(panel.means) > 1
    lines = [
        curve(smooth_path(PERCENT, 100 - _share(panel, c.values), 0.3, 1),
              _COLOUR.get(c.side if split else panel.side, "ink"),
              class_="mean" if alone else "thin", data_rep=c.number,
              style=None if alone else faint)
        for c in thinned(panel.curves)
    ]  # fmt: skip
    for side, mean in panel.means if not alone else ():
        d = smooth_path(PERCENT, 100 - _share(panel, mean), 0.15, 1)
        dash = "7 3" if side == "right" else None
        lines.append(curve(d, _COLOUR.get(side, "ink"), class_="mean", stroke_dasharray=dash))
    ranges = " and ".join(f"{side or ''} {_range(m)}".strip() for side, m in panel.means)
    words = f"{panel.label}: {panel.empty or (f'range {ranges}' if ranges else 'partly seen')}"
    words += "".join(f", healthy people {_range(b.mean)}" for _, b in panel.bands if b is not None)
    body = join([stretched(join(behind), 100, 100) if behind else "", *grid,
                 stretched(join(lines), 100, 100)])  # fmt: skip
    return tag("svg", body, role="img", aria_label=words)


def _band(panel: Panel, band: Band) -> Markup:
    return band_svg(*(100 - _share(panel, v) for v in (band.low, band.mean, band.high)))


def _share(panel: Panel, values: np.ndarray) -> np.ndarray:
    return 100 * (values - panel.scale.low) / (panel.scale.high - panel.scale.low)
