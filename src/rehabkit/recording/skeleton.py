"""``Skeleton``: the joints of one source, how they hang together, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from rehabkit.errors import SkeletonError, choices
from rehabkit.recording.joint_centres import match
from rehabkit.recording.joints import CANONICAL, PARENT
from rehabkit.recording.marker_rules import MarkerSet


@dataclass(frozen=True)
class Skeleton:
    """Joint names, parents and the map to canonical joints of one kind of source.

    Parameters
    ----------
    name
        Short id, e.g. ``"kinect-v2"``.
    joints
        Names in the order of a Recording's joint axis, the source's own.
    parents
        Index of each joint's parent, -1 for a root.
    canonical
        Canonical joint -> the source joints whose mean it is. A canonical joint that the source
        cannot give is absent.
    markers
        True where points lie on the skin or on a rigid body and are not joint centres.
    marker_set
        The rules by which joint centres follow from the markers; None where none is known.
    """

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    canonical: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    markers: bool = False
    marker_set: MarkerSet | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "canonical", MappingProxyType(dict(self.canonical)))
        self._check_tree()
        self._check_map()

    def _check_tree(self) -> None:
        if len(set(self.joints)) != len(self.joints):
            twice = sorted({j for j in self.joints if self.joints.count(j) > 1})
            raise SkeletonError(f"Skeleton {self.name!r}: joints named twice: {choices(twice)}.")
        if len(self.parents) != len(self.joints):
            raise SkeletonError(
                f"Skeleton {self.name!r}: expected one parent for each of {len(self.joints)} "
                f"joints, found {len(self.parents)}."
            )
        for index, (joint, parent) in enumerate(zip(self.joints, self.parents, strict=True)):
            if not -1 <= parent < len(self.joints) or parent == index:
                raise SkeletonError(
                    f"Skeleton {self.name!r}: the parent of {joint!r} must be -1 or the index of "
                    f"another joint, found {parent}."
                )

    def _check_map(self) -> None:
        unknown = set(self.canonical) - set(CANONICAL)
        if unknown:
            raise SkeletonError(
                f"Skeleton {self.name!r}: {choices(unknown)} are not canonical joints; "
                f"allowed: {choices(CANONICAL)}."
            )
        for target, sources in self.canonical.items():
            missing = set(sources) - set(self.joints)
            if missing or not sources:
                raise SkeletonError(
                    f"Skeleton {self.name!r}: canonical joint {target!r} is made of "
                    f"{choices(missing) or 'nothing'}, which the skeleton does not have."
                )

    def __len__(self) -> int:
        return len(self.joints)

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled; rebuild from plain parts.
        plain = (self.name, self.joints, self.parents, dict(self.canonical), self.markers)
        return Skeleton, (*plain, self.marker_set)

    def __hash__(self) -> int:
        return hash((self.name, self.joints, self.parents))

    @property
    def given(self) -> frozenset[str]:
        """Canonical joints that the source can give, by its map or its marker set."""
        if self.canonical or self.marker_set is None:
            return frozenset(self.canonical)
        return frozenset(match(self.marker_set, self.joints).rules)

    def index(self, joint: str) -> int:
        """Position of ``joint`` on the joint axis."""
        try:
            return self.joints.index(joint)
        except ValueError:
            raise SkeletonError(
                f"Skeleton {self.name!r} has no joint {joint!r}; it has {choices(self.joints)}."
            ) from None

    @property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """(parent, child) index pairs of every joint that has a parent."""
        return tuple((p, c) for c, p in enumerate(self.parents) if p >= 0)


def build_skeleton(
    name: str,
    tree: Mapping[str, str | None],
    canonical: Mapping[str, str | tuple[str, ...]],
    *,
    markers: bool = False,
) -> Skeleton:
    """A Skeleton from joint -> parent names and canonical -> source name(s)."""
    joints = tuple(tree)
    parents = tuple(joints.index(p) if p else -1 for p in tree.values())
    plain = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in canonical.items()}
    return Skeleton(name, joints, parents, plain, markers)


CANONICAL_SKELETON = build_skeleton("canonical", PARENT, {joint: joint for joint in PARENT})
# Joint centres that were computed from markers; orientations of pelvis and knees then have the
# axes right, forward, up of pelvis and thighs.
CENTRES_SKELETON = replace(CANONICAL_SKELETON, markers=True)
