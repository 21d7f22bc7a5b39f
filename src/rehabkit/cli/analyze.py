"""``rehabkit analyze``: recordings in, a report for each out."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rehabkit.batch.options import Options
from rehabkit.cli.choices import OneRepetition
from rehabkit.cli.options import HELP, parse
from rehabkit.report import PARTS

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from rehabkit.batch.ledger import Entry
    from rehabkit.batch.run import Doing, Run
    from rehabkit.report.document import Summary

app = typer.Typer(add_completion=False)

VIDEO = "Videos"
FILES = "Files"
MANY = "Many recordings"
Mirrored = Literal["auto", "yes", "no"]


@app.command()
def analyze(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Recordings, videos, or folders of them; addresses (s3://...) too."
        ),
    ],
    out: Annotated[
        str,
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
            help="What was done: an id that 'rehabkit exercises list' prints, or a .toml file. "
            "Left out, it is recognised where it can be; 'unknown' forbids that.",
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
    one_repetition: OneRepetition = False,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Healthy people of your own to compare with (.json, 'rehabkit templates build').",
            rich_help_panel=FILES,
        ),
    ] = None,
    errors: Annotated[
        str | None,
        typer.Option(
            "--errors",
            metavar="FILE",
            help="A table of measurement errors of your own (.toml; docs/reliability.md).",
            rich_help_panel=FILES,
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Processes on this machine.", rich_help_panel=MANY),
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask scheduler whose workers do it, such as tcp://host:8786.",
            rich_help_panel=MANY,
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Also try again what an earlier run refused.", rich_help_panel=MANY
        ),
    ] = False,
    session: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="All recordings are of this one person and visit: clinical estimates are made "
            "together. Without it, recordings that name the same person are put together.",
            rich_help_panel=MANY,
        ),
    ] = None,
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
    write: Annotated[
        str,
        typer.Option(
            "--write",
            metavar="PART[,PART]",
            help="What is written beside analysis.json: report, tables, figures, or nothing.",
            rich_help_panel=FILES,
        ),
    ] = ",".join(PARTS),
) -> None:
    """Analyse recordings of an exercise and write a report for each.

    A recording that cannot be scored still gets its report, which says why. One that cannot be
    read is refused: the reason is on stderr and the exit status is 2. A run that was stopped goes
    on where it was when the same command is given again.
    """
    from rehabkit.batch.run import Doing

    reading: dict[str, object] = parse(settings or ())
    if person is not None:
        reading["person"] = box(person)
    if estimator is not None:
        reading["estimator"] = estimator
    options = Options(
        exercise=exercise, height_m=height_m, mirrored=mirrored, format=format_,
        reading=tuple(reading.items()), overlay=overlay, blur_faces=blur_faces,
        errors=_plain(errors), template=_plain(template), one_repetition=one_repetition,
        parts=tuple(p for p in written(write) if figures or p != "figures"),
    )  # fmt: skip
    raise typer.Exit(run(paths, out, options, Doing(workers, scheduler, again), session))


def written(text: str) -> tuple[str, ...]:
    """``"tables,report"`` as parts of the report, in the order in which they are written."""
    named = {part.strip() for part in text.split(",")}
    if named == {"nothing"}:
        return ()
    unknown = sorted(named - set(PARTS))
    if unknown:
        raise typer.BadParameter(
            f"expected some of {', '.join(PARTS)}, or nothing, found {', '.join(unknown)!r}",
            param_hint="--write",
        )
    return tuple(part for part in PARTS if part in named)


def _plain(path: str | None) -> str | None:
    from rehabkit.batch import addresses

    return None if path is None else addresses.plain(path)


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


def run(
    paths: Sequence[str],
    out: str,
    options: Options,
    doing: Doing | None = None,
    session: str | None = None,
) -> int:
    """Analyse, show what was found, and give the exit status."""
    from rehabkit.batch import addresses
    from rehabkit.batch.jobs import jobs
    from rehabkit.batch.run import opened
    from rehabkit.cli.show_many import refusals

    options.check_files()
    check_exercise(options.exercise)
    check_errors(options.errors)
    check_template(options)
    out = addresses.plain(out)
    with progress_bar() as bar:
        work = jobs(paths, options)
        with opened(work, out, options, doing) as this:
            _tell_of_earlier(len(work) - len(this.todo), len(work))
            changed = _do(this, bar)
            entries = this.all()
        if len(work) > 1:
            _cohort(out, entries, bar, anew=changed)
    _show(entries, out, options)
    _sessions(entries, out, session)
    return refusals(entries, out)


def _do(this: Run, bar: Bar) -> bool:
    """Do what is missing, with the bar moving; whether there was anything."""
    alone = len(this.work) == 1
    name = shortened(this.work[0].name) if alone else f"{len(this.work)} recordings"
    task = bar.add_task(
        name, total=None if alone else len(this.work), completed=len(this.work) - len(this.todo)
    )

    def progress(done: float, total: float) -> None:
        bar.update(task, completed=done, total=total)

    for _ in this.entries(progress):
        if not alone:
            bar.advance(task)
    return bool(this.todo)


def _tell_of_earlier(before: int, all_: int) -> None:
    from rehabkit.cli.console import notices

    if before:
        which = "It was" if all_ == 1 else f"{before} of {all_} recordings were"
        notices().print(f"{which} done by an earlier run and stay as they are.", style="quiet")


def _show(entries: Sequence[Entry], out: str, options: Options) -> None:
    from rehabkit.batch import results as folders
    from rehabkit.cli import show, show_many
    from rehabkit.cli.console import results

    report = "report" in options.parts
    if len(entries) > 1:
        show_many.outcomes(results(), entries, out, report=report)
        return
    summary = folders.summary(out, ".") if entries and entries[0].status != "refused" else None
    if summary is not None:
        shown = _angles_shown(summary, options)
        show.outcome(results(), summary, shown, out, report=report)


def _angles_shown(summary: Summary, options: Options) -> tuple[str, ...]:
    """The angles that the exercise's definition puts first."""
    from rehabkit.exercises import catalogue
    from rehabkit.pipeline import UNKNOWN, load_exercise

    named = options.exercise or summary.exercise.id
    if named in (None, UNKNOWN) or not (options.exercise or named in catalogue.ids()):
        return ()
    return load_exercise(named).shown


