"""What ezc3d finds in a file, as plain arrays and texts; runs in the guarded child process.

Only numbers are taken out here. What they mean is decided outside (:mod:`.convert`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

COMPUTED: Final = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS")
"""Lists in the group POINT of points that are no points, but results of a model."""

_UNIT_OF: Final = {
    "ANGLES": "ANGLE_UNITS", "FORCES": "FORCE_UNITS", "MOMENTS": "MOMENT_UNITS",
    "POWERS": "POWER_UNITS", "SCALARS": "SCALAR_UNITS",
}  # fmt: skip


def ready(path: Path) -> dict[str, Any]:  # noqa: ARG001 - the guard gives every function a path
    """Load ezc3d, so that the time it takes is not counted against a file."""
    import ezc3d  # noqa: F401

    return {}


def parse(path: Path) -> dict[str, Any]:
    """Everything of a C3D file that a recording has a place for."""
    import ezc3d

    file = ezc3d.c3d(str(path))
    header, parameters, data = file["header"], file["parameters"], file["data"]
    return {
        **_points(header, parameters, data),
        **_analogs(header, parameters, data),
        **_rotations(header, parameters, data),
        "events": _events(parameters),
        "marks": _marks(header),
        "platforms": _platforms(parameters),
        "prefixes": _texts(parameters, "SUBJECTS", "LABEL_PREFIXES"),
        "subjects": _texts(parameters, "SUBJECTS", "NAMES"),
        "device": _texts(parameters, "MANUFACTURER", "COMPANY")
        + _texts(parameters, "MANUFACTURER", "SOFTWARE"),
        "clock": _texts(parameters, "REHABKIT", "CLOCK"),
        "start_s": _texts(parameters, "REHABKIT", "START_S"),
        "stated_frames": _stated_frames(parameters),
    }


def _value(parameters: Any, group: str, name: str) -> Any:
    if group not in parameters or name not in parameters[group]:
        return []
    return parameters[group][name]["value"]


def _texts(parameters: Any, group: str, name: str) -> list[str]:
    """A list of texts, continued in ``<name>2``, ``<name>3``, ... where there are over 255."""
    found: list[str] = []
    for suffix in ("", *map(str, range(2, 300))):
        value = _value(parameters, group, name + suffix)
        if suffix and not len(value):
            break
        if all(isinstance(v, str) for v in value):
            found += [v.strip() for v in value]
    return found


def _numbers(parameters: Any, group: str, name: str) -> list[float]:
    try:
        return [float(v) for v in np.ravel(np.asarray(_value(parameters, group, name)))]
    except (TypeError, ValueError):
        return []


def _points(header: Any, parameters: Any, data: Any) -> dict[str, Any]:
    """Points (frames, n, 3), NaN where the residual is negative, and what is said of them."""
    values = np.asarray(data["points"], dtype=np.float32)[:3].transpose(2, 1, 0)
    residuals = np.asarray(data["meta_points"]["residuals"], dtype=np.float32)
    if residuals.size == values[..., 0].size:
        unseen = residuals.reshape(values.shape[1], values.shape[0]).T < 0
        values = np.where(unseen[..., None], np.float32(np.nan), values)
    return {
        "points": np.ascontiguousarray(values),
        "rate_hz": float(header["points"]["frame_rate"]),
        "first_frame": int(header["points"]["first_frame"]),
        "labels": _texts(parameters, "POINT", "LABELS"),
        "unit": _texts(parameters, "POINT", "UNITS"),
        "screen": _texts(parameters, "POINT", "X_SCREEN") + _texts(parameters, "POINT", "Y_SCREEN"),
        "computed": {
            kind: {
                "labels": _texts(parameters, "POINT", kind),
                "unit": _texts(parameters, "POINT", _UNIT_OF[kind]),
            }
            for kind in COMPUTED
        },
    }


def _analogs(header: Any, parameters: Any, data: Any) -> dict[str, Any]:
    """Analog signals (samples, channels), scaled as the file says."""
    values = np.asarray(data["analogs"], dtype=np.float32)[0].T
    return {
        "analogs": np.ascontiguousarray(values),
        "analog_rate_hz": float(header["analogs"]["frame_rate"]),
        "analog_labels": _texts(parameters, "ANALOG", "LABELS"),
        "analog_units": _texts(parameters, "ANALOG", "UNITS"),
        "analog_descriptions": _texts(parameters, "ANALOG", "DESCRIPTIONS"),
    }


def _rotations(header: Any, parameters: Any, data: Any) -> dict[str, Any]:
    """Segments' poses (frames, segments, 4, 4)."""
    values = np.asarray(data["rotations"], dtype=np.float64).transpose(3, 2, 0, 1)
    return {
        "rotations": np.ascontiguousarray(values),
        "rotation_rate_hz": float(header["rotations"]["frame_rate"]),
        "rotation_labels": _texts(parameters, "ROTATION", "LABELS"),
    }


