"""The scale of a recording from a person's stated height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rehabkit.errors import RecordingError
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float

# Shank, thigh and trunk (hip to shoulder) as shares of stature: Drillis and Contini 1966, in
# Winter, Biomechanics and Motor Control of Human Movement, figure 4.1.
SHARE_OF_STATURE: Final = 0.246 + 0.245 + 0.288
PLAUSIBLE_M: Final = (0.4, 2.6)


def stature(recording: Recording) -> float:
    """Body height in the unit of the positions, from the lengths of shank, thigh and trunk.

    Medians over time, the mean of both sides; NaN where one of them was never seen. The
    proportions are those of adults: about 3 % off for one person, more for a child.
    """
    canonical = recording.canonical()
    if canonical.positions is None:
        return float("nan")
    lengths = [
        sum(
            bone_length(canonical, a, b)
            for a, b in (
                (f"ankle_{side}", f"knee_{side}"),
                (f"knee_{side}", f"hip_{side}"),
                (f"hip_{side}", f"shoulder_{side}"),
            )
        )
        for side in ("left", "right")
    ]
    seen = [length for length in lengths if np.isfinite(length)]
    return float(np.mean(seen)) / SHARE_OF_STATURE if seen else float("nan")


def bone_length(recording: Recording, a: str, b: str) -> float:
    """Median distance of two joints over the frames that hold both; NaN where none does."""
    bone: Float = np.linalg.norm(recording.joint(a) - recording.joint(b), axis=1)
    seen = bone[np.isfinite(bone)]
    return float(np.median(seen)) if len(seen) else float("nan")


def bone_lengths(recording: Recording, bones: Sequence[tuple[str, str]]) -> list[float]:
    """:func:`bone_length` of several bones, together where all joints are seen throughout."""
    ends = [
        [recording.skeleton.index(joint) for joint in side] for side in zip(*bones, strict=True)
    ]
    tracks = np.ascontiguousarray(np.asarray(recording.positions).transpose(1, 2, 0))
    lines = tracks[ends[0]] - tracks[ends[1]]  # frames side by side: several times as fast
    lengths = np.sqrt((lines * lines).sum(axis=1))
    if lengths.size and np.isfinite(lengths).all():
        return [float(length) for length in np.median(lengths, axis=1)]
    return [bone_length(recording, a, b) for a, b in bones]


def with_height(recording: Recording, height_m: float) -> Recording:
    """The recording with the person's height known, and scaled to it where the sensor is not.

    Parameters
    ----------
    height_m
        m. Positions whose scale the sensor knows are left as they are.

    Raises
    ------
    RecordingError
        If the height is no person's.
    """
    low, high = PLAUSIBLE_M
    if not low <= height_m <= high:
        raise RecordingError(
            f"Expected a height between {low} and {high} m, found {height_m}. Give it in metres."
        )
    recording = recording.replace(subject=replace(recording.subject, height_m=height_m))
    found = stature(recording)
    if recording.scale.known or recording.positions is None or not found > 0:
        return recording.with_step("note height", f"{height_m:.2f} m, as stated")
    factor = height_m / found
    scale = replace(recording.scale, known=False, height_m=height_m, note="from stated height")
    return recording.with_step(
        "scale to height",
        f"lengths times {factor:.3f}: shank, thigh and trunk give {found:.2f} m",
        changes={"positions": recording.positions * np.float32(factor), "scale": scale},
        height_m=height_m,
    )
