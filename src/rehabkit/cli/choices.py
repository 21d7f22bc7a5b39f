"""Options that ``compare``, ``reliability`` and ``progress`` share, and the analysis behind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rehabkit.cli.options import HELP, parse

if TYPE_CHECKING:
    from rehabkit.report.analysis import Analysis

Exercise = Annotated[
    str | None,
    typer.Option(
        "--exercise",
        metavar="ID",
        help="What was done: an id that 'rehabkit exercises list' prints, or a .toml file; "
        "'unknown': do not recognise it.",
    ),
]
HeightM = Annotated[
    float | None,
    typer.Option(
        "--height-m", metavar="H", min=0.4, max=2.6, help="The person's height in metres."
    ),
]
Mirrored = Annotated[
    Literal["auto", "yes", "no"],
    typer.Option("--mirrored", help="Whether the pictures are mirrored."),
]
Errors = Annotated[
    Path | None,
    typer.Option(
        "--errors",
        metavar="FILE",
        help="A table of measurement errors of your own (.toml; docs/reliability.md).",
    ),
]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="NAME", help="Format of the recordings, where they do not tell."
    ),
]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=HELP)]
OneRepetition = Annotated[
    bool,
    typer.Option(
        "--one-repetition", help="Each recording was cut already: all of it is one repetition."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Also write JSON, CSV and pictures into DIR."),
]
Every = Annotated[
    bool, typer.Option("--all", help="Print every measure, not only the telling ones.")
]


@dataclass(frozen=True)
class How:
    """What is said once of all recordings."""

    exercise: str | None = None
    height_m: float | None = None
    mirrored: Literal["auto", "yes", "no"] = "auto"
    errors: Path | None = None
    format: str | None = None
    reading: tuple[tuple[str, Any], ...] = ()
    one_repetition: bool = False


def _how(
    exercise: Exercise = None,
    height_m: HeightM = None,
    mirrored: Mirrored = "auto",
    errors: Errors = None,
    format_: FormatName = None,
    settings: Settings = None,
    one_repetition: OneRepetition = False,
) -> How:
    """The one list of the shared options, with their defaults."""
    told = tuple(parse(settings or ()).items())
    return How(exercise, height_m, mirrored, errors, format_, told, one_repetition)


def told_how(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose ``how`` is told by the shared options: they stand in its place."""
    own = inspect.signature(command, eval_str=True).parameters
    shared = {
        name: option.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, option in inspect.signature(_how, eval_str=True).parameters.items()
    }
    options: list[inspect.Parameter] = []
    for name, option in own.items():
        options += shared.values() if name == "how" else [option]

    @wraps(command)
    def run(**given: Any) -> None:
        how = _how(**{name: given.pop(name) for name in shared})
        command(**given, how=how)

    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in options}
    return run


def analysed(paths: Sequence[Path], how: How) -> list[Analysis]:
    """The analyses of some recordings, one after the other, with a bar on a terminal."""
    from rehabkit.cli.analyze import check_errors, check_exercise, progress_bar
    from rehabkit.kinematics import error_table
    from rehabkit.pipeline import analyze

    check_exercise(how.exercise)
    check_errors(how.errors)
    table = error_table.load(how.errors) if how.errors else None
    with progress_bar() as bar:
        task = bar.add_task("recordings", total=len(paths))
        done = []
        for path in paths:
            done.append(
                analyze(
                    path,
                    exercise=how.exercise,
                    height_m=how.height_m,
                    mirrored=how.mirrored,
                    format=how.format,
                    errors=table,
                    one_repetition=how.one_repetition,
                    **dict(how.reading),
                )
            )
            bar.advance(task)
    return done
