"""Plain CSV: a header with x, y, z of each joint, as people write it from their own programs."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.build import drop_note, increasing, unseen_as_nan, unseen_note
from rehabkit.formats.columns import M_PER_UNIT, Layout, find_layout, plain
from rehabkit.formats.sheet import Sheet
from rehabkit.formats.times import read_times
from rehabkit.recording import History, Recording, Scale, Skeleton, Source, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import SKELETONS, from_joint_names

FEWEST_JOINTS: Final = 3
# A standing, sitting or lying person's joints span this much on the widest axis (m).
_BODY_M: Final = (0.3, 3.0)


def read_plain(
    sheet: Sheet, digest: str, unit: str | None, rate_hz: float | None, up: str | None
) -> Recording:
    """The recording in a table of joints; see :func:`rehabkit.formats.csv.read`."""
    layout = find_layout(sheet.header)
    if len(layout.joints) < FEWEST_JOINTS:
        raise FormatError(
            sheet.path,
            place="header",
            expected=f"columns <joint>_x, _y, _z of at least {FEWEST_JOINTS} joints",
            found=", ".join(sheet.header)[:80],
            fix="See docs/formats.md for the names that are understood.",
        )
    stamps, clock, timing = read_times(sheet, layout, rate_hz)
    skeleton, at = _skeleton(layout)
    values = np.full((len(stamps), len(skeleton), 3), np.nan)
    for joint, index in zip(layout.joints, at, strict=True):
        values[:, index] = np.stack([sheet.column(i) for i in joint.axes], axis=1)
    metres, scaling = _to_metres(sheet, layout, values, unit)
    positions, zeros = unseen_as_nan(metres)
    direction, assumed_up = find_up(skeleton, positions, up)
    keep = increasing(stamps)
    start_s = float(stamps[keep][0]) if keep.any() else 0.0
    history = (
        Step("read", {"format": "csv"}, f"{len(stamps)} frames"),
        *timing,
        *scaling,
        *assumed_up,
        *drop_note(sheet.path, keep, "repeat a time or go back"),
        *unseen_note(zeros, values.shape[0] * len(layout.joints)),
    )
    confidence = _confidence(sheet, layout, len(skeleton), at)
    return Recording(
        time=stamps[keep] - start_s,
        skeleton=skeleton,
        positions=positions[keep],
        confidence=None if confidence is None else confidence[keep],
        mirrored="unknown",
        up=direction,
        scale=Scale(known=True, note="as the table's columns say"),
        source=Source(str(sheet.path), digest, "csv", "", rate_hz, start_s, clock),
        history=history,
    )


def _skeleton(layout: Layout) -> tuple[Skeleton, list[int]]:
    """The known skeleton that has all the file's joints, else one of the file's own names."""
    names = [plain(joint.name) for joint in layout.joints]
    fitting = [s for s in SKELETONS.values() if set(names) <= {plain(j) for j in s.joints}]
    if len(set(names)) == len(names) and fitting:
        skeleton = min(fitting, key=len)
        known = [plain(joint) for joint in skeleton.joints]
        return skeleton, [known.index(name) for name in names]
    skeleton = from_joint_names([joint.name for joint in layout.joints])
    return skeleton, list(range(len(skeleton)))


def _to_metres(
    sheet: Sheet, layout: Layout, values: Float, unit: str | None
) -> tuple[Float, History]:
    if unit is not None and unit not in M_PER_UNIT:
        raise RehabkitError(f"Expected unit 'm', 'cm' or 'mm', found {unit!r}.")
    stated = {joint.unit for joint in layout.joints}
    if unit is None and len(stated) == 1 and None not in stated:
        unit = stated.pop()
    if unit is not None:
        return values * M_PER_UNIT[unit], ()
    extent = extent_of(values)
    for name, factor in M_PER_UNIT.items():
        if _BODY_M[0] <= extent * factor <= _BODY_M[1]:
            why = f"the joints of a frame span {extent:.4g}, which is a body in {name}"
            return values * factor, (Step("assume unit", {"unit": name}, why),)
    raise FormatError(
        sheet.path,
        place="header",
        expected="a unit in the column names, or joints as far apart as a body's",
        found=f"joints that span {extent:.4g} in a frame",
        fix="Give unit='m', 'cm' or 'mm'.",
    )


def extent_of(values: Float) -> float:
    """Median over frames of how far apart the joints lie on the widest axis; NaN where unseen."""
    low = np.where(np.isnan(values), np.inf, values).min(axis=1)
    high = np.where(np.isnan(values), -np.inf, values).max(axis=1)
    seen = np.isfinite(low).all(axis=1)
    return float(np.median((high[seen] - low[seen]).max(axis=1))) if seen.any() else float("nan")


def _confidence(
    sheet: Sheet, layout: Layout, joints: int, at: list[int]
) -> NDArray[np.float32] | None:
    if all(joint.confidence < 0 for joint in layout.joints):
        return None
    out = np.zeros((len(sheet.rows), joints), dtype=np.float32)
    for joint, index in zip(layout.joints, at, strict=True):
        if joint.confidence >= 0:
            out[:, index] = np.nan_to_num(np.clip(sheet.column(joint.confidence), 0, 1))
    return out


def find_up(skeleton: Skeleton, positions: Float, up: str | None) -> tuple[Up, History]:
    """The axis given, or the one along which the head lies from the pelvis."""
    axes = {f"{sign}{axis}": _axis(i, sign) for i, axis in enumerate("xyz") for sign in ("", "-")}
    if up is not None:
        if up not in axes:
            raise RehabkitError(f"Expected up as one of {', '.join(axes)}, found {up!r}.")
        return Up(axes[up], "assumed"), (Step("assume up", {"up": up}, "given"),)
    spine = _spine(skeleton, positions)
    if spine is None:
        why = "no head and pelvis to tell it by"
        return Up(), (Step("assume up", {"up": "y"}, why),)
    name = max(axes, key=lambda key: float(np.dot(axes[key], spine)))
    why = "the axis along which the head lies from the pelvis"
    return Up(axes[name], "body"), (Step("assume up", {"up": name}, why),)


def _axis(index: int, sign: str) -> tuple[float, float, float]:
    vector = [0.0, 0.0, 0.0]
    vector[index] = -1.0 if sign else 1.0
    return vector[0], vector[1], vector[2]


def _spine(skeleton: Skeleton, positions: Float) -> Any:
    """(3,) median of head - pelvis, None where the skeleton or the file lacks them."""
    meaning = skeleton.canonical
    if not {"head", "pelvis"} <= set(meaning):
        return None
    ends = [
        positions[:, [skeleton.index(j) for j in meaning[name]]].mean(axis=1)
        for name in ("head", "pelvis")
    ]
    difference = ends[0] - ends[1]
    seen = np.isfinite(difference).all(axis=1)
    return np.median(difference[seen], axis=0) if seen.any() else None
