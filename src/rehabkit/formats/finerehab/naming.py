"""FineRehab's file names: of snippets of skeletons, and of pictures.

The paper states ``SubjectID_MovementID_SideID_RepetitionNo.json`` and gives ``24_12SL_Cut01.json``
as its example: subject 24, movement 12, left side, first repetition. Both are understood; the
example's form is written by default, since it is the only name that the paper shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from rehabkit.errors import RehabkitError, choices

Scheme = Literal["example", "stated"]

SIDES: Final = {"left": "SL", "right": "SR", "both": "SB", "": ""}
"""Side -> SideID. Only SL is in the paper; SR and SB follow it."""
MOVEMENTS: Final = {"11": "heel raises"}
"""The only movement that the paper names."""
SUPINE: Final = range(1, 8)
"""Movements that are done lying on the back."""

_CODES: Final = {
    "l": "left", "sl": "left", "left": "left",
    "r": "right", "sr": "right", "right": "right",
    "b": "both", "sb": "both", "both": "both", "d": "both", "sd": "both", "bs": "both",
}  # fmt: skip
_CODE: Final = "|".join(sorted(_CODES, key=len, reverse=True))
_EXAMPLE = re.compile(
    r"(?P<subject>[A-Za-z0-9-]+)_(?P<movement>[A-Za-z0-9-]+?)(?P<side>S[LRBD]|)"
    r"_Cut(?P<repetition>\d{1,4})", re.ASCII
)  # fmt: skip
_STATED = re.compile(
    rf"(?P<subject>[A-Za-z0-9-]+)_(?P<movement>[A-Za-z0-9-]+)_(?P<side>{_CODE})"
    rf"_(?:Cut)?(?P<repetition>\d{{1,4}})", re.IGNORECASE | re.ASCII
)  # fmt: skip
_PICTURE = re.compile(
    rf"(?P<subject>[A-Za-z0-9-]+)_(?P<camera>[A-Za-z0-9-]+)_(?P<movement>[A-Za-z0-9-]+?)"
    rf"_?(?P<side>{_CODE})_(?:Cut)?(?P<repetition>\d{{1,4}})_(?:frame)?_?(?P<frame>\d+)",
    re.IGNORECASE | re.ASCII,
)  # fmt: skip
_UNFIT = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class Name:
    """What a file's name says; ``side`` in words, numbers without leading zeros."""

    subject: str
    movement: str
    side: str
    repetition: int
    camera: str = ""
    frame: int | None = None

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What a snippet, its pictures and its annotation share."""
        return self.subject, self.movement, self.side, self.repetition


def parse(stem: str) -> Name | None:
    """What the name of a snippet says (without its suffix); None for another kind of name."""
    stem = stem.removesuffix(".finerehab")
    match = _EXAMPLE.fullmatch(stem) or _STATED.fullmatch(stem)
    return _name(match) if match else None


def parse_picture(stem: str) -> Name | None:
    """What the name of a picture says (without its suffix); None for another kind of name."""
    match = _PICTURE.fullmatch(stem)
    if match is None:
        return None
    name = _name(match)
    return Name(*name.key, camera=match["camera"], frame=int(match["frame"]))


def _name(match: re.Match[str]) -> Name:
    return Name(
        subject=plain_id(match["subject"]),
        movement=plain_id(match["movement"]),
        side=side_of(match["side"]),
        repetition=int(match["repetition"]),
    )


def plain_id(text: str) -> str:
    """An id as a text without leading zeros, so that 07 and 7 are one."""
    text = text.strip()
    return str(int(text)) if text.isascii() and text.isdigit() else text


def side_of(code: str) -> str:
    """``"SL"``, ``"L"``, ``"left"`` -> ``"left"``; empty where it names no side."""
    return _CODES.get(code.strip().lower(), "")


def name_of(
    subject: str | int,
    movement: str | int,
    side: str,
    repetition: int,
    *,
    scheme: Scheme = "example",
) -> str:
    """The name of a snippet's file, without suffix.

    Parameters
    ----------
    subject, movement
        Ids; what a name cannot hold (underscores, blanks) becomes a hyphen.
    side
        ``"left"``, ``"right"``, ``"both"``, or empty where it is not known.
    repetition
        From 1.
    scheme
        ``"example"``: ``24_12SL_Cut01``; ``"stated"``: ``24_12_SL_01``, which needs a side.

    Raises
    ------
    RehabkitError
        For a side of another name, a repetition below 1, or an empty id.

    Examples
    --------
    >>> name_of(24, 12, "left", 1)
    '24_12SL_Cut01'
    """
    if side not in SIDES or (scheme == "stated" and not side):
        raise RehabkitError(f"Expected a side of {choices(s for s in SIDES if s)}, found {side!r}.")
    if scheme not in ("example", "stated"):
        raise RehabkitError(f"Expected scheme 'example' or 'stated', found {scheme!r}.")
    if not 1 <= repetition <= 9999:
        raise RehabkitError(f"Expected a repetition from 1 to 9999, found {repetition}.")
    who, what = fit(subject), fit(movement)
    if not who or not what:
        raise RehabkitError(f"Expected ids of letters or digits, found {subject!r}, {movement!r}.")
    if scheme == "stated":
        return f"{who}_{what}_{SIDES[side]}_{repetition:02}"
    return f"{who}_{what}{SIDES[side]}_Cut{repetition:02}"


def fit(value: str | int) -> str:
    """An id as a name can hold it: letters, digits, hyphens."""
    text = f"{value:02}" if isinstance(value, int) else value
    return _UNFIT.sub("-", text.strip()).strip("-")
