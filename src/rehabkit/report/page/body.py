"""A body drawn over a measured pose: tapered limbs, in cm, y down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from markupsafe import Markup

from rehabkit.report.page.svg import join, num, tag
from rehabkit.report.poses import Point, Pose

# from joint, to joint, radius at each end in cm
_LIMBS = (
    ("hip", "knee", 8.0, 6.0), ("knee", "ankle", 5.6, 3.8), ("ankle", "toe", 3.8, 2.8),
    ("shoulder", "elbow", 5.0, 4.0), ("elbow", "wrist", 3.9, 3.0),
)  # fmt: skip
_HEAD = (8.5, 10.5)
Box = tuple[float, float, float, float]


def drawn(pose: Pose) -> dict[str, Point]:
    """m, y up -> cm, y down."""
    return {joint: np.array([100 * p[0], -100 * p[1]]) for joint, p in pose.items()}


def silhouette(pose: Pose, colour: str) -> Markup:
    """The body in one colour; limbs of unseen joints are left out."""
    at = drawn(pose)
    parts = [_capsule(at[a], at[b], ra, rb) for a, b, ra, rb in _segments(at)]
    parts.append(_trunk(at))
    if "head" in at:
        top = at["head"]
        parts.append(_ellipse(top))
        neck = at.get("neck", at.get("chest"))
        if neck is not None:
            parts.append(_capsule(neck, top, 5.0, 5.0))
    return tag("g", tag("path", d="".join(parts)), fill=f"var(--{colour})")


def _segments(at: Mapping[str, Point]) -> Iterable[tuple[str, str, float, float]]:
    for side in ("right", "left"):
        for a, b, ra, rb in _LIMBS:
            first, last = f"{a}_{side}", f"{b}_{side}"
            if first in at and last in at:
                yield first, last, ra, rb


def _trunk(at: Mapping[str, Point]) -> str:
    """Shoulders to hips as four capsules and the space between them."""
    corners = [at[j] for j in ("shoulder_left", "shoulder_right", "hip_right", "hip_left")
               if j in at]  # fmt: skip
    if len(corners) < 3:
        return (
            _capsule(at["pelvis"], at["chest"], 10, 11) if {"pelvis", "chest"} <= at.keys() else ""
        )
    around = zip(corners, [*corners[1:], corners[0]], strict=True)
    edges = "".join(_capsule(a, b, 7.0, 7.0) for a, b in around)
    inside = _ring(corners)
    if {"pelvis", "chest"} <= at.keys():
        edges += _capsule(at["pelvis"], at["chest"], 9.5, 10.5)
    return edges + inside


def _ring(corners: list[Point]) -> str:
    # All shapes turn the same way, so that overlaps add up instead of cutting holes.
    area = sum(
        float(a[0] * b[1] - b[0] * a[1])
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
    )
    ordered = corners if area < 0 else corners[::-1]
    return "M" + "L".join(f"{num(p[0], 1)} {num(p[1], 1)}" for p in ordered) + "Z"


def _ellipse(c: Point) -> str:
    a, b = _HEAD
    return (
        f"M{num(c[0] + a, 1)} {num(c[1], 1)}A{a} {b} 0 1 0 {num(c[0] - a, 1)} {num(c[1], 1)}"
        f"A{a} {b} 0 1 0 {num(c[0] + a, 1)} {num(c[1], 1)}Z"
    )


def _capsule(a: Point, b: Point, ra: float, rb: float) -> str:
    """Two circles and their outer tangents."""
    way = b - a
    length = float(np.hypot(*way))
    if length <= abs(ra - rb) + 1e-6:
        c, r = (a, ra) if ra >= rb else (b, rb)
        return (
            f"M{num(c[0] + r, 1)} {num(c[1], 1)}a{r} {r} 0 1 0 {-2 * r} 0a{r} {r} 0 1 0 {2 * r} 0Z"
        )
    turn, open_ = float(np.arctan2(way[1], way[0])), float(np.arccos((ra - rb) / length))
    ends = [
        c + r * np.array([np.cos(turn + s * open_), np.sin(turn + s * open_)])
        for c, r, s in ((a, ra, 1), (b, rb, 1), (b, rb, -1), (a, ra, -1))
    ]
    p = [f"{num(e[0], 1)} {num(e[1], 1)}" for e in ends]
    far, near = int(open_ > np.pi / 2), int(open_ < np.pi / 2)
    return f"M{p[0]}L{p[1]}A{rb} {rb} 0 {far} 0 {p[2]}L{p[3]}A{ra} {ra} 0 {near} 0 {p[0]}Z"


def box(poses: Iterable[Pose], margin: float = 12.0) -> Box | None:
    """x, y, width, height in cm around all ``poses``, on the ground; None where none is."""
    points = [p for pose in poses for p in drawn(pose).values()]
    if not points:
        return None
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    left, top = float(low[0]) - margin, float(low[1]) - margin
    return left, top, float(high[0]) + margin - left, max(float(high[1]) + 4.0, 4.0) - top


def view_box(area: Box) -> str:
    """The attribute text."""
    return " ".join(num(v, 1) for v in area)


def bones(pose: Pose, chains: Iterable[tuple[str, ...]], colour: str, **more: object) -> Markup:
    """Lines along ``chains`` of joints; unseen joints are stepped over."""
    at = drawn(pose)
    out = []
    for chain in chains:
        points = [at[j] for j in chain if j in at]
        if len(points) > 1:
            d = "M" + "L".join(f"{num(p[0], 1)} {num(p[1], 1)}" for p in points)
            out.append(tag("path", d=d, fill="none", stroke=f"var(--{colour})", **more))
    return join(out)