def _events(parameters: Any) -> list[dict[str, Any]]:
    """Events of the group EVENT; times of minutes and seconds added up."""
    times = np.asarray(_value(parameters, "EVENT", "TIMES"), dtype=np.float64)
    if times.ndim != 2 or times.shape[0] != 2:
        return []
    seconds = times[0] * 60 + times[1]
    lists = {
        key: _texts(parameters, "EVENT", name)
        for key, name in (("name", "LABELS"), ("context", "CONTEXTS"),
                          ("description", "DESCRIPTIONS"), ("subject", "SUBJECTS"))
    }  # fmt: skip
    used = _numbers(parameters, "EVENT", "USED") or [float(len(seconds))]
    count = max(0, min(len(seconds), int(used[0])))
    return [{"time_s": float(seconds[i])} | _row(lists, i) for i in range(count)]


def _row(lists: Mapping[str, Sequence[str]], index: int) -> dict[str, str]:
    return {key: texts[index] if index < len(texts) else "" for key, texts in lists.items()}


def _marks(header: Any) -> list[dict[str, Any]]:
    """Events of the header: four letters and a time, as files before the group EVENT have them."""
    events = header["events"]
    pairs = zip(events["events_label"], events["events_time"], strict=False)
    return [{"name": n.strip(), "time_s": float(t)} for n, t in pairs if n.strip()]


def _platforms(parameters: Any) -> list[dict[str, Any]]:
    """Force platforms: type, channels (from 1) and corners (4, 3) in the points' unit."""
    kinds = _numbers(parameters, "FORCE_PLATFORM", "TYPE")
    channels = np.asarray(_value(parameters, "FORCE_PLATFORM", "CHANNEL"))
    corners = np.asarray(_value(parameters, "FORCE_PLATFORM", "CORNERS"))
    found = []
    for index, kind in enumerate(kinds):
        platform: dict[str, Any] = {"type": kind, "channels": [], "corners": []}
        if channels.ndim == 2 and index < channels.shape[1]:
            platform["channels"] = [int(c) for c in channels[:, index]]
        if corners.shape[:2] == (3, 4) and index < corners.shape[2]:
            platform["corners"] = corners[:, :, index].T.tolist()
        found.append(platform)
    return found


def _stated_frames(parameters: Any) -> int:
    """How many frames the file says it has where the header's 16 bits do not suffice; 0: no word.

    The trial's first and last frame are given as two words each.
    """
    start = _numbers(parameters, "TRIAL", "ACTUAL_START_FIELD")
    end = _numbers(parameters, "TRIAL", "ACTUAL_END_FIELD")
    if len(start) != 2 or len(end) != 2:
        return 0
    first, last = ((low % 65536) + 65536 * (high % 65536) for low, high in (start, end))
    return int(last - first) + 1 if last >= first > 0 else 0
