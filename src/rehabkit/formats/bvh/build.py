"""From a BVH file's channels to a Recording: turns and offsets chained to positions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.bvh.names import skeleton_of
from rehabkit.formats.bvh.parse import Motion, Node
from rehabkit.formats.numbers import LARGEST
from rehabkit.formats.plain import extent_of, find_up
from rehabkit.geometry import chain, euler, quaternions
from rehabkit.geometry.vectors import Array
from rehabkit.recording import History, Recording, Scale, Skeleton, Source, Step
from rehabkit.recording.arrays import Float

INCH_M: Final = 0.0254
M_PER_UNIT: Final = {"cm": 0.01, "m": 1.0, "mm": 0.001, "inch": INCH_M, "cmu": INCH_M / 0.45}
_STATURE_M: Final = (0.9, 2.3)  # ankle to head along the bones, children to tall adults
_EXTENT_M: Final = (0.3, 3.0)  # of what may be a part of a body
_AXES: Final = "XYZ"


def to_recording(
    path: Path, digest: str, motion: Motion, unit: str | None, up: str | None
) -> Recording:
    """The recording of a parsed file; see :func:`rehabkit.formats.bvh.read`."""
    skeleton, order = skeleton_of(motion.nodes)
    offsets, placing = _offsets(motion)
    parents = [node.parent for node in motion.nodes]
    positions, world = chain.forward(parents, offsets, _rotations(motion), np.zeros(3))
    positions = _from_roots(parents, positions, offsets)[:, order]
    _check_size(path, positions)
    factor, scaling = _unit(skeleton, positions, unit)
    metres = (positions * factor).astype(np.float32)
    direction, upright = find_up(skeleton, metres, up)
    frames, rate_hz = len(metres), 1.0 / motion.frame_time_s
    return Recording(
        time=np.arange(frames, dtype=np.float64) * motion.frame_time_s,
        skeleton=skeleton,
        positions=metres,
        orientations=_orientations(motion.nodes, world)[:, order],
        up=direction,
        scale=Scale(note="lengths as the file's skeleton has them"),
        source=Source(str(path), digest, "bvh", "", rate_hz, clock="frames at the file's rate"),
        history=(
            Step("read", {"format": "bvh"}, f"{frames} frames"), *scaling, *placing, *upright,
        ),
    )  # fmt: skip


def _columns(nodes: Sequence[Node]) -> list[slice]:
    ends = np.cumsum([len(node.channels) for node in nodes])
    return [slice(int(e) - len(n.channels), int(e)) for e, n in zip(ends, nodes, strict=True)]


def _rotations(motion: Motion) -> Array:
    """(frames, joints, 3, 3): each joint's turns in the order in which its channels stand."""
    out = np.empty((len(motion.values), len(motion.nodes), 3, 3))
    out[:] = np.eye(3)
    for j, (node, columns) in enumerate(zip(motion.nodes, _columns(motion.nodes), strict=True)):
        turns = [i for i, name in enumerate(node.channels) if name.endswith("rotation")]
        if turns:
            sequence = "".join(node.channels[i][0].lower() for i in turns)
            out[:, j] = euler.to_matrix(sequence, motion.values[:, columns][:, turns])
    return out


def _offsets(motion: Motion) -> tuple[Array, History]:
    """(frames, joints, 3): each joint in its parent's frame, position channels included."""
    rest = np.array([node.offset for node in motion.nodes])
    out = np.repeat(rest[None], len(motion.values), axis=0)
    added: list[str] = []
    for j, (node, columns) in enumerate(zip(motion.nodes, _columns(motion.nodes), strict=True)):
        moves = [i for i, name in enumerate(node.channels) if name.endswith("position")]
        if not moves:
            continue
        axes = [_AXES.index(node.channels[i][0]) for i in moves]
        values = motion.values[:, columns][:, moves]
        if node.parent >= 0 and _adds(values, rest[j, axes]):
            added.append(node.name)
            values = values + rest[j, axes]
        out[:, j, axes] = values
    return out, _placing(motion.nodes, added)


def _adds(values: Float, rest: Float) -> bool:
    """Whether position channels count from the resting offset: they then lie nearer to 0."""
    median = np.median(values, axis=0)
    return bool(np.linalg.norm(median) < np.linalg.norm(median - rest))


def _placing(nodes: Sequence[Node], added: list[str]) -> History:
    """The line that says what position channels below the root were taken for."""
    moved = [n for n in nodes if n.parent >= 0 and any(c.endswith("position") for c in n.channels)]
    if not moved:
        return ()
    meaning = "from the offset" if added else "instead of the offset"
    touched = f"{len(moved)} joints with position channels"
    if 0 < len(added) < len(moved):
        touched += f"; of {', '.join(added)[:200]} alone"
    return (Step("assume position channels", {"count": meaning}, touched),)


def _from_roots(parents: Sequence[int], positions: Array, offsets: Array) -> Array:
    """Positions with every joint carried to where its own root is."""
    root = np.arange(len(parents))
    for joint in chain.order(parents):
        if parents[joint] >= 0:
            root[joint] = root[parents[joint]]
    return positions + offsets[:, root]


def _check_size(path: Path, positions: Array) -> None:
    largest = float(np.abs(positions).max())
    if largest > LARGEST:
        raise FormatError(
            path,
            expected=f"joints within {LARGEST:g} units",
            found=f"one at {largest:.3g}",
            fix="The file seems damaged.",
        )


def _orientations(nodes: Sequence[Node], world: Array) -> Float:
    """(frames, joints, 4); an End Site has no turn of its own."""
    out = quaternions.from_matrix(world).astype(np.float32)
    out[:, [i for i, node in enumerate(nodes) if node.end]] = np.nan
    return out


def _unit(skeleton: Skeleton, positions: Array, unit: str | None) -> tuple[float, History]:
    if unit is not None:
        if unit not in M_PER_UNIT:
            raise RehabkitError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {unit!r}.")
        return M_PER_UNIT[unit], (Step("assume unit", {"unit": unit}, "given"),)
    stature = _stature(skeleton, positions)
    if stature is not None:
        name = _fitting(stature, _STATURE_M, M_PER_UNIT)
        why = f"bones from ankle to head sum to {stature:.4g}"
    else:
        extent = extent_of(positions)
        name = _fitting(extent, _EXTENT_M, ("cm", "m", "mm"))
        why = f"the joints of a frame span {extent:.4g}"
    if name is None:
        name, why = "cm", f"usual for BVH; {why}, which fits a body in no unit"
    return M_PER_UNIT[name], (Step("assume unit", {"unit": name}, why),)


def _fitting(length: float, allowed_m: tuple[float, float], units: Sequence[str] | dict[str, float]
             ) -> str | None:  # fmt: skip
    low, high = allowed_m
    return next((u for u in units if low <= length * M_PER_UNIT[u] <= high), None)


def _stature(skeleton: Skeleton, positions: Array) -> float | None:
    """Ankle, knee, hip, neck, head along the bones, in the file's unit; None for parts."""
    parts = ("ankle_left", "knee_left", "hip_left", "neck", "head")
    if not set(parts) <= set(skeleton.canonical):
        return None
    columns = [skeleton.index(skeleton.canonical[part][0]) for part in parts]
    bones = np.linalg.norm(np.diff(positions[:, columns], axis=1), axis=-1)
    return float(np.median(bones.sum(axis=1)))
