"""Left beside right: range of movement, distance moved, and the course (DTW)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from rehabkit.report.curves import Curves
from rehabkit.report.document import MeasurePart, Summary
from rehabkit.report.page.labels import text_width
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.page.timeline import Label
from rehabkit.report.panels import shown_angles
from rehabkit.report.phrases import unit_of, with_unit
from rehabkit.report.scales import Scale, scale
from rehabkit.report.words import angle_base_label, number

# 1.96 standard deviations of the difference of two readings.
REAL = 1.96
# Which joint's way shows the movement of a primary one.
_JOINTS = {"shoulder": ("elbow", "wrist"), "elbow": ("wrist",), "wrist": ("wrist",),
           "hip": ("knee",), "knee": ("knee",), "ankle": ("ankle",)}  # fmt: skip
_BAR_PX = 285.0
DISTANCE = "Distance moved in a repetition"


@dataclass(frozen=True)
class SideRow:
    """One quantity on both sides."""

    name: str
    bar: Markup
    difference: str
    index: str
    real: Markup


@dataclass(frozen=True)
class SideGroup:
    """Rows on one axis."""

    title: str
    rows: list[SideRow]
    axis: list[Label]

    @property
    def of_ways(self) -> bool:
        """Whether these are distances."""
        return self.title == DISTANCE


@dataclass(frozen=True)
class Sides:
    """The section; ``missing`` are quantities with the reason that left them out."""

    groups: list[SideGroup]
    courses: list[tuple[str, str]]
    missing: list[tuple[str, str]]
    repetitions: str
    dtw: bool


def sides(summary: Summary, curves: Curves) -> Sides | None:
    """The section; None where nothing can be compared."""
    if not summary.repetitions:
        return None
    bases = _bases(summary, curves)
    ranges = _found(summary, [(b, angle_base_label(b), f"{b}_{{}}.range") for b in bases])
    ranges += _axial(summary, curves)
    ways = _found(summary, [(j, j.capitalize(), f"{j}_{{}}.distance") for j in _moved(bases)])
    wanted = (("Range of movement", ranges), (DISTANCE, ways))
    groups = [g for title, pairs in wanted if (g := _group(title, pairs, summary))]
    missing = [(label, reason) for _, label, _, _, reason in [*ranges, *ways] if reason]
    one_sided = len({r.side for r in summary.repetitions} & {"left", "right"}) == 1
    if not groups and (one_sided or not missing):
        return None
    courses = [
        (angle_base_label(b), with_unit(m.value, "deg"))
        for b in bases
        if (m := summary.measures.get(f"{b}.dtw_sides")) is not None and m.value is not None
    ]
    return Sides(groups, courses, missing, _which(summary), bool(courses))


def _bases(summary: Summary, curves: Curves) -> list[str]:
    """The primary angles and the driving one; without an exercise those that moved most."""
    exercise = curves.exercise
    shown = [b for b in shown_angles(summary, curves) if f"{b}_left" in summary.angles]
    if exercise is None:
        return shown[:3]
    wanted = {p.angle for p in exercise.primary} | {d.name for d in summary.drivers}
    return [b for b in shown if b in wanted][:4] or shown[:2]


_Pair = tuple[str, str, MeasurePart | None, MeasurePart | None, str]


def _found(summary: Summary, wanted: list[tuple[str, str, str]]) -> list[_Pair]:
    out: list[_Pair] = []
    for key, label, pattern in wanted:
        left, right = (summary.measures.get(pattern.format(s)) for s in ("left", "right"))
        if left is None or right is None:
            left, right = (
                _mean(summary, pattern.format("left")),
                _mean(summary, pattern.format("right")),
            )
        if left is None or right is None:
            continue
        reason = ""
        for side, measure in (("left", left), ("right", right)):
            if measure.value is None:
                reason = f"{side}: {measure.reason}"
        out.append((key, label, left, right, reason))
    return out


def _mean(summary: Summary, name: str) -> MeasurePart | None:
    """Mean over the repetitions, where the recording's measures lack it."""
    values = [m for r in summary.repetitions if (m := r.measures.get(name)) is not None]
    seen = [m.value for m in values if m.value is not None]
    if not values or not seen:
        return values[0] if values else None
    return replace(values[0], value=sum(seen) / len(seen), reason=None)


def _axial(summary: Summary, curves: Curves) -> list[_Pair]:
    """Movements of the axis to the left and to the right, compared by repetition."""
    out: list[_Pair] = []
    for driver in summary.drivers[:1]:
        if driver.name not in summary.angles:
            continue
        pair = [
            [m for r in summary.repetitions if r.side == s
             and (m := r.measures.get(f"{driver.name}.range")) is not None and m.value is not None]
            for s in ("left", "right")
        ]  # fmt: skip
        if pair[0] and pair[1]:
            left, right = (
                replace(ms[0], value=sum(m.value or 0.0 for m in ms) / len(ms)) for ms in pair
            )
            out.append((driver.name, angle_base_label(driver.name), left, right, ""))
    del curves
    return out


def _moved(bases: list[str]) -> list[str]:
    joints = [j for b in bases for j in _JOINTS.get(b.split("_")[0], ())]
    return list(dict.fromkeys(joints))[:3]


def _which(summary: Summary) -> str:
    left = sum(r.side == "left" for r in summary.repetitions)
    right = sum(r.side == "right" for r in summary.repetitions)
    n = len(summary.repetitions)
    if left and right:
        return f"Means of {left} repetitions to the left and {right} to the right."
    if left or right:
        return f"The movement was made to the {'left' if left else 'right'} only."
    if n == 1:
        return "One repetition: no range of chance."
    return "Means of the repetitions in which that side was seen."


