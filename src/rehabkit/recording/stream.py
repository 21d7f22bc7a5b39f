"""``Stream``: a signal recorded beside the movement (EMG, EEG, IMU, heart rate, ...)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording.arrays import Float, frozen_array


@dataclass(frozen=True, eq=False)
class Stream:
    """Samples of one device in the recording's clock.

    Parameters
    ----------
    time
        (samples,) float64, s, in the same clock as ``Recording.time``.
    values
        (samples, channels) float.
    channels
        One name a channel.
    unit
        Unit of the values (``"mV"``, ``"g"``, ``"deg/s"``).
    kind
        ``"emg"``, ``"eeg"``, ``"imu"``, ``"heart-rate"`` or what else it is.
    """

    time: NDArray[np.float64]
    values: Float
    channels: tuple[str, ...]
    unit: str
    kind: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", frozen_array(self.time, np.float64))
        object.__setattr__(self, "values", frozen_array(self.values, None))
        expected = (len(self.time), len(self.channels))
        if self.values.shape != expected:
            raise RecordingError(
                f"Stream of kind {self.kind!r}: expected values of shape {expected} "
                f"(samples, channels), found {self.values.shape}."
            )
