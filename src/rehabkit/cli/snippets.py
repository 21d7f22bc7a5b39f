"""``rehabkit snippets``: a recording cut into files of one repetition each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehabkit.cli.options import HELP, parse
from rehabkit.errors import RehabkitError

app = typer.Typer(add_completion=False)


@app.command()
def snippets(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The recording to cut.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the snippets go.")],
    exercise: Annotated[
        str | None,
        typer.Option(metavar="ID", help="What was done; else what the data set says, or unknown."),
    ] = None,
    suffix: Annotated[
        str, typer.Option("--to", metavar="SUFFIX", help="Format of the snippets.")
    ] = ".csv",
    subject: Annotated[
        str, typer.Option(metavar="ID", help="For the names; else the recording's.")
    ] = "",
    movement: Annotated[
        str, typer.Option(metavar="ID", help="For the names; else the exercise's id.")
    ] = "",
    cleaned: Annotated[
        bool, typer.Option("--cleaned", help="Cut the cleaned joints instead of those as read.")
    ] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=HELP)
    ] = None,
) -> None:
    """Write each counted repetition to a file of its own, named as FineRehab names them.

    24_12SL_Cut01 is subject 24, movement 12, left side, first repetition.
    """
    from rehabkit import reading
    from rehabkit.pipeline import analyze
    from rehabkit.repetitions.snippets import snippets as cut

    ending = suffix if suffix.startswith((".", "_")) else f".{suffix}"
    reading.writer_of(out / f"x{ending}")
    analysis = analyze(source, exercise=exercise, **parse(settings or ()))
    whole = analysis.recording if cleaned else analysis.original
    named = movement or (analysis.exercise.id if analysis.exercise else "")
    made = cut(whole, analysis.segmentation.repetitions, subject=subject, movement=named)
    if not made:
        raise RehabkitError(
            f"Expected repetitions in {source}, found none that count. rehabkit analyze shows why; "
            "--exercise may name what was done."
        )
    for snippet in made:
        reading.write(snippet.recording, out / f"{snippet.name}{ending}")
        at = snippet.repetition
        typer.echo(f"{snippet.name}{ending}  {at.start_s:.2f} to {at.end_s:.2f} s, {at.side}")
