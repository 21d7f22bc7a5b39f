"""``rehabkit doctor``: what is installed, what is missing and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from rehabkit.vision.system import Check

app = typer.Typer(add_completion=False)

MARKS: Final = {"ok": ("✓", "good"), "missing": ("✗", "refused"), "note": ("-", "mild")}


@app.command()
def doctor() -> None:
    """Say what is installed, what is missing, and what to do about it."""
    from rehabkit.cli.console import results
    from rehabkit.report.words import count
    from rehabkit.vision.system import checks

    console = results()
    found = checks()
    console.print(_table(found))
    console.print()
    missing = sum(check.state == "missing" for check in found)
    if missing:
        console.print(f"{count(missing, 'thing')} missing; what to do stands beside it.")
    else:
        console.print("Everything that RehabKit needs is here.", style="good")


def _table(found: Sequence[Check]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(style="name", ratio=1)
    table.add_column(overflow="fold", ratio=3)
    for check in found:
        mark, style = MARKS[check.state]
        text = Text(check.found)
        if check.fix:
            text.append(f"\n{check.fix}", style)
        table.add_row(Text(mark, style), check.name, text)
    return table
