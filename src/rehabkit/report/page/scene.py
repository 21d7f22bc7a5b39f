"""A finding as a picture: the measured pose, the offending angle, the expected sector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.recording import side_of
from rehabkit.report.curves import Curves
from rehabkit.report.document import FindingPart, RepetitionPart, Summary
from rehabkit.report.page import body
from rehabkit.report.page.labels import text_width
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.phrases import with_unit
from rehabkit.report.poses import VIEWS, Point, Pose, Poses
from rehabkit.report.protractor import Protractor, directions, find, view_of

_RADIUS = 30.0
_CHAINS = (("head", "neck", "chest", "spine", "pelvis"),
           ("shoulder_left", "elbow_left", "wrist_left"),
           ("shoulder_right", "elbow_right", "wrist_right"),
           ("hip_left", "knee_left", "ankle_left", "toe_left"),
           ("hip_right", "knee_right", "ankle_right", "toe_right"))  # fmt: skip
# How far the drawn angle may lie from the measured one before no arc is drawn.
_TRUE_DEG = 12.0


@dataclass(frozen=True)
class Scene:
    """One picture with its caption and its sentence for those who cannot see it."""

    svg: Markup
    caption: str


def moment(finding: FindingPart, summary: Summary) -> float:
    """The time a finding is shown at: its worst repetition's evidence, else its peak."""
    for evidence in finding.evidence:
        if evidence.repetition == finding.repetition:
            return evidence.at_s
    return finding.start_s if not summary.repetitions else _peak(finding, summary)


def _peak(finding: FindingPart, summary: Summary) -> float:
    number = finding.repetition
    for rep in summary.repetitions:
        if rep.number == number:
            return rep.peak_s
    return (finding.start_s + finding.end_s) / 2


def angles_of(finding: FindingPart, summary: Summary) -> list[str]:
    """The angles to draw, with their sides: one, or left and right for a difference."""
    if finding.angle is None:
        return []
    if finding.angle in summary.angles and not side_of(finding.angle):
        return [finding.angle]
    base = finding.angle.removesuffix("_left").removesuffix("_right")
    if side_of(finding.angle) and "symm" not in finding.id:
        return [finding.angle]
    one = finding.side in ("left", "right") and "symm" not in finding.id
    sides = [finding.side] if one else ["left", "right"]
    return [name for s in sides if (name := f"{base}_{s}") in summary.angles]


def scene(finding: FindingPart, summary: Summary, curves: Curves, poses: Poses) -> Scene | None:
    """The pose at the finding's moment; None where no joint was seen."""
    at = moment(finding, summary)
    view = poses.view(view_of(finding.angle, usual=_usual(summary.repetitions, poses)))
    pose = poses.at(at, view)
    area = body.box([pose], margin=14)
    if area is None or len(pose) < 4:
        return None
    area = _roomy(area)
    angles = angles_of(finding, summary)
    ground = line(area[0], 1.5, area[0] + area[2], 1.5, "axis", stroke_width=1)
    parts = [ground if view != "top" else Markup(""), body.silhouette(pose, "body")]
    parts.append(body.bones(pose, _CHAINS, "ink-3", stroke_width=1.25, stroke_linejoin="round"))
    for i, name in enumerate(angles):
        parts.append(_angle(name, i, len(angles), at, pose, curves, area, finding))
    number = f"Repetition {finding.repetition}, " if finding.repetition else f"{at:.1f} s, "
    label = f"{number}{VIEWS[view]}: {finding.quantity} {with_unit(finding.measured, finding.unit)}"
    svg = tag("svg", join(parts), viewBox=body.view_box(area), role="img", aria_label=label)
    return Scene(svg, number + VIEWS[view])


def _usual(repetitions: list[RepetitionPart], poses: Poses) -> str:
    return poses.best_view([(r.start_s, r.peak_s) for r in repetitions[:12]])


def _roomy(area: body.Box) -> body.Box:
    """At least 132 x 120 cm, the body in the middle, so that all pictures have one size."""
    x, y, width, height = area
    wide = max(width, 132.0, height * 0.62)
    tall = max(height, 120.0, wide * 0.9)
    return x - (wide - width) / 2, y - (tall - height), wide, tall


