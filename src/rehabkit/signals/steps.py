"""The steps of ``clean``: each takes a recording, returns one, and writes its line of history."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from rehabkit.recording import CANONICAL_SKELETON, Recording, Up, without_side
from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals import bones, jumps, level, sides
from rehabkit.signals.caught import caught
from rehabkit.signals.filters import low_pass
from rehabkit.signals.gaps import fill_gaps
from rehabkit.signals.joined import CUT_STEP, OTHER_BODY_STEP, follow_body, runs_of
from rehabkit.signals.options import CleanOptions
from rehabkit.signals.runs import BREAK_S, Spans, inside, runs, spans_of
from rehabkit.signals.scale import units_per_metre

_OUTER = ("hand", "hand_tip", "thumb", "toe")
_MAIN = [k for k, j in enumerate(CANONICAL_SKELETON.joints) if without_side(j) not in _OUTER]
Points = Literal["positions", "image_points"]


def find_cuts(recording: Recording, break_s: float = BREAK_S) -> list[float]:
    """Times (s) from which the whole body stays at another place: joined recordings."""
    recording = drop_zeros(recording).canonical()
    if recording.positions is None and recording.image_points is None:
        return []
    return _follow_body(recording, break_s)[1]


def _follow_body(recording: Recording, break_s: float) -> tuple[Bool, list[float]]:
    """(frames,) where the body is elsewhere for a moment; times from which it stays elsewhere."""
    points, metre = _points(recording)
    away, cuts = np.zeros(len(recording), dtype=bool), []
    for run in runs_of(recording, break_s):
        away[run], found = follow_body(recording.time[run], points[run], metre)
        cuts += found
    return away, cuts


def _kind(recording: Recording) -> Points:
    return "positions" if recording.positions is not None else "image_points"


def _points(recording: Recording) -> tuple[Float, float]:
    """The points that are cleaned, and the size of a metre in them."""
    points: Float = getattr(recording, _kind(recording))
    return points, 1.0 if recording.positions is not None else units_per_metre(points)


def drop_zeros(recording: Recording) -> Recording:
    """Points that are exactly zero become missing, except a pelvis that is the origin."""
    if recording.positions is None:
        return recording
    zero = jumps.zeros(recording.positions)
    for joint in recording.skeleton.canonical.get("pelvis", ()):
        column = zero[:, recording.skeleton.index(joint)]
        column &= column.mean() <= 0.5  # mostly at 0, it is the origin of the others
    if not zero.any():
        return recording
    positions = np.where(zero[..., None], np.float32(np.nan), recording.positions)
    touched = f"exactly zero, {int(zero.sum())} points of {int(zero.any(axis=0).sum())} joints"
    return recording.with_step(
        "mark lost", touched, spans=spans_of(np.asarray(zero.any(axis=1)), recording.time),
        changes={"positions": positions},
    )  # fmt: skip


def _lose(recording: Recording, lost: Bool, name: str, why: str, **parameters: Any) -> Recording:
    """Set the marked points missing and say so."""
    values = np.array(getattr(recording, _kind(recording)))
    lost = lost & np.isfinite(values).all(axis=-1)
    if not lost.any():
        return recording
    values[lost] = np.nan
    values.flags.writeable = False  # ours alone: the recording need not copy it
    return recording.with_step(
        name, f"{why}, {_count(lost)}", spans=_spans(recording, lost),
        changes={_kind(recording): values}, **parameters,
    )  # fmt: skip


def _spans(recording: Recording, points: Bool) -> Spans:
    """When a main joint of the (frames, joints) mask is marked.

    Hands and toes flicker nearly always; their spans would hide when the body itself is lost.
    """
    return spans_of(np.asarray(points[:, _MAIN].any(axis=1)), recording.time)


def _count(points: Bool) -> str:
    """How many points of which joints: "12 points of 2 joints in 9 frames, 3 of hands or toes"."""
    per_joint = points.sum(axis=0)
    text = (
        f"{int(per_joint.sum())} points of {int((per_joint > 0).sum())} joints "
        f"in {int(points.any(axis=1).sum())} frames"
    )
    outer = int(per_joint.sum() - per_joint[_MAIN].sum())
    return f"{text}, {outer} of hands or toes" if outer else text


def unmirror(recording: Recording) -> Recording:
    """A mirrored recording gets the person's own sides back."""
    if recording.mirrored == "unknown":
        return recording.with_step("assume not mirrored", "left and right taken as named")
    if recording.mirrored == "no":
        return recording
    order = sides.SWAPPED_ORDER
    changes: dict[str, Any] = {"mirrored": "no"}
    if recording.positions is not None:
        changes["positions"] = recording.positions[:, order] * np.array([-1, 1, 1], np.float32)
    if recording.orientations is not None:
        changes["orientations"] = recording.orientations[:, order] * np.array(
            [1, 1, -1, -1], np.float32
        )
    for name in ("confidence", "image_points"):
        values = getattr(recording, name)
        if values is not None:
            changes[name] = values[:, order]
    return recording.with_step(
        "undo mirroring", "left and right joints exchanged, x reflected", changes=changes
    )


