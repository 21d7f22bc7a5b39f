"""``--set NAME=VALUE``: any option of a reader or writer from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import typer

_WORDS: Final = {"true": True, "false": False, "none": None}

HELP: Final = (
    "An option of the format, such as markers=set.toml, trial=squat or image_size=1280,720; "
    "docs/formats.md lists them. May be given several times."
)


def parse(texts: Sequence[str]) -> dict[str, Any]:
    """Name -> value: a number, numbers parted by commas, true or false, or the text itself."""
    options: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise typer.BadParameter(
                f"expected NAME=VALUE, such as rate_hz=60, found {text!r}", param_hint="--set"
            )
        options[name.strip()] = _value(value.strip())
    return options


def _value(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    parts = [_number(part) for part in text.split(",")]
    if any(part is None for part in parts):
        return text
    return parts[0] if len(parts) == 1 else tuple(parts)


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None
