"""What the script needs: positions, angles, repetitions and findings, packed small.

A series is one character a step from the alphabet below: ``-31..30`` units; ``-`` starts three
characters that hold a larger step plus 2**17; ``_`` marks a missing value and keeps the last.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from rehabkit.recording import CANONICAL, CANONICAL_SKELETON, Recording
from rehabkit.report.curves import Array, Curves
from rehabkit.report.document import Summary
from rehabkit.report.page.multiples import Multiples
from rehabkit.report.page.scene import angles_of, moment
from rehabkit.report.page.timeline import Timeline
from rehabkit.report.poses import FEET, Poses
from rehabkit.report.protractor import find, view_of
from rehabkit.report.view import camera_angle

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
JOINTS = tuple(
    j for j in CANONICAL if not j.startswith(("hand", "thumb"))
)  # 19: fingers would be dots on top of each other
UNIT_M, UNIT_DEG = 0.004, 0.5
FULL_S, FULL_HZ, LONG_HZ, MOST_FRAMES = 60.0, 30.0, 15.0, 6000
_LARGE = 1 << 17


def encode(values: Array, unit: float) -> str:
    """A series as text; NaN is kept as missing."""
    out, last = [], 0
    seen = np.isfinite(values)
    levels = np.rint(np.where(seen, values, 0.0) / unit).astype(int).tolist()
    for level, here in zip(levels, seen.tolist(), strict=True):
        if not here:
            out.append("_")
            continue
        step = level - last
        last = level
        if -31 <= step <= 30:
            out.append(ALPHABET[step + 31])
        else:
            code = min(max(step + _LARGE, 0), 2 * _LARGE - 1)
            last += code - _LARGE - step
            out.append("-" + "".join(ALPHABET[code >> s & 63] for s in (12, 6, 0)))
    return "".join(out)


def decode(text: str, unit: float) -> Array:
    """The series that :func:`encode` packed; the script does the same."""
    out, last, i = [], 0, 0
    while i < len(text):
        code = ALPHABET.index(text[i])
        i += 1
        if code == 63:
            out.append(np.nan)
            continue
        step = code - 31
        if code == 62:
            a, b, c = (ALPHABET.index(ch) for ch in text[i : i + 3])
            step, i = (a << 12 | b << 6 | c) - _LARGE, i + 3
        last += step
        out.append(last * unit)
    return np.array(out)


def frame_times(recording: Recording) -> tuple[Array, float]:
    """Even times of the replay and their rate: at most 30 a second, fewer for long recordings."""
    length = recording.duration_s
    rate = min(FULL_HZ, recording.rate_hz or FULL_HZ)
    if length > FULL_S:
        rate = min(rate, LONG_HZ)
    rate = min(rate, MOST_FRAMES / max(length, 1e-6))
    n = max(2, int(length * rate + 1e-6) + 1)
    return np.arange(n) / rate, rate


def resample(time: Array, values: Array, at: Array) -> Array:
    """(len(at), ...) linear between neighbours that both were seen and lie close."""
    right = np.clip(np.searchsorted(time, at), 1, max(1, len(time) - 1))
    left = right - 1
    if len(time) == 1:
        return np.repeat(values, len(at), axis=0).astype(np.float64)
    step = time[right] - time[left]
    share = np.clip((at - time[left]) / step, 0, 1)
    share = share.reshape((-1,) + (1,) * (values.ndim - 1))
    low, high = values[left].astype(np.float64), values[right].astype(np.float64)
    out = np.where(share < 1e-9, low, np.where(share > 1 - 1e-9, high, low + share * (high - low)))
    usual = float(np.median(np.diff(time)))
    out[step > max(0.5, 4 * usual)] = np.nan
    return out


def replay_data(
    summary: Summary, curves: Curves, poses: Poses, line: Timeline | None, panels: Multiples
) -> tuple[str, list[str]]:
    """The script's data as JSON safe inside a page, and notes for the last section."""
    recording = curves.recording
    at, rate = frame_times(recording)
    points, flat = _points(recording, poses, at)
    joints = [j for j in JOINTS if np.isfinite(points[:, JOINTS.index(j)]).any()]
    columns = [JOINTS.index(j) for j in joints]
    names = dict.fromkeys([*(p.name for p in panels.panels), *_finding_angles(summary)])
    data: dict[str, Any] = {
        "n": len(at),
        "rate": rate,
        "length": recording.duration_s,
        "unit": UNIT_M,
        "joints": joints,
        "bones": _bones(joints),
        "flat": flat,
        "yaw": round(-np.radians(camera_angle(recording) or 0.0), 3),
        "known": camera_angle(recording) is not None,
        "size": _size(points[:, columns]),
        "series": [encode(points[:, c, k], UNIT_M) for c in columns for k in range(3)],
        "angles": {n: encode(_even(curves.time, curves.angles[n], at), UNIT_DEG) for n in names},
        "drivers": _drivers(line, at),
        "reps": [[r.number, r.start_s, r.end_s, r.peak_s, r.side] for r in summary.repetitions],
        "partial": [[p.start_s, p.end_s] for p in summary.partial_repetitions],
        "findings": [_finding(i, summary) for i in range(min(5, len(summary.findings)))],
        "stills": _stills(curves, joints),
    }
    notes = []
    if rate < min(FULL_HZ, recording.rate_hz) - 1e-6:
        notes.append(f"The replay shows {rate:.3g} frames a second; everything else uses all.")
    if curves.stills is not None:
        notes.append(
            "Faces in the pictures were blurred."
            if curves.stills.faces_blurred
            else "Pictures of the video are in this file, faces as filmed."
        )
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    # Nothing from the recording may end the script element it stands in.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"), notes


