"""``rehabkit cohort``: all results of a folder together, as a page and as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def cohort(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Results: what 'analyze' was given as --out.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the files go, if not into DIR itself."),
    ] = None,
) -> None:
    """Put all results of a folder together: cohort.html, cohort.parquet and more.

    'rehabkit analyze' does so at the end of a run of several recordings. The
    page shows people, not recordings: what is usable, how far each moves, whom to look at first.
    The tables hold a row a recording (cohort.parquet) and a row a repetition
    (repetitions.parquet).
    """
    from rehabkit import cohort as together
    from rehabkit.cli.analyze import progress_bar
    from rehabkit.cli.console import results
    from rehabkit.report.words import count

    with progress_bar() as bar:
        task = bar.add_task("Results", total=None)
        done = together.write(
            folder, out, progress=lambda n, of: bar.update(task, completed=n, total=of)
        )
    place = out or folder
    results().print(f"{count(done, 'recording')}: {place / 'cohort.html'}", soft_wrap=True)
