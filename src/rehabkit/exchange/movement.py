"""``to_xarray`` and ``from_xarray``: the layout of the ``movement`` package.

A poses dataset of movement (https://movement.neuroinformatics.dev, "The movement datasets") has
the dimensions time, space, keypoints and individuals, the variables position and confidence, and
the attributes fps, time_unit, source_software and ds_type. Since movement 0.17 the last two
dimensions are called keypoint and individual; both are read, and either can be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rehabkit.errors import FormatError, RecordingError, choices, require
from rehabkit.exchange.arrays import custom_skeleton, from_array
from rehabkit.formats.metadata import Metadata, from_texts, to_texts
from rehabkit.recording import Recording, Step, Stream
from rehabkit.recording.skeletons import guess_skeleton

if TYPE_CHECKING:
    import xarray

PLURAL: Final = ("keypoints", "individuals")
SINGULAR: Final = ("keypoint", "individual")
_PREFIX: Final = "rehabkit_"
_SOMEBODY: Final = "id_0"
_STREAM: Final = "stream_"
_WIDTHS: Final = {
    "orientations": ("quaternion", list("wxyz")),
    "image_points": ("image", ["u", "v"]),
}


def to_xarray(recording: Recording, *, singular: bool = False) -> xarray.Dataset:
    """The recording as a poses dataset of ``movement``.

    Parameters
    ----------
    recording
        Positions in m, or image points in px where there are no positions.
    singular
        Name the dimensions keypoint and individual, as movement does since 0.17.

    Returns
    -------
    xarray.Dataset
        ``position`` (time, space, keypoints, individuals) float32 with its unit in the attribute
        ``units``; ``confidence`` (time, keypoints, individuals), NaN where the source gives none.
        What movement has no name for is there too: ``orientations``, ``image_points``,
        ``stream_<name>`` with a time of its own, and all else as JSON in ``rehabkit_<key>``.

    Raises
    ------
    RecordingError
        Where the recording holds streams only.
    MissingExtra
        Without xarray.
    """
    xr = require("xarray", purpose="to_xarray", extra="interop")
    points = recording.positions if recording.positions is not None else recording.image_points
    if points is None:
        raise RecordingError("A poses dataset needs positions or image points, found streams only.")
    keypoints, individuals = SINGULAR if singular else PLURAL
    unit, width = ("m", 3) if recording.positions is not None else ("px", 2)
    confidence = recording.confidence
    if confidence is None:
        confidence = np.full(points.shape[:2], np.nan, np.float32)
    ends = keypoints, individuals
    variables: dict[str, Any] = {
        "position": (("time", "space", *ends), _axes(points), {"units": unit}),
        "confidence": (("time", *ends), confidence[..., None], {"units": "1"}),
    }
    coordinates: dict[str, Any] = {
        "time": ("time", recording.time, {"units": "s"}), "space": list("xyz")[:width],
        keypoints: list(recording.skeleton.joints),
        individuals: [recording.subject.id or _SOMEBODY],
    }  # fmt: skip
    _add_rest(recording, ends, variables, coordinates)
    return xr.Dataset(variables, coordinates, _attributes(recording, unit))


def _axes(values: np.ndarray) -> np.ndarray:
    """(frames, joints, axes) -> (frames, axes, joints, 1)."""
    return np.moveaxis(values, 1, 2)[..., None]


def _add_rest(
    recording: Recording,
    ends: tuple[str, str],
    variables: dict[str, Any],
    coordinates: dict[str, Any],
) -> None:
    for name, (dimension, labels) in _WIDTHS.items():
        values = getattr(recording, name)
        if values is not None and not (name == "image_points" and recording.positions is None):
            variables[name] = (("time", dimension, *ends), _axes(values))
            coordinates[dimension] = labels
    for name, stream in recording.streams.items():
        time, channel = f"time_{name}", f"channel_{name}"
        attributes = {"units": stream.unit, "kind": stream.kind}
        variables[f"{_STREAM}{name}"] = ((time, channel), stream.values, attributes)
        coordinates |= {time: (time, stream.time, {"units": "s"}), channel: list(stream.channels)}


def _attributes(recording: Recording, unit: str) -> dict[str, Any]:
    """Text and numbers only, so that the dataset can be saved as netCDF."""
    source = recording.source
    known = {
        "fps": recording.rate_hz or source.rate_hz,
        "time_unit": "seconds",
        "source_software": source.device or source.format or "rehabkit",
        "source_file": source.path,
        "ds_type": "poses",
        "space_unit": unit,
        "start_s": source.start_s,
    }
    texts = {f"{_PREFIX}{key}": text for key, text in to_texts(recording).items()}
    return {key: value for key, value in known.items() if value not in (None, "")} | texts


def from_xarray(
    dataset: xarray.Dataset,
    *,
    individual: str | None = None,
    unit: str | None = None,
    rate_hz: float | None = None,
    up: str | None = None,
    image_size: tuple[int, int] | None = None,
) -> Recording:
    """One individual of a poses dataset as a Recording.

    Parameters
    ----------
    dataset
        Dimensions time, space, keypoints (or keypoint) and, perhaps, individuals (or individual).
        What :func:`to_xarray` made comes back whole; of others position and confidence are read.
    individual
        Whose points, where the dataset holds several.
    unit
        ``"m"``, ``"cm"``, ``"mm"`` of positions in space, where the dataset does not say.
    rate_hz
        Frames a second where time counts frames and the dataset has no ``fps``.
    up
        The axis against gravity, else told by the body.
    image_size
        (width, height) px, where space is x and y of a picture.

    Raises
    ------
    RecordingError
        Where dimensions, unit, rate or picture size are lacking, or individuals are several.
    """
    chosen = _one_individual(dataset, individual)
    joints = [str(name) for name in chosen["keypoints"].values]
    metadata = _metadata(chosen)
    if metadata is not None and list(metadata.skeleton.joints) == joints:
        return _whole(chosen, metadata)
    position = chosen["position"].transpose("time", "keypoints", "space")
    flat = position.sizes["space"] == 2
    stated = unit or position.attrs.get("units") or chosen.attrs.get("space_unit")
    if not flat and stated is None:
        raise RecordingError(
            "Expected the unit of positions in the attribute 'space_unit', found none: give "
            "unit='m', 'cm' or 'mm'."
        )
    if flat and image_size is None:
        raise RecordingError("Points of a picture need image_size=(width, height) in pixels.")
    recording = from_array(
        position.values,
        guess_skeleton(joints) or custom_skeleton(joints),
        time=_times(chosen, rate_hz),
        unit="m" if flat else str(stated),
        up=up,
        image_size=image_size,
        confidence=_confidence(chosen),
    )
    return _named(recording, chosen)


def _one_individual(dataset: xarray.Dataset, individual: str | None) -> xarray.Dataset:
    """The dataset of one person, its dimensions in the plural."""
    renamed = dataset.rename(
        {one: many for one, many in zip(SINGULAR, PLURAL, strict=True) if one in dataset.dims}
    )
    needed = {"time", "space", "keypoints"}
    if "position" not in renamed or not needed <= set(renamed["position"].dims):
        raise RecordingError(
            "Expected a poses dataset: 'position' with the dimensions time, space, keypoints and "
            f"individuals, found {choices(renamed.data_vars)} with {choices(renamed.dims)}."
        )
    if "individuals" not in renamed.dims:
        return renamed
    names = [str(name) for name in renamed["individuals"].values]
    if individual is None and len(names) != 1:
        raise RecordingError(f"Expected individual= as one of {choices(names)}, found none given.")
    if individual is not None and individual not in names:
        raise RecordingError(
            f"Expected individual as one of {choices(names)}, found {individual!r}."
        )
    at = 0 if individual is None else names.index(individual)
    return renamed.isel(individuals=at)


def _times(dataset: xarray.Dataset, rate_hz: float | None) -> np.ndarray:
    """(frames,) s."""
    time = np.asarray(dataset["time"].values, dtype=np.float64)
    if dataset.attrs.get("time_unit") == "seconds":
        return time
    rate = rate_hz or dataset.attrs.get("fps")
    if not rate:
        raise RecordingError(
            f"Expected time in seconds, found time_unit {dataset.attrs.get('time_unit')!r} and no "
            "fps: give rate_hz."
        )
    return time / float(rate)


def _confidence(dataset: xarray.Dataset) -> np.ndarray | None:
    """(frames, joints); None where there is none, or NaN alone, as movement writes it."""
    if "confidence" not in dataset:
        return None
    values = np.asarray(dataset["confidence"].transpose("time", "keypoints").values)
    return None if np.isnan(values).all() else values


def _named(recording: Recording, dataset: xarray.Dataset) -> Recording:
    attributes = dataset.attrs
    source = replace(
        recording.source,
        path=str(attributes.get("source_file", "")),
        format="xarray",
        device=str(attributes.get("source_software", "")),
    )
    who = str(dataset["individuals"].item()) if "individuals" in dataset.coords else ""
    subject = replace(recording.subject, id="" if who == _SOMEBODY else who)
    return recording.replace(source=source, subject=subject)


def _metadata(dataset: xarray.Dataset) -> Metadata | None:
    """What :func:`to_xarray` wrote beside movement's own names; None where it did not."""
    attributes: Mapping[Any, Any] = dataset.attrs
    texts = {str(k).removeprefix(_PREFIX): str(v) for k, v in attributes.items()
             if str(k).startswith(_PREFIX)}  # fmt: skip
    try:
        return from_texts(Path("dataset"), texts) if texts else None
    except FormatError as error:
        raise RecordingError(f"The attributes {_PREFIX}... are damaged: {error}") from error


