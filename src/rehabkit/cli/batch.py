"""Several recordings in one go: which there are, where each goes, and the work itself."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rehabkit.errors import RehabkitError

if TYPE_CHECKING:
    from types import FrameType

    from rehabkit.report.document import Summary

Progress = Callable[[float, float], None]


@dataclass(frozen=True)
class Options:
    """What ``analyze`` was told, the same for every recording.

    ``reading`` goes to the reader; ``overlay`` asks for a video with the skeleton drawn in;
    ``blur_faces`` has nothing to do, and does no harm, where a recording has no pictures.
    """

    exercise: str | None = None
    height_m: float | None = None
    mirrored: Literal["auto", "yes", "no"] = "auto"
    format: str | None = None
    reading: tuple[tuple[str, Any], ...] = ()
    overlay: bool = False
    blur_faces: bool = False
    figures: bool = True
    errors: Path | None = None


@dataclass(frozen=True)
class Job:
    """One recording and the folder that its results go to; ``name`` is what the user sees."""

    path: Path
    folder: Path
    name: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its summary, or why it was refused.

    ``shown`` names the angles that the exercise's definition puts first.
    """

    job: Job
    summary: Summary | None = None
    shown: tuple[str, ...] = ()
    refusal: str = ""


def jobs(paths: Sequence[Path], out: Path) -> list[Job]:
    """One job a recording: a single one goes into ``out`` itself, several into folders of it.

    A folder that is no recording by itself is searched for recordings; the results keep its tree.
    """
    found = recordings_in(paths)
    if len(found) == 1:
        return [Job(found[0][0], out, found[0][0].name)]
    whole = [name for _, name in found]
    stems = [name.with_suffix("") for name in whole]
    names = [n if stems.count(s) > 1 else s for n, s in zip(whole, stems, strict=True)]
    return [
        Job(path, out / name, name.as_posix())
        for (path, _), name in zip(found, _numbered(names), strict=True)
    ]


def recordings_in(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """(path, name below the output folder) of every recording in files and folders.

    A path that was given twice is one recording.
    """
    named = {
        path: Path(given.name) / name if len(paths) > 1 and path != given else name
        for given in dict.fromkeys(paths)
        for path, name in _recordings(given)
    }
    return list(named.items())


def _recordings(given: Path) -> Iterator[tuple[Path, Path]]:
    """(path, name below the output folder) of every recording that a PATH stands for."""
    from rehabkit import reading

    if not given.is_dir() or _is_recording(given):
        yield given, Path(given.name)
        return
    inside = reading.find_recordings(given)
    if not inside:
        raise RehabkitError(
            f"Expected recordings in the folder {given}, found none that RehabKit can read. "
            "docs/formats.md lists what it reads."
        )
    yield from ((path, path.relative_to(given)) for path in inside)


def _is_recording(folder: Path) -> bool:
    from rehabkit import reading

    try:
        reading.identify(folder)
    except RehabkitError:
        return False
    return True


def _numbered(names: Sequence[Path]) -> Iterator[Path]:
    """The names, a repeated one with a number behind it."""
    seen: dict[Path, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else name.with_name(f"{name.name}-{seen[name]}")


def analyse(job: Job, options: Options, progress: Progress | None = None) -> Outcome:
    """Analyse one recording and write its results; a refusal is an outcome too."""
    from rehabkit import report
    from rehabkit.pipeline import analyze

    try:
        reading = dict(options.reading)
        if options.blur_faces and _has_pictures(job.path, options.format):
            reading["blur_faces"] = True
        if options.overlay:
            reading["overlay"] = job.folder / "overlay.mp4"
        analysis = analyze(
            job.path,
            exercise=options.exercise,
            height_m=options.height_m,
            mirrored=options.mirrored,
            format=options.format,
            errors=options.errors,
            progress=progress,
            **reading,
        )
        summary = report.write(analysis, job.folder, figures=options.figures)
        return Outcome(job, summary, analysis.exercise.shown if analysis.exercise else ())
    except RehabkitError as error:
        return Outcome(job, refusal=str(error))


def _has_pictures(path: Path, format_name: str | None) -> bool:
    from rehabkit import reading

    chosen = reading.get_format(format_name) if format_name else reading.identify(path)
    return "blur_faces" in chosen.options()


def analyse_all(work: Sequence[Job], options: Options, workers: int) -> Iterator[Outcome]:
    """Outcomes as they come; with more than one worker, from as many processes."""
    if workers == 1 or len(work) == 1:
        yield from (analyse(job, options) for job in work)
        return
    context = get_context("spawn")  # threads of the libraries do not survive a fork
    pool = ProcessPoolExecutor(min(workers, len(work)), context, initializer=_take_orders)
    try:
        pending = [pool.submit(_analyse_unless_told, job, options) for job in work]
        yield from (future.result() for future in as_completed(pending))
    except BrokenProcessPool as error:
        raise RehabkitError(
            f"Expected {workers} worker processes to finish, found that the system ended one, most "
            "often for want of memory. Try fewer --workers."
        ) from error
    except BaseException:
        # Ctrl-C may reach only this process: tell the workers, which clean up and end.
        for worker in active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _take_orders() -> None:
    """In a worker: leave Ctrl-C to the parent, and end tidily at its word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    del number, frame
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once: the clean-up must not be cut short
    raise SystemExit


def _analyse_unless_told(job: Job, options: Options) -> Outcome:
    if signal.getsignal(signal.SIGTERM) == signal.SIG_IGN:
        raise SystemExit  # a job that was already handed out when the word to end came
    return analyse(job, options)