def _angle(
    name: str, index: int, many: int, at: float, pose: Pose, curves: Curves, area: body.Box,
    finding: FindingPart,
) -> Markup:  # fmt: skip
    drawing = find(name)
    side = side_of(name)
    colour = (side or "accent") if many > 1 else "accent"
    if drawing is None:
        return Markup("")
    strong = body.bones(pose, [drawing.chain], colour, stroke_width=2.5, stroke_linejoin="round")
    found = directions(drawing, pose)
    value = float(np.interp(at, curves.time, curves.angles[name]))
    if found is None or not np.isfinite(value):
        return strong
    vertex, zero, moving = (np.array([v[0], -v[1]]) for v in found)
    turned = float(np.degrees(np.arctan2(_cross(zero, moving), zero @ moving)))
    if abs(abs(turned) - abs(value)) > _TRUE_DEG:
        # Seen from here the angle looks different: an arc would show a wrong value.
        return strong
    sector = Markup("") if many > 1 else _expected(vertex * 100, zero, turned, finding)
    reach = _RADIUS - 9 * index
    return join([sector, strong, _arc(vertex * 100, zero, turned, reach, colour, drawing),
                 _value(vertex * 100, zero, turned, reach, value, colour, many, side, area)])  # fmt: skip


def _cross(a: Point, b: Point) -> float:
    return float(a[0] * b[1] - a[1] * b[0])


def _turn(direction: Point, degrees: float) -> Point:
    r = np.radians(degrees)
    return np.array([
        direction[0] * np.cos(r) - direction[1] * np.sin(r),
        direction[0] * np.sin(r) + direction[1] * np.cos(r),
    ])  # fmt: skip


def _arc_path(c: Point, zero: Point, low: float, high: float, radius: float) -> str:
    a, b = (c + radius * _turn(zero, t) for t in (low, high))
    large, sweep = int(abs(high - low) > 180), int(high > low)
    r = num(radius, 1)
    return f"M{num(a[0], 1)} {num(a[1], 1)}A{r} {r} 0 {large} {sweep} {num(b[0], 1)} {num(b[1], 1)}"


def _arc(
    c: Point, zero: Point, turned: float, radius: float, colour: str, drawing: Protractor
) -> Markup:
    tip = c + (radius + 6) * zero
    foot = c if isinstance(drawing.zero, tuple) else c
    dashed = line(num(foot[0], 1), num(foot[1], 1), num(tip[0], 1), num(tip[1], 1), "ink-2",
                  stroke_width=1, stroke_dasharray="2 2")  # fmt: skip
    arc = tag("path", d=_arc_path(c, zero, 0, turned, radius), fill="none",
              stroke=f"var(--{colour})", stroke_width=1.5)  # fmt: skip
    return join([dashed, arc])


def _expected(c: Point, zero: Point, turned: float, finding: FindingPart) -> Markup:
    """The expected sector on the arc, on the side to which the angle goes."""
    if finding.unit != "deg":
        return Markup("")
    low, high = finding.expected
    sign = 1.0 if turned >= 0 else -1.0
    first = max(0.0, low if low is not None else 0.0)
    last = min(170.0, high if high is not None else first + 40.0)
    if last - first < 2 or finding.measured < 0:
        return Markup("")
    d = _arc_path(c, zero, sign * first, sign * last, _RADIUS + 5)
    return tag("path", d=d, fill="none", stroke="#b9c4c1", stroke_width=5)


def _value(
    c: Point, zero: Point, turned: float, radius: float, value: float, colour: str, many: int,
    side: str | None, area: body.Box,
) -> Markup:  # fmt: skip
    """The value outside its arc; kept inside the picture."""
    text = with_unit(value, "deg")
    if many > 1 and side:
        text = f"{side[0].upper()} {text}"
    size = 11.5
    half = text_width(text, size) / 2
    away = _turn(zero, turned / 2) if many == 1 else _turn(zero, 0)
    spot = c + (radius + 12 + half * abs(away[0])) * away
    if many > 1 and side == "right":
        spot = spot + np.array([0, 13.0])
    x = float(np.clip(spot[0], area[0] + half + 1, area[0] + area[2] - half - 1))
    y = float(np.clip(spot[1] + size / 3, area[1] + size, area[1] + area[3] - 2))
    fill = {"left": "left", "right": "right-text"}.get(colour, colour)
    return tag("text", text, x=num(x, 1), y=num(y, 1), class_="value", fill=f"var(--{fill})",
               text_anchor="middle")  # fmt: skip
