"""One small panel for each measure: repetitions as dots, visits as marks, chance as a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from rehabkit.progress import words
from rehabkit.progress.document import FindingPart, MeasurePart, PointPart, VisitPart
from rehabkit.report.page.labels import Wish, fitting, text_width
from rehabkit.report.page.svg import curve, join, line, num, path_data, stretched, tag
from rehabkit.report.phrases import with_signs
from rehabkit.report.scales import Scale, scale
from rehabkit.report.words import number, sentence

WIDTH_PX: Final = 250.0
"""The narrowest a panel's plot gets: labels that fit there fit everywhere."""
FEW: Final = 12
_EDGE, _APART = 4.0, 2.0


@dataclass(frozen=True)
class TimeAxis:
    """Where each visit stands, 0-100 %, and the labels that fit below."""

    at: Mapping[int, float]
    ticks: list[tuple[str, str, str]]
    dated: bool


@dataclass(frozen=True)
class Panel:
    """One measure for the template."""

    label: str
    plot: Markup
    ticks: list[tuple[str, str]]
    end: str
    end_at: str
    real: bool
    verdict: str
    says: str
    because: str


def time_axis(visits: Sequence[VisitPart], *, dated: bool) -> TimeAxis:
    """Visits by their dates, or evenly where dates are not known or all one day."""
    days = [_day(v) for v in visits] if dated else []
    span = max(days) - min(days) if days else 0.0
    if span <= 0:
        step = 1 / max(1, len(visits) - 1)
        places = [_EDGE + (100 - 2 * _EDGE) * i * step for i in range(len(visits))]
        names = [str(v.number) if i else f"visit {v.number}" for i, v in enumerate(visits)]
    else:
        places = _apart([(d - days[0]) / span for d in days])
        years = len({v.date[:4] for v in visits if v.date}) > 1
        last = len(visits) - 1
        names = [words.day(v.date, year=years or i == last) for i, v in enumerate(visits)]
    at = {v.number: place for v, place in zip(visits, places, strict=True)}
    return TimeAxis(at, _labels(places, names), bool(span > 0))


def _day(visit: VisitPart) -> float:
    return datetime.fromisoformat(visit.date or "1970-01-01").timestamp() / 86400


def _apart(shares: Sequence[float]) -> list[float]:
    """0-1 as per cent between the edges; two of one day stand side by side."""
    least = min(_APART, 80 / max(1, len(shares))) / 100
    moved: list[float] = []
    for share in shares:
        moved.append(max(share, moved[-1] + least) if moved else share)
    return [_EDGE + (100 - 2 * _EDGE) * m / (moved[-1] or 1.0) for m in moved]


def _labels(places: Sequence[float], names: Sequence[str]) -> list[tuple[str, str, str]]:
    """(left, words, class) of those that fit; the first and the last always do."""
    ends = {0: "first", len(names) - 1: "last"}
    align = {"first": "start", "last": "end"}
    wishes = [
        Wish({"first": 0.0, "last": 100.0}.get(ends.get(i, ""), place),
             text_width(name), float(i in ends), align.get(ends.get(i, ""), "middle"))
        for i, (place, name) in enumerate(zip(places, names, strict=True))
    ]  # fmt: skip
    kept = fitting(wishes, WIDTH_PX, gap=8)
    return [
        (f"{num(wish.at)}%", name, ends.get(i, ""))
        for i, (wish, name, fits) in enumerate(zip(wishes, names, kept, strict=True))
        if fits
    ]


