"""``rehabkit doctor``: what is installed, what is missing and what to do about it."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False)


@app.command()
def doctor() -> None:
    """Say what is installed, what is missing, and what to do about it."""
    from rich.table import Table

    from rehabkit.cli.console import results
    from rehabkit.vision.system import checks

    console = results()
    table = Table.grid(padding=(0, 2, 0, 0))
    for found in checks():
        table.add_row(str(found))
    console.print(table)
