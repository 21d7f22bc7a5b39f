"""``rehabkit templates``: healthy people's curves; which there are, and building them anew."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehabkit.errors import RehabkitError

if TYPE_CHECKING:
    from rehabkit.authoring.templates import Sample
    from rehabkit.datasets.row import Row
    from rehabkit.templates.types import Template

app = typer.Typer(
    add_completion=False, no_args_is_help=True,
    help="Healthy people's curves: which there are, and building them from data sets.",
)  # fmt: skip


@app.command("list")
def list_() -> None:
    """List the exercises that healthy people's curves come with RehabKit for."""
    from rich.table import Table

    from rehabkit.cli.console import results
    from rehabkit.templates import store

    table = Table.grid(padding=(0, 2, 0, 0))
    for name in ("Exercise", "People", "Repetitions", "From"):
        table.add_column(name, justify="right" if name in ("People", "Repetitions") else "left")
    table.add_row("Exercise", "People", "Repetitions", "From", style="quiet")
    for name in store.ids():
        found = store.load(name)
        table.add_row(name, str(found.people), str(found.repetitions), found.source)
    results().print(table)


@app.command()
def build(
    root: Annotated[
        Path, typer.Argument(metavar="ROOT", help="A folder with data sets, each under its name.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the templates go, one file each.")
    ],
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME", help="Only this data set; may be repeated."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="SUBJECT", help="Leave this person out; may be repeated."),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes.")] = 1,
) -> None:
    """Build healthy people's curves from the healthy or correct repetitions of data sets."""
    from rehabkit.authoring.sets import HEALTHY, exercises_of
    from rehabkit.errors import choices
    from rehabkit.templates import store

    wrong = set(sets or ()) - set(HEALTHY)
    if wrong:
        raise RehabkitError(
            f"Healthy people's curves are built from {choices(HEALTHY)}; found {choices(wrong)}."
        )
    for name in sets or HEALTHY:
        for exercise in exercises_of(name):
            template = made(name, exercise, root, without or (), workers)
            store.write(template, out / f"{exercise}.json")
            typer.echo(
                f"{exercise}: {template.people} people, {template.repetitions} repetitions, "
                f"{len(template.curves)} curves"
            )


def made(
    name: str, exercise: str, root: Path, without: Sequence[str] = (), workers: int = 1
) -> Template:
    """The template of one exercise of one data set."""
    from rehabkit import datasets
    from rehabkit.authoring.sets import HEALTHY, healthy_rows
    from rehabkit.authoring.templates import build as built

    chosen = HEALTHY[name]
    rows = healthy_rows(datasets.load(name, root).rows, chosen, exercise)
    kept = [row for row in rows if row.subject not in without]
    return built(exercise, samples(kept, workers), chosen.words, chosen.sensor)


def samples(rows: Sequence[Row], workers: int = 1) -> list[Sample]:
    """What each recording gives; those that cannot be judged, or without repetitions, none."""
    if workers == 1:
        found = [sample_of(row) for row in rows]
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            found = list(pool.map(sample_of, rows, chunksize=8))
    return [one for one in found if one is not None]


def sample_of(row: Row) -> Sample | None:
    """One recording analysed, and its curves and figures."""
    from rehabkit.authoring.sets import users_of
    from rehabkit.authoring.templates import sample
    from rehabkit.pipeline import analyze, load_exercise

    exercise = load_exercise(row.exercise)
    found = analyze(row.path, exercise=row.exercise, format=row.format, **dict(row.options))
    if not found.gate.usable or not found.segmentation.repetitions:
        return None
    return sample(row.subject, found.case, exercise, users_of(row.exercise))
