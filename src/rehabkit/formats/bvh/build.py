"""From a BVH file's channels to a Recording: turns and offsets chained to positions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.bvh.chaining import added_to_rest, chained
from rehabkit.formats.bvh.names import skeleton_of
from rehabkit.formats.bvh.parse import Motion, Node
from rehabkit.formats.numbers import LARGEST
from rehabkit.formats.plain import extent_of, find_up
from rehabkit.recording import History, Recording, Scale, Skeleton, Source, Step
from rehabkit.recording.arrays import Float

INCH_M: Final = 0.0254
M_PER_UNIT: Final = {"cm": 0.01, "m": 1.0, "mm": 0.001, "inch": INCH_M, "cmu": INCH_M / 0.45}
_STATURE_M: Final = (0.9, 2.3)  # ankle to head along the bones, children to tall adults
_EXTENT_M: Final = (0.3, 3.0)  # of what may be a part of a body
_FEW: Final = 1_000_000


def to_recording(
    path: Path, digest: str, motion: Motion, unit: str | None, up: str | None
) -> Recording:
    """The recording of a parsed file; see :func:`rehabkit.formats.bvh.read`."""
    skeleton, order = skeleton_of(motion.nodes)
    _check_count(path, motion)
    added = added_to_rest(motion)
    positions, orientations = chained(motion, added)
    positions = positions[:, order]
    _check_size(path, positions)
    factor, scaling = _unit(skeleton, positions, unit)
    metres = positions * np.float32(factor)
    direction, upright = find_up(skeleton, metres, up)
    frames, rate_hz = len(metres), 1.0 / motion.frame_time_s
    return Recording(
        time=np.arange(frames, dtype=np.float64) * motion.frame_time_s,
        skeleton=skeleton,
        positions=metres,
        orientations=orientations[:, order],
        up=direction,
        scale=Scale(note="lengths as the file's skeleton has them"),
        source=Source(str(path), digest, "bvh", "", rate_hz, clock="frames at the file's rate"),
        history=(
            Step("read", {"format": "bvh"}, f"{frames} frames"),
            *scaling, *_placing(motion.nodes, added), *upright,
        ),
    )  # fmt: skip


def _placing(nodes: Sequence[Node], added: Collection[int]) -> History:
    """The line that says what position channels below the root were taken for."""
    moved = [n for n in nodes if n.parent >= 0 and any(c.endswith("position") for c in n.channels)]
    if not moved:
        return ()
    meaning = "from the offset" if added else "instead of the offset"
    touched = f"{len(moved)} joints with position channels"
    if 0 < len(added) < len(moved):
        names = ", ".join(nodes[i].name for i in added)
        touched += f"; of {names[:200]} alone"
    return (Step("assume position channels", {"count": meaning}, touched),)


def _check_count(path: Path, motion: Motion) -> None:
    """Joints without channels cost memory and no place in the file: there may be few of them."""
    frames, joints = len(motion.values), len(motion.nodes)
    most = max(_FEW, 3 * motion.values.size)
    if frames * joints > most:
        raise FormatError(
            path,
            expected=f"joints with channels; of others at most {most // frames}",
            found=f"{joints} joints and {motion.values.shape[1]} channels in {frames} frames",
            fix="The file seems damaged.",
        )


def _check_size(path: Path, positions: Float) -> None:
    largest = float(np.abs(positions).max())
    if largest > LARGEST:
        raise FormatError(
            path,
            expected=f"joints within {LARGEST:g} units",
            found=f"one at {largest:.3g}",
            fix="The file seems damaged.",
        )


def _unit(skeleton: Skeleton, positions: Float, unit: str | None) -> tuple[float, History]:
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


def _stature(skeleton: Skeleton, positions: Float) -> float | None:
    """Ankle, knee, hip, neck, head along the bones, in the file's unit; None for parts."""
    parts = ("ankle_left", "knee_left", "hip_left", "neck", "head")
    if not set(parts) <= set(skeleton.canonical):
        return None
    columns = [skeleton.index(skeleton.canonical[part][0]) for part in parts]
    bones = np.linalg.norm(np.diff(positions[:, columns], axis=1), axis=-1)
    return float(np.median(bones.sum(axis=1)))
