"""Joint centres from markers, by the rules of a :class:`MarkerSet`.

Nothing here depends on the frame in which the markers were measured or on which way is up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.errors import SkeletonError, choices
from rehabkit.geometry.vectors import Array, reject, unit
from rehabkit.recording.arrays import Float
from rehabkit.recording.history import Step
from rehabkit.recording.joints import CANONICAL
from rehabkit.recording.marker_axes import as_orientations, head_axes, pelvis_axes, thigh_axes
from rehabkit.recording.marker_rules import (
    BODY,
    Chord,
    Head,
    Hip,
    MarkerSet,
    Mean,
    Offset,
    Point,
    Rule,
    names_of,
)

EQUATIONS: Final = {
    "harrington-2007": "Harrington et al., J Biomech 40:595, 2007, without leg length",
    "bell-1989": "Bell et al., Hum Mov Sci 8:3, 1989",
    "davis-1991": "Davis et al., Hum Mov Sci 10:575, 1991, as in Plug-in Gait",
}


_HIPS: Final = ("hip_left", "hip_right")


def bare(label: str) -> str:
    """A label without its subject's prefix, in capitals: ``"Anna:LKne "`` -> ``"LKNE"``."""
    return label.rsplit(":", 1)[-1].strip().upper()


@dataclass(frozen=True)
class Match:
    """What a marker set makes of the labels of a recording."""

    rules: dict[str, Rule]
    lacks: dict[str, tuple[str, ...]]
    used: frozenset[str]
    left_over: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether every joint that the set needs can be had."""
        return not self.lacks


def match(markers: MarkerSet, labels: Sequence[str]) -> Match:
    """For each joint the first rule whose markers are all there, and what is lacking."""
    there = {bare(label) for label in labels}
    rules: dict[str, Rule] = {}
    lacks: dict[str, tuple[str, ...]] = {}
    used: set[str] = set()
    for joint, listed in markers.rules.items():
        missing = [_missing(markers, joint, rule, there, rules) for rule in listed]
        if () in missing:
            rules[joint] = listed[missing.index(())]
            names = names_of(rules[joint])
            used |= {bare(n) for n in names if not markers.is_joint(n, joint)}
        elif joint in markers.needed:
            # Of several ways the one that lacks fewest markers, the simplest set-up last.
            lacks[joint] = min(reversed(missing), key=lambda m: len(set(m) - set(CANONICAL)))
    left = tuple(label for label in labels if bare(label) not in used)
    return Match(rules, lacks, frozenset(used), left)


def _missing(
    markers: MarkerSet, joint: str, rule: Rule, there: set[str], had: dict[str, Rule]
) -> tuple[str, ...]:
    return tuple(
        name
        for name in dict.fromkeys(names_of(rule))
        if (name not in had if markers.is_joint(name, joint) else bare(name) not in there)
    )


def joint_centres(
    markers: MarkerSet, labels: Sequence[str], positions: Float
) -> tuple[Float, Float | None, tuple[Step, ...]]:
    """Canonical joints from markers, and the axes of the segments that markers show.

    Parameters
    ----------
    positions
        (frames, markers, 3) m.

    Returns
    -------
    (frames, 25, 3) float32 m, NaN where a marker is not seen or the set gives no such joint;
    (frames, 25, 4) quaternions of the axes right, forward, up of pelvis, head and, in the place of
    the knee, of the thigh, or None; and the lines of history: which set, which regression, what
    was assumed, which markers are left.

    Raises
    ------
    SkeletonError
        Where the set does not fit the labels.
    """
    found = match(markers, labels)
    if not found.fits:
        raise SkeletonError(f"Marker set {markers.name!r} lacks {in_words(found.lacks)}.")
    place = _places(labels, found.used)
    points = positions.astype(np.float64)
    centres: dict[str, Array] = {}
    axes: dict[str, Array] = {}
    for joint, rule in found.rules.items():
        maker = _Centre(markers, joint, points, place, centres)
        centres[joint] = maker.of(rule)
        axes |= maker.axes(rule)
    out = np.full((len(positions), len(CANONICAL), 3), np.nan, np.float32)
    for joint, centre in centres.items():
        out[:, CANONICAL.index(joint)] = centre
    return out, as_orientations(axes, len(positions)), _history(markers, found)


def _places(labels: Sequence[str], used: frozenset[str]) -> dict[str, int]:
    """Bare label -> column; two people's markers would make one body."""
    place: dict[str, int] = {}
    for index, label in enumerate(labels):
        name = bare(label)
        if name in place and name in used:
            raise SkeletonError(
                f"Labels {labels[place[name]]!r} and {label!r} are the same marker; expected those "
                "of one person. Read one person's alone."
            )
        place.setdefault(name, index)
    return place


