"""What FineRehab's files leave open, each with the line of history that says what was taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.build import assumed_rate, unit_quaternions
from rehabkit.formats.bvh.names import skeleton_of
from rehabkit.formats.bvh.parse import Node
from rehabkit.formats.columns import M_PER_UNIT
from rehabkit.formats.finerehab.naming import SUPINE, Name
from rehabkit.formats.finerehab.parse import Raw
from rehabkit.formats.point_labels import Named, name_points, unique
from rehabkit.formats.up_axis import axes, extent, find_up
from rehabkit.recording import History, Skeleton, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.recording import UpSource
from rehabkit.recording.skeletons import (
    AZURE_KINECT,
    BLAZEPOSE,
    KINECT_V2,
    SKELETONS,
    guess_skeleton,
    skeleton_by_name,
)

RATES_HZ: Final = {"kinect": 30.0, "imu": 96.0}
"""As the paper states (section 3)."""
_BY_COUNT: Final = {len(s): s for s in (BLAZEPOSE, AZURE_KINECT, KINECT_V2)}
# A camera's y points down; the suit's export is taken to have y up.
_CONVENTION: Final = {"kinect": "-y", "imu": "y"}
_SPAN_M: Final = {"m": (0.3, 3.0), "cm": (30.0, 300.0), "mm": (300.0, 3000.0)}
_LONGEST_STEP_S: Final = 0.5
_TIME_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def text_of(value: Any) -> str:
    """An id as a text; of a list of equal ones (an id a frame) the first."""
    first = value[0] if isinstance(value, list) and value else value
    return str(first) if isinstance(first, str | int) else ""


def sensor_of(path: Path, raw: Raw) -> str:
    """By the names of folders and file, else by quaternions, which only the suit has."""
    parts = " ".join(path.parts[-4:]).lower()
    kinect, imu = "kinect" in parts, "imu" in parts
    if kinect != imu:
        return "imu" if imu else "kinect"
    return "imu" if raw.quaternions is not None else "kinect"


def joints_of(path: Path, raw: Raw, skeleton: str | None) -> Named:
    """The joints' meaning: by their names, by the user's word, or by how many there are."""
    count = raw.positions.shape[1]
    if skeleton is not None:
        known = skeleton_by_name(skeleton)
        if len(known) != count:
            raise FormatError(
                path, expected=f"{len(known)} joints of {skeleton!r}", found=f"{count}"
            )
        return _plain(known, Step("assume skeleton", {"skeleton": skeleton}, "given"))
    if raw.names:
        return _named(raw.names)
    if count in _BY_COUNT:
        why = f"the joints bear no names; it is the known one with {count}; skeleton= says it"
        known = _BY_COUNT[count]
        return _plain(known, Step("assume skeleton", {"skeleton": known.name}, why))
    labels = tuple(f"joint_{i + 1:02}" for i in range(count))
    why = f"{count} joints without names, as no known skeleton has: they have no meaning"
    unnamed = Skeleton(f"finerehab-{count}", labels, (-1,) * count)
    return _plain(unnamed, Step("assume skeleton", {"skeleton": unnamed.name}, why))


def _plain(skeleton: Skeleton, step: Step) -> Named:
    return Named(skeleton, tuple(range(len(skeleton))), (step,))


def _named(names: tuple[str, ...]) -> Named:
    """A known skeleton, else the words of inertial suits (``LeftUpLeg``).

    Where only some names are a skeleton's, the reading that gives more joints a meaning is taken: a
    suit's ``LeftShoulder`` is the collar bone.
    """
    known = guess_skeleton(names)
    if known is not None:
        return Named(known, tuple(range(len(names))))
    labels, renamed = unique(names)
    found = name_points(labels)
    suit, order = skeleton_of([Node(label, -1) for label in labels])
    whole = found.skeleton.name in SKELETONS
    if whole or len(found.skeleton.canonical) > len(suit.canonical):
        return Named(found.skeleton, found.at, (*renamed, *found.history))
    at = tuple(order.index(i) for i in range(len(labels)))
    skeleton = Skeleton("finerehab", suit.joints, suit.parents, suit.canonical)
    note = f"{len(suit.canonical)} canonical joints told by the words of inertial suits"
    return Named(skeleton, at, (*renamed, Step("name points", {"points": len(labels)}, note)))


def times_of(
    path: Path, raw: Raw, sensor: str, rate_hz: float | None
) -> tuple[NDArray[np.float64], str, History]:
    """Seconds of the file's clock: by its stamps, their unit stated or told by their steps."""
    if rate_hz is not None and not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    if raw.times is None:
        rate = rate_hz or RATES_HZ[sensor]
        why = "given" if rate_hz else "no time stamps; the paper states the sensor's rate"
        times, step = assumed_rate(rate, len(raw.positions), why)
        return times, "frames at an assumed rate", (step,)
    stated = _stated_unit(raw)
    if stated:
        return raw.times * _TIME_UNITS[stated], "the file's time stamps", ()
    unit, why = _told_unit(raw.times)
    step = Step("assume time unit", {"unit": unit}, why)
    return raw.times * _TIME_UNITS[unit], "the file's time stamps", (step,)