def _even(time: Array, values: Array, at: Array) -> Array:
    return resample(time, values, at)


def _points(recording: Recording, poses: Poses, at: Array) -> tuple[Array, bool]:
    """(frames, 19, 3) m: to the person's left, up, forward; the feet's floor at 0."""
    columns = [CANONICAL.index(j) for j in JOINTS]
    if poses.axes is not None and recording.positions is not None:
        values = resample(recording.time, recording.positions[:, columns], at)
        turn = poses.axes.matrix() * np.array([[-1.0], [1.0], [1.0]])
        return _grounded(values @ turn.T, moving=recording.origin == "pelvis"), False
    source = recording.image_points if recording.image_points is not None else recording.positions
    if source is None:
        return np.full((len(at), len(JOINTS), 3), np.nan), True
    values = resample(recording.time, source[:, columns, :2], at)
    if recording.image_points is not None:
        values[..., 1] *= -1
        low, high = _extent(values[..., 1])
        tall = (high - low)[np.isfinite(low)]
        values = values * (1.65 / max(float(np.percentile(tall, 90)), 1.0) if len(tall) else 1.0)
    full = np.concatenate([values, np.zeros((*values.shape[:2], 1))], axis=2)
    return _grounded(full, moving=False), True


def _extent(heights: Array) -> tuple[Array, Array]:
    """Least and greatest of (frames, joints) in each frame; NaN where none is seen."""
    low, high = np.full((2, len(heights)), np.nan)
    some = np.isfinite(heights).any(axis=1)
    low[some], high[some] = np.nanmin(heights[some], axis=1), np.nanmax(heights[some], axis=1)
    return low, high


def _grounded(values: Array, *, moving: bool) -> Array:
    """Feet on the floor and the middle at 0; ``moving`` puts each frame on its own feet."""
    low, _ = _extent(values[:, [JOINTS.index(j) for j in FEET], 1])
    if not np.isfinite(low).any():
        low, _ = _extent(values[..., 1])
    usual = float(np.nanpercentile(low, 5)) if np.isfinite(low).any() else 0.0
    ground = np.where(np.isfinite(low), low, usual) if moving else np.full(len(values), usual)
    out = values.copy()
    out[..., 1] -= ground[:, None]
    for k in (0, 2):
        seen = out[..., k][np.isfinite(out[..., k])]
        out[..., k] -= float(np.median(seen)) if len(seen) else 0.0
    return out


def _size(points: Array) -> list[float]:
    """Half width, height and half depth, m, that hold nearly every point."""
    seen = points.reshape(-1, 3)
    seen = seen[np.isfinite(seen).all(axis=1)]
    if not len(seen):
        return [0.7, 1.8, 0.7]
    reach = np.percentile(np.abs(seen), 99.5, axis=0)
    return [round(float(max(low, v)), 3) for low, v in zip((0.45, 1.0, 0.45), reach, strict=True)]


def _bones(joints: list[str]) -> list[tuple[int, int]]:
    """Index pairs; a joint whose parent is absent hangs on the next one up."""
    out = []
    for i, joint in enumerate(joints):
        parent = CANONICAL_SKELETON.parents[CANONICAL.index(joint)]
        while parent >= 0 and CANONICAL[parent] not in joints:
            parent = CANONICAL_SKELETON.parents[parent]
        if parent >= 0:
            out.append((joints.index(CANONICAL[parent]), i))
    return out


def _drivers(line: Timeline | None, at: Array) -> list[dict[str, Any]]:
    if line is None:
        return []
    out = []
    for signal in line.shown.signals:
        # deg or cm
        values = encode(resample(signal.time, signal.values, at), UNIT_DEG)
        out.append({"side": signal.side, "unit": UNIT_DEG, "low": line.low, "high": line.high,
                    "values": values})  # fmt: skip
    return out


def _finding_angles(summary: Summary) -> list[str]:
    return [n for f in summary.findings[:5] for n in angles_of(f, summary)]


def _finding(index: int, summary: Summary) -> dict[str, Any]:
    finding = summary.findings[index]
    drawn = []
    for name in angles_of(finding, summary):
        how = find(name)
        if how is not None:
            drawn.append({"name": name, "vertex": how.vertex, "zero": how.zero,
                          "moving": how.moving})  # fmt: skip
    return {
        "at": moment(finding, summary),
        "view": view_of(finding.angle, "filmed"),
        "angles": drawn,
    }


def _stills(curves: Curves, joints: list[str]) -> dict[str, Any] | None:
    """Pictures as data, and the joints' places in them."""
    stills, recording = curves.stills, curves.recording
    if stills is None or recording.image_points is None or recording.image_size is None:
        return None
    at = np.asarray(stills.time_s)
    scale = stills.size[0] / recording.image_size[0]
    columns = [CANONICAL.index(j) for j in joints]
    points = resample(recording.time, recording.image_points[:, columns], at) * scale
    pictures = ["data:image/jpeg;base64," + base64.b64encode(j).decode() for j in stills.jpegs]
    return {
        "time": [round(float(t), 3) for t in at],
        "width": stills.size[0],
        "height": stills.size[1],
        "pictures": pictures,
        "series": [encode(points[:, c, k], 1.0) for c in range(len(columns)) for k in range(2)],
    }
