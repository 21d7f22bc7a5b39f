"""``rehabkit datasets``: data sets as tables of recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehabkit.errors import RehabkitError

if TYPE_CHECKING:
    import polars as pl

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="List data sets, and show one as a table."
)


@app.command("list")
def list_() -> None:
    """List the data sets that RehabKit knows."""
    from rich.table import Table

    from rehabkit import datasets
    from rehabkit.cli.console import results

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="name", no_wrap=True)
    table.add_column()
    for name in datasets.names():
        table.add_row(name, datasets.words(name))
    results().print(table)


@app.command()
def table(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name that 'list' prints.")],
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="The folder of the data set.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the table here (.parquet or .csv).")
    ] = None,
) -> None:
    """Show what a data set holds, and write it as a table of recordings."""
    from rehabkit import datasets

    _check_suffix(out)
    dataset = datasets.load(name, root)
    frame = dataset.to_polars()
    if out is not None:
        _write(frame, out)
    where = f" written to {out}" if out is not None else ""
    typer.echo(f"{name}: {len(dataset)} rows, {len(dataset.subjects)} people{where}")
    typer.echo(f"fingerprint {dataset.fingerprint}")
    for note in dataset.notes:
        typer.echo(f"note: {note}")


def _check_suffix(out: Path | None) -> None:
    if out is not None and out.suffix.lower() not in (".parquet", ".csv"):
        raise RehabkitError(f"Expected --out to end in .parquet or .csv, found {out.name!r}.")


def _write(frame: pl.DataFrame, out: Path) -> None:
    from rehabkit.formats.files import atomic

    with atomic(out) as temporary:
        if out.suffix.lower() == ".parquet":
            frame.write_parquet(temporary)
        else:
            frame.write_csv(temporary)