def _stated_unit(raw: Raw) -> str:
    said = text_of(raw.about["timeunit"]).strip().lower()
    if said in _TIME_UNITS:
        return said
    ends = {"_ms": "ms", "_s": "s", "_us": "us", "ms": "ms"}
    key = raw.time_key.lower()
    return next((unit for end, unit in ends.items() if key.endswith(end)), "")


def _told_unit(times: NDArray[np.float64]) -> tuple[str, str]:
    steps = np.diff(times)
    step = float(np.median(np.abs(steps))) if len(steps) else 0.0
    for unit, seconds in _TIME_UNITS.items():
        if step * seconds < _LONGEST_STEP_S:
            return unit, f"stamps step by {step:.4g}, and frames are less than 0.5 s apart"
    return "ns", f"stamps step by {step:.4g}"


def unit_of(path: Path, raw: Raw, unit: str | None) -> tuple[float, History]:
    """Metres for each unit of the file: given, stated, or told by the size of the body."""
    if unit is not None and unit not in M_PER_UNIT:
        raise RehabkitError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {unit!r}.")
    said = unit or text_of(raw.about["unit"]).strip().lower()
    if said in M_PER_UNIT:
        return M_PER_UNIT[said], ()
    span = float(np.nanmax(extent(raw.positions))) if np.isfinite(raw.positions).any() else np.nan
    if not np.isfinite(span):
        raise FormatError(path, expected="a joint with coordinates", found="none in any frame")
    fitting = [u for u, (low, high) in _SPAN_M.items() if low <= span < high]
    taken = fitting[0] if fitting else "m"
    why = f"no unit is stated, and a frame's joints spread over {span:.4g} of it"
    return M_PER_UNIT[taken], (Step("assume unit", {"unit": taken}, why),)


def up_of(
    skeleton: Skeleton,
    positions: Float,
    given: str | None,
    raw: Raw,
    name: Name | None,
    sensor: str,
) -> tuple[Up, History]:
    """Against gravity: stated, else told by the body, but not in movements done lying."""
    stated = _vector(raw.about["up"])
    if given is None and stated is not None:
        return Up(stated, _known_by(raw.about["upknownby"])), ()
    convention = _CONVENTION[sensor]
    lying = name is not None and name.movement.isdigit() and int(name.movement) in SUPINE
    if given is None and lying:
        why = "the movement is done lying, so the body does not tell; up= says it"
        step = Step("assume up", {"up": convention}, why)
        return Up(axes()[convention], "assumed"), (step,)
    return find_up(skeleton, positions, given, convention=convention)


def _vector(value: Any) -> tuple[float, float, float] | None:
    """A direction that the file states, as RehabKit writes it."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    usable = all(isinstance(v, int | float) and abs(v) <= 1.001 for v in value)
    x, y, z = (float(v) for v in value) if usable else (0.0, 0.0, 0.0)
    return (x, y, z) if np.linalg.norm((x, y, z)) > 0.5 else None


def _known_by(value: Any) -> UpSource:
    known: dict[str, UpSource] = {"sensor": "sensor", "floor": "floor", "body": "body"}
    return known.get(text_of(value), "assumed")


def orientations_of(raw: Raw, order: str | None) -> tuple[Float | None, History]:
    """(frames, joints, 4) unit quaternions w, x, y, z."""
    if raw.quaternions is None:
        return None, ()
    stated = text_of(raw.about["order"]).lower().replace(",", "").replace(" ", "")
    chosen = order or stated
    if order is not None and order not in ("wxyz", "xyzw"):
        raise RehabkitError(f"Expected quaternion_order 'wxyz' or 'xyzw', found {order!r}.")
    history: History = ()
    if chosen not in ("wxyz", "xyzw"):
        chosen = "wxyz"
        why = "the file does not state it; quaternion_order= says it"
        history = (Step("assume quaternion order", {"order": chosen}, why),)
    values = raw.quaternions if chosen == "wxyz" else np.roll(raw.quaternions, 1, axis=-1)
    return unit_quaternions(values), history
