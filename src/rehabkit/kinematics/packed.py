"""Measures of a repetition in little memory: hundreds of them share all but their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np

from rehabkit.kinematics.types import Measure, Measures

_T = TypeVar("_T")


class _Words(NamedTuple):
    """What is the same in every repetition, by place."""

    place: dict[str, int]
    units: tuple[str, ...]
    labels: tuple[str, ...]


class PackedMeasures(Mapping[str, Measure]):
    """A read-only mapping of name -> Measure; each Measure is made when it is asked for.

    Parameters
    ----------
    measures
        What is packed; the order of names stays.
    """

    __slots__ = ("_errors", "_reasons", "_values", "_words")

    def __init__(self, measures: Measures) -> None:
        found = measures.values()
        self._words = _words(
            tuple(measures), tuple(m.unit for m in found), tuple(m.label for m in found)
        )
        self._values = np.array([np.nan if m.value is None else m.value for m in found])
        self._errors = _shared(tuple(m.error for m in found))
        self._reasons = _shared(tuple(m.reason for m in found))

    def __getitem__(self, name: str) -> Measure:
        at = self._words.place[name]
        value = self._values[at].item()
        return Measure(
            name,
            None if np.isnan(value) else value,
            self._words.units[at],
            self._words.labels[at],
            self._errors[at],
            self._reasons[at],
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._words.place)

    def __len__(self) -> int:
        return len(self._words.place)

    def __repr__(self) -> str:
        return repr(dict(self))


@lru_cache(maxsize=32)
def _words(names: tuple[str, ...], units: tuple[str, ...], labels: tuple[str, ...]) -> _Words:
    return _Words({name: at for at, name in enumerate(names)}, units, labels)


@lru_cache(maxsize=128)
def _shared(values: tuple[_T, ...]) -> tuple[_T, ...]:
    """The same tuple for the same values, so that it is kept once."""
    return values
