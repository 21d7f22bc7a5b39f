"""``rehabkit exercises``: the catalogue, and exercises of one's own: draft, show, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from rehabkit.cli.options import HELP, parse

if TYPE_CHECKING:
    from rich.table import Table

    from rehabkit.exercises.exercise import Driver, Exercise, Involved, Primary

_STATISTICS: Final = {
    "max": "largest", "min": "smallest", "range": "range of", "mean": "mean", "abs_max": "largest",
    "extreme": "largest", "change": "change of",
}  # fmt: skip
_DOMINANT = "The movement that stands out most goes out and back"

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="List, show, draft and check exercises."
)


@app.command("list")
def list_() -> None:
    """List the exercises that RehabKit knows."""
    from rich.table import Table

    from rehabkit.cli.console import results
    from rehabkit.exercises import catalogue

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="name", no_wrap=True)
    table.add_column()
    for name in catalogue.ids():
        table.add_row(name, catalogue.load(name).name)
    results().print(table)


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="An id that 'list' prints, or a .toml file.")
    ],
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw the figure moving: .svg, .html (with the text) or .gif."
        ),
    ] = None,
) -> None:
    """Show what RehabKit expects of an exercise; with --picture also the figure that does it."""
    from rehabkit.cli.console import results
    from rehabkit.pipeline import load_exercise

    exercise = load_exercise(name)
    console = results()
    console.print(exercise.name, style="name", markup=False)
    console.print(exercise.description, markup=False)
    console.print()
    console.print(facts_of(exercise))
    _picture(exercise, name, picture)


@app.command()
def draft(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Recordings of it done well; several widen the limits.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The .toml file to write.")],
    name: Annotated[str, typer.Option(help='Its name, such as "Wall slide".')] = "",
    exercise_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="Its id, such as wall-slide; else the name's.")
    ] = "",
    repetitions: Annotated[
        int | None,
        typer.Option(min=1, help="How many the (first) recording shows, if you counted them."),
    ] = None,
    driver: Annotated[
        str | None,
        typer.Option(metavar="SIGNAL", help="What to count by, such as knee_flexion; else found."),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=HELP)
    ] = None,
) -> None:
    """Draft an exercise from recordings that show it: a file to read, change and use."""
    from rehabkit.cli.drafting import run

    run(files, out, name, exercise_id, repetitions, driver, parse(settings or ()))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A definition file (.toml).")],
    example: Annotated[
        Path | None,
        typer.Option(metavar="RECORDING", help="A recording of it done well: does it pass?"),
    ] = None,
) -> None:
    """Check a definition file; an error names the key and the allowed values."""
    from rehabkit.exercises import catalogue
    from rehabkit.exercises.doubts import doubts

    exercise = catalogue.load_file(file)
    typer.echo(f"{file}: a whole definition of {exercise.id!r} ({exercise.name}).")
    found = list(doubts(exercise))
    if example is not None:
        from rehabkit.authoring.example import read_example
        from rehabkit.authoring.look import broken_by

        found += broken_by(exercise, read_example(example))
    for line in found:
        typer.echo(f"  look at: {line}")
    if example is not None and not found:
        typer.echo(f"{example.name} does it within all its limits.")


def _picture(exercise: Exercise, name: str, picture: Path | None) -> None:
    if picture is None:
        typer.echo(
            f"\nA picture of the movement: rehabkit exercises show {name} --picture FILE.svg"
        )
        return
    from rehabkit.report.movement import write_picture

    for note in write_picture(exercise, picture, _lines(exercise)):
        typer.echo(note)
    typer.echo(f"Written: {picture}")


def facts_of(exercise: Exercise) -> Table:
    """What the definition expects, a row each."""
    from rich.table import Table

    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="quiet", no_wrap=True)
    facts.add_column()
    for heading, lines in _lines(exercise).items():
        if lines:
            facts.add_row(heading, "\n".join(lines))
    return facts


def _lines(exercise: Exercise) -> dict[str, list[str]]:
    second = exercise.second_driver
    return {
        "Id": [exercise.id],
        "Repetition": [_driver(exercise.driver) if exercise.driver else _DOMINANT],
        "From one camera": [_driver(second)] if second is not None else [],
        "Phases": [", then ".join(exercise.phases)],
        "Needed": [_needed(primary) for primary in exercise.primary],
        "Watched": [_watched(involved) for involved in exercise.involved],
        "Weights": [f"{name} {weight:g}" for name, weight in exercise.weights.items()],
        "Source": [exercise.source] if exercise.source else [],
    }


def _driver(driver: Driver) -> str:
    from rehabkit.kinematics.driving import label_of, unit_of
    from rehabkit.report.phrases import with_unit

    least = with_unit(driver.needed, unit_of(driver.signal))
    way = "to either side" if driver.sides == "sign" else driver.direction
    return f"{label_of(driver.signal)} goes {way} by at least {least} and back"


def _needed(primary: Primary) -> str:
    from rehabkit.kinematics.driving import label_of

    most = "at most" if primary.statistic == "min" else "at least"
    what = f"{_STATISTICS[primary.statistic]} {label_of(primary.angle).lower()}"
    return f"{what.capitalize()}, {most} {primary.needed:g}°"


def _watched(involved: Involved) -> str:
    from rehabkit.exercises.named import label_of
    from rehabkit.report.phrases import span, with_unit

    low, high, unit = involved.low, involved.high, involved.unit
    if low is not None and high is not None:
        band = span(low, high, unit)
    elif low is not None:
        band = f"at least {with_unit(low, unit)}"
    else:
        band = f"at most {with_unit(high or 0.0, unit)}"
    what = f"{_STATISTICS[involved.statistic]} {label_of(involved.signal).lower()}"
    return f"{involved.words.title.rstrip('.')}: {what}, {band}"
