"""Courses of angles and distances as parts of the document: what the page draws."""

from __future__ import annotations

from rehabkit.assessment.moved import JointWay, SideWay, ways
from rehabkit.recording.arrays import Float
from rehabkit.report import document as doc
from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.healthy import Band, band_of
from rehabkit.report.numbers import finite
from rehabkit.report.panels import Panel, build_panels

_EVERY_SECOND = slice(None, None, 2)


def course_parts(summary: doc.Summary, curves: Curves) -> list[doc.CoursePart]:
    """The small axes of the page, one part for each strong line."""
    rows = build_panels(summary, curves)
    return [part for row in rows for panel in row for part in _courses(panel)]


def _courses(panel: Panel) -> list[doc.CoursePart]:
    means, bands = dict(panel.means), dict(panel.bands)
    split = {"left", "right"} <= means.keys()
    groups: list[str | None] = ["left", "right"] if split else [panel.side]
    return [_course(panel, g, means.get(g), bands.get(g, bands.get(None)), split) for g in groups]


def _course(
    panel: Panel, group: str | None, mean: Float | None, band: Band | None, split: bool
) -> doc.CoursePart:
    mine = [c for c in panel.curves if c.whole and (not split or c.side == group)]
    return doc.CoursePart(
        angle=panel.name,
        label=panel.label,
        moved=group if split else None,
        repetitions=len(mine),
        mean=None if mean is None else _plain(mean[_EVERY_SECOND]),
        healthy=band_part(band),
    )


def distance_parts(analysis: Analysis) -> list[doc.DistancePart]:
    """How far the joints moved that show this exercise."""
    if not analysis.gate.usable:
        return []
    return [_distance(way) for way in ways(analysis.case, analysis.exercise)]


def _distance(way: JointWay) -> doc.DistancePart:
    sides = {side.side: side for side in way.sides}
    left, right = sides.get("left"), sides.get("right")
    return doc.DistancePart(
        joint=way.joint,
        label=way.joint.capitalize(),
        left_to_template=finite(left.to_healthy, 2) if left else None,
        right_to_template=finite(right.to_healthy, 2) if right else None,
        between_sides=finite(way.between_sides, 2),
        template_between_sides=finite(way.healthy_between_sides, 2),
        reason=way.reason or None,
        left=_side(left),
        right=_side(right),
    )


def _side(side: SideWay | None) -> doc.SideDistancePart | None:
    if side is None:
        return None
    return doc.SideDistancePart(
        repetitions=side.repetitions,
        curve=None if side.values is None else _plain(side.values),
        healthy=None if side.healthy is None else band_part(band_of(side.healthy)),
    )


def band_part(band: Band | None) -> doc.BandPart | None:
    """A band as the document holds it."""
    if band is None:
        return None
    return doc.BandPart(
        mean=_plain(band.mean), low=_plain(band.low), high=_plain(band.high), people=band.people
    )


def _plain(values: Float) -> list[float]:
    return [round(v, 2) + 0.0 for v in values.tolist()]
