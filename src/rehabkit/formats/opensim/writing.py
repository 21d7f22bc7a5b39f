"""Angles as MOT (degrees), streams or orientations as STO."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError, choices
from rehabkit.formats.files import atomic
from rehabkit.formats.opensim.columns import ANGLES
from rehabkit.recording import Recording, Step, Stream

OWN: Final = "rehabkit_streams"
"""Key of the header line in which streams, their channels, units and kinds stand as JSON."""

ORIENTATIONS: Final = "orientations"
COMPUTED: Final = "compute angles"
"""Name of the step that attaches computed angles; its parameters say what filter there was."""

_SI: Final = "Units are S.I. units (second, meters, Newtons, ...)"
_SIGNS: Final = (
    "Angles are clinical, 0 in the anatomical position, + as in docs/angles.md of RehabKit "
    "(flexion, abduction, dorsiflexion, internal rotation)."
)


def write(recording: Recording, path: Path, *, stream: str | None = None) -> None:
    """Write one table: ``.mot`` of angles in degrees, ``.sto`` of streams or of orientations.

    Parameters
    ----------
    stream
        Which one, where there are several that do not share their times; ``"orientations"`` for
        the quaternions. By default a MOT holds ``angles`` (and ``translations``), an STO every
        stream, or the orientations where there is none.

    Raises
    ------
    RecordingError
        Where there is nothing to write, or streams do not share their times.
    """
    motion = path.suffix.lower() == ".mot"
    if stream == ORIENTATIONS or (stream is None and not motion and not recording.streams):
        text = _quaternions(recording)
    else:
        text = _streams(recording, _chosen(recording, stream, motion), motion)
    with atomic(path) as temporary:
        temporary.write_bytes(text.encode())


def _chosen(recording: Recording, stream: str | None, motion: bool) -> dict[str, Stream]:
    """The streams to write, which share their times."""
    streams = dict(recording.streams)
    if stream is not None:
        if stream not in streams:
            raise RecordingError(
                f"No stream is called {stream!r}; there are: {choices([*streams, ORIENTATIONS])}."
            )
        return {stream: streams[stream]}
    if motion:
        if ANGLES not in streams:
            raise RecordingError("A MOT file holds joint angles, and this recording has none.")
        time = streams[ANGLES].time
        return {n: s for n, s in streams.items()
                if n in (ANGLES, "translations") and _same(s.time, time)}  # fmt: skip
    if not all(_same(s.time, next(iter(streams.values())).time) for s in streams.values()):
        raise RecordingError(
            f"An STO file has one column of times, and the streams {choices(streams)} do not share "
            "theirs: say which with stream=."
        )
    return streams


def _same(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    return len(a) == len(b) and bool(np.allclose(a, b, rtol=0, atol=1e-9))


def _streams(recording: Recording, streams: Mapping[str, Stream], motion: bool) -> str:
    """Header and rows of streams side by side."""
    names = [f"{name}/{channel}" if _shared(channel, streams) else channel
             for name, s in streams.items() for channel in s.channels]  # fmt: skip
    columns = [_plain(name) for name in names]
    values = np.concatenate([np.asarray(s.values, np.float64) for s in streams.values()], axis=1)
    own = [{"name": n, "channels": list(s.channels), "unit": s.unit, "kind": s.kind}
           for n, s in streams.items()]  # fmt: skip
    time = next(iter(streams.values())).time + recording.source.start_s
    degrees = any(s.unit == "deg" for s in streams.values())
    head = [
        "Coordinates" if motion else "RehabKit",
        "version=1", f"nRows={len(values)}", f"nColumns={1 + len(columns)}",
        f"inDegrees={'yes' if degrees else 'no'}",
        f"software={_software()}",
        *(_about_angles(recording) if ANGLES in streams else ()),
        f"{OWN}={json.dumps(own)}",
        "", _SI, "endheader", "\t".join(["time", *columns]),
    ]  # fmt: skip
    rows = (
        f"{t:.9f}\t" + "\t".join("nan" if np.isnan(v) else f"{v:.9g}" for v in row)
        for t, row in zip(time.tolist(), values.tolist(), strict=True)
    )
    return "\n".join([*head, *rows, ""])


def _shared(channel: str, streams: Mapping[str, Stream]) -> bool:
    return sum(s.channels.count(channel) for s in streams.values()) > 1


def _plain(name: str) -> str:
    """A column's name without tabs and line breaks; blanks would split it for OpenSim."""
    return "_".join(name.split()) or "unnamed"


def _about_angles(recording: Recording) -> list[str]:
    """How angles came about: filter and cut-off, or that they are the source's own."""
    step = next((s for s in reversed(recording.history) if s.name == COMPUTED), None)
    if step is None:
        return ["angles=as the source holds them", "filter=none applied here"]
    return ["angles=computed from joint positions", *_filter(step), _SIGNS]


def _filter(step: Step) -> list[str]:
    cutoff = step.parameters.get("cutoff_hz")
    lines = [f"not_measured={step.parameters.get('not_measured') or 'none'}"]
    if cutoff is None:
        return ["filter=none (raw)", *lines]
    return [
        "filter=zero-phase Butterworth low-pass on joint positions, 2nd order each way",
        f"cutoff_hz={cutoff:g}",
        *lines,
    ]


def _quaternions(recording: Recording) -> str:
    """A table of quaternions w, x, y, z, as OpenSense reads it."""
    values = recording.orientations
    there = [] if values is None else np.flatnonzero(np.isfinite(values).any(axis=(0, 2))).tolist()
    if values is None or not there:
        raise RecordingError(
            "MOT and STO hold signals or orientations, and this recording has neither: positions "
            "are written as TRC or C3D."
        )
    rate = recording.source.rate_hz or recording.rate_hz or 1.0
    columns = [_plain(recording.skeleton.joints[i]) for i in there]
    out = io.StringIO(newline="")
    out.write(f"DataRate={rate:.6f}\nDataType=Quaternion\nversion=3\n")
    out.write(f"software={_software()}\nendheader\n" + "\t".join(["time", *columns]) + "\n")
    picked = values[:, there].astype(np.float64)
    for time, row in zip(recording.time + recording.source.start_s, picked, strict=True):
        cells = "\t".join(",".join(f"{v:.9g}" for v in q) for q in row)
        out.write(f"{time:.9f}\t{cells}\n")
    return out.getvalue()


def _software() -> str:
    import rehabkit

    return f"RehabKit {rehabkit.__version__}"
