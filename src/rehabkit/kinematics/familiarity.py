"""What tells a body and a course of time apart from people's: long limbs, a film run backwards."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.kinematics.body_places import RATE_HZ, BodyPlaces
from rehabkit.kinematics.movement_features import postures
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.signals.height import bone_length

_ARM: Final = (("shoulder", "elbow"), ("elbow", "wrist"))
_LEG: Final = (("hip", "knee"), ("knee", "ankle"))
_LEAST_SPEED: Final = 1e-3


def familiarity_features(recording: Recording, body: BodyPlaces) -> Float:
    """(1 + signals,) how long arms are beside legs, then :func:`velocity_skewness`.

    Parameters
    ----------
    recording
        On canonical joints; NaN stands first where a limb was never seen.
    body
        The same recording's places.
    """
    return np.concatenate([[arms_over_legs(recording)], velocity_skewness(body)])


def arms_over_legs(recording: Recording) -> float:
    """Logarithm of the arms' length over the legs', medians over time, both sides together.

    Trunks are left out: a depth camera sees a bent one short.
    """
    arms, legs = (
        sum(bone_length(recording, f"{a}_{side}", f"{b}_{side}") for side in SIDES for a, b in limb)
        for limb in (_ARM, _LEG)
    )  # fmt: skip
    return float(np.log(arms / legs))


def velocity_skewness(body: BodyPlaces) -> Float:
    """(signals,) third moment of each signal's velocity over its cubed standard deviation.

    Signals are places of joints and postures. People raise and lower, bend and straighten at
    different speeds; played backwards every value changes its sign.
    """
    places = body.places[:, 1:].reshape(len(body.time), -1)
    velocity = np.gradient(np.concatenate([places, postures(body)], axis=1), 1 / RATE_HZ, axis=0)
    return np.asarray((velocity**3).mean(axis=0) / (velocity.std(axis=0) + _LEAST_SPEED) ** 3)