def _whole(dataset: xarray.Dataset, metadata: Metadata) -> Recording:
    points = dataset["position"].transpose("time", "keypoints", "space").values
    changes: dict[str, Any] = {"confidence": _confidence(dataset)}
    changes["positions" if points.shape[-1] == 3 else "image_points"] = points
    for name, (dimension, _) in _WIDTHS.items():
        if name in dataset:
            changes[name] = dataset[name].transpose("time", "keypoints", dimension).values
    time = np.asarray(dataset["time"].values, dtype=np.float64)
    step = Step("read", {"format": "xarray"}, f"{len(time)} frames")
    changes |= {**metadata.changes, "streams": _streams(dataset, metadata)}
    changes["history"] = (*metadata.history, step)
    # Of a stretch that was cut out, the first frame is the new zero.
    start_s = float(time[0]) if len(time) else 0.0
    if start_s:
        changes |= _from(start_s, changes)
    return Recording(time - start_s, metadata.skeleton, **changes)


def _streams(dataset: xarray.Dataset, metadata: Metadata) -> dict[str, Stream]:
    """The streams that are still there; users may have dropped some."""
    streams = {}
    for name, info in metadata.streams.items():
        if f"{_STREAM}{name}" in dataset:
            values = dataset[f"{_STREAM}{name}"]
            time = np.asarray(dataset[f"time_{name}"].values, dtype=np.float64)
            channels = tuple(str(channel) for channel in dataset[f"channel_{name}"].values)
            streams[name] = Stream(time, values.values, channels, info.unit, info.kind)
    return streams


def _from(start_s: float, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Source, streams and events counted from a later first frame."""
    source = changes["source"]
    return {
        "source": replace(source, start_s=source.start_s + start_s),
        "streams": {
            name: replace(stream, time=stream.time - start_s)
            for name, stream in changes["streams"].items()
        },
        "events": tuple(replace(e, time_s=e.time_s - start_s) for e in changes.get("events", ())),
    }
