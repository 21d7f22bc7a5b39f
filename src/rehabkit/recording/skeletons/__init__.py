"""The skeletons RehabKit knows by name, and what each joint means in canonical terms.

A module a family of sources; each skeleton has its line in ``SKELETONS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rehabkit.errors import SkeletonError, choices
from rehabkit.recording.joints import CANONICAL
from rehabkit.recording.skeleton import CANONICAL_SKELETON, Skeleton, build_skeleton
from rehabkit.recording.skeletons.halpe import HALPE_26
from rehabkit.recording.skeletons.image import BLAZEPOSE, COCO
from rehabkit.recording.skeletons.keraal import KERAAL_TARGETS
from rehabkit.recording.skeletons.kinect import AZURE_KINECT, KINECT_V1, KINECT_V2
from rehabkit.recording.skeletons.openpose import OPENPOSE_18, OPENPOSE_25
from rehabkit.recording.skeletons.smpl import SMPL
from rehabkit.recording.skeletons.theia import THEIA
from rehabkit.recording.skeletons.ui_prmd import UI_PRMD_KINECT, UI_PRMD_VICON

__all__ = [
    "AZURE_KINECT",
    "BLAZEPOSE",
    "COCO",
    "HALPE_26",
    "KERAAL_TARGETS",
    "KINECT_V1",
    "KINECT_V2",
    "OPENPOSE_18",
    "OPENPOSE_25",
    "SKELETONS",
    "SMPL",
    "THEIA",
    "UI_PRMD_KINECT",
    "UI_PRMD_VICON",
    "from_joint_names",
    "guess_skeleton",
    "skeleton_by_name",
]

SKELETONS: Final[dict[str, Skeleton]] = {
    skeleton.name: skeleton
    for skeleton in (
        KINECT_V1, KINECT_V2, UI_PRMD_KINECT, BLAZEPOSE, COCO, CANONICAL_SKELETON,
        KERAAL_TARGETS, OPENPOSE_18,
        OPENPOSE_25, HALPE_26, AZURE_KINECT,
        SMPL, THEIA, UI_PRMD_VICON,
    )
}  # fmt: skip


def skeleton_by_name(name: str) -> Skeleton:
    """One of the known skeletons; the error lists their names."""
    if name not in SKELETONS:
        raise SkeletonError(f"No skeleton is called {name!r}; known: {choices(SKELETONS)}.")
    return SKELETONS[name]


def guess_skeleton(joints: Sequence[str]) -> Skeleton | None:
    """The known skeleton with exactly these joints in this order, else None."""
    return next((s for s in SKELETONS.values() if s.joints == tuple(joints)), None)


def from_joint_names(joints: Sequence[str], name: str = "custom") -> Skeleton:
    """A skeleton for an array of one's own: canonical names are understood, others are kept.

    Parents follow the canonical tree where the parent is present.
    """
    known = guess_skeleton(joints)
    if known is not None:
        return known
    canonical = {j: j for j in joints if j in CANONICAL}
    tree: dict[str, str | None] = {}
    for joint in joints:
        parent = CANONICAL_SKELETON.parents[CANONICAL.index(joint)] if joint in canonical else -1
        while parent >= 0 and CANONICAL[parent] not in canonical:
            parent = CANONICAL_SKELETON.parents[parent]
        tree[joint] = CANONICAL[parent] if parent >= 0 else None
    return build_skeleton(name, tree, canonical)
