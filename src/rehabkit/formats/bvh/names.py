"""What the joints of BVH files mean: by normalised names, whatever the exporter.

Suits and exporters differ in words, not in the tree. ``LeftShoulder`` is the collar bone where
there is a ``LeftArm`` beneath it (Perception Neuron, Axis Studio, Rokoko, Mixamo, CMU) and the
shoulder itself where there is not (Xsens' BVH, Biovision). So for each canonical joint the words
are tried in an order that settles it. What has no word here keeps its name and no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from rehabkit.formats.bvh.parse import Node
from rehabkit.recording import Skeleton
from rehabkit.recording.skeletons import SKELETONS

_LIMBS: Final = {
    "shoulder": ("upperarm", "uparm", "arm", "shldr", "shoulder"),
    "elbow": ("elbow", "forearm", "lowerarm", "lowarm"),
    "wrist": ("wrist", "hand"),
    "hip": ("upperleg", "upleg", "thigh", "hip", "hipjoint"),
    "knee": ("knee", "lowerleg", "lowleg", "shin", "calf", "leg"),
    "ankle": ("ankle", "foot"),
    "toe": ("toebase", "toes", "toe", "toe0", "ball"),
}
_AXIAL: Final = {
    "pelvis": ("hips", "pelvis", "hip"),
    "neck": ("neck", "neck1"),
    "head": ("head",),
}
_COLLAR: Final = ("collar", "clavicle", "shoulder")
_PREFIX = re.compile(
    r"^(?:.*:|mixamorig\d*|character\d+[_ ]|skeleton\d*[_ ]|bip\d+[_ ]|robot[_ ])", re.IGNORECASE
)
_SIDE_WORD = re.compile(r"left|right", re.IGNORECASE)
_SIDE_LETTER = re.compile(
    r"(?:^|(?<=[_ .\-]))([lrLR])(?=$|[_ .\-])|^([lr])(?=[A-Z])|^([LR])(?=[A-Z][a-z])"
)

Word = tuple[str, str]
"""Side (``"left"``, ``"right"`` or empty) and the part's name without it, in plain letters."""


def word_of(name: str) -> Word:
    """``mixamorig:LeftUpLeg`` -> (left, upleg), ``lShldr`` -> (left, shldr), ``Foot.R``, ..."""
    bare = _PREFIX.sub("", name, count=1) if not _PREFIX.fullmatch(name) else name
    side = _SIDE_WORD.search(bare)
    if side:
        rest, found = bare[: side.start()] + bare[side.end() :], side[0].lower()
    elif letter := _SIDE_LETTER.search(bare):
        rest = bare[: letter.start()] + bare[letter.end() :]
        found = "left" if letter[0].lower() == "l" else "right"
    else:
        rest, found = bare, ""
    return found, re.sub(r"[^a-z0-9]", "", rest.lower())


def skeleton_of(nodes: Sequence[Node]) -> tuple[Skeleton, list[int]]:
    """The file's own joints and tree with what they mean, and its nodes in that order.

    A file that holds the very tree of a known skeleton (one written by RehabKit) gives that one.
    """
    joints = tuple(node.name for node in nodes)
    parents = tuple(node.parent for node in nodes)
    known = next((s for s in SKELETONS.values() if set(s.joints) == set(joints)), None)
    if known is None:
        return Skeleton("bvh", joints, parents, _meaning(nodes)), list(range(len(nodes)))
    order = [joints.index(joint) for joint in known.joints]
    if all(_same(parents[i], p, order) for i, p in zip(order, known.parents, strict=True)):
        return known, order
    return Skeleton("bvh", joints, parents, known.canonical), list(range(len(nodes)))


def _same(found: int, known: int, order: Sequence[int]) -> bool:
    return found == (order[known] if known >= 0 else -1)


def _meaning(nodes: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    """Canonical joint -> names in the file."""
    index: dict[Word, int] = {}
    for i, node in enumerate(nodes):
        if not node.end:
            index.setdefault(word_of(node.name), i)
    found = {part: _first(index, "", words) for part, words in _AXIAL.items()}
    for side in ("left", "right"):
        found |= {f"{part}_{side}": _first(index, side, words) for part, words in _LIMBS.items()}
        found |= _ends(nodes, index, found, side)
    at = {part: i for part, i in found.items() if i is not None}
    meaning = {part: (nodes[i].name,) for part, i in _without_repeats(at).items()}
    return meaning | _trunk(nodes, index, at)


def _first(index: dict[Word, int], side: str, words: Sequence[str]) -> int | None:
    return next((index[side, word] for word in words if (side, word) in index), None)


def _ends(
    nodes: Sequence[Node], index: dict[Word, int], found: dict[str, int | None], side: str
) -> dict[str, int | None]:
    """Hand and toe: a hand beside a wrist, and the foot's End Site where there is no toe joint."""
    ends: dict[str, int | None] = {}
    if (side, "wrist") in index and (side, "hand") in index:
        ends[f"hand_{side}"] = index[side, "hand"]
    if found[f"toe_{side}"] is None:
        ankle = found[f"ankle_{side}"]
        below = [i for i, node in enumerate(nodes) if node.end and node.parent == ankle]
        both = (side, "ankle") in index and (side, "foot") in index
        ends[f"toe_{side}"] = index[side, "foot"] if both else below[0] if below else None
    return ends


def _without_repeats(at: dict[str, int]) -> dict[str, int]:
    """A joint that would mean two things (a lone ``LeftLeg``) means neither."""
    places = list(at.values())
    return {part: i for part, i in at.items() if places.count(i) == 1}


def _trunk(
    nodes: Sequence[Node], index: dict[Word, int], at: dict[str, int]
) -> dict[str, tuple[str, ...]]:
    """Chest and spine.

    The chest is the height of the shoulders on the spine: the middle of the collars where the
    arms have such, else of the shoulders. The spine is the joint between pelvis and neck that
    lies nearest half way at rest.
    """
    meaning: dict[str, tuple[str, ...]] = {}
    collars = [_first(index, side, _COLLAR) for side in ("left", "right")]
    shoulders = [at.get(f"shoulder_{side}") for side in ("left", "right")]
    for pair in (collars, shoulders):
        if None not in pair and "chest" not in meaning:
            meaning["chest"] = tuple(nodes[i].name for i in pair if i is not None)
    between = _between(nodes, at)
    if between:
        meaning["spine"] = (nodes[between].name,)
    return meaning


def _between(nodes: Sequence[Node], at: dict[str, int]) -> int | None:
    if not {"pelvis", "neck"} <= set(at):
        return None
    path, joint = [], at["neck"]
    while joint >= 0 and joint != at["pelvis"]:
        path.append(joint)
        joint = nodes[joint].parent
    if joint < 0 or len(path) < 2:
        return None
    lengths = np.array([np.linalg.norm(nodes[i].offset) for i in path[::-1]])
    along = np.cumsum(lengths)[:-1]  # of the joints between, from the pelvis
    return path[::-1][int(np.argmin(np.abs(along - lengths.sum() / 2)))]
