"""``clean``: from what a sensor gave to canonical joints that can be measured, step by step."""

from __future__ import annotations

from rehabkit.recording import Recording
from rehabkit.signals import steps
from rehabkit.signals.options import CleanOptions

__all__ = ["CleanOptions", "clean"]


def clean(recording: Recording, options: CleanOptions | None = None) -> Recording:
    """Canonical joints, cleaned; every step leaves its line in the history.

    Positions are cleaned, or image points where there is no position in space. Stretches that
    cannot be had are NaN.

    Parameters
    ----------
    recording
        As read, on any skeleton with a map to the canonical joints.

    Returns
    -------
    Recording
        On the canonical skeleton, same time line.

    Raises
    ------
    SkeletonError
        If the skeleton has no map to the canonical joints.
    """
    options = options or CleanOptions()
    recording = steps.drop_zeros(recording)
    recording = recording.canonical()
    if recording.positions is None and recording.image_points is None:
        return recording
    recording = steps.unmirror(recording)
    recording = steps.drop_other_bodies(recording)
    recording = steps.cut(recording, options)
    recording = steps.drop_unseen(recording, options)
    recording = steps.swap_sides(recording, options)
    recording = steps.doubt_sides(recording)
    recording, edges = steps.repair_jumps(recording, options)
    recording = steps.drop_caught(recording, edges, options)
    recording = steps.check_bones(recording, options)
    recording = steps.check_directions(recording, options)
    recording = steps.fill(recording, options, edges)
    recording = steps.smooth(recording, options)
    recording = steps.check_turning(recording, options)
    return steps.level_up(recording)