def in_words(lacks: dict[str, tuple[str, ...]]) -> str:
    """The markers that are lacking, each once; joints that follow from others are left out."""
    names = {name for missing in lacks.values() for name in missing}
    return choices(names - set(lacks) or names)


class _Centre:
    """The rules of one joint on the markers of one recording."""

    def __init__(
        self,
        markers: MarkerSet,
        joint: str,
        positions: Array,
        place: dict[str, int],
        centres: dict[str, Array],
    ) -> None:
        self.markers, self.joint = markers, joint
        self.positions, self.place, self.centres = positions, place, centres

    def of(self, rule: Rule) -> Array:
        """(frames, 3) m."""
        if isinstance(rule, Mean):
            return self.point(rule.of)
        if isinstance(rule, Hip):
            asis = self.point(rule.asis[:1]), self.point(rule.asis[1:])
            return hip(*asis, self.point(rule.psis), rule, self.markers)
        if isinstance(rule, Head):
            return self.point((*rule.front, *rule.back))
        if isinstance(rule, Chord):
            return self.chord(rule)
        return self.offset(rule)

    def point(self, names: Point) -> Array:
        """(frames, 3) mean of markers and joint centres."""
        return np.asarray(np.mean([self._one(name) for name in names], axis=0), dtype=np.float64)

    def _one(self, name: str) -> Array:
        if self.markers.is_joint(name, self.joint):
            return self.centres[name]
        at: Array = self.positions[:, self.place[bare(name)]]
        return at

    def axes(self, rule: Rule) -> dict[str, Array]:
        """(frames, 3, 3) axes of the segment that a rule shows, by the joint they are kept at."""
        if isinstance(rule, Hip):
            asis = self.point(rule.asis[:1]), self.point(rule.asis[1:])
            return {"pelvis": pelvis_axes(*asis, self.point(rule.psis))}
        if isinstance(rule, Head):
            left, right = (self.point((rule.front[i], rule.back[i])) for i in (0, 1))
            return {"head": head_axes(self.point(rule.front), self.point(rule.back), left, right)}
        line = self._hinge(rule)
        if not self.joint.startswith("knee") or line is None:
            return {}
        if not all(hip in self.centres for hip in _HIPS):
            return {}
        above = self.joint.replace("knee", "hip")
        across = self.centres["hip_right"] - self.centres["hip_left"]
        return {self.joint: thigh_axes(self.centres[above], self.centres[self.joint], line, across)}

    def _hinge(self, rule: Rule) -> Array | None:
        """(frames, 3) along the axis about which a hinge bends, whichever way; None: not shown."""
        if isinstance(rule, Chord):
            return self.point(rule.marker) - self.centres[self.joint]
        if isinstance(rule, Mean) and len(rule.of) == 2:
            return self._one(rule.of[0]) - self._one(rule.of[1])
        return None

    def chord(self, rule: Chord) -> Array:
        proximal, marker = self.point(rule.proximal), self.point(rule.marker)
        line = unit(marker - proximal)
        if rule.direction:
            start, end = rule.direction
            outward = np.cross(line, self.point(end) - self.point(start))
            outward = outward if rule.side == "right" else -outward
        else:
            outward = reject(self.point(rule.plane) - proximal, line)
        return chord(proximal, marker, unit(outward), self._depth(rule.width))

    def _depth(self, width: str) -> float:
        """From a marker's middle to the joint's centre, m."""
        radius = self.markers.length_m("marker_radius_m")
        if width == "shoulder":
            return self.markers.length_m("shoulder_offset_m") + radius
        return self.markers.length_m(f"{width}_width_m") / 2 + radius

    def offset(self, rule: Offset) -> Array:
        start = self.point(rule.start)
        if not rule.along:
            return start
        way = self.point(rule.along[1]) - self.point(rule.along[0])
        return start + rule.by_share * way + rule.by_m * unit(way)