def _group(title: str, pairs: list[_Pair], summary: Summary) -> SideGroup | None:
    seen = [p for p in pairs if not p[4] and p[2] and p[3]]
    if not seen:
        return None
    unit = seen[0][2].unit if seen[0][2] else "deg"
    factor, mark, _ = unit_of(unit)
    values = [m.value * factor for _, _, a, b, _ in seen for m in (a, b)
              if m is not None and m.value is not None]  # fmt: skip
    axis = _axis(min(values), max(values), 30.0)
    rows = [_row(key, label, a, b, axis, unit, summary) for key, label, a, b, _ in seen if a and b]
    every = 2 if len(axis.ticks) > 9 else 1
    labels = [
        Label(f"{num(axis.percent(t))}%",
              number(t, axis.digits) + (mark if t == axis.ticks[-1] else ""),
              "both" if i % 2 == 0 or len(axis.ticks) < 6 else "wide")
        for i, t in enumerate(axis.ticks)
        if i % every == 0 or t == axis.ticks[-1]
    ]  # fmt: skip
    return SideGroup(title, rows, labels)


def _axis(low: float, high: float, least: float) -> Scale:
    """At least ``least`` wide, with a fifth of the axis free at both ends for the words."""
    span = max(high - low, least)
    middle = (low + high) / 2
    first = max(0.0, middle - span / 1.2)
    return scale(first, max(middle + span / 1.2, first + 1.6 * span), most=7, zero=False)


def _row(
    key: str, label: str, left: MeasurePart, right: MeasurePart, axis: Scale, unit: str,
    summary: Summary,
) -> SideRow:  # fmt: skip
    a, b = left.value or 0.0, right.value or 0.0
    index = summary.measures.get(f"{key}.symmetry_index")
    percent = index.value if index and index.value is not None else _index(a, b)
    return SideRow(
        name=label,
        bar=_bar(label, a, b, axis, unit),
        difference=with_unit(a - b, unit, sign=True),
        index="neither moved" if percent is None else with_unit(percent, "%", sign=True),
        real=_real(a - b, left, right, unit),
    )


def _index(left: float, right: float) -> float | None:
    return None if left + right <= 0 else 100 * (left - right) / (0.5 * (left + right))


def _real(gap: float, left: MeasurePart, right: MeasurePart, unit: str) -> Markup:
    if left.error is None or right.error is None:
        return tag("span", "error not known", class_="u")
    least = REAL * float((left.error**2 + right.error**2) ** 0.5)
    if abs(gap) > least:
        return join([tag("b", "yes"), f", more than {with_unit(least, unit)}"])
    return join([f"no, less than {with_unit(least, unit)}"])


def _bar(label: str, left: float, right: float, axis: Scale, unit: str) -> Markup:
    factor = unit_of(unit)[0]
    at = {"left": axis.percent(left * factor), "right": axis.percent(right * factor)}
    parts = [line(f"{num(axis.percent(t))}%", 0, f"{num(axis.percent(t))}%", "100%", "rule",
                  opacity=".7") for t in axis.ticks]  # fmt: skip
    low, high = sorted(at.values())
    parts.append(line(f"{num(low)}%", 24, f"{num(high)}%", 24, "ink", stroke_width=1.5))
    same = high - low < 2.6
    parts.append(tag("circle", cx=f"{num(at['right'])}%", cy=24, r=8 if same else 5, fill="#fff",
                     stroke="var(--right)", stroke_width=2))  # fmt: skip
    parts.append(tag("circle", cx=f"{num(at['left'])}%", cy=24, r=5 if same else 6,
                     fill="var(--left)"))  # fmt: skip
    parts += _values(at, left, right, unit)
    words = f"{label}: left {with_unit(left, unit)}, right {with_unit(right, unit)}"
    return tag("svg", join(parts), role="img", aria_label=words)


def _values(at: dict[str, float], left: float, right: float, unit: str) -> list[Markup]:
    """The lesser value's words to the left of its dot, the other's to the right.

    Near an end of the axis both stand on the side where there is room.
    """
    texts = {"left": f"L {with_unit(left, unit)}", "right": f"R {with_unit(right, unit)}"}
    lesser = "left" if at["left"] < at["right"] else "right"
    greater = "right" if lesser == "left" else "left"
    fill = {"left": "var(--left)", "right": "var(--right-text)"}
    room = 100 * (text_width(texts[lesser], 13) + 14) / _BAR_PX
    if at[lesser] < room:  # no room on the left at the narrowest: both to the right
        both = join([tag("tspan", texts[lesser], fill=fill[lesser]),
                     tag("tspan", texts[greater], fill=fill[greater], dx=8)])  # fmt: skip
        return [tag("text", both, class_="val", x=f"{num(at[greater])}%", dx=13, y=28.5)]
    over = 100 * (text_width(texts[greater], 13) + 14) / _BAR_PX
    if at[greater] > 100 - over:
        both = join([tag("tspan", texts[lesser], fill=fill[lesser]),
                     tag("tspan", texts[greater], fill=fill[greater], dx=8)])  # fmt: skip
        return [tag("text", both, class_="val", x=f"{num(at[lesser])}%", dx=-13, y=28.5,
                    text_anchor="end")]  # fmt: skip
    return [
        tag("text", texts[lesser], class_="val", x=f"{num(at[lesser])}%", dx=-13, y=28.5,
            text_anchor="end", fill=fill[lesser]),
        tag("text", texts[greater], class_="val", x=f"{num(at[greater])}%", dx=13, y=28.5,
            fill=fill[greater]),
    ]  # fmt: skip
