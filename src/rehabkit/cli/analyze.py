"""``rehabkit analyze``: recordings in, a report for each out."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rehabkit.cli.batch import Job, Options, Outcome, Progress, analyse, analyse_all, jobs
from rehabkit.cli.options import HELP, parse

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

app = typer.Typer(add_completion=False)

VIDEO = "Videos"
FILES = "Files"
Mirrored = Literal["auto", "yes", "no"]


@app.command()
def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Recordings, videos, or folders of them."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the results go: one recording's into DIR itself, several into "
            "a folder of DIR each.",
        ),
    ],
    exercise: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="What was done: an id that 'rehabkit exercises list' prints, or a .toml file.",
        ),
    ] = None,
    height_m: Annotated[
        float | None,
        typer.Option(
            metavar="H", min=0.4, max=2.6, help="The person's height in metres; sets the scale."
        ),
    ] = None,
    mirrored: Annotated[
        Mirrored, typer.Option(help="Whether the picture is mirrored, as selfie videos are.")
    ] = "auto",
    person: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y[,W,H]",
            help="Who is meant where several are seen: a point or box in pixels.",
            rich_help_panel=VIDEO,
        ),
    ] = None,
    overlay: Annotated[
        bool,
        typer.Option(
            "--overlay",
            help="Also write overlay.mp4, with the skeleton drawn in.",
            rich_help_panel=VIDEO,
        ),
    ] = False,
    blur_faces: Annotated[
        bool,
        typer.Option(
            "--blur-faces",
            help="Blur faces in every picture that is written.",
            rich_help_panel=VIDEO,
        ),
    ] = False,
    estimator: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A pose model of your own: a .task file (MediaPipe 1.x) or an .onnx file.",
            rich_help_panel=VIDEO,
        ),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(
            "--errors",
            metavar="FILE",
            help="A table of measurement errors of your own (.toml; docs/reliability.md).",
            rich_help_panel=FILES,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, help="Processes, for several recordings.")
    ] = 1,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Format of the recordings, where content and name do not tell.",
            rich_help_panel=FILES,
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help=HELP, rich_help_panel=FILES),
    ] = None,
    figures: Annotated[
        bool, typer.Option(help="Also write PNG figures.", rich_help_panel=FILES)
    ] = True,
) -> None:
    """Analyse recordings of an exercise and write a report for each.

    A recording that cannot be scored still gets its report, which says why. One that cannot be
    read is refused: the reason is on stderr and the exit status is 2.
    """
    reading: dict[str, object] = parse(settings or ())
    if person is not None:
        reading["person"] = box(person)
    if estimator is not None:
        reading["estimator"] = estimator
    options = Options(
        exercise=exercise, height_m=height_m, mirrored=mirrored, format=format_,
        reading=tuple(reading.items()), overlay=overlay, blur_faces=blur_faces, figures=figures,
        errors=errors,
    )  # fmt: skip
    raise typer.Exit(run(paths, out, options, workers))


def box(text: str) -> tuple[float, ...]:
    """``"X,Y"`` or ``"X,Y,W,H"`` in pixels as numbers."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) not in (2, 4) or not all(map(math.isfinite, values)):
        raise typer.BadParameter(
            f"expected X,Y or X,Y,W,H in pixels, such as 320,240, found {text!r}",
            param_hint="--person",
        )
    return values


def run(paths: Sequence[Path], out: Path, options: Options, workers: int = 1) -> int:
    """Analyse, show what was found, and give the exit status."""
    from rehabkit.cli import show
    from rehabkit.cli.console import results
    from rehabkit.cli.main import refuse

    check_exercise(options.exercise)
    check_errors(options.errors)
    work = jobs(paths, out)
    with progress_bar() as bar:
        outcomes = list(_one(work[0], options, bar) if len(work) == 1
                        else _several(work, options, workers, bar))  # fmt: skip
        if len(work) > 1 and any(outcome.summary for outcome in outcomes):
            _cohort(out, outcomes, bar)
    outcomes.sort(key=lambda outcome: work.index(outcome.job))
    show.outcomes(results(), outcomes, out)
    refusals = [outcome.refusal for outcome in outcomes if outcome.summary is None]
    return max((refuse(reason) for reason in refusals), default=0)


def check_exercise(name: str | None) -> None:
    """Refuse an unknown exercise before any recording is read, which may take minutes."""
    from rehabkit.pipeline import load_exercise

    if name is not None:
        load_exercise(name)


def check_errors(path: Path | None) -> None:
    """Refuse a wrong table of errors before any recording is read."""
    from rehabkit.kinematics import error_table

    if path is not None:
        error_table.load(path)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar on stderr where that is a terminal; it vanishes when the work is done."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from rehabkit.cli.console import notices

    console = notices()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bar(
        *columns, TimeRemainingColumn(), console=console, transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:  # fmt: skip
        yield bar


def _one(job: Job, options: Options, bar: Bar) -> Iterator[Outcome]:
    task = bar.add_task(shortened(job.name), total=None)

    def progress(done: float, total: float) -> None:
        bar.update(task, completed=done, total=total)

    moving: Progress = progress
    yield analyse(job, options, moving)


def _several(work: Sequence[Job], options: Options, workers: int, bar: Bar) -> Iterator[Outcome]:
    task = bar.add_task(f"{len(work)} recordings", total=len(work))
    for outcome in analyse_all(work, options, workers):
        bar.advance(task)
        yield outcome


def _cohort(out: Path, outcomes: Sequence[Outcome], bar: Bar) -> None:
    """All recordings together: a page and tables beside their folders."""
    from rehabkit import cohort

    task = bar.add_task("Cohort", total=len(outcomes))
    refused = [
        cohort.Entry(o.job.name, o.job.folder, str(o.job.path), refused=True, reasons=(o.refusal,))
        for o in outcomes
        if o.summary is None
    ]
    cohort.write(
        out, also=refused, progress=lambda done, all_: bar.update(task, completed=done, total=all_)
    )


def shortened(name: str, width: int = 32) -> str:
    """A long name with its middle left out, so that the bar keeps its place on the line."""
    if len(name) <= width:
        return name
    half = (width - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
