"""A Recording as the text of a BVH file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from rehabkit.errors import RecordingError
from rehabkit.formats.bvh.solve import Pose, solve
from rehabkit.geometry import euler, quaternions
from rehabkit.geometry.vectors import Array
from rehabkit.recording import Recording
from rehabkit.signals.resample import resample

PER_M: Final = {"cm": (100.0, 6), "m": (1.0, 8), "mm": (1000.0, 5)}
"""Units in a metre, and decimals: a hundredth of a micrometre."""
_TURNS: Final = "Zrotation Xrotation Yrotation"
_MOVES: Final = "Xposition Yposition Zposition"
_SEQUENCE: Final = "zxy"
_UNEVEN: Final = 0.1
_MOST_FRAMES: Final = 10_000_000
_RATE_HZ: Final = 30.0  # of a single frame, which has no step


def to_text(recording: Recording, unit: str, unseen: str) -> str:
    """The file's text; see :func:`rehabkit.formats.bvh.write`."""
    _check(recording, unit, unseen)
    positions = recording.positions
    assert positions is not None  # checked above
    parents = _one_root(recording.skeleton.parents)
    pose = solve(parents, positions, recording.orientations)
    ends = _ends(recording, parents, pose)
    order = list(_depth_first(parents))
    factor, decimals = PER_M[unit]
    lines = ["HIERARCHY", *_tree(recording, parents, pose, ends, order, factor, decimals)]
    lines += ["MOTION", f"Frames: {len(recording)}", f"Frame Time: {_step_s(recording):.10f}"]
    table = _table([j for j in order if j not in ends], parents, pose, factor)
    form = " ".join([f"%.{decimals}f"] * table.shape[1])
    lines += [form % tuple(row) for row in table.tolist()]
    return "\n".join(lines) + "\n"


def _check(recording: Recording, unit: str, unseen: str) -> None:
    if unit not in PER_M or unseen not in ("refuse", "offset"):
        raise RecordingError(
            "Expected unit 'm', 'cm' or 'mm' and unseen 'refuse' or 'offset', found "
            f"{unit!r} and {unseen!r}."
        )
    if recording.positions is None or not len(recording.skeleton):
        raise RecordingError("BVH needs positions in space; this recording has none.")
    if recording.streams:
        raise RecordingError(
            f"BVH has no place for the streams {', '.join(recording.streams)}: write Parquet, or "
            "leave them out with recording.replace(streams={})."
        )
    _check_times(recording)
    if unseen == "refuse":
        _check_seen(recording)


def at_rate(recording: Recording, rate_hz: float) -> Recording:
    """Positions and orientations interpolated at an even rate, across gaps in time too."""
    if not rate_hz > 0:
        raise RecordingError(f"Expected rate_hz above 0, found {rate_hz}.")
    if len(recording) < 2 or recording.duration_s * rate_hz > _MOST_FRAMES:
        return recording
    count = int(np.floor(recording.time[-1] * rate_hz + 1e-6)) + 1
    grid = np.arange(count) / rate_hz
    changes: dict[str, Any] = {"time": grid, "confidence": None, "image_points": None}
    if recording.positions is not None:
        changes["positions"] = resample(recording.time, recording.positions, grid)
    if recording.orientations is not None:
        turned = [quaternions.continuous(q) for q in np.moveaxis(recording.orientations, 1, 0)]
        mixed = resample(recording.time, np.stack(turned, axis=1), grid)
        changes["orientations"] = quaternions.normalise(mixed)
    return recording.replace(**changes)


def _check_times(recording: Recording) -> None:
    time = recording.time
    even = np.linspace(0.0, time[-1], len(time))
    worst = float(np.abs(time - even).max())
    if worst > _UNEVEN * _step_s(recording):
        raise RecordingError(
            f"BVH has one frame time for all frames; these are up to {worst:.3f} s off an even "
            f"step. Give rate_hz={round(recording.rate_hz)}, which interpolates them, or cut the "
            "recording at its gaps first."
        )


def _step_s(recording: Recording) -> float:
    frames = len(recording)
    return float(recording.time[-1]) / (frames - 1) if frames > 1 else 1.0 / _RATE_HZ


