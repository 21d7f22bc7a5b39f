"""How far joints move from where they began: left, right and healthy people on small axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.assessment.words import listed
from rehabkit.repetitions.cycles import percent
from rehabkit.report.curves import Array
from rehabkit.report.document import BandPart, DistancePart, SideDistancePart, Summary
from rehabkit.report.page.bands import band_svg, healthy_words
from rehabkit.report.page.svg import curve, join, line, num, smooth_path, stretched, tag
from rehabkit.report.scales import Scale, inner, with_room
from rehabkit.report.words import number, sentence

_LEAST_AXIS = 20.0


@dataclass(frozen=True)
class Way:
    """One joint: its axes, its DTW distances as (what, value), what is lacking, all in words."""

    label: str
    plot: Markup
    ticks: list[tuple[str, str]]
    ends: list[tuple[str, str, str]]
    apart: list[tuple[str, str]]
    note: str
    words: str


@dataclass(frozen=True)
class Ways:
    """The section; ``missing`` says why there are no axes."""

    joints: list[Way]
    missing: str
    healthy: str


def ways(summary: Summary) -> Ways | None:
    """The section; None where no joint moved that shows the exercise."""
    if not summary.distances:
        return None
    drawn = [d for d in summary.distances if d.left or d.right]
    if not drawn:
        first = summary.distances[0]
        names = listed([d.label.lower() for d in summary.distances])
        return Ways([], sentence(f"Not measured of {names}: {first.reason}"), "")
    banded = any(s.healthy for d in drawn for s in (d.left, d.right) if s)
    joints = [_way(d) for d in drawn]
    return Ways(joints, "", healthy_words(summary, drawn=banded))


def _way(part: DistancePart) -> Way:
    sides = {"left": part.left, "right": part.right}
    axis = _axis([s for s in sides.values() if s])
    apart = _apart(part)
    reach = ", ".join(
        f"{side} up to {number(max(s.curve))} %" for side, s in sides.items() if s and s.curve
    )
    unseen = any(s is None or s.curve is None for s in sides.values())
    note = sentence(part.reason or "") if unseen else ""
    far = ", ".join(f"{what} {value}" for what, value in apart)
    return Way(
        label=part.label,
        plot=_plot(f"{part.label}: {reach or part.reason}", sides, axis),
        ticks=[
            (f"{num(100 - axis.percent(t))}%", f"{number(t)}{' %' if t == axis.ticks[-1] else ''}")
            for t in axis.ticks
            if t != 0
        ],
        ends=_ends(sides, axis),
        apart=apart,
        note=note,
        words=f"{part.label}: {'; '.join(words for words in (reach, far, note) if words)}",
    )


def _axis(sides: list[SideDistancePart]) -> Scale:
    curves = [s.curve for s in sides if s.curve] + [s.healthy.high for s in sides if s.healthy]
    high = max([_LEAST_AXIS, *(max(c) for c in curves)])
    return with_room(inner(0.0, 1.06 * high, most=4))


def _apart(part: DistancePart) -> list[tuple[str, str]]:
    """The DTW distances that could be had, in words."""
    found = [
        ("left from healthy people", part.left_to_template),
        ("right from healthy people", part.right_to_template),
        ("left from right", part.between_sides),
        ("the same of healthy people", part.template_between_sides),
    ]
    return [(words, f"{number(v, 1)} %") for words, v in found if v is not None]


def _plot(words: str, sides: dict[str, SideDistancePart | None], axis: Scale) -> Markup:
    grid = []
    for t in axis.ticks:
        y = f"{num(100 - axis.percent(t))}%"
        grid.append(line(0, y, "100%", y, "axis" if t == 0 else "rule"))
    bands = _bands([s for s in sides.values() if s])
    behind = [band_svg(*(_down(v, axis) for v in (b.low, b.mean, b.high))) for b in bands]
    lines = []
    for side, found in sides.items():
        if found is None or found.curve is None:
            continue
        d = smooth_path(percent(len(found.curve)), _down(found.curve, axis), 0.2, 1)
        dash = "7 3" if side == "right" else None
        lines.append(curve(d, side, class_="mean", stroke_dasharray=dash))
    body = join([stretched(join(behind), 100, 100) if behind else "", *grid,
                 stretched(join(lines), 100, 100)])  # fmt: skip
    return tag("svg", body, role="img", aria_label=words)


def _bands(sides: list[SideDistancePart]) -> list[BandPart]:
    """Each side's band; one where both are the same."""
    found = [s.healthy for s in sides if s.healthy]
    return found[:1] if len(found) == 2 and found[0] == found[1] else found


def _down(values: list[float], axis: Scale) -> Array:
    shares = (np.array(values) - axis.low) / (axis.high - axis.low)
    return np.asarray(100 - 100 * shares)


def _ends(sides: dict[str, SideDistancePart | None], axis: Scale) -> list[tuple[str, str, str]]:
    """(top, words, letter): the largest distance of each side, beside its height; never meeting."""
    found = [
        (max(s.curve), letter)
        for (_, s), letter in zip(sides.items(), "LR", strict=True)
        if s and s.curve
    ]
    tops = [100 - axis.percent(value) for value, _ in found]
    if len(tops) == 2 and abs(tops[0] - tops[1]) < 17:
        middle, first = sum(tops) / 2, tops[0] <= tops[1]
        tops = [middle - 8.5, middle + 8.5] if first else [middle + 8.5, middle - 8.5]
    return [
        (f"{num(min(94.0, max(6.0, top)))}%", f"{letter} {number(value)} %", letter)
        for top, (value, letter) in zip(tops, found, strict=True)
    ]
