"""``rehabkit compare``: two visits, sides or sensors, and whether they really differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rehabkit.cli.choices import Every, How, Out, analysed, told_how
from rehabkit.errors import RehabkitError

app = typer.Typer(add_completion=False)

By = Literal["visits", "sides", "sensors"]


@app.command()
@told_how
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A recording.")],
    second: Annotated[
        Path | None,
        typer.Argument(metavar="B", help="Another one; none to compare the sides of A."),
    ] = None,
    by: Annotated[
        By | None,
        typer.Option(
            "--by",
            help="visits: A before B. sides: left and right of A. sensors: two sensors that saw "
            "one movement.",
        ),
    ] = None,
    *,
    how: How,
    out: Out = None,
    every: Every = False,
) -> None:
    """Compare two visits, the two sides of one recording, or two sensors.

    A difference is called real only where it exceeds the minimal detectable change, which joins
    the spread between repetitions with the known error of the sensor.
    """
    kind = by or ("sides" if second is None else "visits")
    if kind == "sides" and second is not None:
        raise RehabkitError("Expected one recording for --by sides, found two.")
    if kind != "sides" and second is None:
        raise RehabkitError(f"Expected two recordings for --by {kind}, found one.")
    paths = [first] if second is None else [first, second]
    _run(paths, kind, how, out, every=every)


def _run(paths: list[Path], kind: By, how: How, out: Path | None, *, every: bool) -> None:
    from rehabkit import comparison
    from rehabkit.cli import show_comparison as show
    from rehabkit.cli.console import results
    from rehabkit.comparison import output

    done = analysed(paths, how)
    if kind == "sensors":
        seen = comparison.compare_sensors(done[0], done[1])
        if out is not None:
            output.write_agreement(seen, done, out)
        show.sensors(results(), seen, every=every)
    else:
        found = (
            comparison.compare_sides(done[0])
            if kind == "sides"
            else comparison.compare_visits(done[0], done[1])
        )
        if out is not None:
            output.write_comparison(found, done, out)
        show.comparison(results(), found, every=every)
    if out is not None:
        show.written(results(), out, "compare")
