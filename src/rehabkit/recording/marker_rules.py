"""``MarkerSet`` and its rules: how joint centres follow from markers, as plain data.

A *point* is a tuple of names whose mean it is. A name is a marker's label, or a canonical joint
that the set has a rule for (and that is not the joint itself). Labels are matched without the
subject's prefix and whatever their case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from rehabkit.errors import SkeletonError, choices
from rehabkit.recording.joints import CANONICAL

Point = tuple[str, ...]
Side = Literal["left", "right"]
Equation = Literal["harrington-2007", "bell-1989", "davis-1991"]
Part = Literal["knee", "ankle", "elbow", "wrist", "shoulder"]

BODY: Final[Mapping[str, float]] = MappingProxyType({
    "marker_radius_m": 0.007,
    "knee_width_m": 0.105,
    "ankle_width_m": 0.075,
    "elbow_width_m": 0.075,
    "wrist_width_m": 0.055,
    "shoulder_offset_m": 0.050,
})  # fmt: skip
"""What is assumed of an adult's body where nobody measured it, m.

Widths are across both sides of the joint, wrist_width_m its thickness from back to palm;
shoulder_offset_m is the height of the acromion over the joint's centre. A width that is 10 mm
off moves a centre by 5 mm.
"""


@dataclass(frozen=True)
class Mean:
    """The mean of markers or of other joint centres: medial and lateral ones, most often."""

    of: Point


@dataclass(frozen=True)
class Hip:
    """The centre of a hip by regression from markers on the pelvis.

    ``asis`` and ``psis`` name left and right; ``psis`` may be one label, on the sacrum.
    """

    asis: tuple[str, str]
    psis: Point
    side: Side
    equation: Equation = "harrington-2007"


@dataclass(frozen=True)
class Head:
    """The middle of four markers around the head; ``front`` and ``back`` name left and right.

    They show which way the face looks as well.
    """

    front: tuple[str, str]
    back: tuple[str, str]


@dataclass(frozen=True)
class Chord:
    """The chord function of Plug-in Gait: a centre beside a marker that sits on its side.

    The centre lies at a right angle between ``proximal`` and ``marker``, half of the joint's
    width and the marker's radius from the marker, on the side away from ``plane`` (a wand or a
    third marker of the segment). Instead of ``plane`` a direction from point to point and
    ``side`` may be given: the offset is then perpendicular to it.
    """

    proximal: Point
    marker: Point
    width: Part
    plane: Point = ()
    direction: tuple[Point, Point] | tuple[()] = ()
    side: Side = "right"


@dataclass(frozen=True)
class Offset:
    """``by_m`` from a point along the direction from one point to another, or a share of it."""

    start: Point
    along: tuple[Point, Point]
    by_m: float = 0.0
    by_share: float = 0.0


Rule = Mean | Hip | Head | Chord | Offset
KINDS: Final[dict[str, type[Rule]]] = {
    "mean": Mean, "hip": Hip, "head": Head, "chord": Chord, "offset": Offset,
}  # fmt: skip


@dataclass(frozen=True)
class MarkerSet:
    """Which rules give which canonical joints.

    Parameters
    ----------
    name
        Short id, e.g. ``"plug-in-gait"``.
    rules
        Canonical joint -> rules in the order to try: the first whose markers are all there counts.
    required
        Joints without which the set does not fit; all of ``rules`` where it is empty.
    body
        Measures of the person in m that are known, by the names of ``BODY``, and ``leg_length_m``.
    source
        Paper or manual that the set comes from.
    """

    name: str
    rules: Mapping[str, tuple[Rule, ...]]
    required: tuple[str, ...] = ()
    body: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", MappingProxyType(dict(self.rules)))
        object.__setattr__(self, "body", MappingProxyType(dict(self.body)))
        for what, found, allowed in (
            ("joints", self.rules, CANONICAL),
            ("required joints", self.required, tuple(self.rules)),
            ("measures of the body", self.body, (*BODY, "leg_length_m")),
        ):
            unknown = set(found) - set(allowed)
            if unknown:
                raise SkeletonError(
                    f"Marker set {self.name!r}: unknown {what} {choices(unknown)}; "
                    f"allowed: {choices(allowed)}."
                )
        _check_order(self)

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.rules)))

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled; rebuild from plain parts.
        return MarkerSet, (self.name, dict(self.rules), self.required, dict(self.body), self.source)

    @property
    def needed(self) -> tuple[str, ...]:
        """Joints without which the set does not fit."""
        return self.required or tuple(self.rules)

    def is_joint(self, name: str, within: str) -> bool:
        """Whether ``name`` in a rule of joint ``within`` means a joint centre, not a marker."""
        return name in self.rules and name != within

    def with_body(self, **measures_m: float) -> MarkerSet:
        """The set with measures of the person, m, by the names of ``BODY``."""
        return MarkerSet(
            self.name, self.rules, self.required, {**self.body, **measures_m}, self.source
        )

    def length_m(self, name: str) -> float:
        """A measure of the body, m: stated, else assumed."""
        return self.body.get(name, BODY[name])


def names_of(rule: Rule) -> tuple[str, ...]:
    """Every name that a rule needs, markers and joint centres."""
    if isinstance(rule, Mean):
        return rule.of
    if isinstance(rule, Hip):
        return (*rule.asis, *rule.psis)
    if isinstance(rule, Head):
        return (*rule.front, *rule.back)
    pair = rule.direction if isinstance(rule, Chord) else rule.along
    ends = tuple(name for point in pair for name in point)
    if isinstance(rule, Chord):
        return (*rule.proximal, *rule.marker, *rule.plane, *ends)
    return (*rule.start, *ends)


def _check_order(markers: MarkerSet) -> None:
    """Joints that a rule builds on must come before it: so that no circle is possible."""
    before: set[str] = set()
    for joint, rules in markers.rules.items():
        for rule in rules:
            for name in names_of(rule):
                if markers.is_joint(name, joint) and name not in before:
                    raise SkeletonError(
                        f"Marker set {markers.name!r}: {joint!r} builds on {name!r}, which must "
                        "stand before it."
                    )
        before.add(joint)


def to_plain(markers: MarkerSet) -> dict[str, Any]:
    """The set as dictionaries, lists, text and numbers: for JSON."""
    return {
        "name": markers.name,
        "joints": [[joint, [_rule_to_plain(r) for r in rules]]
                   for joint, rules in markers.rules.items()],
        "required": list(markers.required),
        "body": dict(markers.body),
        "source": markers.source,
    }  # fmt: skip


def _rule_to_plain(rule: Rule) -> dict[str, Any]:
    kind = next(name for name, made in KINDS.items() if type(rule) is made)
    return {"rule": kind} | {f.name: getattr(rule, f.name) for f in fields(rule)}


def from_plain(plain: Mapping[str, Any]) -> MarkerSet:
    """The reverse of :func:`to_plain`.

    Raises
    ------
    SkeletonError
        Naming the joint and key that is wrong.
    """
    rules = {
        str(joint): tuple(rule_from_plain(rule, f"joints.{joint}") for rule in listed)
        for joint, listed in plain["joints"]
    }
    body = {str(k): number(v, f"body.{k}") for k, v in plain["body"].items()}
    required = tuple(map(str, plain["required"]))
    return MarkerSet(str(plain["name"]), rules, required, body, str(plain["source"]))


def rule_from_plain(plain: Any, place: str) -> Rule:
    """A rule from a table with the key ``rule`` and the rule's own keys; ``place`` for errors."""
    if not isinstance(plain, Mapping):
        raise SkeletonError(f"{place}: expected a table with the key 'rule', found {plain!r:.60}.")
    kind = plain.get("rule")
    if not isinstance(kind, str) or kind not in KINDS:
        raise SkeletonError(f"{place}.rule: expected one of {choices(KINDS)}, found {kind!r:.60}.")
    made = KINDS[kind]
    allowed = {f.name for f in fields(made)}
    unknown = set(plain) - allowed - {"rule"}
    if unknown:
        raise SkeletonError(
            f"{place}: {choices(unknown)} is no key of rule {kind!r}; allowed: {choices(allowed)}."
        )
    given = {k: _READERS[k](v, f"{place}.{k}") for k, v in plain.items() if k != "rule"}
    missing = {f.name for f in fields(made) if f.default.__class__.__name__ == "_MISSING_TYPE"}
    if missing - set(given):
        raise SkeletonError(f"{place}: rule {kind!r} lacks {choices(missing - set(given))}.")
    rule = made(**given)
    if isinstance(rule, Chord) and bool(rule.plane) == bool(rule.direction):
        raise SkeletonError(f"{place}: rule 'chord' takes either 'plane' or 'direction' and side.")
    return rule


