"""What kinematics gives: angles over time and measures with unit, error or reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError, choices
from rehabkit.kinematics.error_table import Row
from rehabkit.recording.arrays import Float, frozen_array


@dataclass(frozen=True, eq=False)
class Angle:
    """One clinical angle over time.

    Parameters
    ----------
    name
        ``<joint>_<motion>[_<side>]``, see ``docs/angles.md``.
    values
        (frames,) float64, degrees, 0 in the anatomical position; NaN where it could not be had.
    measurable
        Whether this sensor and view can see the angle at all.
    reason
        Why not, or with what reservation; empty when there is none.
    error_deg
        Expected error of one reading (about one standard deviation), with ``error_source``.
    mdc95_deg
        Published minimal detectable change of one reading, where there is one.
    range_error_deg, range_error_percent
        Published error of the range of movement, where there is one of its own.
    """

    name: str
    values: Float
    measurable: bool = True
    reason: str = ""
    error_deg: float | None = None
    error_source: str = ""
    mdc95_deg: float | None = None
    range_error_deg: float | None = None
    range_error_percent: float | None = None

    def range_error(self, range_deg: float) -> float | None:
        """Error of a range: its own, else sqrt(2) times a reading's, as if its ends erred apart."""
        if self.range_error_deg is not None:
            return self.range_error_deg
        if self.range_error_percent is not None:
            return self.range_error_percent / 100 * abs(range_deg)
        return None if self.error_deg is None else 2**0.5 * self.error_deg

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen_array(self.values, np.float64))


@dataclass(frozen=True, eq=False)
class Kinematics:
    """All angles of a recording on its own time line.

    Parameters
    ----------
    time
        (frames,) float64, s, the recording's.
    angles
        Name -> Angle. An angle that this source can never give is present, not measurable, with
        its reason and all NaN.
    projected
        True where only image points existed: angles are those of the picture, not of space.
    sensor, facing
        What saw the movement and from where, as tables of errors name it.
    measure_errors
        Rows on measures that are no angles, for this sensor and view.
    """

    time: NDArray[np.float64]
    angles: Mapping[str, Angle] = field(default_factory=dict)
    projected: bool = False
    sensor: str = "unknown"
    facing: str = "unknown"
    measure_errors: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", frozen_array(self.time, np.float64))
        object.__setattr__(self, "angles", MappingProxyType(dict(self.angles)))

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled.
        rest = (self.projected, self.sensor, self.facing, self.measure_errors)
        return Kinematics, (self.time, dict(self.angles), *rest)

    def __getitem__(self, name: str) -> Angle:
        try:
            return self.angles[name]
        except KeyError:
            raise RehabkitError(
                f"No angle is called {name!r}; there are: {choices(self.angles)}."
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self.angles


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its unit; ``value`` is None beside a ``reason``, never 0 in its place.

    ``label`` is what a report prints; ``error`` is in the unit of the value.
    """

    name: str
    value: float | None
    unit: str
    label: str = ""
    error: float | None = None
    reason: str = ""


Measures = Mapping[str, Measure]
