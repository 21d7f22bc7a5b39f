"""JSON documents: parsed with errors that name the place, and numbers taken from them safely."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from rehabkit.errors import FormatError
from rehabkit.formats.numbers import LARGEST


def load_json(path: Path, text: str) -> Any:
    """The document in ``text``.

    Raises
    ------
    FormatError
        With line and column of the first fault.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(
            path,
            place=f"line {error.lineno}, column {error.colno}",
            expected="JSON",
            found=error.msg,
            fix="The file was cut off or changed; write it again.",
        ) from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, deep nesting
        raise FormatError(path, expected="JSON", found=f"damage: {str(error)[:200]}") from error


def number(path: Path, place: str, value: Any, *, largest: float = LARGEST) -> float:
    """A JSON number as a float; text, null, NaN and what is too large are refused."""
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or math.isnan(value) or abs(value) > largest:
        raise FormatError(
            path, place=place, expected=f"a number up to {largest:g}", found=_short(value)
        )
    return float(value)


def numbers(path: Path, place: str, value: Any, *, largest: float = LARGEST) -> list[float]:
    """A JSON list of numbers, checked one by one."""
    if not isinstance(value, list):
        raise FormatError(path, place=place, expected="a list of numbers", found=_short(value))
    for index, item in enumerate(value):
        fits = isinstance(item, int | float) and not isinstance(item, bool)
        if not fits or math.isnan(item) or abs(item) > largest:
            raise FormatError(
                path,
                place=f"{place}, value {index + 1}",
                expected=f"a number up to {largest:g}",
                found=_short(item),
            )
    return [float(item) for item in value]


def _short(value: Any) -> str:
    """What a message shows of a value that may be huge."""
    if isinstance(value, list | dict):
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        return "a larger number"
    return repr(value)[:40]
