"""The gate's checks of the body: its proportions, size, posture, and that it is one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rehabkit.assessment.seen import Seen, columns
from rehabkit.assessment.verdict import Verdict, percent
from rehabkit.exercises.exercise import Exercise
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.signals.joined import runs_of

_BONES: Final = {"thigh": ("hip", "knee"), "shank": ("knee", "ankle"),
                 "upper arm": ("shoulder", "elbow"), "forearm": ("elbow", "wrist")}  # fmt: skip
# Wider than every one of some 880 recordings of adults by Kinect v1 and v2, UI-PRMD and IRDS
# (their extremes: leg to trunk 0.9-2.3, thigh to shank 0.65-1.7, left to right 1.54, spread of
# lengths 0.37, leg 0.50-0.96 m, trunk 0.26-0.66 m), and room for children.
LEG_TO_TRUNK, THIGH_TO_SHANK = (0.5, 3.5), (0.4, 2.5)
MOST_UNEVEN, MOST_SPREAD = 2.2, 0.6
LEG_M, TRUNK_M = (0.25, 1.4), (0.12, 0.95)
UNITS: Final = {"millimetres": 1000.0, "centimetres": 100.0, "inches": 39.37}
LYING_DEG, UPSIDE_DOWN_DEG = 60.0, 120.0
OTHER_BODY = 0.2
"""Bones that differ by more than this share before and after a cut are another person's."""


def check_body(seen: Seen, cleaned: Recording, exercise: Exercise | None) -> Verdict:
    """Whether the skeleton is one a person can have, upright where it must be."""
    verdict = Verdict()
    if cleaned.positions is None:
        return verdict
    lengths = bone_lengths(seen, cleaned)
    _check_proportions(lengths, verdict)
    if cleaned.scale.known:
        _check_size(lengths, verdict)
    _check_posture(cleaned, exercise, verdict)
    return verdict


def bone_lengths(seen: Seen, cleaned: Recording) -> dict[str, Float]:
    """Bone -> (frames,) length in m where both ends are seen, else NaN; ``"thigh_left"``."""

    def length(a: str, b: str) -> Float:
        apart = cleaned.joint(a).astype(np.float64) - cleaned.joint(b)
        both = seen.seen[:, columns((a, b))].all(axis=1)
        return np.asarray(np.where(both, np.linalg.norm(apart, axis=-1), np.nan))

    found = {f"{bone}_{side}": length(f"{a}_{side}", f"{b}_{side}")
             for bone, (a, b) in _BONES.items() for side in SIDES}  # fmt: skip
    return found | {"trunk": length("pelvis", "chest")}


def _median(values: Float) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) >= 5 else float("nan")


def _mean_of_sides(lengths: Mapping[str, Float], bone: str) -> float:
    both = [m for s in SIDES if np.isfinite(m := _median(lengths[f"{bone}_{s}"]))]
    return float(np.mean(both)) if both else float("nan")


def _check_proportions(lengths: Mapping[str, Float], verdict: Verdict) -> None:
    thigh, shank = _mean_of_sides(lengths, "thigh"), _mean_of_sides(lengths, "shank")
    trunk = _median(lengths["trunk"])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (
            ("legs", "trunk", np.divide(thigh + shank, trunk), LEG_TO_TRUNK),
            ("thigh", "shank", np.divide(thigh, shank), THIGH_TO_SHANK),
        )
    wrong = [f"the {a} {r:.1f} times the {b}" for a, b, r, (low, high) in ratios
             if np.isfinite(r) and not low <= r <= high]  # fmt: skip
    uneven = _uneven(lengths)
    if uneven is not None:
        wrong.append(uneven)
    if wrong:
        verdict.forbid(
            "implausible-body", f"the skeleton is not a person's: {', '.join(wrong)}",
            advice="Check which joints the file's columns hold, or film from further away.",
        )  # fmt: skip
    _check_steady(lengths, verdict)


def _uneven(lengths: Mapping[str, Float]) -> str | None:
    for bone in _BONES:
        left, right = (_median(lengths[f"{bone}_{s}"]) for s in SIDES)
        if np.isfinite(left + right) and max(left, right) > MOST_UNEVEN * min(left, right):
            longer = "left" if left > right else "right"
            return f"the {longer} {bone} more than {MOST_UNEVEN:g} times the other"
    return None


def _check_steady(lengths: Mapping[str, Float], verdict: Verdict) -> None:
    """Bones do not change their length: the middle 80 % of lengths lie close together."""
    spreads = []
    for values in lengths.values():
        seen = values[np.isfinite(values)]
        if len(seen) >= 5 and np.median(seen) > 0:
            low, high = np.percentile(seen, [10, 90])
            spreads.append((high - low) / np.median(seen))
    if spreads and (typical := float(np.median(spreads))) > MOST_SPREAD:
        verdict.forbid(
            "unsteady-body", f"the lengths of the bones vary by {percent(typical)} while moving",
            advice="Film one person alone, the whole body in the picture, in good light.",
        )  # fmt: skip


