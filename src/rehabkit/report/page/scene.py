"""A finding as a picture: the measured pose, the offending angle, the expected sector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.recording import side_of
from rehabkit.report.curves import Curves
from rehabkit.report.document import FindingPart, Summary
from rehabkit.report.page import body
from rehabkit.report.page.labels import text_width
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.phrases import with_unit
from rehabkit.report.poses import VIEWS, Point, Pose, Poses
from rehabkit.report.protractor import Protractor, directions, find, sided, usual_view, view_of

_SIZE = 11.5
_CHAINS = (("head", "neck", "chest", "spine", "pelvis"),
           ("shoulder_left", "elbow_left", "wrist_left"),
           ("shoulder_right", "elbow_right", "wrist_right"),
           ("hip_left", "knee_left", "ankle_left", "toe_left"),
           ("hip_right", "knee_right", "ankle_right", "toe_right"))  # fmt: skip
# How far the drawn angle may lie from the measured one before no arc is drawn.
_TRUE_DEG = 12.0
_SAME_DEG = 3.0
_PARTS = (
    (("knee", "heel", "foot", "feet", "ankle", "leg", "hip"), ("hip", "knee", "ankle", "toe")),
    (("wrist", "hand", "elbow", "arm"), ("shoulder", "elbow", "wrist")),
    (("trunk", "pelvis", "back", "shoulder"), ("pelvis", "chest")),
)


@dataclass(frozen=True)
class Scene:
    """One picture with its caption and its sentence for those who cannot see it."""

    svg: Markup
    caption: str


def moment(finding: FindingPart, summary: Summary) -> float:
    """The time a finding is shown at: its worst repetition's evidence, else its peak."""
    number = finding.repetition or 0  # movements that were not counted have 0
    for evidence in finding.evidence:
        if evidence.repetition == number and (number or evidence.value == finding.measured):
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
    view = poses.view(view_of(finding.angle, usual=usual_view(summary, curves, poses)))
    pose = poses.at(at, view)
    area = body.box([pose], margin=14)
    if area is None or len(pose) < 4:
        return None
    angles = angles_of(finding, summary)
    values = [float(np.interp(at, curves.time, curves.angles[n])) for n in angles]
    told = _tells(values, finding)
    overlays = [
        _angle(name, i, len(angles), value if told else None, pose, finding)
        for i, (name, value) in enumerate(zip(angles, values, strict=True))
    ]
    overlays += [] if angles else [_limb(pose, finding)]
    area = _roomy(_around(area, [p for o in overlays for p in o.reach]))
    ground = line(area[0], 1.5, area[0] + area[2], 1.5, "axis", stroke_width=1)
    parts = [ground if view != "top" else Markup(""), body.silhouette(pose, "body")]
    parts.append(body.bones(pose, _CHAINS, "ink-3", stroke_width=1.25, stroke_linejoin="round"))
    parts += [o.svg for o in overlays]
    number = f"Repetition {finding.repetition}, " if finding.repetition else f"{at:.1f} s, "
    label = f"{number}{VIEWS[view]}: {finding.quantity} {with_unit(finding.measured, finding.unit)}"
    svg = tag("svg", join(parts), viewBox=body.view_box(area), role="img", aria_label=label)
    return Scene(svg, number + VIEWS[view])


def _tells(values: list[float], finding: FindingPart) -> bool:
    """Whether the angles at that moment are what was measured.

    A change, a duration or a difference of ranges is another figure than the angle in the
    picture, and two figures side by side would contradict each other.
    """
    if finding.unit != "deg" or not values or not np.isfinite(values).all():
        return False
    shown = values[0] if len(values) == 1 else values[0] - values[-1]
    return abs(abs(shown) - abs(finding.measured)) <= _SAME_DEG


def _limb(pose: Pose, finding: FindingPart) -> _Overlay:
    """Without an angle: the part of the body that the finding is about."""
    words = f"{finding.id} {finding.quantity} {finding.title}".lower()
    chain = next((c for keys, c in _PARTS if any(k in words for k in keys)), ())
    sides = [finding.side] if finding.side in ("left", "right") else ["left", "right"]
    chains = [tuple(sided(j, s) for j in chain) for s in sides]
    return _Overlay(body.bones(pose, chains, "accent", stroke_width=2.5, stroke_linejoin="round"))


def _around(area: body.Box, points: list[Point]) -> body.Box:
    """``area`` widened to hold ``points``; the ground stays its lower end."""
    x, y, width, height = area
    left = min([x, *(float(p[0]) for p in points)])
    right = max([x + width, *(float(p[0]) for p in points)])
    top = min([y, *(float(p[1]) for p in points)])
    bottom = max([y + height, *(float(p[1]) + 4 for p in points)])
    return left, top, right - left, bottom - top


def _roomy(area: body.Box) -> body.Box:
    """At least 132 x 120 cm, the body in the middle, so that all pictures have one size."""
    x, y, width, height = area
    wide = max(width, 132.0, height * 0.62)
    tall = max(height, 120.0, wide * 0.9)
    return x - (wide - width) / 2, y - (tall - height), wide, tall


@dataclass(frozen=True)
class _Overlay:
    """An angle's drawing and the outermost points that the picture must hold."""

    svg: Markup
    reach: tuple[Point, ...] = ()


