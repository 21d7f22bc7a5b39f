"""The two consoles: results go to stdout, progress and notices to stderr."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.theme import Theme

THEME: Final = Theme(
    {
        "name": "bold",
        "quiet": "dim",
        "good": "green",
        "mild": "yellow",
        "moderate": "dark_orange",
        "strong": "red",
        "refused": "bold red",
    }
)


def results() -> Console:
    """Where results are printed; made anew so that it follows the terminal's present width."""
    return Console(theme=THEME, highlight=False)


def notices() -> Console:
    """Where progress and refusals are printed."""
    return Console(theme=THEME, highlight=False, stderr=True)
