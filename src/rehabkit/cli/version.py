"""``rehabkit version``."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False)


@app.command()
def version() -> None:
    """Print the version."""
    from rehabkit import __version__

    typer.echo(f"rehabkit {__version__}")
