"""``rehabkit convert``: a recording from one format to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehabkit.errors import RehabkitError

app = typer.Typer(add_completion=False)


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The recording to read.")],
    target: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file to write; its suffix names the format.")
    ],
    format_: Annotated[
        str | None,
        typer.Option("--format", help="Format of IN, where its content and name do not tell."),
    ] = None,
) -> None:
    """Write a recording in another format."""
    from rehabkit import reading

    if source.exists() and target.exists() and source.samefile(target):
        raise RehabkitError(f"Expected OUT to be another file than IN, found {target} twice.")
    recording = reading.read(source, format=format_)
    reading.write(recording, target)
    typer.echo(f"{recording!r} written to {target}")