def cut(recording: Recording, options: CleanOptions) -> Recording:
    """State where the time line breaks; lose frames in which the body is elsewhere."""
    away, jumped = _follow_body(recording, options.break_s)
    breaks = runs(recording.time, options.break_s, cuts=jumped)
    if len(breaks) > 1:
        at = tuple(round(float(recording.time[r.start]), 4) for r in breaks[1:])
        text = f"{len(breaks)} runs; nothing is measured across a break"
        recording = recording.with_step(CUT_STEP, text, break_s=options.break_s, at_s=at)
    lost = np.repeat(away[:, None], len(recording.skeleton), axis=1)
    return _lose(recording, lost, "mark lost", "the whole body elsewhere for a moment")


def drop_other_bodies(recording: Recording) -> Recording:
    """Frames in which the reader says that another body was followed become missing."""
    spans = [s for step in recording.history if step.name == OTHER_BODY_STEP for s in step.spans]
    frames = inside(tuple(spans), recording.time)
    lost = np.repeat(frames[:, None], len(recording.skeleton), axis=1)
    return _lose(recording, lost, "mark lost", "another body was followed")


def drop_unseen(recording: Recording, options: CleanOptions) -> Recording:
    """Points of almost no confidence become missing."""
    if recording.confidence is None or not (recording.confidence > 0).any():
        return recording
    unseen = np.asarray(recording.confidence < options.least_confidence)
    return _lose(recording, unseen, "mark lost", "not seen by the sensor",
                 least_confidence=options.least_confidence)  # fmt: skip


def swap_sides(recording: Recording, options: CleanOptions) -> Recording:
    """Exchange the labels of arms or legs where they change sides in mid-recording."""
    for limb in sides.LIMBS:
        points, metre = _points(recording)
        swapped = np.zeros(len(recording), dtype=bool)
        for run in runs_of(recording, options.break_s):
            swapped[run] = sides.label_swaps(points, run, limb, metre)
        if not swapped.any():
            continue
        changes = {
            name: sides.exchange(values, swapped, (limb,))
            for name in ("positions", "orientations", "confidence", "image_points")
            if (values := getattr(recording, name)) is not None
        }
        recording = recording.with_step(
            "swap sides", f"{limb} exchanged in {int(swapped.sum())} frames",
            spans=spans_of(swapped, recording.time), changes=changes,
        )  # fmt: skip
    return recording


def doubt_sides(recording: Recording) -> Recording:
    """Say where left and right seem exchanged from the first frame to the last; not repaired."""
    if recording.positions is None:
        return recording
    share = sides.backward_feet(recording.positions, np.asarray(recording.up.vector))
    if share is None or share < sides.DOUBT_SHARE:
        return recording
    return recording.with_step(
        "assume sides as named",
        f"the feet point backwards in {100 * share:.0f} % of the frames: left and right may be "
        "exchanged throughout",
    )


def repair_jumps(recording: Recording, options: CleanOptions) -> tuple[Recording, Bool]:
    """Points off the track become missing; steps that stay have their edges marked."""
    points, metre = _points(recording)
    lost = np.zeros(points.shape[:2], dtype=bool)
    steps = np.zeros(points.shape[:2], dtype=bool)
    for run in runs_of(recording, options.max_gap_s):
        lost[run] = jumps.spikes(points, run, options.jumps.spike_m * metre)
        for joint in range(points.shape[1]):
            _follow_joint(recording, points[run, joint], run, joint, options, metre, lost, steps)
    recording = _lose(recording, lost, "repair jumps", "off the track",
                      speed_m_s=options.jumps.speed_m_s)  # fmt: skip
    recording = _lose(recording, steps, "mark lost", "edges of a step to another place")
    return recording, steps


def _follow_joint(
    recording: Recording, path: Float, run: slice, joint: int, options: CleanOptions,
    metre: float, lost: Bool, steps: Bool,
) -> None:  # fmt: skip
    """Add to ``lost`` and ``steps`` what is off the track of one joint in a run."""
    path = np.where(lost[run, joint, None], np.nan, path)
    with np.errstate(invalid="ignore"):
        moved = np.linalg.norm(np.diff(path, axis=0), axis=-1) > options.jumps.step_m * metre
    if not (moved.any() or np.isnan(path).any()):
        return
    trust = np.ones(len(path))
    if recording.confidence is not None:
        trust = np.clip(np.asarray(recording.confidence[run, joint], dtype=float), 0.2, 1.0)
    off, kept = jumps.off_track(recording.time[run], path, trust, options.jumps, metre)
    lost[run, joint] |= off
    for frame in kept:
        steps[max(run.start, run.start + frame - 1) : run.start + frame + 1, joint] = True


