"""Movements changed as another person, sensor or day would change them, for training alone.

Rotation, shift and scale, and Gaussian noise are those of FineRehab (its section on action
recognition gives no sizes: ours are stated here). Mirroring and speed are added. A batch is drawn
from one generator, so that a seed gives the same batch anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.errors import ModelError
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import other_side

UP: Final = 1
"""Axis of samples against gravity: right, up, forward."""


@dataclass(frozen=True)
class Augmentation:
    """What may be done to a sample; every size is the largest, 0 leaves it out.

    Parameters
    ----------
    turn_deg
        Rotation about the vertical.
    tilt_deg
        Rotation about the other two axes: a sensor that leans.
    shift
        Of all joints together, body sizes.
    scale
        Share by which the body grows or shrinks.
    noise
        Standard deviation of Gaussian noise on every joint and frame, body sizes.
    mirror
        Chance that left and right are exchanged.
    speed
        Share by which the middle of the movement comes earlier or later: time is bent, its ends
        stay.
    """

    turn_deg: float = 0.0
    tilt_deg: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    noise: float = 0.0
    mirror: float = 0.0
    speed: float = 0.0


NONE: Final = Augmentation()
FINEREHAB: Final = Augmentation(turn_deg=15, tilt_deg=5, shift=0.05, scale=0.1, noise=0.01)
ALL: Final = Augmentation(15, 5, 0.05, 0.1, 0.01, 0.5, 0.1)
AUGMENTATIONS: Final = {"none": NONE, "finerehab": FINEREHAB, "all": ALL}


def named(name: str) -> Augmentation:
    """An augmentation by its name.

    Raises
    ------
    ModelError
        Lists the known ones.
    """
    if name not in AUGMENTATIONS:
        known = ", ".join(AUGMENTATIONS)
        raise ModelError(f"No augmentation is called {name!r}; known: {known}.")
    return AUGMENTATIONS[name]


def augmented(
    samples: Float,
    how: Augmentation,
    random: np.random.Generator,
    joints: Sequence[str],
    *,
    orientations: bool = False,
) -> Float:
    """(samples, frames, joints, channels) changed copies, each sample by its own draw.

    Parameters
    ----------
    samples
        The first three channels are positions, before any standardisation; others (the exercise)
        stay, but the last four where ``orientations`` says that they are quaternions.
    random
        Every draw is taken from it, also those of sizes of 0: another setting changes only itself.
    joints
        Names, which tell what mirroring exchanges.
    """
    changed = np.array(samples, dtype=np.float32)
    count = len(changed)
    drawn = random.uniform(-1, 1, (count, 9))
    noise = random.standard_normal((*changed.shape[:3], 3))
    _mirror(changed, np.flatnonzero((drawn[:, 0] + 1) / 2 < how.mirror), joints, orientations)
    turns = _rotations(drawn[:, 1:4] * [how.tilt_deg, how.turn_deg, how.tilt_deg])
    changed[..., :3] = np.einsum("nij,ntvj->ntvi", turns, changed[..., :3])
    if orientations:
        _turn(changed, turns)
    changed[..., :3] *= (1 + how.scale * drawn[:, 4])[:, None, None, None]
    changed[..., :3] += how.shift * drawn[:, None, None, 5:8]
    changed[..., :3] += how.noise * noise
    return _bent(changed, how.speed * drawn[:, 8]) if how.speed else changed


def _mirror(changed: Float, picked: np.ndarray, joints: Sequence[str], orientations: bool) -> None:
    """Exchange left and right in place; a mirrored rotation keeps its turn about right."""
    order = [list(joints).index(other_side(joint)) for joint in joints]
    mirrored = changed[picked][:, :, order]
    mirrored[..., 0] *= -1
    if orientations:
        mirrored[..., -2:] *= -1
    changed[picked] = mirrored


def _rotations(angles_deg: Float) -> Float:
    """(samples, 3, 3) about right, up and forward in turn."""
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_euler("xyz", angles_deg, degrees=True).as_matrix())


def _turn(changed: Float, turns: Float) -> None:
    from rehabkit.geometry import quaternions

    each = quaternions.from_matrix(turns)[:, None, None]
    changed[..., -4:] = quaternions.multiply(
        np.broadcast_to(each, changed[..., -4:].shape), changed[..., -4:]
    )


def _bent(changed: Float, shares: Float) -> Float:
    """Time bent by half a sine: the ends stay, the middle comes earlier or later."""
    frames = changed.shape[1]
    even = np.linspace(0, 1, frames)
    places = (even + shares[:, None] / np.pi * np.sin(np.pi * even)) * (frames - 1)
    low = np.clip(places.astype(np.intp), 0, frames - 2)
    share = (places - low)[:, :, None, None].astype(np.float32)
    rows = np.arange(len(changed))[:, None]
    return np.asarray(changed[rows, low] * (1 - share) + changed[rows, low + 1] * share)