def check_exercise(name: str | None) -> None:
    """Refuse an unknown exercise before any recording is read, which may take minutes."""
    from rehabkit.pipeline import UNKNOWN, load_exercise

    if name not in (None, UNKNOWN):
        load_exercise(name)


def check_template(options: Options) -> None:
    """Refuse healthy people at another exercise before any recording is read."""
    from rehabkit.pipeline import UNKNOWN, healthy_people, load_exercise
    from rehabkit.templates import store

    if options.template is None:
        return
    if options.exercise in (None, UNKNOWN):
        store.read(Path(options.template))
    else:
        healthy_people(options.template, load_exercise(options.exercise))


def check_errors(path: str | Path | None) -> None:
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


def _cohort(out: str, entries: Sequence[Entry], bar: Bar, *, anew: bool) -> None:
    """All recordings together: a page and tables beside their folders."""
    from rehabkit import cohort
    from rehabkit.batch import addresses

    if addresses.is_remote(out) or all(entry.status == "refused" for entry in entries):
        return
    if not anew and (Path(out) / "cohort.html").is_file():
        return
    task = bar.add_task("Cohort", total=len(entries))
    cohort.write(out, progress=lambda done, all_: bar.update(task, completed=done, total=all_))


def _sessions(entries: Sequence[Entry], out: str, person: str | None) -> None:
    """A person's exercises scored together, beside their folders."""
    from rehabkit.batch import addresses, sessions
    from rehabkit.cli import show_many
    from rehabkit.cli.console import notices, results

    if len(entries) < 2 or addresses.is_remote(out):
        if person is not None:
            why = "a single recording" if len(entries) < 2 else "results at an address"
            notices().print(f"--session does nothing for {why}.", style="quiet")
        return
    found = sessions.of_run(entries, out, person)
    if sessions.write(found, out):
        show_many.sessions(results(), found, out)


def shortened(name: str, width: int = 32) -> str:
    """A long name with its middle left out, so that the bar keeps its place on the line."""
    if len(name) <= width:
        return name
    half = (width - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
