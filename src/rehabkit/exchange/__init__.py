"""Recordings in memory to and from other packages: arrays, xarray, pandas, MNE.

Nothing heavy is imported before a function is called.
"""

from rehabkit.exchange.arrays import from_array
from rehabkit.exchange.eeg import events_from_mne, from_mne, to_mne
from rehabkit.exchange.frames import to_pandas
from rehabkit.exchange.movement import from_xarray, to_xarray

__all__ = [
    "events_from_mne",
    "from_array",
    "from_mne",
    "from_xarray",
    "to_mne",
    "to_pandas",
    "to_xarray",
]