def _check_size(lengths: Mapping[str, Float], verdict: Verdict) -> None:
    leg = _mean_of_sides(lengths, "thigh") + _mean_of_sides(lengths, "shank")
    trunk = _median(lengths["trunk"])
    for part, value, (low, high) in (("leg", leg, LEG_M), ("trunk", trunk, TRUNK_M)):
        if np.isfinite(value) and not low <= value <= high:
            unit = next((u for u, f in UNITS.items() if low <= value / f <= high), None)
            hint = f"; they look like {unit}" if unit else ""
            verdict.forbid(
                "implausible-size", f"lengths are not metres: a {part} of {value:.3g} m{hint}",
                advice="Give the file's unit, or the person's height (--height-m).",
            )  # fmt: skip
            return


def _check_posture(cleaned: Recording, exercise: Exercise | None, verdict: Verdict) -> None:
    """Whether the trunk stands up; lying is refused only where the exercise stands or sits."""
    tilt = trunk_tilt_deg(cleaned)
    tilt = tilt[np.isfinite(tilt)]
    if len(tilt) < 5:
        return
    usual = float(np.median(tilt))
    if usual > UPSIDE_DOWN_DEG:
        verdict.forbid(
            "upside-down", f"the trunk points downward ({usual:.0f} deg from upright)",
            advice="Check which axis of the file points up, or turn the picture.",
        )  # fmt: skip
    elif usual > LYING_DEG and exercise is not None and exercise.posture in ("standing", "sitting"):
        verdict.forbid(
            "not-upright",
            f"the trunk is {usual:.0f} deg from upright, in an exercise done {exercise.posture}",
            advice="Hold the camera upright, or choose the exercise that was done.",
        )


def trunk_tilt_deg(cleaned: Recording) -> Float:
    """(frames,) angle between trunk and vertical, deg."""
    trunk = cleaned.joint("chest").astype(np.float64) - cleaned.joint("pelvis")
    length = np.linalg.norm(trunk, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        upward = (trunk @ np.asarray(cleaned.up.vector)) / length
    return np.asarray(np.degrees(np.arccos(np.clip(upward, -1, 1))))


def check_identity(seen: Seen, cleaned: Recording) -> Verdict:
    """Whether one body was followed: jumps that the video reader saw, limbs that change length."""
    verdict = Verdict()
    for step in cleaned.history:
        for span in step.spans if step.name == "identity jump" else ():
            verdict.restrict(
                "identity",
                f"another person may have been followed {span[0]:.1f} to {span[1]:.1f} s",
                span=span,
                advice="Film one person alone, or name the person to follow (--person).",
            )
    if cleaned.positions is not None:
        _check_pieces(seen, cleaned, verdict)
    return verdict


def check_others(cleaned: Recording) -> Verdict:
    """Whether the reader saw somebody else, at the body or beside; a mirror shows people too."""
    verdict = Verdict()
    for step in cleaned.history:
        if step.name != "second person" or not step.spans:
            continue
        close = step.parameters.get("where") == "at the body"
        longest = max(step.spans, key=lambda span: span[1] - span[0])
        seconds = sum(end - start for start, end in step.spans)
        where = "at the body of the one followed" if close else "beside the one followed"
        times = f"{longest[0]:.1f} to {longest[1]:.1f} s"
        if len(step.spans) > 1:
            times = f"{len(step.spans)} times, {seconds:.1f} s together, the longest {times}"
        verdict.restrict(
            "second-person",
            f"another person (or a reflection or picture of one) was seen {where}, {times}",
            span=longest,
            advice="A helper may stay; check that the right person was followed (--person).",
        )
    return verdict


def _check_pieces(seen: Seen, cleaned: Recording, verdict: Verdict) -> None:
    """Compare bone lengths between pieces of a recording that was cut."""
    pieces = [p for p in runs_of(cleaned) if p.stop - p.start >= 15]
    if len(pieces) < 2:
        return
    lengths = bone_lengths(seen, cleaned)
    sizes = [{bone: _median(values[p]) for bone, values in lengths.items()} for p in pieces]
    main = max(range(len(pieces)), key=lambda i: pieces[i].stop - pieces[i].start)
    for piece, size in zip(pieces, sizes, strict=True):
        shares = [size[b] / sizes[main][b] for b in size if np.isfinite(size[b] / sizes[main][b])]
        if shares and abs(float(np.median(shares)) - 1) > OTHER_BODY:
            span = (float(cleaned.time[piece.start]), float(cleaned.time[piece.stop - 1]))
            verdict.restrict(
                "identity",
                f"limbs of another length {span[0]:.1f} to {span[1]:.1f} s: "
                "another person may have been followed",
                span=span,
                advice="Film one person alone, or name the person to follow (--person).",
            )
