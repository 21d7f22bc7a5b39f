"""``Step`` and ``History``: what was done to a recording, in the order it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Step:
    """One thing that was done to, or assumed about, a recording.

    Parameters
    ----------
    name
        What was done, as a short verb phrase (``"fill gaps"``); ``"assume ..."`` marks values
        that nobody measured.
    parameters
        Names carry units (``max_gap_s``).
    touched
        What it changed, in words and counts; empty when it changed nothing.
    spans
        Half-open [start, end) intervals in seconds that it touched, where that is known.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    touched: str = ""
    spans: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    def __reduce__(self) -> tuple[object, ...]:
        return Step, (self.name, dict(self.parameters), self.touched, self.spans)

    @property
    def is_assumption(self) -> bool:
        """Whether this step is a value that had to be assumed."""
        return self.name.startswith("assume")

    def __str__(self) -> str:
        settings = ", ".join(f"{k}={v}" for k, v in self.parameters.items())
        text = f"{self.name} ({settings})" if settings else self.name
        return f"{text}: {self.touched}" if self.touched else text


History = tuple[Step, ...]
