"""Points with names of somebody's own (TRC, C3D): joints of a known skeleton, or markers.

Three questions in turn: did the user give a marker set; are the names those of a skeleton that is
known (Kinect's, OpenPose's, canonical ones, ...); else the points are markers, and what is known of
marker sets says which joint centres they have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.formats.columns import plain
from rehabkit.recording import History, Skeleton, Step
from rehabkit.recording.arrays import Float
from rehabkit.recording.marker_sets import load_marker_set, marker_skeleton
from rehabkit.recording.skeletons import SKELETONS

FEWEST: Final = 4
"""Fewer names than these say nothing about whose they are."""
_ENOUGH: Final = 12
"""As many joints of one skeleton are a body, however many other points there are (OpenCap's)."""
_SUBJECT: Final = re.compile(r"^(?P<subject>[^:]{1,60}):(?P<label>.+)$")
_PREFIXES: Final = ("k4abtjoint", "k4abt", "joint")
_SIDE: Final = re.compile(r"^([LR])(?=[A-Z][a-z])")
# Pose2Sim's words: CHip or Hip for the middle of the hips, Head for Halpe's top of the head.
_ALIASES: Final = {"chip": ("midhip", "hip"), "midhip": ("hip",), "hip": ("midhip",),
                   "head": ("headtop",)}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Named:
    """A skeleton for labelled points: point ``i`` is the skeleton's joint ``at[i]``."""

    skeleton: Skeleton
    at: tuple[int, ...]
    history: History = ()

    def place(self, values: Float) -> Float:
        """(frames, points, n) -> (frames, joints, n); joints without a point are NaN."""
        out = np.full((len(values), len(self.skeleton), values.shape[2]), np.nan, np.float32)
        out[:, list(self.at)] = values
        return out


def unique(labels: Sequence[str]) -> tuple[tuple[str, ...], History]:
    """Labels without blanks around; empty and repeated ones get numbers, which is noted."""
    names: list[str] = []
    changed: dict[str, str] = {}
    for index, label in enumerate(labels):
        base = label.strip() or f"unnamed_{index + 1}"
        name, count = base, 2
        while name in names:
            name, count = f"{base}_{count}", count + 1
        if name != label.strip():
            changed[name] = label.strip()
        names.append(name)
    if not changed:
        return tuple(names), ()
    shown = ", ".join(f"{new} for {old!r}" for new, old in list(changed.items())[:20])
    why = f"labels were empty or used twice: {shown}"
    return tuple(names), (Step("name points", {"points": len(changed)}, why),)


def without_subject(labels: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Labels without the ``Name:`` that all of them share, and that name."""
    matches = [_SUBJECT.match(label) for label in labels]
    subjects = {match["subject"] for match in matches if match}
    if len(subjects) != 1 or not all(matches):
        return tuple(labels), ""
    return tuple(match["label"] for match in matches if match), subjects.pop()


def name_points(labels: Sequence[str], markers: str | Path | None = None) -> Named:
    """The skeleton of labelled points.

    Parameters
    ----------
    labels
        One name a point, none twice.
    markers
        A ``markers.toml`` of the user's own, which says what the markers mean.

    Raises
    ------
    SkeletonError
        Where the user's marker set is wrong or does not fit.
    """
    if markers is not None:
        return _own(marker_skeleton(labels, load_marker_set(markers)), labels)
    best, matched = _best(labels)
    if best is not None and len(matched) == len(labels):
        at = tuple(matched[i] for i in range(len(labels)))
        lacking = [j for i, j in enumerate(best.joints) if i not in at]
        note = f"{len(labels)} points bear the names of its joints"
        note += f"; it also has {', '.join(lacking)}, which are unseen" if lacking else ""
        return Named(best, at, (Step("name points", {"skeleton": best.name}, note),))
    free = marker_skeleton(labels)
    if best is not None and free.marker_set is None:
        return _partly(best, matched, labels)
    return _own(free, labels)


def _own(skeleton: Skeleton, labels: Sequence[str]) -> Named:
    return Named(skeleton, tuple(skeleton.index(label) for label in labels))


def _best(labels: Sequence[str]) -> tuple[Skeleton | None, dict[int, int]]:
    """The known skeleton that most labels are joints of, and which point is which joint."""
    if len(labels) < FEWEST:
        return None, {}
    found = [(s, _match(labels, s)) for s in SKELETONS.values() if not s.markers and s.canonical]
    skeleton, matched = max(found, key=lambda pair: (len(pair[1]), -len(pair[0])))
    if len(matched) < max(FEWEST, min(_ENOUGH, len(labels) / 2)):
        return None, {}
    return skeleton, matched


def _match(labels: Sequence[str], skeleton: Skeleton) -> dict[int, int]:
    """Point -> joint, by name; a joint is taken once."""
    joints = {plain(joint): index for index, joint in enumerate(skeleton.joints)}
    collars = _collars(labels)
    matched: dict[int, int] = {}
    for point, label in enumerate(labels):
        if point in collars:
            continue
        joint = next((joints[name] for name in _spellings(label) if name in joints), None)
        if joint is not None and joint not in matched.values():
            matched[point] = joint
    return matched


def _collars(labels: Sequence[str]) -> set[int]:
    """Points called shoulder that are collar bones: ``LeftShoulder`` beside ``LeftArm``."""
    names = {plain(label): point for point, label in enumerate(labels)}
    sides = [side for side in ("left", "right") if f"{side}arm" in names]
    return {names[f"{side}shoulder"] for side in sides if f"{side}shoulder" in names}


def _spellings(label: str) -> list[str]:
    """What a label may mean: without prefix, without an axis left at its end, other words."""
    name = plain(_SIDE.sub(_side_in_full, label.strip()))
    for prefix in _PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            name = name.removeprefix(prefix)
            break
    names = [name]
    if len(name) > 3 and name.endswith("x"):  # PELVISx: cut from the name of a column
        names.append(name[:-1])
    return names + [other for n in names for other in _ALIASES.get(n, ())]


def _side_in_full(match: re.Match[str]) -> str:
    """``LBigToe`` as OpenPose, Pose2Sim and OpenCap shorten it: left_BigToe."""
    return "left_" if match[1] == "L" else "right_"


def _partly(best: Skeleton, matched: dict[int, int], labels: Sequence[str]) -> Named:
    """Joints of a known skeleton and other points: own names, with the joints' meaning."""
    label_of = {best.joints[joint]: labels[point] for point, joint in matched.items()}
    canonical = {
        target: tuple(label_of[s] for s in sources)
        for target, sources in best.canonical.items()
        if all(s in label_of for s in sources)
    }
    parents = [-1] * len(labels)
    point_of = {joint: point for point, joint in matched.items()}
    for point, joint in matched.items():
        above = best.parents[joint]
        while above >= 0 and above not in point_of:
            above = best.parents[above]
        parents[point] = point_of.get(above, -1)
    others = [label for i, label in enumerate(labels) if i not in matched]
    note = f"{len(matched)} of {len(labels)} points are its joints; others: {', '.join(others)}"
    skeleton = Skeleton(f"{best.name}-and-points", tuple(labels), tuple(parents), canonical)
    step = Step("name points", {"skeleton": best.name}, note[:500])
    return Named(skeleton, tuple(range(len(labels))), (step,))