def number(value: Any, place: str) -> float:
    """A length in m or a share; at most 2 either way, so that millimetres are noticed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -2 <= value <= 2:
        raise SkeletonError(f"{place}: expected a number in m (or a share), found {value!r:.60}.")
    return float(value)


def _point(value: Any, place: str) -> Point:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) and n for n in names):
        raise SkeletonError(
            f"{place}: expected a label, or a list of labels whose mean is meant, "
            f"found {value!r:.60}."
        )
    return tuple(names)


def _some(value: Any, place: str) -> Point:
    point = _point(value, place)
    if not point:
        raise SkeletonError(f"{place}: expected at least one label, found none.")
    return point


def _pair(value: Any, place: str) -> tuple[Point, Point] | tuple[()]:
    if isinstance(value, list | tuple) and not value:
        return ()
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise SkeletonError(f"{place}: expected [from, to], found {value!r:.60}.")
    return _some(value[0], place), _some(value[1], place)


def _two(value: Any, place: str) -> Point:
    point = _point(value, place)
    if len(point) != 2:
        raise SkeletonError(f"{place}: expected [left, right], found {value!r:.60}.")
    return point


def _choice(allowed: tuple[str, ...]) -> Any:
    def read(value: Any, place: str) -> str:
        if value not in allowed:
            raise SkeletonError(f"{place}: expected one of {choices(allowed)}, found {value!r:.60}")
        return str(value)

    return read


_READERS: Final[dict[str, Any]] = {
    "of": _some, "asis": _two, "front": _two, "back": _two, "psis": _some,
    "proximal": _some, "marker": _some,
    "plane": _point, "direction": _pair, "start": _some, "along": _pair,
    "by_m": number, "by_share": number,
    "side": _choice(get_args(Side)), "equation": _choice(get_args(Equation)),
    "width": _choice(get_args(Part)),
}  # fmt: skip
