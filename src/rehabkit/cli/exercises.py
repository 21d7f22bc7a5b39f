"""``rehabkit exercises``: what the catalogue holds, and whether a definition file is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from rehabkit.exercises.exercise import Driver, Exercise

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="List, show and check exercise definitions."
)


@app.command("list")
def list_() -> None:
    """List the exercises that RehabKit knows."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from rehabkit.cli.console import results
    from rehabkit.exercises import catalogue

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    table.add_column("Id", no_wrap=True)
    table.add_column("Exercise")
    for name in catalogue.ids():
        table.add_row(name, catalogue.load(name).name)
    results().print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id that 'list' prints.")],
) -> None:
    """Show what RehabKit expects of an exercise."""
    from rehabkit.cli.console import results
    from rehabkit.exercises import catalogue

    exercise = catalogue.load(name)
    console = results()
    console.print(exercise.name, style="name")
    console.print(exercise.description)
    console.print()
    console.print(_facts(exercise))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A definition file (.toml).")],
) -> None:
    """Check a definition file; an error names the key and the allowed values."""
    from rehabkit.exercises import catalogue

    exercise = catalogue.load_file(file)
    typer.echo(f"{file}: a whole definition of {exercise.id!r} ({exercise.name}).")


def _facts(exercise: Exercise) -> Table:
    from rich.table import Table

    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="quiet", no_wrap=True)
    facts.add_column()
    facts.add_row("Repetition", _driver(exercise.driver))
    if exercise.second_driver is not None:
        facts.add_row("Without travel", _driver(exercise.second_driver))
    facts.add_row("Phases", ", ".join(exercise.phases))
    needed = [f"{p.angle} {p.statistic} {p.needed:g}°" for p in exercise.primary]
    facts.add_row("Needed", "\n".join(needed))
    watched = [
        f"{i.signal} {i.statistic} {_band(i.low, i.high)} {i.unit}" for i in exercise.involved
    ]
    facts.add_row("Watched", "\n".join(watched))
    facts.add_row("Weights", ", ".join(f"{k} {v:g}" for k, v in exercise.weights.items()))
    if exercise.source:
        facts.add_row("Source", exercise.source)
    return facts


def _driver(driver: Driver) -> str:
    unit = " m" if driver.signal.endswith("_height") else "°"
    return f"{driver.signal} goes {driver.direction} by at least {driver.needed:g}{unit} and back"


def _band(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