def drop_caught(recording: Recording, edges: Bool, options: CleanOptions) -> Recording:
    """An arm that jumped onto the other one becomes missing while it stays there."""
    points, metre = _points(recording)
    lost = np.zeros(points.shape[:2], dtype=bool)
    for run in runs_of(recording, options.break_s):
        lost[run] = caught(points[run], edges[run], metre)
    return _lose(recording, lost, "mark lost", "an arm found on the other one after a jump")


def check_bones(recording: Recording, options: CleanOptions) -> Recording:
    """Points that make a bone far too long or short become missing; only in space."""
    if recording.positions is None:
        return recording
    off = np.zeros(recording.positions.shape[:2], dtype=bool)
    for run in runs_of(recording, options.break_s):
        off[run] = bones.off_length(
            recording.positions[run], CANONICAL_SKELETON, options.bone_share, options.bone_least_m
        )[0]
    return _lose(recording, off, "mark lost", "bone far off its length",
                 bone_share=options.bone_share, bone_least_m=options.bone_least_m)  # fmt: skip


def check_directions(recording: Recording, options: CleanOptions) -> Recording:
    """Outer ends of bones that flip for a moment become missing; only in space."""
    if recording.positions is None:
        return recording
    off = np.zeros(recording.positions.shape[:2], dtype=bool)
    for run in runs_of(recording, options.max_gap_s):
        off[run] = bones.off_direction(
            recording.positions, run, CANONICAL_SKELETON, options.flip_deg
        )
    return _lose(recording, off, "repair jumps", "bone flipped", flip_deg=options.flip_deg)


def check_turning(recording: Recording, options: CleanOptions) -> Recording:
    """Outer ends of bones that still turn faster than anyone can become missing."""
    if recording.positions is None:
        return recording
    off = np.zeros(recording.positions.shape[:2], dtype=bool)
    for run in runs_of(recording, options.max_gap_s):
        off[run] = bones.turning(
            recording.time[run], recording.positions[run], CANONICAL_SKELETON, options.turn_deg_s
        )
    return _lose(recording, off, "mark lost", "bone turned too fast",
                 turn_deg_s=options.turn_deg_s)  # fmt: skip


def level_up(recording: Recording) -> Recording:
    """Take the direction of upright standing as up, where up was only the sensor's own axis."""
    if recording.positions is None or level.is_measured(recording.up):
        return recording
    found = level.body_up(recording)
    if found is None:
        return recording.with_step(
            "assume level sensor", "its own axis taken as up: nobody was seen standing straight"
        )
    direction, upright = level.without_small_roll(recording, found[0]), found[1]
    tilt = level.tilt_deg(np.asarray(recording.up.vector), direction)
    if not level.LEAST_TILT_DEG <= tilt <= level.MOST_TILT_DEG:
        return recording.with_step(
            "assume level sensor", f"its own axis taken as up: {tilt:.0f} deg from upright standing"
        )
    x, y, z = (float(v) for v in direction)
    return recording.with_step(
        "find up", f"sensor tilted by {tilt:.1f} deg against the person standing straight",
        spans=spans_of(upright, recording.time), changes={"up": Up((x, y, z), "body")},
        tilt_deg=round(tilt, 2),
    )  # fmt: skip


def fill(recording: Recording, options: CleanOptions, edges: Bool) -> Recording:
    """Interpolate over short gaps; the ``edges`` of steps that were kept stay missing."""
    points, _ = _points(recording)
    parts = runs_of(recording, options.max_gap_s)
    values, filled = fill_gaps(recording.time, points, parts, options.max_gap_s)
    values[edges] = np.nan
    values.flags.writeable = False
    filled &= ~edges
    touched = f"interpolated, {_count(filled)}" if filled.any() else "nothing to fill"
    return recording.with_step(
        "fill gaps", touched, spans=_spans(recording, filled),
        changes={_kind(recording): values}, max_gap_s=options.max_gap_s,
    )  # fmt: skip


def smooth(recording: Recording, options: CleanOptions) -> Recording:
    """Zero-phase low-pass, run by run."""
    if options.cutoff_hz is None:
        return recording
    points, _ = _points(recording)
    parts = runs_of(recording, options.max_gap_s)
    smooth = low_pass(recording.time, points, options.cutoff_hz, parts, dtype=np.float32)
    smooth.flags.writeable = False
    return recording.with_step(
        "low-pass", "zero-phase Butterworth, 2nd order each way",
        changes={_kind(recording): smooth}, cutoff_hz=options.cutoff_hz,
    )  # fmt: skip
