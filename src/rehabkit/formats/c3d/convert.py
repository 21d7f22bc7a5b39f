"""A C3D file's arrays and texts into a recording: points, whose they are, axes, events, poses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.build import unseen_as_nan, unseen_note
from rehabkit.formats.c3d.poses import add_poses
from rehabkit.formats.c3d.signals import computed_indices, to_streams
from rehabkit.formats.numbers import LARGEST
from rehabkit.formats.point_labels import Named, name_points, unique
from rehabkit.formats.up_axis import axes, extent, find_up, share_above
from rehabkit.recording import (
    Event,
    EventSide,
    History,
    Recording,
    Scale,
    Source,
    Step,
    Subject,
    Up,
)
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeleton import Skeleton

M_PER_UNIT: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001}
_UNIT_WORDS: Final = {"meter": "m", "meters": "m", "metres": "m", "millimeters": "mm",
                      "millimetres": "mm", "centimeters": "cm"}  # fmt: skip
_SIDES: Final[dict[str, EventSide]] = {"left": "left", "right": "right", "both": "both"}
# Two sets of labels that have these many names in common, and half of the smaller, are two
# people; rigid bodies share a handful of names such as Marker1.
_SHARED: Final = 8
_NEARLY_ALL: Final = 0.98
_LONGEST_S: Final = 1e9

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Options:
    """What the user says of a file."""

    subject: str | None = None
    markers: str | Path | None = None
    unit: str | None = None
    up: str | None = None


def to_recording(path: Path, digest: str, raw: Raw, options: Options) -> Recording:
    """The recording of one subject.

    Raises
    ------
    FormatError
        Where numbers contradict each other, or several people are in it and none was chosen.
    """
    _check(path, raw)
    labels, chosen, subject, picking = _pick(path, raw, options.subject)
    names, renamed = unique([labels[i] for i in chosen])
    unit, factor, scaling = _unit(path, raw, options.unit)
    metres, zeros = unseen_as_nan(_finite(path, raw["points"][:, chosen]) * factor)
    named = name_points(names, options.markers)
    named, positions, orientations, posing = add_poses(raw, named, named.place(metres), factor)
    if not len(named.skeleton) and not raw["analogs"].size:
        raise FormatError(path, expected="points, rotations or analog signals", found="none")
    up, assumed_up = _up(raw, named.skeleton, positions, options.up)
    streams, signals = to_streams(path, raw, subject)
    time = np.arange(len(positions)) / raw["rate_hz"]
    start_s, clock = _start(raw)
    frames = len(time)
    history = (
        Step("read", {"format": "c3d", "unit": unit}, f"{frames} frames"),
        *picking, *renamed, *named.history, *posing, *scaling, *assumed_up, *signals,
        *_fewer(raw, frames), *unseen_note(zeros, metres.shape[0] * metres.shape[1]),
    )  # fmt: skip
    return Recording(
        time=time,
        skeleton=named.skeleton,
        positions=positions if _has_positions(raw, positions, orientations) else None,
        orientations=orientations,
        up=up,
        scale=Scale(known=True, note=f"in {unit}"),
        streams=streams,
        events=_events(raw, subject),
        source=Source(
            str(path), digest, "c3d", " ".join(raw["device"]), raw["rate_hz"], start_s, clock
        ),
        subject=Subject(id=subject),
        history=history,
    )


def _has_positions(raw: Raw, positions: Float, orientations: Float | None) -> bool:
    """Points, seen or not, or poses with an origin; a file of signals alone has none."""
    if orientations is None or raw["points"].shape[1]:
        return len(positions[0]) > 0
    return bool(np.isfinite(positions).any())


def _check(path: Path, raw: Raw) -> None:
    """Frame rate and counts, which everything else stands on."""
    frames, rate = len(raw["points"]), raw["rate_hz"]
    if not (np.isfinite(rate) and 0 < rate <= 1e6):
        raise FormatError(
            path, place="POINT:RATE", expected="a frame rate in Hz above 0", found=f"{rate:g}"
        )
    if not frames:
        raise FormatError(path, expected="at least one frame", found="none")
    if frames / rate > _LONGEST_S:
        raise FormatError(
            path, place="POINT:RATE", expected="a recording of some hours",
            found=f"{frames} frames at {rate:g} Hz", fix="The file seems damaged.",
        )  # fmt: skip


def _finite(path: Path, values: Float) -> Float:
    wrong = np.abs(values) > LARGEST
    if wrong.any():
        frame, point, _ = map(int, np.argwhere(wrong)[0])
        raise FormatError(
            path, place=f"frame {frame + 1}, point {point + 1}",
            expected=f"coordinates up to {LARGEST:g}", found=f"{np.nanmax(np.abs(values)):g}",
            fix="The file seems damaged.",
        )  # fmt: skip
    return values


# --- Whose points -------------------------------------------------------------------------------


def _pick(path: Path, raw: Raw, given: str | None) -> tuple[list[str], list[int], str, History]:
    """Every label, the points to take, their subject, and the line that says so."""
    count = raw["points"].shape[1]
    labels = (list(raw["labels"]) + [""] * count)[:count]
    results = computed_indices(raw, labels)
    points = [i for i in range(count) if i not in results]
    prefix = [_prefix(label) for label in labels]
    groups = {p: [i for i in points if prefix[i] == p] for p in dict.fromkeys(prefix) if p}
    people = _people(groups, labels)
    if given is not None:
        if given not in groups:
            raise RehabkitError(
                f"{path}: no points are called {given + ':'!r}; subjects: {choices(groups)}."
            )
        step = Step(
            "pick person", {"subject": given}, f"{len(groups[given])} of {len(points)} points"
        )
        return _bare(labels), groups[given], given, (step,)
    if len(people) > 1:
        raise FormatError(
            path,
            expected="the points of one person",
            found=f"{len(people)} people: {', '.join(people)}",
            fix=f"Say which with subject={people[0]!r}.",
        )
    if len(groups) == 1 and len(next(iter(groups.values()))) == len(points):
        return _bare(labels), points, next(iter(groups)), ()
    names = raw["subjects"]
    if not groups:
        return labels, points, names[0] if len(names) == 1 else "", ()
    step = Step("keep prefixes", {"prefixes": tuple(groups)}, "subject= takes the points of one")
    return labels, points, "", (step,)


def _prefix(label: str) -> str:
    head, colon, rest = label.partition(":")
    return head.strip() if colon and rest.strip() else ""


def _bare(labels: Sequence[str]) -> list[str]:
    return [label.partition(":")[2].strip() if _prefix(label) else label for label in labels]


def _people(groups: Mapping[str, Sequence[int]], labels: Sequence[str]) -> list[str]:
    """Prefixes whose points bear the same names as those of another prefix."""
    bare = {p: {_bare([labels[i]])[0].upper() for i in points} for p, points in groups.items()}
    return [
        p for p in bare
        if any(_alike(bare[p], bare[q]) for q in bare if q != p)
    ]  # fmt: skip


def _alike(a: set[str], b: set[str]) -> bool:
    shared = len(a & b)
    return shared >= _SHARED and shared * 2 >= min(len(a), len(b))


# --- Unit, axes, time ---------------------------------------------------------------------------


def _unit(path: Path, raw: Raw, given: str | None) -> tuple[str, float, History]:
    """The unit of the points, metres a unit, and what was assumed."""
    if given is not None and given not in M_PER_UNIT:
        raise RehabkitError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {given!r}.")
    stated = raw["unit"][0].lower() if raw["unit"] else ""
    unit = given or _UNIT_WORDS.get(stated, stated)
    if unit in M_PER_UNIT:
        return unit, M_PER_UNIT[unit], ()
    if not raw["points"].size and not raw["rotations"].size:
        return "m", 1.0, ()
    span = float(np.max(extent(raw["points"]))) if raw["points"].size else float("nan")
    for name, factor in M_PER_UNIT.items():
        if 0.3 <= span * factor <= 3.0:
            why = f"POINT:UNITS says {stated!r}; the points of a frame span {span:.4g}"
            return name, factor, (Step("assume unit", {"unit": name}, why),)
    raise FormatError(
        path,
        place="POINT:UNITS",
        expected=f"one of {choices(M_PER_UNIT)}",
        found=repr(stated[:40]),
        fix="Give unit='m', 'cm' or 'mm'.",
    )


def _up(raw: Raw, skeleton: Skeleton, positions: Float, given: str | None) -> tuple[Up, History]:
    """The axis given, else what the points tell, else POINT:Y_SCREEN, else z.

    The screen's axes come second: Qualisys writes ``-Z`` into files whose floor lies below the
    points on z.
    """
    told, history = find_up(skeleton, positions, given, convention="z")
    screen = raw["screen"][1].lower().lstrip("+") if len(raw["screen"]) == 2 else ""
    if given is not None or screen not in axes():
        return told, history
    axis = screen.lstrip("-")
    above = share_above(positions, "xyz".index(axis))
    same_axis = told.vector in (axes()[axis], axes()[f"-{axis}"])
    if told.known_by == "body" and not same_axis:
        why = f"{history[0].touched}; POINT:Y_SCREEN says {screen}"
        return told, (Step("assume up", history[0].parameters, why),)
    if screen.startswith("-") and above > _NEARLY_ALL:
        why = f"POINT:Y_SCREEN says {screen}, yet the points lie above 0 there, as over a floor"
        return Up(axes()[axis], "assumed"), (Step("assume up", {"up": axis}, why),)
    return Up(axes()[screen], "sensor"), ()


def _start(raw: Raw) -> tuple[float, str]:
    """Time of the first frame, s, and what it counts from."""
    if raw["start_s"]:
        try:
            start_s = float(raw["start_s"][0])
        except ValueError:
            start_s = float("nan")
        if np.isfinite(start_s):
            return start_s, " ".join(raw["clock"])
    return raw["first_frame"] / raw["rate_hz"], "the first frame of the trial"


def _fewer(raw: Raw, frames: int) -> History:
    """ezc3d counts frames with the header's 16 bits; the trial's fields may say more."""
    if frames >= raw["stated_frames"] or frames < 65534:
        return ()
    why = f"the trial says {raw['stated_frames']} frames, {frames} were read"
    return (Step("count frames", {"frames": frames}, why),)


def _events(raw: Raw, subject: str) -> tuple[Event, ...]:
    """Events from the first frame on; those of other subjects left out."""
    start_s = raw["first_frame"] / raw["rate_hz"]
    events = [
        Event(
            e["time_s"] - start_s,
            e["name"],
            _SIDES.get(e["context"].lower(), ""),
            e["description"],
            e["subject"],
        )
        for e in raw["events"]
        if np.isfinite(e["time_s"]) and (not subject or e["subject"] in ("", subject))
    ]
    if events:
        return tuple(events)
    return tuple(Event(m["time_s"], m["name"]) for m in raw["marks"] if np.isfinite(m["time_s"]))


__all__ = ["M_PER_UNIT", "Named", "Options", "to_recording"]
