"""Streams to and from MNE: EEG, EMG and other signals, in volts where MNE keeps volts.

Events travel as annotations: ``<name>`` or ``<name>/left``, as MNE's tags are joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rehabkit.errors import RecordingError, choices, require
from rehabkit.recording import Event, EventSide, Stream

if TYPE_CHECKING:
    import mne

V_PER_UNIT: Final = {"V": 1.0, "mV": 1e-3, "uV": 1e-6, "µV": 1e-6, "μV": 1e-6, "nV": 1e-9}
ELECTRIC: Final = ("eeg", "emg", "ecg", "eog")
"""Kinds that MNE knows by the same name and keeps in volts; others become ``misc``."""
UNEVEN: Final = 0.1
"""How far a sample may lie from its even place, in steps, before the stream counts as uneven."""
_OURS: Final = "rehabkit"
_SIDES: Final[dict[str, EventSide]] = {"left": "left", "right": "right", "both": "both"}


def to_mne(stream: Stream, *, events: Iterable[Event] = ()) -> mne.io.RawArray:
    """The stream as ``mne.io.RawArray``.

    Parameters
    ----------
    stream
        Evenly sampled. EEG, EMG, ECG and EOG become channels of that kind in V; other kinds become
        ``misc`` channels in their own unit.
    events
        Moments in s of the recording's clock; they become annotations.

    Raises
    ------
    RecordingError
        Where the samples are uneven or too few, or an electric signal's unit is no voltage.
    MissingExtra
        Without MNE.
    """
    module: Any = require("mne", purpose="to_mne", extra="eeg")
    kind = stream.kind.lower() if stream.kind.lower() in ELECTRIC else "misc"
    if kind != "misc" and stream.unit not in V_PER_UNIT:
        raise RecordingError(
            f"Expected {stream.kind.upper()} in one of {choices(V_PER_UNIT)}, found "
            f"{stream.unit!r}; state its unit with dataclasses.replace(stream, unit='mV')."
        )
    factor = V_PER_UNIT[stream.unit] if kind != "misc" else 1.0
    info = module.create_info(list(stream.channels), _rate_hz(stream), kind)
    said = {"unit": stream.unit, "kind": stream.kind, "first_s": float(stream.time[0])}
    info["description"] = f"{_OURS}: {json.dumps(said)}"
    raw = module.io.RawArray(stream.values.T.astype(np.float64) * factor, info, verbose="error")
    notes = _annotations(stream, events)
    if notes:
        onsets, tags = zip(*notes, strict=True)
        raw.set_annotations(module.Annotations(onsets, 0.0, tags))
    return raw


def _annotations(stream: Stream, events: Iterable[Event]) -> list[tuple[float, str]]:
    """(s from the first sample, tag) of every event; MNE would drop those outside unasked."""
    notes = []
    first_s, last_s = float(stream.time[0]), float(stream.time[-1])
    for event in events:
        if not first_s <= event.time_s <= last_s:
            raise RecordingError(
                f"Expected events between {first_s:g} and {last_s:g} s, where the stream has "
                f"samples, found {event.name!r} at {event.time_s:g} s: leave it out."
            )
        tag = f"{event.name}/{event.side}" if event.side else event.name
        notes.append((event.time_s - first_s, tag))
    return notes


def _rate_hz(stream: Stream) -> float:
    time = stream.time
    if len(time) < 2:
        raise RecordingError(f"MNE needs at least two samples to know a rate, found {len(time)}.")
    step = float(time[-1] - time[0]) / (len(time) - 1)
    off = np.abs(time - time[0] - step * np.arange(len(time))).max() / step if step > 0 else np.inf
    if not off <= UNEVEN:
        raise RecordingError(
            f"MNE needs even samples, found one {off:.2g} steps from its place: resample the "
            "stream first."
        )
    return 1.0 / step


def from_mne(raw: mne.io.BaseRaw, *, kind: str | None = None, unit: str | None = None) -> Stream:
    """The channels of one kind of an MNE Raw as a stream.

    Parameters
    ----------
    kind
        MNE's channel type (``"eeg"``, ``"emg"``, ``"misc"``, ...), where it holds several.
    unit
        Unit of the values: one of voltage for electric channels (default: that of the stream it
        was made from, else V); for others what their values are in, where it is not known.

    Raises
    ------
    RecordingError
        Where kinds are several, there is none of the kind, or the unit is lacking.
    """
    types = raw.get_channel_types()
    if kind is None and len(set(types)) != 1:
        raise RecordingError(f"Expected kind= as one of {choices(set(types))}, found none given.")
    chosen = kind or types[0]
    channels = [n for n, t in zip(raw.ch_names, types, strict=True) if t == chosen]
    if not channels:
        raise RecordingError(f"Expected kind as one of {choices(set(types))}, found {kind!r}.")
    said = _said(raw)
    unit = unit or said.get("unit") or ("V" if chosen in ELECTRIC else None)
    if unit is None:
        raise RecordingError(f"Expected the unit of the {chosen} channels, found none: give unit=.")
    if chosen in ELECTRIC and unit not in V_PER_UNIT:
        raise RecordingError(f"Expected unit as one of {choices(V_PER_UNIT)}, found {unit!r}.")
    factor = V_PER_UNIT[unit] if chosen in ELECTRIC else 1.0
    values = raw.get_data(picks=channels).T / factor
    time = raw.times + raw.first_time + _origin_s(raw)
    name = said.get("kind", chosen) if kind is None else chosen
    return Stream(time, values, tuple(channels), unit, name)


def events_from_mne(raw: mne.io.BaseRaw) -> tuple[Event, ...]:
    """The annotations as events, in s of the clock of :func:`from_mne`'s stream."""
    origin_s = _origin_s(raw)
    return tuple(
        Event(float(note["onset"]) + origin_s, *_named(str(note["description"])))
        for note in raw.annotations
    )


def _origin_s(raw: mne.io.BaseRaw) -> float:
    """Where sample 0 of the measurement lies in the stream's clock.

    MNE keeps counting from there when the beginning is cropped, for annotations too. Raws of
    others start at 0.
    """
    said = _said(raw)
    return float(said["first_s"]) if "first_s" in said else -float(raw.first_time)


def _named(tag: str) -> tuple[str, EventSide]:
    name, _, last = tag.rpartition("/")
    if name and last in _SIDES:
        return name, _SIDES[last]
    return tag, ""


def _said(raw: mne.io.BaseRaw) -> dict[str, Any]:
    """What :func:`to_mne` noted; nothing in files of others."""
    text = str(raw.info.get("description") or "")
    if not text.startswith(f"{_OURS}: "):
        return {}
    try:
        said: dict[str, Any] = json.loads(text.removeprefix(f"{_OURS}: "))
    except ValueError:
        return {}
    return said