def _check_seen(recording: Recording) -> None:
    missing = np.isnan(np.asarray(recording.positions)).any(axis=-1)
    if missing.any():
        counts = missing.sum(axis=0)
        worst = int(counts.argmax())
        raise RecordingError(
            f"BVH has no place for joints that were not seen: {recording.skeleton.joints[worst]!r} "
            f"in {counts[worst]} of {len(recording)} frames, {int((counts > 0).sum())} joints in "
            "all. Fill the gaps first, or write with unseen='offset', which puts them at their "
            "resting offset from the parent."
        )


def _one_root(parents: Sequence[int]) -> list[int]:
    """Programs that read BVH know one root: further ones hang on the first."""
    first = list(parents).index(-1)
    return [first if p < 0 and i != first else p for i, p in enumerate(parents)]


def _depth_first(parents: Sequence[int]) -> Iterator[int]:
    left = [i for i, p in enumerate(parents) if p < 0]
    while left:
        joint = left.pop()
        yield joint
        left += [c for c in reversed(range(len(parents))) if parents[c] == joint]


def _ends(recording: Recording, parents: Sequence[int], pose: Pose) -> set[int]:
    """Joints that were read from an End Site and can be one again."""
    joints, turned = recording.skeleton.joints, recording.orientations
    return {
        i for i, (name, parent) in enumerate(zip(joints, parents, strict=True))
        if parent >= 0 and i not in parents and pose.rigid[i] and pose.offsets[i].any()
        and re.fullmatch(rf"{re.escape(joints[parent])}_end\d*", name)
        and (turned is None or not np.isfinite(turned[:, i]).any())
    }  # fmt: skip


def _names(recording: Recording) -> list[str]:
    names = [re.sub(r"[\s{}]+", "_", joint) for joint in recording.skeleton.joints]
    if len(set(names)) != len(names) or "" in names:
        raise RecordingError(
            "BVH's joint names hold no blanks or braces, and without them these are not different: "
            f"{', '.join(recording.skeleton.joints)[:200]}. Rename the joints."
        )
    return names


def _tree(
    recording: Recording, parents: Sequence[int], pose: Pose, ends: set[int],
    order: Sequence[int], factor: float, decimals: int,
) -> Iterator[str]:  # fmt: skip
    """The lines of the hierarchy; a brace is closed where the next joint hangs higher."""
    names, depth = _names(recording), _depths(parents, order)
    for joint, following in zip(order, [*order[1:], None], strict=True):
        pad = "\t" * depth[joint]
        kind = "ROOT" if parents[joint] < 0 else "JOINT"
        yield f"{pad}End Site" if joint in ends else f"{pad}{kind} {names[joint]}"
        yield f"{pad}{{"
        x, y, z = pose.offsets[joint] * factor
        yield f"{pad}\tOFFSET {x:.{decimals}f} {y:.{decimals}f} {z:.{decimals}f}"
        if joint not in ends:
            moves = _moves(joint, parents, pose)
            yield f"{pad}\tCHANNELS " + (f"6 {_MOVES} {_TURNS}" if moves else f"3 {_TURNS}")
        if joint not in parents and joint not in ends:
            yield from (f"{pad}\tEnd Site", f"{pad}\t{{", f"{pad}\t\tOFFSET 0 0 0", f"{pad}\t}}")
        lowest = depth[following] if following is not None else 0
        yield from ("\t" * level + "}" for level in range(depth[joint], lowest - 1, -1))


def _depths(parents: Sequence[int], order: Sequence[int]) -> list[int]:
    depth = [0] * len(parents)
    for joint in order:
        depth[joint] = depth[parents[joint]] + 1 if parents[joint] >= 0 else 0
    return depth


def _moves(joint: int, parents: Sequence[int], pose: Pose) -> bool:
    return parents[joint] < 0 or not bool(pose.rigid[joint])


def _table(joints: Sequence[int], parents: Sequence[int], pose: Pose, factor: float) -> Array:
    """(frames, channels): positions where there are such, then the three turns, joint by joint."""
    parts = []
    for joint in joints:
        if _moves(joint, parents, pose):
            parts.append(pose.local[:, joint] * factor)
        parts.append(euler.from_matrix(_SEQUENCE, pose.turns[:, joint]))
    return np.concatenate(parts, axis=1)
