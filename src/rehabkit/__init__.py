"""RehabKit: a recording of a rehabilitation exercise becomes a report one can trust.

>>> import rehabkit as rk
>>> recording = rk.read("squat.csv")  # doctest: +SKIP
>>> analysis = rk.analyze(recording, exercise="squat")  # doctest: +SKIP
>>> rk.write_report(analysis, "out/squat")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehabkit.errors import RehabkitError
    from rehabkit.exchange import (
        events_from_mne,
        from_array,
        from_mne,
        from_xarray,
        to_mne,
        to_pandas,
        to_xarray,
    )
    from rehabkit.pipeline import analyze, score_session
    from rehabkit.reading import find_recordings, read, write
    from rehabkit.recording import Recording, Skeleton, Stream
    from rehabkit.report import write as write_report

__version__ = "0.1.0"

# Public name -> (module, its name there); imported on first use, so that `import rehabkit` is
# quick and loads nothing heavy.
_PUBLIC = {
    "RehabkitError": ("rehabkit.errors", "RehabkitError"),
    "Recording": ("rehabkit.recording", "Recording"),
    "Skeleton": ("rehabkit.recording", "Skeleton"),
    "Stream": ("rehabkit.recording", "Stream"),
    "analyze": ("rehabkit.pipeline", "analyze"),
    "events_from_mne": ("rehabkit.exchange", "events_from_mne"),
    "find_recordings": ("rehabkit.reading", "find_recordings"),
    "from_array": ("rehabkit.exchange", "from_array"),
    "from_mne": ("rehabkit.exchange", "from_mne"),
    "from_xarray": ("rehabkit.exchange", "from_xarray"),
    "read": ("rehabkit.reading", "read"),
    "score_session": ("rehabkit.pipeline", "score_session"),
    "to_mne": ("rehabkit.exchange", "to_mne"),
    "to_pandas": ("rehabkit.exchange", "to_pandas"),
    "to_xarray": ("rehabkit.exchange", "to_xarray"),
    "write": ("rehabkit.reading", "write"),
    "write_report": ("rehabkit.report", "write"),
}

__all__ = [
    "Recording",
    "RehabkitError",
    "Skeleton",
    "Stream",
    "__version__",
    "analyze",
    "events_from_mne",
    "find_recordings",
    "from_array",
    "from_mne",
    "from_xarray",
    "read",
    "score_session",
    "to_mne",
    "to_pandas",
    "to_xarray",
    "write",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'rehabkit' has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
