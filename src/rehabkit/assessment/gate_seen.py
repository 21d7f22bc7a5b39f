"""The gate's checks of what was seen: the driving joints, and hidden parts of the body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from rehabkit.assessment.needs import (
    PARTS,
    Need,
    joints_of,
    moving_joints,
    part_of,
    signal_needs,
)
from rehabkit.assessment.seen import Seen, columns
from rehabkit.assessment.types import Reason
from rehabkit.assessment.verdict import Verdict, percent
from rehabkit.assessment.words import listed
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording, side_of
from rehabkit.recording.arrays import Bool
from rehabkit.signals.runs import spans_of

LEAST_SEEN = 0.5
"""Below this share of the time the movement itself was not seen."""
LEAST_HIDDEN_S = 0.3
_JOIN_S = 0.5
_HIDDEN, _GUESSED = 0.02, 0.5
_FILM = "Film with the {part} fully in the picture and nothing in front."


def check_movement(
    seen: Seen, cleaned: Recording, kinematics: Kinematics, exercise: Exercise
) -> Verdict:
    """Whether a driving signal of the exercise can be had for at least half of the time."""
    verdict = Verdict()
    drivers = [d for d in (exercise.driver, exercise.second_driver) if d is not None]
    if not drivers:  # what moves most counts
        return verdict
    shares = {d.signal: _driver_share(seen, cleaned, kinematics, d.signal) for d in drivers}
    best = max(shares, key=lambda signal: shares[signal])
    if shares[best] >= LEAST_SEEN:
        return verdict
    why = _not_measurable(kinematics, best)
    if why:
        verdict.forbid(
            "movement-not-measurable",
            f"{driving.label_of(best).lower()} cannot be measured from it: {why}",
            advice="Film the exercise with a camera from the side that shows the movement best.",
        )
        return verdict
    need = max(signal_needs(best), key=lambda n: seen.share(n.joints))
    part = part_of(need.joints)
    part = part if part not in ("trunk", "hips") else "body"
    verdict.forbid(
        "movement-not-seen",
        f"the movement itself ({driving.label_of(best).lower()}) was seen in only "
        f"{percent(shares[best])} of the time{_where(seen, need)}",
        advice=_FILM.format(part=part),
    )
    return verdict


def _not_measurable(kinematics: Kinematics, signal: str) -> str:
    """Why this sensor cannot see the angle at all; empty where it can."""
    names = ANGLES[signal].names() if signal in ANGLES else ()
    found = [kinematics.angles[n] for n in names if n in kinematics]
    blind = [a.reason for a in found if not a.measurable]
    return blind[0] if found and len(blind) == len(found) else ""


def _driver_share(seen: Seen, cleaned: Recording, kinematics: Kinematics, signal: str) -> float:
    """Share of the time in which the signal has a value and its joints are in the picture."""
    best = 0.0
    channels = driving.channels(cleaned, kinematics, signal)
    for channel, need in zip(channels, signal_needs(signal), strict=False):
        known = np.isfinite(channel.values)
        inside = seen.inside[:, columns(moving_joints(need))].all(axis=1)
        best = max(best, seen.share_of(np.asarray(known & inside)))
    return best


def _where(seen: Seen, need: Need) -> str:
    """What was missing, in words: lost, out of the picture, or not in the skeleton."""
    absent = [j for j in need.joints if not seen.has(j)]
    if absent:
        return f"; the recording has no {listed([_words(j) for j in absent])}"
    outside = [j for j in need.joints if seen.share_of(~seen.inside[:, columns([j])[0]]) > 0.3]
    if outside:
        return f"; {listed([_words(j) for j in outside])} out of the picture"
    lost = [j for j in need.joints if seen.share([j]) < 0.7]
    return f"; {listed([_words(j) for j in lost])} hidden" if lost else ""


def _words(joint: str) -> str:
    side = side_of(joint)
    return f"{side} {joint.removesuffix('_' + side)}" if side else joint


def check_anyone(seen: Seen) -> Verdict:
    """Without a named exercise: whether enough of the body for any movement was seen."""
    verdict = Verdict()
    bones = [("shoulder", "elbow"), ("hip", "knee")]
    limbs = [(f"{a}_{s}", f"{b}_{s}") for a, b in bones for s in ("left", "right")]
    best = max([*(seen.share(limb) for limb in limbs),
                seen.share(("shoulder_left", "shoulder_right", "head"))])  # fmt: skip
    if best < LEAST_SEEN:
        verdict.forbid(
            "body-not-seen",
            f"no arm, leg or head was seen for more than {percent(best)} of the time",
            advice=_FILM.format(part="body"),
        )
    return verdict


def check_parts(seen: Seen, exercise: Exercise | None) -> Verdict:
    """Parts of the body that were hidden or guessed, one limit a part."""
    verdict = Verdict()
    wanted = joints_of(exercise) if exercise is not None else frozenset(sum(PARTS.values(), ()))
    for part, own in PARTS.items():
        joints = [j for j in own if j in wanted and seen.has(j)]
        if joints:
            _check_part(seen, part, joints, verdict)
    verdict.limits[:] = _both_sides(verdict.limits)
    return verdict


def _both_sides(limits: list[Reason]) -> list[Reason]:
    """``left leg`` and ``right leg`` with the same to say become ``both legs``."""
    merged: list[Reason] = []
    texts = {r.text for r in limits}
    for limit in limits:
        left = limit.text.replace("right ", "left ", 1)
        right = limit.text.replace("left ", "right ", 1)
        if left == right or not {left, right} <= texts:
            merged.append(limit)
        elif limit.text == left:
            words = limit.text.removeprefix("left ").split(" ", 1)
            advice = limit.advice.replace("whole left", "whole right and left")
            merged.append(replace(limit, text=f"both {words[0]}s {words[1]}", advice=advice))
    return merged


def _check_part(seen: Seen, part: str, joints: Iterable[str], verdict: Verdict) -> None:
    at = columns(joints)
    hidden = np.asarray(seen.present & ~seen.seen[:, at].all(axis=1))
    spans = [s for s in spans_of(hidden, seen.time, _JOIN_S) if s[1] - s[0] >= LEAST_HIDDEN_S]
    outside = np.asarray(hidden & ~seen.inside[:, at].all(axis=1))
    if spans:
        _say_hidden(seen, part, hidden, outside, spans, verdict)
        return
    unsure = seen.share_of(np.asarray(~seen.sure[:, at].all(axis=1)))
    if unsure > _GUESSED:
        verdict.restrict(
            "guessed", f"{part} mostly guessed: hardly seen in {percent(unsure)} of the time",
            advice=_FILM.format(part=part),
        )  # fmt: skip


def _say_hidden(
    seen: Seen,
    part: str,
    hidden: Bool,
    outside: Bool,
    spans: list[tuple[float, float]],
    verdict: Verdict,
) -> None:
    out = outside.sum() > 0.5 * hidden.sum()
    how = "out of the picture" if out else "hidden"
    share = seen.share_of(hidden)
    longest = max(spans, key=lambda s: s[1] - s[0])
    advice = _FILM.format(part=part)
    if share > 1 - _HIDDEN:
        verdict.restrict("hidden", f"{part} {how} all the time", advice=advice)
    elif len(spans) == 1:
        text = f"{part} partly {how} {longest[0]:.1f} to {longest[1]:.1f} s"
        verdict.restrict("hidden", text, span=longest, advice=advice)
    else:
        total = sum(end - start for start, end in spans)
        text = (
            f"{part} partly {how} {len(spans)} times, {total:.1f} s together, the longest "
            f"{longest[0]:.1f} to {longest[1]:.1f} s"
        )
        verdict.restrict("hidden", text, span=longest, advice=advice)
