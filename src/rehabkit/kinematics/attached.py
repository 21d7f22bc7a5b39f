"""Joint angles as a stream of their recording, for writers of tables."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.errors import RecordingError, RehabkitError
from rehabkit.kinematics.angles import compute
from rehabkit.recording import Recording, Stream
from rehabkit.signals.clean import clean
from rehabkit.signals.options import CleanOptions

NAME: Final = "angles"
STEP: Final = "compute angles"
_OWN: Final = CleanOptions().cutoff_hz
_UNSET: Final = object()


def with_angles(recording: Recording, cutoff_hz: float | object | None = _UNSET) -> Recording:
    """The recording with a stream ``angles`` in degrees; the source's own stays as it is.

    The angles are computed on the cleaned recording, whose steps are added to the history; the
    step "compute angles" says the cut-off, and which angles could not be measured. Joints stay as
    they were recorded.

    Parameters
    ----------
    cutoff_hz
        Of the zero-phase low-pass on positions (default 6 Hz); None: raw, not filtered.

    Raises
    ------
    RecordingError
        Where no angle can be had, or ``cutoff_hz`` is given for angles that the source brings.
    SkeletonError
        Where joints or markers have no meaning.
    """
    if NAME in recording.streams:
        if cutoff_hz is not _UNSET:
            raise RecordingError(
                "cutoff_hz belongs to computed angles, and this recording brings its own stream "
                "'angles': leave cutoff_hz out, or the stream with recording.replace(streams={})."
            )
        return recording
    cutoff = _OWN if cutoff_hz is _UNSET else cutoff_hz
    if cutoff is not None and not (isinstance(cutoff, int | float) and cutoff > 0):
        raise RehabkitError(f"Expected cutoff_hz above 0 or None, found {cutoff!r}.")
    if not len(recording.skeleton):
        raise RecordingError("This recording has no joints, so no joint angles can be computed.")
    cleaned = clean(recording, CleanOptions(cutoff_hz=cutoff))
    kinematics = compute(cleaned)
    seen = {n: a for n, a in kinematics.angles.items() if np.isfinite(a.values).any()}
    if not seen:
        why = next((a.reason for a in kinematics.angles.values() if a.reason), "no joint is seen")
        raise RecordingError(f"No joint angle can be measured in this recording: {why}.")
    values = np.stack([a.values for a in seen.values()], axis=1)
    stream = Stream(kinematics.time, values, tuple(seen), "deg", NAME)
    lacking = ", ".join(n for n in kinematics.angles if n not in seen)
    changes = {"streams": {**recording.streams, NAME: stream}, "history": cleaned.history}
    return recording.replace(**changes).with_step(
        STEP,
        f"{len(seen)} angles" + (", of the picture, not of space" if kinematics.projected else ""),
        cutoff_hz=cutoff, not_measured=lacking, projected=kinematics.projected,
    )  # fmt: skip
