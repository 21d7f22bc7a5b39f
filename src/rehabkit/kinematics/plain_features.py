"""The plain row that learned models are held against: statistics of angles and heights alone."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.kinematics.finerehab_features import ANGLES
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES

PLACES: Final = ("head", "pelvis", *(f"{j}_{s}" for s in SIDES for j in ("wrist", "knee")))
STATISTICS: Final = 9


def plain_features(recording: Recording, kinematics: Kinematics) -> Float:
    """(236,) percentiles, spread, speed and jerk of 20 angles and 6 heights; length and frames.

    Parameters
    ----------
    recording, kinematics
        Cleaned, on canonical joints; angles in deg, heights in m. What was never seen is NaN.
    """
    time = recording.time
    up = np.asarray(recording.up.vector, dtype=np.float64)
    angles = [np.asarray(kinematics.angles[a].values, dtype=np.float64) for a in ANGLES]
    heights = [np.asarray(recording.joint(p), dtype=np.float64) @ up for p in PLACES]
    rows = [_statistics(np.asarray(time), signal) for signal in (*angles, *heights)]
    return np.concatenate([*rows, [float(time[-1] - time[0]), float(len(time))]])


def _statistics(time: Float, signal: Float) -> Float:
    seen = np.isfinite(signal)
    if seen.sum() < STATISTICS:
        return np.full(STATISTICS, np.nan)
    whole = np.interp(time, time[seen], signal[seen])
    speed = np.abs(np.gradient(whole, time))
    jerk = np.abs(np.gradient(np.gradient(np.gradient(whole, time), time), time))
    percentiles = np.percentile(whole, [5, 25, 50, 75, 95])
    return np.array([*percentiles, whole.std(), speed.mean(), np.percentile(speed, 95),
                     np.log(jerk.mean() + 1e-9)])  # fmt: skip
