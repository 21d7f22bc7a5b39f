"""From a raw record to a Recording: what readers share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.recording import History, Step
from rehabkit.recording.arrays import Float

Times = NDArray[np.float64]


def increasing(stamps: Times) -> NDArray[np.bool_]:
    """Which frames to keep so that the times strictly increase; the first of equal ones stays."""
    usable = np.where(np.isfinite(stamps), stamps, -np.inf)
    before = np.maximum.accumulate(np.concatenate([[-np.inf], usable[:-1]]))
    return np.isfinite(stamps) & (stamps > before)


def drop_note(path: Path, keep: NDArray[np.bool_], why: str) -> History:
    """The line of history for frames left out; an error where none is left."""
    dropped = int((~keep).sum())
    if dropped == len(keep):
        raise FormatError(path, expected="at least one frame with a time", found="none")
    if not dropped:
        return ()
    return (Step("drop frames", {"frames": dropped}, f"{dropped} of {len(keep)} frames {why}"),)


def unseen_as_nan(positions: Float) -> tuple[Float, int]:
    """(frames, joints, 3) with joints at exactly (0, 0, 0) as NaN, and how many there were."""
    zero = (positions == 0).all(axis=-1)
    out = np.where(zero[..., None], np.nan, positions).astype(np.float32)
    return out, int(zero.sum())


def unseen_note(count: int, total: int) -> History:
    """The line of history for joints that the file holds as zeros."""
    if not count:
        return ()
    return (Step("mark unseen", {}, f"{count} of {total} joint positions were all zero: NaN"),)


def unit_quaternions(values: Float) -> Float:
    """(..., 4) of length one; NaN where the source gives none (length not near one)."""
    length = np.linalg.norm(values, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = values / length
    usable = np.isfinite(length) & (np.abs(length - 1) < 0.05)
    return np.where(usable, unit, np.nan).astype(np.float32)


def assumed_rate(rate_hz: float, frames: int, why: str) -> tuple[Times, Step]:
    """Times of evenly spaced frames, and the line that says that the rate was assumed."""
    return np.arange(frames) / rate_hz, Step("assume frame rate", {"rate_hz": rate_hz}, why)


def fewer_rows(path: Path, stated: str, rows: int, text: str) -> History:
    """The line of history where a header counts other rows than the file holds.

    Raises
    ------
    FormatError
        Where there are fewer and the text ends without a line break: it was cut off, perhaps
        within a number.
    """
    if not stated.strip().isdecimal() or len(stated) > 12 or int(stated) == rows:
        return ()
    if int(stated) > rows and not text.endswith(("\n", "\r")):
        raise FormatError(
            path,
            expected=f"{int(stated)} rows as the header says",
            found=f"{rows}, the last one without an end",
            fix="The file was cut off; copy it again.",
        )
    why = f"the header says {int(stated)} rows, the file holds {rows}"
    return (Step("count frames", {"frames": rows}, why),)
