"""``rehabkit progress``: several recordings of one person, each measure over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehabkit.cli.choices import How, analysed, told_how
from rehabkit.errors import RehabkitError

if TYPE_CHECKING:
    from rehabkit.report.document import Summary

app = typer.Typer(add_completion=False)


@app.command()
@told_how
def progress(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Recordings, or folders that 'rehabkit analyze' has written."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where page, JSON and CSV go.")],
    dates: Annotated[
        str | None,
        typer.Option(
            "--dates",
            metavar="DATE,DATE,...",
            help="When each was recorded, in the order given: ISO dates such as 2026-05-14. "
            "Without it: the file's clock, else a date in the file's or folder's name.",
        ),
    ] = None,
    same_person: Annotated[
        bool, typer.Option("--same-person", help="Different names in the files are one person's.")
    ] = False,
    *,
    how: How,
) -> None:
    """Show how each measure of one person changed over several recordings.

    A change counts only where it exceeds the smallest real difference. Different exercises become
    sections of their own; different sensors or views are never joined.
    """
    _run(paths, out, how, dates, same_person=same_person)


def _run(
    paths: Sequence[Path], out: Path, how: How, dates: str | None, *, same_person: bool
) -> None:
    from rehabkit.cli import show_progress
    from rehabkit.cli.console import results
    from rehabkit.progress import build, visits_of, write

    summaries = _summaries(found_in(paths), how)
    visits = visits_of(summaries, told_dates=dates, same_person=same_person)
    found = build(visits)
    write(found, out)
    show_progress.progress(results(), found, out)


def found_in(paths: Sequence[Path]) -> list[Path]:
    """Recordings and analysed folders, in their order; other folders are searched for both."""
    from rehabkit.batch.jobs import recordings_in
    from rehabkit.report.output import DOCUMENT

    out: list[Path] = []
    for path in paths:
        if path.name == DOCUMENT or (path / DOCUMENT).is_file():
            out.append(path)
            continue
        inside = sorted(p.parent for p in path.rglob(DOCUMENT)) if path.is_dir() else []
        out += inside or [found for found, _ in recordings_in([path])]
    return list(dict.fromkeys(out))


def _summaries(paths: Sequence[Path], how: How) -> list[tuple[Summary, Path | None]]:
    """Each path with its summary: read where it was analysed before, else analysed now."""
    from rehabkit.progress import load
    from rehabkit.report.summary import summarize

    known = {path: load(path) for path in paths}
    for path, summary in known.items():
        if summary is not None:
            _same_exercise(path, summary, how.exercise)
    rest = [path for path in paths if known[path] is None]
    known.update(zip(rest, map(summarize, analysed(rest, how)), strict=True))
    return [(summary, path) for path in paths if (summary := known[path]) is not None]


def _same_exercise(path: Path, summary: Summary, exercise: str | None) -> None:
    """A written analysis cannot be made anew for another exercise."""
    if exercise is not None and summary.exercise.id != Path(exercise).stem:
        done = repr(summary.exercise.id) if summary.exercise.id else "no exercise"
        raise RehabkitError(
            f"Expected {path} to be analysed as {exercise!r}, found {done}. Give the recording "
            "itself, or analyse it again with --exercise."
        )