def chord(proximal: Array, marker: Array, outward: Array, depth_m: float) -> Array:
    """The point that sees both at a right angle, ``depth_m`` from ``marker``.

    On Thales' circle over the line between both, on the side away from ``outward`` (unit
    vectors perpendicular to that line): the chord function of Plug-in Gait (Kadaba et al., J
    Orthop Res 8:383, 1990; Davis et al., Hum Mov Sci 10:575, 1991). NaN where the line is shorter
    than the depth.
    """
    way = marker - proximal
    length = np.linalg.norm(way, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(length > depth_m, depth_m / length, np.nan)
    centre = marker - way * share**2 - outward * depth_m * np.sqrt(1 - share**2)
    return np.asarray(centre, dtype=np.float64)


def hip(left_asis: Array, right_asis: Array, psis: Array, rule: Hip, markers: MarkerSet) -> Array:
    """(frames, 3) m: the centre of a hip from markers on the pelvis.

    In the pelvis' axes from the middle of both ASIS, forward, up, to the joint's side, with
    width ``W`` between the ASIS and depth ``D`` from their middle to that of the PSIS (m):

    - Harrington et al. (J Biomech 40:595, 2007; from MRI of 32 people, the equations without leg
      length): -0.24 D - 0.0099, -0.30 W - 0.0109, 0.33 W + 0.0073. The default: it needs no leg
      length, which files seldom state, and Sangeux et al. (Gait Posture, 2014) found it nearly as
      good as a functional calibration in healthy adults.
    - Bell et al. (Hum Mov Sci 8:3, 1989): -0.19 W, -0.30 W, 0.36 W.
    - Davis et al. (Hum Mov Sci 10:575, 1991), as Plug-in Gait has it: needs ``leg_length_m``.

    """
    middle = (left_asis + right_asis) / 2
    across, forward, up = np.moveaxis(pelvis_axes(left_asis, right_asis, psis), -1, 0)
    # A pelvis does not change its size: the median over frames keeps noise out of it.
    width = _usual(np.linalg.norm(right_asis - left_asis, axis=-1))
    depth = _usual(np.linalg.norm(middle - psis, axis=-1))
    x, y, z = _REGRESSIONS[rule.equation](width, depth, markers)
    z = z if rule.side == "right" else -z
    return np.asarray(middle + x * forward + y * up + z * across, dtype=np.float64)


def _harrington(width: float, depth: float, _: MarkerSet) -> tuple[float, float, float]:
    return -0.24 * depth - 0.0099, -0.30 * width - 0.0109, 0.33 * width + 0.0073


def _bell(width: float, _: float, __: MarkerSet) -> tuple[float, float, float]:
    return -0.19 * width, -0.30 * width, 0.36 * width


def _davis(width: float, _: float, markers: MarkerSet) -> tuple[float, float, float]:
    """With the angles and lengths that Plug-in Gait uses: theta 28.4 deg, beta 18 deg."""
    if "leg_length_m" not in markers.body:
        raise SkeletonError(
            f"Marker set {markers.name!r}: the hip after Davis needs body.leg_length_m; state it "
            "or take equation = 'harrington-2007'."
        )
    leg = markers.body["leg_length_m"]
    trochanter = 0.1288 * leg - 0.04856
    c = 0.115 * leg - 0.0153
    theta, beta = np.radians(28.4), np.radians(18.0)
    back = trochanter + markers.length_m("marker_radius_m")
    x = c * np.cos(theta) * np.sin(beta) - back * np.cos(beta)
    y = -c * np.cos(theta) * np.cos(beta) - back * np.sin(beta)
    return float(x), float(y), float(width / 2 - c * np.sin(theta))


_REGRESSIONS: Final = {
    "harrington-2007": _harrington, "bell-1989": _bell, "davis-1991": _davis,
}  # fmt: skip


def _usual(values: Array) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else float("nan")


def _history(markers: MarkerSet, found: Match) -> tuple[Step, ...]:
    regressions = {r.equation for r in found.rules.values() if isinstance(r, Hip)}
    cited = "; ".join(f"hips after {EQUATIONS[e]}" for e in sorted(regressions))
    left = f"markers left over: {', '.join(found.left_over) or 'none'}"
    steps = [
        Step("compute joint centres", {"marker_set": markers.name, "joints": len(found.rules)},
             "; ".join(part for part in (cited, left) if part))
    ]  # fmt: skip
    widths = {r.width for r in found.rules.values() if isinstance(r, Chord)}
    keys = [k for k in BODY if k.split("_")[0] in widths or (widths and k == "marker_radius_m")]
    assumed = {k: BODY[k] for k in keys if k not in markers.body}
    if assumed:
        steps.append(Step("assume body widths", assumed, "nobody measured them: of an adult"))
    return tuple(steps)
