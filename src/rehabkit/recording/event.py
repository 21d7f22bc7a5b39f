"""``Event``: a moment that the source names (foot strike, start of a repetition, ...)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rehabkit.errors import RecordingError

EventSide = Literal["left", "right", "both", ""]
_SIDES = ("left", "right", "both", "")


@dataclass(frozen=True)
class Event:
    """A named moment of a recording.

    Parameters
    ----------
    time_s
        s from the recording's first frame; an event may lie before it or after the last one.
    name
        The source's own word (``"Foot Strike"``).
    side
        The person's side that it belongs to; empty where it belongs to none or none is stated.
    description
        What the source says of it besides.
    subject
        Whose event it is, where the source holds several people.
    """

    time_s: float
    name: str
    side: EventSide = ""
    description: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.time_s):
            raise RecordingError(f"Event {self.name!r}: expected a time in s, found {self.time_s}.")
        if self.side not in _SIDES:
            raise RecordingError(
                f"Event {self.name!r}: expected side 'left', 'right', 'both' or '', "
                f"found {self.side!r}."
            )
