"""Skeletons: trees that hold together, meanings on both sides alike, errors that help."""

from __future__ import annotations

import pickle

import pytest

from rehabkit.errors import SkeletonError
from rehabkit.recording import CANONICAL, Skeleton, build_skeleton, other_side, side_of
from rehabkit.recording.joints import PARENT, without_side
from rehabkit.recording.skeletons import (
    SKELETONS,
    from_joint_names,
    guess_skeleton,
    skeleton_by_name,
)

SIZES = {
    "kinect-v1": 20, "kinect-v2": 25, "ui-prmd-kinect": 22, "blazepose": 33, "coco-17": 17,
    "canonical": 25,
}  # fmt: skip


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_known_skeletons(name: str, size: int) -> None:
    skeleton = skeleton_by_name(name)
    assert len(skeleton) == size
    assert guess_skeleton(skeleton.joints) is skeleton
    assert pickle.loads(pickle.dumps(skeleton)) == skeleton


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_every_joint_leads_to_a_root(skeleton: Skeleton) -> None:
    for joint in range(len(skeleton)):
        way = [joint]
        while (parent := skeleton.parents[way[-1]]) >= 0:
            assert parent not in way
            way.append(parent)


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_what_one_side_means_the_other_means_too(skeleton: Skeleton) -> None:
    for target, sources in skeleton.canonical.items():
        if side_of(target):
            assert other_side(target) in skeleton.canonical
            assert set(sources).isdisjoint(skeleton.canonical[other_side(target)])


def test_the_canonical_joints() -> None:
    assert len(CANONICAL) == len(set(CANONICAL)) == 25
    assert PARENT["knee_left"] == "hip_left"
    assert (other_side("knee_left"), other_side("head")) == ("knee_right", "head")
    assert without_side("knee_flexion_right") == "knee_flexion"


def test_an_array_of_ones_own() -> None:
    skeleton = from_joint_names(["hip_left", "ankle_left", "tail"])
    assert skeleton.parents == (-1, 0, -1)
    assert set(skeleton.canonical) == {"hip_left", "ankle_left"}
    assert from_joint_names(SKELETONS["coco-17"].joints) is SKELETONS["coco-17"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", ("a", "a"), (-1, 0)), "named twice: 'a'"),
        (("x", ("a", "b"), (-1,)), "one parent for each of 2"),
        (("x", ("a", "b"), (-1, 5)), "parent of 'b'"),
        (("x", ("a",), (-1,), {"knee": ("a",)}), "not canonical joints"),
        (("x", ("a",), (-1,), {"knee_left": ("b",)}), "does not have"),
    ],
)
def test_a_wrong_skeleton_says_what_is_wrong(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(SkeletonError, match=message):
        Skeleton(*arguments)  # type: ignore[arg-type]


def test_an_unknown_joint_or_skeleton_lists_what_there_is() -> None:
    with pytest.raises(SkeletonError, match="it has 'a'"):
        build_skeleton("x", {"a": None}, {}).index("b")
    with pytest.raises(SkeletonError, match="known: 'azure-kinect', 'blazepose'"):
        skeleton_by_name("smpl-24")
