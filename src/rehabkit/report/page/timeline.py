"""The recording: the driving signal once, whole, with lanes for findings and tracking."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from markupsafe import Markup

from rehabkit.recording.arrays import Bool
from rehabkit.report.curves import Array, Curves
from rehabkit.report.document import DriverPart, RepetitionPart, Summary
from rehabkit.report.driven import Driven, Shown, driven
from rehabkit.report.page.labels import NARROW, WIDE, Wish, fitting, text_width, wide_and_narrow
from rehabkit.report.page.svg import (
    curve,
    join,
    line,
    num,
    path_data,
    smooth_path,
    stretched,
    tag,
    thin_out,
)
from rehabkit.report.page.tracking import Lane, tracking_lane
from rehabkit.report.phrases import with_unit
from rehabkit.report.scales import Scale, inner, time_ticks
from rehabkit.report.words import number

_INK = {"left": "left", "right": "right"}
_MARK_PX = 22.0
DENSE = 100
_LANE_WORD_PX = 58.0


@dataclass(frozen=True)
class Label:
    """HTML text at ``left`` per cent; ``fit`` is "both" widths or "wide" only."""

    left: str
    text: str
    fit: str = "both"
    small: str = ""
    side: str = ""
    top: str = ""
    small_fit: str = "both"


@dataclass(frozen=True)
class Mark:
    """The findings at one moment: (number, time in s, repetition)."""

    left: str
    findings: list[tuple[int, float, int]]


@dataclass(frozen=True)
class Timeline:
    """Everything the section shows."""

    title: Markup
    label: str
    heads: list[Label]
    plot: Markup
    y_labels: list[Label]
    needed: Label | None
    dense: bool
    marks: list[Mark]
    marks_word: bool
    lane: Lane
    axis: list[Label]
    low: float
    high: float
    shown: Driven


def timeline(summary: Summary, curves: Curves) -> Timeline | None:
    """The section; None where no signal was found at all."""
    shown = driven(summary, curves)
    if shown is None:
        return None
    driver = next(d for d in summary.drivers if d.unit == shown.unit)
    axis = _axis(shown)
    length = max(summary.source.duration_s, 1e-6)
    return Timeline(
        title=_title(shown),
        label=_spoken(summary, driver),
        heads=_heads(summary, driver, length),
        plot=_plot(summary, shown, axis, length, driver),
        y_labels=_y_labels(axis, shown.mark),
        needed=_needed(shown, axis),
        dense=len(summary.repetitions) > DENSE,
        marks=(marks := _marks(summary, length)),
        marks_word=all(float(m.left[:-1]) * WIDE / 100 > _LANE_WORD_PX + 16 for m in marks),
        lane=tracking_lane(summary, curves, length),
        axis=_time_axis(length),
        low=axis.low,
        high=axis.high,
        shown=shown,
    )


def _axis(shown: Driven) -> Scale:
    """From 0, with a little air above; below 0 only as far as the signal goes."""
    joined = np.concatenate([v.values[np.isfinite(v.values)] for v in shown.signals])
    low = min(0.0, float(joined.min()), *shown.needed)
    high = max(0.0, float(joined.max()), *shown.needed)
    least = 20.0 if shown.unit == "deg" else 5.0
    if high - low < least:
        low, high = (low, low + least) if high > -low else (high - least, high)
    air = 0.07 * (high - low)
    return inner(low - air if low < 0 else 0.0, high + air, most=4)


def _title(shown: Driven) -> Markup:
    sides = [v.side for v in shown.signals]
    if set(sides) != {"left", "right"}:
        return tag("span", shown.title)
    base = shown.title.replace(", left", "").replace(", right", "")
    left, right = tag("span", "left", class_="L"), tag("span", "right (dashed)", class_="R")
    return join([base, ": ", left, " and ", right])


def _spoken(summary: Summary, driver: DriverPart) -> str:
    words = ", ".join(reach(r, driver.unit) for r in summary.repetitions[:20])
    text = f"{driver.label} over {number(summary.source.duration_s)} seconds"
    n = len(summary.repetitions)
    text += f": {n} repetitions" + (f" of {words}" if words else "")
    return text + f", {len(summary.partial_repetitions)} not counted"


def reach(rep: RepetitionPart, unit: str) -> str:
    """How far a repetition went: the angle reached, or the way of a height."""
    value = rep.extreme if unit == "deg" else rep.extent
    return "not seen" if value is None else with_unit(value, unit)


def _percent(moment: float, length: float) -> float:
    return min(100.0, max(0.0, 100 * moment / length))


def _left(percent: float) -> str:
    return f"{num(percent)}%"


def _heads(summary: Summary, driver: DriverPart, length: float) -> list[Label]:
    """Numbers first, then the words beside them where there is room."""
    several = {"left", "right"} & {r.side for r in summary.repetitions}
    rows: list[tuple[float, str, str, str]] = []
    for r in summary.repetitions:
        side = r.side if several and r.side in ("left", "right") else ""
        rows.append((_percent((r.start_s + r.end_s) / 2, length), str(r.number),
                     reach(r, driver.unit), side))  # fmt: skip
    for p in summary.partial_repetitions:
        value = p.extreme if driver.unit == "deg" else p.extent
        small = "not counted" + (f", {with_unit(value, driver.unit)}" if value is not None else "")
        rows.append((_percent((p.start_s + p.end_s) / 2, length), "", small, ""))
    shown = _regular(rows)
    full = [
        Wish(at, text_width(no, 16) + text_width(small, 13) + (13 if side else 4) + 4,
             1.0 if no else 0.0)
        for at, no, small, side in rows
    ]  # fmt: skip
    complete = wide_and_narrow(full)
    numbered = [c for c, row in zip(complete, rows, strict=True) if row[1]]
    # All depths or none: a depth that stands only here and there reads as if it meant something.
    all_wide = all(c != "none" for c in numbered)
    all_both = all(c == "both" for c in numbered)
    heads = []
    for (at, no, small, side), fit, fits in zip(rows, shown, complete, strict=True):
        if fit == "none" or (not no and fits == "none"):
            continue
        room = fits != "none" if not no else all_wide
        small_fit = "both" if (all_both if no else fits == "both") else "wide"
        heads.append(Label(_left(_inside(at, no, small if room else "")), no,
                           fit if no else "both", small if room else "", side,
                           small_fit=small_fit))  # fmt: skip
    return heads


def _regular(rows: list[tuple[float, str, str, str]]) -> list[str]:
    """Numbers in even steps (1, 2, 5, 10 ...), the least that fit; for each row where it stands."""
    steps = [_step(rows, width) for width in (WIDE, NARROW)]

    def fit(no: str) -> str:
        if not no:
            return "both"
        wide, narrow = (s == 1 or int(no) % s == 0 or int(no) == 1 for s in steps)
        return "both" if wide and narrow else "wide" if wide else "none"

    return [fit(row[1]) for row in rows]


def _step(rows: list[tuple[float, str, str, str]], width: float) -> int:
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        chosen = [r for r in rows if r[1] and (int(r[1]) % step == 0 or r[1] == "1")]
        wishes = [Wish(at, text_width(no, 16) + (9 if side else 0)) for at, no, _, side in chosen]
        if all(fitting(wishes, width, gap=4)):
            return step
    return 1000


def _inside(at: float, no: str, small: str) -> float:
    """Keep a centred label from leaving the page on a wide screen."""
    half = 100 * (text_width(no, 16) + text_width(small, 13)) / 2 / WIDE
    return min(100 - half, max(half, at)) if half < 50 else at


def _plot(
    summary: Summary, shown: Driven, axis: Scale, length: float, driver: DriverPart
) -> Markup:
    dense = len(summary.repetitions) > DENSE
    parts = [
        tag("rect", x=_left(_percent(r.start_s, length)), y=0, height="100%",
            width=_left(100 * (r.end_s - r.start_s) / length), fill="var(--yours)")
        for r in summary.repetitions
        if not dense
    ]  # fmt: skip
    parts += [
        tag("rect", x=_left(_percent(p.start_s, length)), y=0, height="100%",
            width=_left(100 * (min(p.end_s, length) - p.start_s) / length), fill="url(#hatch)")
        for p in summary.partial_repetitions
    ]  # fmt: skip
    for t in axis.ticks:
        y = _left(100 - axis.percent(t))
        parts.append(line(0, y, "100%", y, "rule", stroke_width=1))
    for needed in shown.needed:
        y = _left(100 - axis.percent(needed))
        parts.append(line(0, y, "100%", y, "ink-3", stroke_width=1, stroke_dasharray="2 3"))
    drawing = _envelopes if dense else _lines
    parts.append(drawing(summary, shown.signals, axis, length))
    return tag("svg", join(parts), role="img", aria_label=_spoken(summary, driver))


def _lines(summary: Summary, signals: list[Shown], axis: Scale, length: float) -> Markup:
    filled = [s for step in summary.history if step.name == "fill gaps" for s in step.spans]
    out = []
    for signal in signals:
        time, side = signal.time, signal.side
        x = time / length * 1000
        y = 100 - 100 * (signal.values - axis.low) / (axis.high - axis.low)
        y = np.where(_after_break(time), np.nan, y)
        colour = _INK.get(side, "ink") if len(signals) > 1 else "ink"
        gap = _inside_any(time, filled)
        dash = "5 3" if side == "right" and len(signals) > 1 else None
        seen = np.where(gap & np.roll(gap, 1) & np.roll(gap, -1), np.nan, y)
        for part, dashes in ((seen, dash), (np.where(gap, y, np.nan), "3 2")):
            a, b = thin_out(x, part)
            d = smooth_path(a, b, tolerance=0.25)
            if d:
                out.append(curve(d, colour, stroke_width=1.75, stroke_linejoin="round",
                                 stroke_dasharray=dashes))  # fmt: skip
    return stretched(join(out), 1000, 100)


def _envelopes(summary: Summary, signals: list[Shown], axis: Scale, length: float) -> Markup:
    """So many repetitions that their lines would be one blot: how far they reached, over time."""
    out = []
    for signal in signals:
        colour = _INK.get(signal.side, "ink") if len(signals) > 1 else "ink"
        mine = [r for r in summary.repetitions
                if len(signals) == 1 or r.side in (signal.side, "both", "none")]  # fmt: skip
        edges = []
        for pick in (np.nanmax, np.nanmin):
            points = []
            for r in mine:
                part = signal.values[(signal.time >= r.start_s) & (signal.time < r.end_s)]
                if np.isfinite(part).any():
                    at = 1000 * (r.start_s + r.end_s) / 2 / length
                    points.append((at, 100 - axis.percent(float(pick(part)))))
            edges.append(points)
        if not edges[0]:
            continue
        around = [*edges[0], *edges[1][::-1]]
        d = path_data([p[0] for p in around], [p[1] for p in around])
        out.append(tag("path", d=d + "Z", fill="var(--yours)"))
        far = edges[0] if np.mean([p[1] for p in edges[0]]) < 50 or axis.low == 0 else edges[1]
        d = path_data([p[0] for p in far], [p[1] for p in far])
        out.append(curve(d, colour, stroke_width=1))
    return stretched(join(out), 1000, 100)


def _after_break(time: Array) -> Bool:
    steps = np.diff(time, prepend=time[0])
    usual = float(np.median(steps[1:])) if len(time) > 1 else 0.0
    return np.asarray(steps > max(0.5, 4 * usual))


def _inside_any(time: Array, spans: list[tuple[float, float]]) -> Bool:
    inside = np.zeros(len(time), dtype=bool)
    for start, end in spans:
        inside |= (time >= start) & (time < end)
    return inside


def _y_labels(axis: Scale, mark: str) -> list[Label]:
    ticks = axis.ticks[1:] if axis.low == 0 else axis.ticks
    return [
        Label("0", number(t, axis.digits) + (mark if t == ticks[-1] else ""),
              top=_left(100 - axis.percent(t)))
        for t in ticks
    ]  # fmt: skip


def _needed(shown: Driven, axis: Scale) -> Label | None:
    if not shown.needed:
        return None
    text = f"needed {number(abs(shown.needed[0]))}{shown.mark}"
    return Label("100%", text, top=_left(100 - axis.percent(shown.needed[0])))


def _marks(summary: Summary, length: float) -> list[Mark]:
    """The findings' numbers at their moments; only the first of each where they would meet."""
    found: dict[int, list[tuple[int, float, int]]] = {}
    for no, finding in enumerate(summary.findings[:5], 1):
        outside = [e for e in finding.evidence if e.outside == "outside" and e.repetition]
        for e in outside:
            found.setdefault(e.repetition, []).append((no, e.at_s, e.repetition))
        if not outside:
            found.setdefault(0, []).append((no, finding.start_s, 0))
    for marks in (found, {k: v[:1] for k, v in found.items()}):
        spots = {k: _percent(float(np.mean([m[1] for m in v])), length) for k, v in marks.items()}
        wishes = [Wish(spots[k], _MARK_PX * len(v) + 4, -v[0][0]) for k, v in marks.items()]
        keep = fitting(wishes, WIDE, gap=0)
        if all(keep):
            break
    return [Mark(_left(min(98.5, max(1.5, spots[k]))), v)
            for (k, v), kept in zip(marks.items(), keep, strict=True) if kept]  # fmt: skip


def _clock(moment: float, length: float, *, unit: bool = False) -> str:
    if length < 180:
        return number(moment, 0 if moment == int(moment) else 1) + (" s" if unit else "")
    minutes, rest = divmod(round(moment), 60)
    if minutes >= 100 and not unit:
        return f"{minutes}"
    return f"{minutes}:{rest:02d}" + (" min" if unit else "")


def _time_axis(length: float) -> list[Label]:
    """Every second one on a narrow page; the last one carries the unit."""
    ticks = time_ticks(length)
    out: list[Label] = []
    for i, t in enumerate(ticks):
        at, last = _percent(t, length), i == len(ticks) - 1
        fit = "both" if (len(ticks) - 1 - i) % 2 == 0 or i == 0 else "wide"
        edge = "first" if at < 3 else "last" if at > 95 else ""
        out.append(Label(_left(at), _clock(t, length, unit=last), fit, side=edge))
    if len(out) % 2 == 0 and len(out) > 2:
        # 0 and its neighbour would stand together where only every second one is kept.
        out[1] = replace(out[1], fit="wide")
    return out