def panel(found: MeasurePart, axis: TimeAxis) -> Panel:
    """The drawing of one measure with its words."""
    factor, mark, _ = words.parts_of(found.unit)
    shown = [p for p in found.points if p.mean is not None]
    y = _scale(found, shown, factor)
    end = shown[-1] if shown else None
    body = [
        *_grid(y), _band(found, shown, axis, y, factor), *_dots(shown, axis, y, factor),
        _line(found, axis, y, factor), *_marks(shown, axis, y, factor),
        *_values(found, shown, axis, y, factor), _chance(found, shown, y, factor),
    ]  # fmt: skip
    return Panel(
        label=words.label(found),
        plot=tag("svg", join(body), role="img", aria_label=words.summary_of(found)),
        ticks=[(f"{num(100 - y.percent(t))}%",
                number(t, y.digits) + (mark if t == y.ticks[-1] else "")) for t in y.ticks],
        end=words.value(end.mean, found.unit) if end else "",
        end_at=f"{num(min(94.0, max(6.0, _y(end.mean, y, factor))))}%" if end else "50%",
        real=found.verdict == "real",
        verdict=sentence(words.VERDICTS[found.verdict]).rstrip("."),
        says=_says(found),
        because=_because(found),
    )  # fmt: skip


def _says(found: MeasurePart) -> str:
    """``"+18°, smallest real difference 12°"``."""
    if found.change is None:
        return ""
    change, limit = words.change_words(found)
    text = f"{change} since the first visit"
    if found.first_visit is not None and found.first_visit != found.points[0].visit:
        text = f"{change} since visit {found.first_visit}"
    return text if found.mdc95 is None else f"{text}; smallest real difference {limit}"


def _because(found: MeasurePart) -> str:
    if found.verdict == "cannot be said" or found.mdc95 is None:
        return sentence(with_signs(f"no band: {found.because}")) if found.because else ""
    return ""


def _scale(found: MeasurePart, shown: Sequence[PointPart], factor: float) -> Scale:
    values = [v * factor for p in shown for v in (*p.values, p.mean or 0.0)]
    if found.first is not None:
        reach = max((p.mdc95 for p in shown if p.mdc95 is not None), default=0.0)
        values += [(found.first + s * reach) * factor for s in (-1, 1)]
    return scale(min(values, default=0.0), max(values, default=1.0), most=3, zero=False)


def _y(value: float | None, y: Scale, factor: float) -> float:
    return 100 - y.percent((value or 0.0) * factor)


def _grid(y: Scale) -> list[Markup]:
    lines = []
    for t in y.ticks:
        at = f"{num(100 - y.percent(t))}%"
        lines.append(line(0, at, "100%", at, "axis" if t == y.ticks[0] else "rule"))
    return lines


def _limits(found: MeasurePart, shown: Sequence[PointPart]) -> list[tuple[int, float, float]]:
    """(visit, low, high) of the band; the first visit's is that of the next one."""
    known = [(p.visit, p.mdc95) for p in shown if p.mdc95 is not None]
    if not known or found.first is None or found.first_visit is None:
        return []
    whole = [(found.first_visit, known[0][1]), *known]
    return [(visit, found.first - mdc, found.first + mdc) for visit, mdc in whole]


def _band(
    found: MeasurePart, shown: Sequence[PointPart], axis: TimeAxis, y: Scale, factor: float
) -> Markup:
    """First visit -+ MDC95; no grey, which means healthy people."""
    limits = _limits(found, shown)
    if not limits:
        return Markup("")
    x = [0.0, *(axis.at[visit] for visit, _, _ in limits[1:-1]), 100.0]
    low = [_y(v, y, factor) for _, v, _ in limits]
    high = [_y(v, y, factor) for _, _, v in limits]
    area = tag("path", d=path_data([*x, *x[::-1]], [*high, *low[::-1]], 2) + "Z",
               fill="var(--yours)", stroke="none")  # fmt: skip
    middle = _y(found.first, y, factor)
    edges = [curve(path_data(x, edge, 2), "axis", stroke_dasharray="2 3") for edge in (low, high)]
    base = curve(path_data([0, 100], [middle, middle], 2), "pale")
    return stretched(join([area, base, *edges]), 100, 100)


def _chance(found: MeasurePart, shown: Sequence[PointPart], y: Scale, factor: float) -> Markup:
    """The band's name, inside its edge where fewest dots are: away from the first visit."""
    limits = _limits(found, shown)
    if not limits:
        return Markup("")
    low, high = _y(limits[-1][1], y, factor), _y(limits[-1][2], y, factor)
    up = found.last is None or found.first is None or found.last < found.first
    at, dy = (high, 12) if up else (low, -4)
    return tag("text", "chance", class_="tick halo", x="100%", dx=-4, y=f"{num(at)}%", dy=dy,
               text_anchor="end")  # fmt: skip