def _angle(
    name: str, index: int, many: int, value: float | None, pose: Pose, finding: FindingPart
) -> _Overlay:
    drawing, side = find(name), side_of(name)
    colour = (side or "accent") if many > 1 else "accent"
    if drawing is None:
        return _Overlay(Markup(""))
    strong = body.bones(pose, [drawing.chain], colour, stroke_width=2.5, stroke_linejoin="round")
    found = directions(drawing, pose)
    if found is None or value is None:
        return _Overlay(strong)
    vertex, zero, moving = (np.array([v[0], -v[1]]) for v in found)
    turned = float(np.degrees(np.arctan2(_cross(zero, moving), zero @ moving)))
    if abs(abs(turned) - abs(value)) > _TRUE_DEG:
        # Seen from here the angle looks different: an arc would show a wrong value.
        return _Overlay(strong)
    shape = _Shape(vertex * 100, zero, moving, turned)
    text = with_unit(value, "deg")
    if many > 1 and side:
        return _pair_of_arcs(shape, strong, f"{side[0].upper()} {text}", index, colour)
    limb = 100 * float(np.hypot(*(pose[drawing.moving[1]] - pose[drawing.vertex])))
    return _one_arc(shape, strong, text, _radius(drawing, limb), finding)


def _radius(drawing: Protractor, limb: float) -> float:
    """Long beside a trunk, short at a knee, where a long arc would cross the other limbs."""
    return max(28.0, min(62.0, 1.18 * limb)) if drawing.zero == "up" else min(30.0, 0.8 * limb)


@dataclass(frozen=True)
class _Shape:
    """Vertex in cm, unit directions of 0 and of the moving part, degrees between them."""

    c: Point
    zero: Point
    moving: Point
    turned: float


def _one_arc(
    shape: _Shape, strong: Markup, text: str, radius: float, finding: FindingPart
) -> _Overlay:
    """The whole arc, the expected sector on it, a dot where the person is, the value beyond."""
    c, end = shape.c, shape.c + radius * shape.moving
    half = text_width(text, _SIZE) / 2
    spot = end + (5 + half * abs(float(shape.moving[0])) + 6 * abs(float(shape.moving[1]))) * (
        shape.moving
    )
    thin = tag("path", d=_arc_path(c, shape.zero, 0, shape.turned, radius), fill="none",
               stroke="var(--ink-3)", stroke_width=1)  # fmt: skip
    parts = [
        _dashed(c, c + radius * shape.zero),
        thin,
        _expected(shape, radius, finding),
        strong,
        line(*_xy(c), *_xy(end), "accent", stroke_width=1),
        tag("circle", cx=num(end[0], 1), cy=num(end[1], 1), r=2.8, fill="var(--accent)"),
        _word(text, spot, "accent"),
    ]
    corners = (
        spot + np.array([half + 2, 0.0]),
        spot - np.array([half + 2, 0.0]),
        spot - np.array([0.0, _SIZE]),
        spot + np.array([0.0, _SIZE / 2]),
        c + radius * shape.zero,
    )
    return _Overlay(join(parts), tuple(np.asarray(p) for p in corners))


def _pair_of_arcs(shape: _Shape, strong: Markup, text: str, index: int, colour: str) -> _Overlay:
    """Left and right from one zero line; their values at its end, one above the other."""
    radius = 26.0 - 8 * index
    tip = shape.c + 34 * shape.zero
    half = text_width(text, _SIZE) / 2
    beside = 1.0 if shape.zero[0] >= 0 else -1.0
    spot = tip + np.array([beside * (half + 3), 13.0 * index])
    arc = tag("path", d=_arc_path(shape.c, shape.zero, 0, shape.turned, radius), fill="none",
              stroke=f"var(--{colour})", stroke_width=1.75)  # fmt: skip
    words = {"left": "left", "right": "right-text"}.get(colour, colour)
    return _Overlay(
        join([_dashed(shape.c, tip), strong, arc, _word(text, spot, words)]),
        (spot + np.array([half, _SIZE / 2]), spot - np.array([half, _SIZE])),
    )


def _xy(p: Point) -> tuple[str, str]:
    return num(float(p[0]), 1), num(float(p[1]), 1)


def _dashed(a: Point, b: Point) -> Markup:
    return line(*_xy(a), *_xy(b), "ink-2", stroke_width=1, stroke_dasharray="2 2")


def _word(text: str, spot: Point, colour: str) -> Markup:
    return tag("text", text, x=num(spot[0], 1), y=num(spot[1] + _SIZE / 3, 1), class_="value",
               fill=f"var(--{colour})", text_anchor="middle")  # fmt: skip


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


def _expected(shape: _Shape, radius: float, finding: FindingPart) -> Markup:
    """The expected sector on the arc, on the side to which the angle goes."""
    low, high = finding.expected
    if finding.unit != "deg" or finding.measured < 0:
        return Markup("")
    sign = 1.0 if shape.turned >= 0 else -1.0
    first = max(0.0, low if low is not None else 0.0)
    last = min(170.0, high if high is not None else first + 35.0)
    if last - first < 2:
        return Markup("")
    d = _arc_path(shape.c, shape.zero, sign * first, sign * last, radius)
    return tag("path", d=d, fill="none", stroke="#b9c4c1", stroke_width=5)
