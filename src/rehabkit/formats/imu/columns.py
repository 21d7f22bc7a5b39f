"""Which columns of a table are sensors of which device: by their names and units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WORDS: Final = {
    "accelerometer": r"accelerometer|acceleration|accel|acc",
    "gyroscope": r"gyroscope|gyrometer|gyro|gyr|angular[ _]?velocity|ang[ _]?vel|turn[ _]?rate",
    "magnetometer": r"magnetometer|magnetic[ _]?field|mag",
    "orientation": r"orientation|quaternion|quat|q",
}
_UNITS: Final = {
    "g": "g", "mg": "mg", "m/s^2": "m/s^2", "m/s2": "m/s^2", "m/s/s": "m/s^2", "ms2": "m/s^2",
    "ms-2": "m/s^2", "mps2": "m/s^2", "deg/s": "deg/s", "dps": "deg/s", "deg/sec": "deg/s",
    "°/s": "deg/s", "degs": "deg/s", "rad/s": "rad/s", "rads": "rad/s", "rad/sec": "rad/s",
    "ut": "uT", "t": "T", "mt": "mT", "gauss": "gauss", "mgauss": "mgauss", "au": "a.u.",
    "a.u.": "a.u.",
}  # fmt: skip
_SPELLING: Final = str.maketrans({"²": "2", "µ": "u", "μ": "u", "·": "", "*": "", " ": ""})
_BRACKET = re.compile(r"\s*[(\[](?P<unit>[^)\]]*)[)\]]\s*$")
_LAST = re.compile(r"^(?P<rest>.+?)[ _\-/.]+(?P<unit>ms-?2|mps2|dps|degs|rads|ut|mg|g)$", re.I)
_AXIS = re.compile(r"^(?P<rest>.*?)[ _\-/.:]*(?P<axis>[wxyz]|scalar|[xyz][ _\-]?axis)$", re.I)
_SHORT = re.compile(r"(?P<rest>|.*[ _\-/.])(?P<letter>[agm])(?P<axis>[xyz])", re.I)  # ax, gy
_LETTERS: Final = {"a": "accelerometer", "g": "gyroscope", "m": "magnetometer"}
_MIDDLE = re.compile(  # gyr_x_thigh
    rf"(?P<before>.*?)(?P<word>{'|'.join(_WORDS.values())})[ _\-/.]*(?P<axis>[wxyz])"
    r"[ _\-/.]+(?P<after>.+)",
    re.I,
)


@dataclass(frozen=True)
class Sensor:
    """The columns of one quantity of one device; ``unit`` is empty where the header has none."""

    device: str
    quantity: str
    columns: tuple[int, ...]
    unit: str = ""

    @property
    def name(self) -> str:
        """What its stream is called."""
        return f"{self.device}_{self.quantity}" if self.device else self.quantity


def spelled(unit: str) -> str:
    """A unit in one spelling; empty where it is none that is known."""
    plain = unit.translate(_SPELLING).lower()
    return _UNITS.get(plain, _UNITS.get(plain.replace("s**2", "s^2"), ""))


def find_sensors(header: Sequence[str], units: Sequence[str] = ()) -> tuple[Sensor, ...]:
    """Sensors with all their axes (x, y, z; w as well for orientations), in the header's order.

    Parameters
    ----------
    header
        Names such as ``acc_x``, ``Thigh/Angular Velocity/Z``, ``gyro_x (deg/s)``, ``Thorax W``.
    units
        One a column where the file has a line of them.
    """
    found: dict[tuple[str, str], dict[str, int]] = {}
    stated: dict[tuple[str, str], set[str]] = {}
    for index, cell in enumerate(header):
        key, axis, unit = _parts(cell)
        if axis:
            found.setdefault(key, {}).setdefault(axis, index)
            stated.setdefault(key, set()).add(spelled(units[index]) if units else unit)
    return tuple(
        Sensor(device, quantity, tuple(axes[a] for a in _axes(quantity)),
               next(iter(stated[device, quantity])) if len(stated[device, quantity]) == 1 else "")
        for (device, quantity), axes in found.items()
        if set(_axes(quantity)) <= set(axes)
    )  # fmt: skip


def _axes(quantity: str) -> str:
    return "wxyz" if quantity == "orientation" else "xyz"


def _parts(cell: str) -> tuple[tuple[str, str], str, str]:
    """((device, quantity), axis, unit) of a column's name; the axis is empty for other columns."""
    name, unit = _without_unit(cell.strip().strip('"'))
    if match := _MIDDLE.fullmatch(name):
        return (_device(match["before"], match["after"]), _quantity(match["word"])), \
            match["axis"].lower(), unit  # fmt: skip
    if match := _SHORT.fullmatch(name):
        quantity = _LETTERS[match["letter"].lower()]
        return (_device(match["rest"]), quantity), match["axis"].lower(), unit
    match = _AXIS.fullmatch(name)
    if match is None:
        return ("", ""), "", ""
    axis = match["axis"].lower()[0].replace("s", "w")
    rest = match["rest"].strip(" _-/.:")
    for quantity, words in _WORDS.items():
        pattern = rf"(?:(?<=[^a-z])|^)(?:{words})(?=[^a-z]|$)|(?:{words})$"
        if word := re.search(pattern, rest, re.I):
            return (_device(rest[: word.start()], rest[word.end() :]), quantity), axis, unit
    return (rest, "orientation"), axis, unit  # "Thorax W": whole only where there are w, x, y, z


def _device(*parts: str) -> str:
    return "_".join(p for part in parts if (p := part.strip(" _-/.:")))


def _quantity(word: str) -> str:
    return next(q for q, words in _WORDS.items() if re.fullmatch(words, word, re.I))


def _without_unit(name: str) -> tuple[str, str]:
    if match := _BRACKET.search(name):
        return name[: match.start()].strip(), spelled(match["unit"])
    if match := _LAST.match(name):
        return match["rest"], spelled(match["unit"])
    return name, ""
