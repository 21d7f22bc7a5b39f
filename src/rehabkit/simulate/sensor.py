"""From landmarks of the body to what a sensor would hold: skeleton, frame, noise, drop-outs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rehabkit.errors import SkeletonError, choices
from rehabkit.geometry.euler import axis_matrix
from rehabkit.geometry.vectors import Array
from rehabkit.recording import Skeleton, other_side
from rehabkit.recording.joints import CANONICAL, SIDES
from rehabkit.recording.skeletons import SKELETONS
from rehabkit.simulate.body import LANDMARKS
from rehabkit.simulate.types import Faults, TrueFault

# A depth camera at chest height, the person this far in front of it.
SENSOR_HEIGHT_M, DISTANCE_M = 0.9, 2.6
_OTHER_NAMES = {"foot_index": "toe", "head_tip": "head_top"}
_LIMBS = (("elbow", "wrist", "hand"), ("knee", "ankle", "toe"))


def landmarks_of(skeleton: Skeleton) -> tuple[str, ...]:
    """The body's landmark for each joint of ``skeleton``."""
    meaning = {s[0]: c for c, s in skeleton.canonical.items() if len(s) == 1}
    found = [meaning.get(joint, _by_name(joint)) for joint in skeleton.joints]
    unknown = [j for j, name in zip(skeleton.joints, found, strict=True) if name not in LANDMARKS]
    if unknown:
        raise SkeletonError(
            f"The generator cannot place {choices(unknown)} of skeleton {skeleton.name!r}; map "
            "these joints to canonical ones, or leave them out."
        )
    return tuple(found)


def placeable() -> tuple[str, ...]:
    """Names of the known skeletons whose every joint the generator can place."""
    names = []
    for name, skeleton in SKELETONS.items():
        try:
            landmarks_of(skeleton)
        except SkeletonError:  # points of the face, markers, further joints of the spine
            continue
        names.append(name)
    return tuple(names)


def _by_name(joint: str) -> str:
    """``left_foot_index`` -> ``toe_left``."""
    for side in SIDES:
        if joint.startswith(f"{side}_"):
            part = joint.removeprefix(f"{side}_")
            return f"{_OTHER_NAMES.get(part, part)}_{side}"
    return _OTHER_NAMES.get(joint, joint)


def to_sensor(places: Mapping[str, Array], heading_deg: float) -> dict[str, Array]:
    """Body's right, forward, up -> the sensor's x, y up, z away, the person facing the sensor.

    ``heading_deg`` turns the person to their own right: at 90 the sensor sees their left side.
    """
    turn = axis_matrix("z", -heading_deg)
    axes = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    shift = np.array([0, -SENSOR_HEIGHT_M, DISTANCE_M])
    return {joint: place @ (axes @ turn).T + shift for joint, place in places.items()}


def mirrored(places: Mapping[str, Array]) -> dict[str, Array]:
    """The mirror image of the body, left and right named as they then are."""
    return {joint: places[other_side(joint)] * [-1, 1, 1] for joint in places}


def mirrored_angles(angles: Mapping[str, Array]) -> dict[str, Array]:
    """The angles of the mirror image: sides exchanged, turns of the axis reversed."""
    signed = ("lateral_flexion", "rotation", "obliquity")
    return {
        name: -angles[name] if other_side(name) == name and name.endswith(signed)
        else angles[other_side(name)]
        for name in angles
    }  # fmt: skip


def spoil(
    positions: Array, time: Array, names: tuple[str, ...], faults: Faults,
    noise_m: float, rng: np.random.Generator,
) -> tuple[Array, tuple[TrueFault, ...]]:  # fmt: skip
    """Noise, jumps, exchanged sides and drop-outs put into (frames, joints, 3) positions."""
    out = positions + noise_m * rng.normal(size=positions.shape)
    done: list[TrueFault] = []
    for _ in range(faults.jumps):
        frame, joint = int(rng.integers(len(time))), int(rng.integers(len(names)))
        leap = rng.normal(size=3)
        out[frame, joint] += faults.jump_m * leap / np.linalg.norm(leap)
        done.append(TrueFault("jump", float(time[frame]), _after(time, frame)))
    for _ in range(faults.swapped):
        span = _span(time, faults.swapped_s, rng)
        out[span] = out[span][:, _exchanged(names)]
        done.append(_fault("swapped sides", time, span))
    for _ in range(faults.drop_outs):
        span = _span(time, faults.drop_out_s, rng)
        lost = faults.drop_out_joints or _one_limb(rng)
        out[span, [i for i, name in enumerate(names) if name in lost]] = np.nan
        done.append(_fault("drop-out", time, span))
    return out, tuple(done)


def _span(time: Array, length_s: float, rng: np.random.Generator) -> slice:
    start = float(rng.uniform(0, max(time[-1] - length_s, 0)))
    first, last = np.searchsorted(time, [start, start + length_s])
    return slice(int(first), max(int(last), int(first) + 1))


def _fault(name: str, time: Array, span: slice) -> TrueFault:
    return TrueFault(name, float(time[span.start]), _after(time, span.stop - 1))


def _after(time: Array, frame: int) -> float:
    """The end of the half-open span that ``frame`` closes."""
    return float(time[min(frame + 1, len(time) - 1)])


def _exchanged(names: tuple[str, ...]) -> list[int]:
    swapped = [other_side(name) for name in names]
    return [names.index(s) if s in names else i for i, s in enumerate(swapped)]


def _one_limb(rng: np.random.Generator) -> tuple[str, ...]:
    side = SIDES[int(rng.integers(2))]
    limb = _LIMBS[int(rng.integers(2))]
    return tuple(name for name in (f"{j}_{side}" for j in limb) if name in CANONICAL)
