"""Pictograms of the measured turning points; over twelve, one bar a repetition."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rehabkit.report.curves import Curves
from rehabkit.report.document import PartialPart, RepetitionPart, Summary
from rehabkit.report.page import body
from rehabkit.report.page.svg import join, num, tag
from rehabkit.report.phrases import with_unit
from rehabkit.report.poses import VIEWS, Pose, Poses
from rehabkit.report.protractor import usual_view

MOST, BARS = 12, 60
_TALL_PX = 100.0


_Posed = tuple[RepetitionPart | PartialPart, Pose]


@dataclass(frozen=True)
class Person:
    """One figure or bar in the row."""

    svg: Markup
    label: str
    words: str
    at_s: float
    counted: bool


@dataclass(frozen=True)
class Row:
    """One row of figures; ``title`` names the side where there are two rows."""

    title: str
    people: list[Person]
    bars: bool


@dataclass(frozen=True)
class People:
    """All rows, the width of one figure, and how they were looked at."""

    rows: list[Row]
    width_px: float
    height_px: float
    view: str


def people(summary: Summary, curves: Curves, poses: Poses) -> People | None:
    """Rows of pictograms; None where nothing was counted or no body was seen."""
    reps, partial = summary.repetitions, summary.partial_repetitions
    groups = _sides(reps)
    most = max((len(group) for _, group in groups), default=0)
    if most > BARS:
        return None
    if most > MOST:
        unit = summary.drivers[0].unit if summary.drivers else "deg"
        return People([Row(title, _bars(group, unit), True) for title, group in groups], 0, 0, "")
    view = usual_view(summary, curves, poses)
    shown: list[tuple[str, list[_Posed]]] = [
        (title, [(r, poses.at(r.peak_s, view)) for r in group]) for title, group in groups
    ]
    for p in partial[: max(0, MOST - most)] if shown else ():
        mine = next((row for title, row in shown if title == p.side), shown[-1][1])
        mine.append((p, poses.at(p.peak_s, view)))
    area = body.box([pose for _, row in shown for _, pose in row if len(pose) > 5], margin=9)
    if area is None:
        return None
    tall = min(_TALL_PX if len(shown) < 2 else 0.8 * _TALL_PX, area[3] * 0.56)
    rows = [Row(title, [_person(r, p, area) for r, p in row], False) for title, row in shown]
    return People(rows, tall * area[2] / area[3], tall, VIEWS[view])


def _sides(reps: list[RepetitionPart]) -> list[tuple[str, list[RepetitionPart]]]:
    sides = {r.side for r in reps}
    if not {"left", "right"} <= sides:
        return [("", list(reps))] if reps else []
    order = ("left", "right", "both", "none")
    return [(s, [r for r in reps if r.side == s]) for s in order if s in sides]


def _person(rep: RepetitionPart | PartialPart, pose: Pose, area: body.Box) -> Person:
    counted = isinstance(rep, RepetitionPart)
    svg = tag("svg", body.silhouette(pose, "accent" if counted else "pale"),
              viewBox=body.view_box(area), aria_hidden="true")  # fmt: skip
    if isinstance(rep, RepetitionPart):
        return Person(svg, str(rep.number), f"Repetition {rep.number}, turning point", rep.peak_s,
                      True)  # fmt: skip
    return Person(svg, "–", f"Not counted: {rep.why}", rep.peak_s, False)


def _bars(reps: list[RepetitionPart], unit: str) -> list[Person]:
    top = max((abs(r.extent or 0.0) for r in reps), default=1.0) or 1.0
    out = []
    for r in reps:
        share = abs(r.extent or 0.0) / top * 100
        bar = tag("rect", x="15%", width="70%", y=f"{num(100 - share)}%", height=f"{num(share)}%",
                  fill="var(--accent)")  # fmt: skip
        words = f"Repetition {r.number}, {with_unit(r.extent or 0.0, unit)}"
        every = max(1, len(reps) // 12)
        label = (
            str(r.number) if r is reps[0] or r is reps[-1] or r.number % (5 * every) == 0 else ""
        )
        out.append(
            Person(tag("svg", join([bar]), aria_hidden="true"), label, words, r.peak_s, True)
        )
    return out
