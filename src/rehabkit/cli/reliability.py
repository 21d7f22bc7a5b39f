"""``rehabkit reliability``: how far repeated measurements agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehabkit.cli.choices import Every, How, Out, analysed, told_how
from rehabkit.errors import RehabkitError

app = typer.Typer(add_completion=False)


@app.command()
@told_how
def reliability(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="One recording: its repetitions. Several: sessions, raters or sensors of one "
            "person.",
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="FILE",
            help="Several people: a CSV table with the columns path, subject, session.",
        ),
    ] = None,
    *,
    how: How,
    out: Out = None,
    every: Every = False,
) -> None:
    """Say how repeatable each measure is: SEM, MDC95, CMC, Bland-Altman, and ICC over people.

    From one recording: how much repetitions vary. From several of one person: how much sessions
    vary. From a table of several people: ICC(2,1) and ICC(3,1) as well.
    """
    if table is not None:
        if paths:
            raise RehabkitError("Expected either recordings or --table, found both.")
        _people(table, how, out, every=every)
        return
    if not paths:
        raise RehabkitError("Expected a recording, several, or --table subjects.csv; found none.")
    _one_person(paths, how, out, every=every)


def _one_person(paths: list[Path], how: How, out: Path | None, *, every: bool) -> None:
    from rehabkit.cli import show_comparison as show
    from rehabkit.cli.console import results
    from rehabkit.comparison import output, over_sessions, within_session

    done = analysed(paths, how)
    found = within_session(done[0]) if len(done) == 1 else over_sessions(done)
    if out is not None:
        output.write_reliability(found, done, out)
    show.reliability(results(), found, every=every)
    if out is not None:
        show.written(results(), out, "reliability")


def _people(table: Path, how: How, out: Path | None, *, every: bool) -> None:
    from rehabkit.cli import show_comparison as show
    from rehabkit.cli.console import results
    from rehabkit.comparison import output, over_people
    from rehabkit.comparison.people import read_table

    entries = read_table(table)
    done = dict(zip([e.path for e in entries], analysed([e.path for e in entries], how),
                    strict=True))  # fmt: skip
    found = over_people(entries, done.__getitem__)
    if out is not None:
        output.write_people(found, out)
    show.people(results(), found, every=every)
    if out is not None:
        show.written(results(), out, "reliability")
