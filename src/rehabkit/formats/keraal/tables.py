"""KERAAL's tables: Kinect joints and Vicon targets, each x, y, z and a quaternion x, y, z, w."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.formats.build import assumed_rate, unit_quaternions, unseen_as_nan, unseen_note
from rehabkit.formats.files import sha256
from rehabkit.formats.keraal import naming
from rehabkit.formats.numbers import Lines, parse_table
from rehabkit.recording import History, Recording, Skeleton, Source, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import KERAAL_TARGETS, KINECT_V2

_PARTS: Final = 7
KINECT_WIDTH: Final = _PARTS * len(KINECT_V2)
VICON_WIDTH: Final = _PARTS * len(KERAAL_TARGETS)
KINECT_HZ: Final = 30.0
VICON_HZ: Final = 60.0
_M_PER_MM: Final = 1e-3


def read_kinect(path: Path, content: bytes, lines: Lines, rate_hz: float | None) -> Recording:
    """(frames, 25) joints in m of the sensor's frame, y up."""
    positions, quaternions = _parse(path, lines, KINECT_V2, "25 joints x (x, y, z, quaternion)")
    why = "the files hold no time; the Kinect v2 gives 30 frames a second"
    return _recording(
        path, content, KINECT_V2, positions, quaternions,
        rate=(rate_hz or KINECT_HZ, "given" if rate_hz else why),
        up=Up((0.0, 1.0, 0.0), "sensor"), device="Kinect v2", view_axis=(0.0, 0.0, 1.0),
    )  # fmt: skip


def read_vicon(
    path: Path, content: bytes, lines: Lines, rate_hz: float | None, exchange: bool
) -> Recording:
    """(frames, 17) rigid targets, mm in the file, z up; the person faces +x."""
    positions, quaternions = _parse(
        path, lines, KERAAL_TARGETS, "17 targets x (x, y, z, quaternion)"
    )
    order, exchanged = _right_way_round(positions) if exchange else (None, ())
    if order is not None:
        positions, quaternions = positions[:, order], quaternions[:, order]
    why = (
        "the files hold no time; they have twice as many rows as the Kinect's of the same trial, "
        "which gives 30 frames a second"
    )
    return _recording(
        path, content, KERAAL_TARGETS, positions * _M_PER_MM, quaternions,
        rate=(rate_hz or VICON_HZ, "given" if rate_hz else why),
        up=Up((0.0, 0.0, 1.0), "sensor"), device="Vicon rigid targets", view_axis=None,
        further=exchanged,
    )  # fmt: skip


def _parse(
    path: Path, lines: Lines, skeleton: Skeleton, what: str
) -> tuple[NDArray[np.float64], Float]:
    table = parse_table(path, lines, [_PARTS * len(skeleton)], separator=None, what=what)
    parts = table.reshape(len(table), len(skeleton), _PARTS)
    return parts[..., :3], unit_quaternions(np.roll(parts[..., 3:], 1, axis=-1))


def _right_way_round(positions: Float) -> tuple[list[int] | None, History]:
    """The order in which arm and forearm targets of each side lie as their names say.

    In some trials the target called arm moves with the hand and the one called forearm with the
    shoulder. A forearm is nearer to the hand, an arm nearer to the shoulder, whatever the pose:
    where both say otherwise in the mean over the trial, the two names are exchanged.
    """
    order = list(range(len(KERAAL_TARGETS)))
    sides = []
    for side in ("left", "right"):
        arm, forearm, shoulder, hand = (
            KERAAL_TARGETS.index(f"{side}_{part}")
            for part in ("arm", "forearm", "shoulder", "hand")
        )
        to_hand = _mean_distance(positions, arm, hand) < _mean_distance(positions, forearm, hand)
        to_shoulder = _mean_distance(positions, forearm, shoulder) < _mean_distance(
            positions, arm, shoulder
        )
        if to_hand and to_shoulder:
            order[arm], order[forearm] = forearm, arm
            sides.append(side)
    if not sides:
        return None, ()
    why = (
        f"the {' and '.join(sides)} target called arm lies nearer to the hand than the one called "
        "forearm, and farther from the shoulder: their names were exchanged"
    )
    return order, (Step("exchange targets", {"sides": ", ".join(sides)}, why),)


def _mean_distance(positions: Float, a: int, b: int) -> float:
    return float(np.nanmean(np.linalg.norm(positions[:, a] - positions[:, b], axis=-1)))


def _recording(
    path: Path,
    content: bytes,
    skeleton: Skeleton,
    positions: NDArray[np.float64],
    quaternions: Float,
    *,
    rate: tuple[float, str],
    up: Up,
    device: str,
    view_axis: tuple[float, float, float] | None,
    further: History = (),
) -> Recording:
    name = naming.parse(path)
    time, assumed = assumed_rate(rate[0], len(positions), rate[1])
    seen, zeros = unseen_as_nan(positions)
    return Recording(
        time=time,
        skeleton=skeleton,
        positions=seen,
        orientations=None if np.isnan(quaternions).all() else quaternions,
        up=up,
        source=Source(
            str(path), sha256(content), "keraal", device, rate[0],
            clock="frames at an assumed rate", view_axis=view_axis,
        ),
        subject=naming.subject(name),
        exercise=naming.exercise(name),
        history=(
            Step("read", {"format": "keraal"}, f"{len(time)} frames"),
            assumed,
            *further,
            *unseen_note(zeros, seen.shape[0] * seen.shape[1]),
        ),
    )  # fmt: skip
