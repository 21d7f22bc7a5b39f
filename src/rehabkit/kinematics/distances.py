"""Distances that joints move, as FineRehab draws them (its Fig. 6), with body size taken out."""

from __future__ import annotations

import numpy as np

from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.signals.height import bone_lengths


def body_size(recording: Recording) -> float:
    """Length of the trunk and a leg in m: what sizes of movement are divided by.

    Median over frames of pelvis to chest, and of hip to knee to ankle (mean of both legs); NaN
    where they were not seen or the recording holds no positions.
    """
    if recording.positions is None:
        return float("nan")
    bones = [
        (f"{a}_{s}", f"{b}_{s}") for s in SIDES for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    trunk, *parts = bone_lengths(recording, [("pelvis", "chest"), *bones])
    legs = [thigh + shank for thigh, shank in zip(parts[::2], parts[1::2], strict=True)]
    seen = [leg for leg in legs if np.isfinite(leg)]
    return trunk + float(np.mean(seen)) if seen else float("nan")


def distance_course(recording: Recording, joint: str, frames: slice, size_m: float) -> Float:
    """(frames,) how far a joint is from where it was at the start, % of :func:`body_size`.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints, with positions in space.
    joint
        Canonical name with its side: ``"wrist_left"``.
    frames
        Those of one repetition; the start is the median of its first five that are seen.
    size_m
        The person's :func:`body_size`.
    """
    places = np.asarray(recording.joint(joint)[frames], dtype=np.float64)
    seen = np.isfinite(places).all(axis=1)
    if not seen.any():
        return np.full(len(places), np.nan)
    start = np.median(places[seen][:5], axis=0)
    return np.asarray(100 * np.linalg.norm(places - start, axis=1) / size_m)