def _dots(shown: Sequence[PointPart], axis: TimeAxis, y: Scale, factor: float) -> list[Markup]:
    """One dot a repetition, side by side where there are few visits."""
    wide = min(3.0, 30.0 / max(1, len(axis.at)))
    radius = 2.5 if len(axis.at) <= FEW else 1.75
    out = []
    for p in shown:
        n = len(p.values)
        for i, v in enumerate(p.values if n > 1 else ()):
            x = axis.at[p.visit] + wide * ((i + 0.5) / n - 0.5)
            out.append(tag("circle", cx=f"{num(x)}%", cy=f"{num(_y(v, y, factor))}%", r=radius,
                           fill="var(--axis)", fill_opacity=".5"))  # fmt: skip
    return out


def _line(found: MeasurePart, axis: TimeAxis, y: Scale, factor: float) -> Markup:
    """Through the means; a visit without the measure breaks it."""
    x = [axis.at[p.visit] for p in found.points]
    means = [float("nan") if p.mean is None else _y(p.mean, y, factor) for p in found.points]
    return stretched(curve(path_data(x, means, 2), "ink", stroke_width=1.5), 100, 100)


def _marks(shown: Sequence[PointPart], axis: TimeAxis, y: Scale, factor: float) -> list[Markup]:
    """A visit's mean: filled where it is beyond chance, hollow where it is not."""
    radius = 5.0 if len(axis.at) <= FEW else 3.5
    return [
        tag("circle", cx=f"{num(axis.at[p.visit])}%", cy=f"{num(_y(p.mean, y, factor))}%",
            r=radius, fill="var(--accent)" if p.verdict == "real" else "#fff",
            stroke="var(--accent)" if p.verdict == "real" else "var(--ink)", stroke_width=1.5)
        for p in shown
    ]  # fmt: skip


def _values(
    found: MeasurePart, shown: Sequence[PointPart], axis: TimeAxis, y: Scale, factor: float
) -> list[Markup]:
    """The first visit's value, and in bold those beyond chance, where they fit."""
    told = [p for p in shown[:-1] if p.visit == found.first_visit or p.verdict == "real"]
    texts = [words.value(p.mean, found.unit) for p in told]
    wishes = [
        Wish(axis.at[p.visit], text_width(t), float(p.visit == found.first_visit))
        for p, t in zip(told, texts, strict=True)
    ]
    out = []
    gap = 6.0 if len(axis.at) <= FEW else 40.0
    kept = fitting(wishes, WIDTH_PX, outside=12, gap=gap)
    for p, text, fits in zip(told, texts, kept, strict=True):
        if fits:
            above = _y(p.mean, y, factor) > 22
            anchor = "start" if axis.at[p.visit] < 8 else "middle"
            out.append(tag("text", text, class_="worst halo" if p.verdict == "real" else
                           "tick halo", x=f"{num(axis.at[p.visit])}%",
                           dx=-4 if anchor == "start" else 0,
                           y=f"{num(_y(p.mean, y, factor))}%", dy=-10 if above else 18,
                           text_anchor=anchor))  # fmt: skip
    return out


def strip(found: FindingPart, visits: Sequence[int], axis: TimeAxis) -> Markup:
    """One circle a visit, filled where the finding was found."""
    radius = 4 if len(axis.at) <= FEW else 3
    parts = [line(0, "50%", "100%", "50%", "rule")]
    for number_ in visits:
        inside = number_ in found.visits
        parts.append(tag("circle", cx=f"{num(axis.at[number_])}%", cy="50%", r=radius,
                         fill="var(--ink)" if inside else "#fff",
                         stroke="var(--ink)" if inside else "var(--axis)"))  # fmt: skip
    told = ", ".join(map(str, found.visits))
    return tag("svg", join(parts), role="img", aria_label=f"found at visit {told}")
