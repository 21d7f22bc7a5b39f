"""Signals of a C3D file as streams: analog channels, and results that stand among the points."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import FormatError
from rehabkit.formats.point_labels import unique
from rehabkit.recording import History, Step, Stream

OWN: Final = "rehabkit"
"""First word of the descriptions that RehabKit writes: ``rehabkit|kind|stream``."""

_DEFAULT_UNIT: Final = {"ANGLES": "deg", "FORCES": "N", "MOMENTS": "Nmm", "POWERS": "W"}
_KINDS: Final = {
    "force": {"n", "nt", "newton", "newtons", "kn"},
    "moment": {"nm", "nmm", "ntmm", "n.m", "n.mm", "n*m", "n*mm", "newton-mm"},
    "acceleration": {"g", "m/s^2", "m/s²", "m/s/s", "mm/s^2", "mm/s²"},
    "angular velocity": {"deg/s", "rad/s", "°/s"},
}  # fmt: skip
_VOLTS: Final = {"v", "mv", "uv", "µv", "volts", "volt"}
_EMG: Final = re.compile("emg", re.IGNORECASE)
UNKNOWN: Final = "unknown"

Raw = Mapping[str, Any]


def computed_indices(raw: Raw, labels: Sequence[str]) -> dict[int, str]:
    """Points that are results of a model -> their list (``ANGLES``, ...)."""
    where = {label.partition(":")[2]: index for index, label in enumerate(labels)}
    where |= {label: index for index, label in enumerate(labels)}
    found: dict[int, str] = {}
    for kind, listed in raw["computed"].items():
        for label in listed["labels"]:
            if label and label in where:
                found.setdefault(where[label], kind)
    return found


def to_streams(path: Path, raw: Raw, subject: str) -> tuple[dict[str, Stream], History]:
    """Streams by name, and the lines of history about them."""
    streams, results = _results(raw, subject)
    analog, notes = _analogs(path, raw)
    return streams | analog, results + notes


# --- Results of a model -------------------------------------------------------------------------


def _results(raw: Raw, subject: str) -> tuple[dict[str, Stream], History]:
    """Angles, forces, moments, powers: three components each, in their own unit, never scaled."""
    labels = [str(label) for label in raw["labels"]][: raw["points"].shape[1]]
    indices = computed_indices(raw, labels)
    time = np.arange(len(raw["points"])) / raw["rate_hz"]
    streams, history = {}, []
    for kind, stated in raw["computed"].items():
        mine = [i for i, k in indices.items() if k == kind and _is_of(labels[i], subject)]
        if not mine:
            continue
        unit = stated["unit"][0] if stated["unit"] and stated["unit"][0] else ""
        if not unit:
            unit = _DEFAULT_UNIT.get(kind, UNKNOWN)
            why = f"POINT has no unit for its {kind}"
            history.append(Step("assume unit", {"unit": unit, "of": kind.lower()}, why))
        names, _ = unique([labels[i].partition(":")[2] or labels[i] for i in mine])
        values = raw["points"][:, mine].reshape(len(time), -1)
        channels = tuple(f"{name}_{axis}" for name in names for axis in "xyz")
        name = kind.lower()
        streams[name] = Stream(time, _no_infinity(values), channels, _plain_unit(unit), name)
    return streams, tuple(history)


def _is_of(label: str, subject: str) -> bool:
    head, colon, _ = label.partition(":")
    return not colon or not subject or head.strip() == subject


def _plain_unit(unit: str) -> str:
    return "deg" if unit.lower() in ("deg", "degree", "degrees", "°") else unit


def _no_infinity(values: Any) -> Any:
    return np.where(np.isfinite(values), values, np.float32(np.nan))


# --- Analog channels ----------------------------------------------------------------------------


def _analogs(path: Path, raw: Raw) -> tuple[dict[str, Stream], History]:
    """Channels of one kind and unit are one stream."""
    samples, count = raw["analogs"].shape
    rate = raw["analog_rate_hz"]
    if not samples or not count:
        return {}, ()
    if not (np.isfinite(rate) and rate > 0):
        raise FormatError(
            path, place="ANALOG:RATE", expected="a rate in Hz above 0", found=f"{rate:g}"
        )
    labels, renamed = unique(_filled(raw["analog_labels"], count))
    units = _filled(raw["analog_units"], count)
    described = _filled(raw["analog_descriptions"], count)
    homes = _platforms(raw)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for i in range(count):
        unit = _plain_unit(units[i]) or UNKNOWN
        kind, name = _kind(labels[i], unit, described[i], homes.get(i))
        groups.setdefault((kind, name, unit), []).append(i)
    time = np.arange(samples) / rate
    streams = {}
    for (kind, name, unit), indices in groups.items():
        alone = sum(other == name for _, other, _ in groups) == 1
        values = _no_infinity(raw["analogs"][:, indices])
        channels = tuple(labels[i] for i in indices)
        streams[name if alone else f"{name} ({unit})"] = Stream(time, values, channels, unit, kind)
    return streams, (*renamed, *_units_note(units), *_platform_notes(raw))


def _filled(texts: Sequence[str], count: int) -> list[str]:
    return ([str(t) for t in texts] + [""] * count)[:count]


def _kind(label: str, unit: str, described: str, platform: int | None) -> tuple[str, str]:
    """What a channel is, and the name of its stream."""
    words = described.split("|", maxsplit=2)
    if len(words) == 3 and words[0] == OWN and all(words):
        return words[1], words[2]
    known = next((kind for kind, units in _KINDS.items() if unit.lower() in units), "analog")
    if unit.lower() in _VOLTS:
        known = "emg" if _EMG.search(f"{label} {described}") else "voltage"
    if platform is not None:
        return known, f"platform {platform} {known}"
    return known, known


def _platforms(raw: Raw) -> dict[int, int]:
    """Channel (from 0) -> number of its force platform (from 1)."""
    return {
        channel - 1: number
        for number, platform in enumerate(raw["platforms"], 1)
        for channel in platform["channels"]
    }


def _platform_notes(raw: Raw) -> History:
    return tuple(
        Step(
            "force platform",
            {"number": n, "type": int(p["type"]), "corners": p["corners"]},
            "its channels are streams as recorded; corners in the points' unit",
        )
        for n, p in enumerate(raw["platforms"], 1)
        if np.isfinite(p["type"])
    )


def _units_note(units: Sequence[str]) -> History:
    lacking = sum(not unit for unit in units)
    if not lacking:
        return ()
    why = f"{lacking} of {len(units)} analog channels have no unit"
    return (Step("lack units", {"channels": lacking}, why),)
