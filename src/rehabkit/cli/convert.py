"""``rehabkit convert``: recordings from one format to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehabkit.cli import conversion as work_
from rehabkit.cli.conversion import Conversion, Options, Outcome
from rehabkit.cli.options import HELP, parse

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(add_completion=False)

ROWS_SHOWN = 40
WIDEST = 110


@app.command()
def convert(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="IN... OUT",
            help="The recording to read and the file to write, whose suffix names the format. "
            "With --to: recordings or folders of them, and the folder to write into.",
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="Write every recording in this format (trc, parquet, ...) into the folder OUT, "
            "which keeps the tree of folders that are read.",
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help="Format of IN, where content and name do not tell."
        ),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(metavar="ID", help="What was done, for tables of repetitions (.cycles.csv)."),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=HELP)
    ] = None,
    out_settings: Annotated[
        list[str] | None,
        typer.Option("--set-out", metavar="NAME=VALUE", help="The same for the file written."),
    ] = None,
) -> None:
    """Write recordings in another format.

    What a format has no place for is named. A recording that cannot be read, or not be written in
    that format, is refused: the reason is on stderr and the exit status is 2.
    """
    if len(paths) < 2:
        raise typer.BadParameter("expected IN and OUT", param_hint="IN... OUT")
    if len(paths) > 2 and to is None:
        raise typer.BadParameter(
            "several recordings need --to FORMAT, and a folder to write into", param_hint="--to"
        )
    writing = parse(out_settings or ()) | ({"exercise": exercise} if exercise else {})
    options = Options(format_, parse(settings or ()), writing)
    *sources, out = paths
    if to is None:
        raise typer.Exit(one(sources[0], out, options))
    raise typer.Exit(several(sources, out, to, options))


def one(source: Path, target: Path, options: Options) -> int:
    """Convert one file, and give the exit status."""
    from rehabkit.cli.main import refuse

    work_.check_apart(source, target)
    outcome = work_.convert(Conversion(source, target, source.name), options)
    if outcome.refusal:
        return refuse(outcome.refusal)
    lost = f", without {', '.join(outcome.left_out)}" if outcome.left_out else ""
    typer.echo(f"{outcome.recording} written to {target}{lost}")
    return 0


def several(sources: Sequence[Path], folder: Path, to: str, options: Options) -> int:
    """Convert many, show what became of each, and give the exit status."""
    from rehabkit.cli.analyze import progress_bar
    from rehabkit.cli.console import results
    from rehabkit.cli.main import refuse

    work = work_.planned(sources, folder, work_.suffix_of(to))
    outcomes = []
    with progress_bar() as bar:
        task = bar.add_task(f"{len(work)} recordings", total=len(work))
        for outcome in work_.convert_all(work, options):
            bar.advance(task)
            outcomes.append(outcome)
    show(results(), outcomes, folder)
    refused = [o for o in outcomes if o.refusal]
    return max((refuse(f"{o.conversion.name}: {o.refusal}") for o in refused), default=0)


def show(console: Console, outcomes: Sequence[Outcome], folder: Path) -> None:
    """A table of what was written and what was refused; refusals first, so that none is cut."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Recording", overflow="fold")
    table.add_column("Frames", justify="right")
    table.add_column("Written to", overflow="fold")
    table.add_column("Left out", overflow="fold")
    ordered = sorted(outcomes, key=lambda outcome: not outcome.refusal)
    for outcome in ordered[:ROWS_SHOWN]:
        conversion = outcome.conversion
        if outcome.refusal:
            table.add_row(conversion.name, "", "refused", "", style="refused")
        else:
            target = conversion.target.relative_to(folder).as_posix()
            lost = ", ".join(outcome.left_out)
            table.add_row(conversion.name, str(outcome.frames), target, lost)
    console.print(table, width=min(console.width, WIDEST))
    if len(ordered) > ROWS_SHOWN:
        console.print(f"... and {len(ordered) - ROWS_SHOWN} more", style="quiet")
    refused = sum(bool(outcome.refusal) for outcome in outcomes)
    console.print(f"{len(outcomes) - refused} written to {folder}, {refused} refused")
