"""What tells a body and a course of time apart from people's: long limbs, a film run backwards."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.kinematics.body_places import RATE_HZ
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.signals.height import bone_lengths

_ARM: Final = (("shoulder", "elbow"), ("elbow", "wrist"))
_LEG: Final = (("hip", "knee"), ("knee", "ankle"))
_LEAST_SPEED: Final = 1e-3


def familiarity_features(recording: Recording, seen: Float) -> Float:
    """(1 + signals,) how long arms are beside legs, then :func:`velocity_skewness`.

    Parameters
    ----------
    recording
        On canonical joints; NaN stands first where a limb was never seen.
    seen
        (signals, frames) the same recording's :func:`~.movement_features.signals`.
    """
    return np.concatenate([[arms_over_legs(recording)], velocity_skewness(seen)])


def arms_over_legs(recording: Recording) -> float:
    """Logarithm of the arms' length over the legs', medians over time, both sides together.

    Trunks are left out: a depth camera sees a bent one short.
    """
    bones = [(f"{a}_{s}", f"{b}_{s}") for limb in (_ARM, _LEG) for s in SIDES for a, b in limb]
    lengths = bone_lengths(recording, bones)
    half = len(bones) // 2
    return float(np.log(sum(lengths[:half]) / sum(lengths[half:])))


def velocity_skewness(seen: Float) -> Float:
    """(signals,) third moment of each signal's velocity over its cubed standard deviation.

    People raise and lower, bend and straighten at different speeds; played backwards every value
    changes its sign.

    Parameters
    ----------
    seen
        (signals, frames) of :func:`~.movement_features.signals`.
    """
    velocity = np.gradient(seen, 1 / RATE_HZ, axis=1)
    cubed = (velocity * velocity * velocity).mean(axis=1)  # a power of 3 is many times slower
    return np.asarray(cubed / (velocity.std(axis=1) + _LEAST_SPEED) ** 3)
