"""One recording of many: analysed, written, and told in a line of the ledger."""

from __future__ import annotations

import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rehabkit.batch import addresses, results
from rehabkit.batch.jobs import Job
from rehabkit.batch.ledger import Entry
from rehabkit.batch.options import Options
from rehabkit.errors import FormatError, RehabkitError

if TYPE_CHECKING:
    from rehabkit.report.analysis import Analysis
    from rehabkit.report.document import Summary

Progress = Callable[[float, float], None]
DIED: Final = "ProcessDied"
_LONGEST_KIND: Final = 110


@dataclass(frozen=True)
class Setting:
    """What all jobs of a run share: the options, where results go, where paths start."""

    options: Options
    out: str
    base: str = ""


def analyse(job: Job, setting: Setting, progress: Progress | None = None) -> Entry:
    """Analyse one recording and write its results; a refusal is an entry too.

    Results that are there already and bear the job's key are taken as they are.
    """
    there = results.summary(setting.out, job.folder, job.key)
    if there is not None:
        return entry_of(job, there)
    local = job.source
    try:
        with _opened(job, setting) as path:
            local = str(path)
            return entry_of(job, _analysed(job, path, setting, progress))
    except RehabkitError as error:
        _forget(job, setting)
        return refused(job, str(error).replace(local, job.source), _kind(error, job, local),
                       type(error).__name__)  # fmt: skip


def guarded(job: Job, setting: Setting) -> Entry:
    """As :func:`analyse`; a fault of RehabKit's costs this recording and no other."""
    try:
        return analyse(job, setting)
    except Exception as error:  # noqa: BLE001 - thousands of others must not be lost for it
        what = f"{type(error).__name__}: {error}"
        text = f"{job.source}: expected RehabKit to refuse or analyse it, found a fault of its "
        text += f"own ({what}). Please report it."
        return refused(job, text, _general(f"a fault of RehabKit's own, {what}"), "fault")


def _forget(job: Job, setting: Setting) -> None:
    """Results of an earlier state of a source that is now refused would be taken for its own."""
    if addresses.is_remote(setting.out) or (Path(setting.out) / job.folder).is_dir():
        results.clear(setting.out, job.folder)


@contextmanager
def _opened(job: Job, setting: Setting) -> Iterator[Path]:
    """The recording as a path of this machine; a remote one is fetched for as long as it takes."""
    from rehabkit.batch.remote import fetch

    if not addresses.is_remote(job.source):
        yield Path(setting.base) / job.source
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield fetch(job.source, job.companions, Path(temporary))


def _analysed(job: Job, path: Path, setting: Setting, progress: Progress | None) -> Summary:
    from rehabkit import report
    from rehabkit.pipeline import analyze

    options, reading = setting.options, dict(setting.options.reading)
    if options.blur_faces and _has_pictures(path, options.format):
        reading["blur_faces"] = True
    with tempfile.TemporaryDirectory() as temporary:
        if options.overlay:
            film = Path(temporary) / results.FILM
            reading["overlay"] = film
        analysis = analyze(path, progress=progress, **options.for_pipeline(), **reading)
        with results.place(setting.out, job.folder, job.key) as folder:
            if options.overlay:
                _move(film, folder / results.FILM)
            return report.write(_named(analysis, job.source), folder, parts=options.parts)


def _move(film: Path, to: Path) -> None:
    import shutil

    from rehabkit.formats.files import atomic

    with atomic(to) as temporary:
        shutil.copyfile(film, temporary)


def _named(analysis: Analysis, source: str) -> Analysis:
    """The analysis with the source as the user named it, wherever it was opened."""
    if analysis.original.source.path == source:
        return analysis
    original, recording = (
        each.replace(source=replace(each.source, path=source))
        for each in (analysis.original, analysis.recording)
    )
    return replace(analysis, original=original, recording=recording)


def _has_pictures(path: Path, format_name: str | None) -> bool:
    from rehabkit import reading

    chosen = reading.get_format(format_name) if format_name else reading.identify(path)
    return "blur_faces" in chosen.options()


def entry_of(job: Job, summary: Summary) -> Entry:
    """The line of a recording that was analysed."""
    from rehabkit.report.phrases import reason_words

    extents = [r.extent for r in summary.repetitions if r.extent is not None]
    gate = summary.gate
    return Entry(
        name=job.name,
        folder=job.folder,
        source=job.source,
        status="usable" if gate.usable else "not usable",
        reasons=tuple(reason_words(reason) for reason in gate.reasons),
        kinds=tuple(reason.code for reason in gate.reasons),
        exercise=summary.exercise.id,
        key=job.key,
        repetitions=len(summary.repetitions),
        extent=statistics.median(extents) if extents else None,
        unit=next((driver.unit for driver in summary.drivers), ""),
        finding=summary.findings[0].title.rstrip(".") if summary.findings else "",
        attempts=job.attempts,
    )


def refused(job: Job, reason: str, kind: str, error: str) -> Entry:
    """The line of a recording that was not analysed."""
    return Entry(
        job.name, job.folder, job.source, "refused", (reason,), (kind,), error,
        key=job.key, attempts=job.attempts,
    )  # fmt: skip


def died(job: Job, how: str) -> Entry:
    """The line of a recording that ended its process again and again."""
    text = (
        f"{job.source}: expected a process to finish it, found that {how}. "
        "Most often there was not enough memory: try fewer --workers, or a shorter recording."
    )
    return refused(job, text, "its process was ended each time", DIED)


def _kind(error: RehabkitError, job: Job, local: str) -> str:
    if isinstance(error, FormatError):
        return _general(f"expected {error.expected.partition(' (')[0]}, found {error.found}")
    return _general(str(error).replace(local, "it").replace(job.source, "it"))


def _general(text: str) -> str:
    """A reason without one recording's figures, so that like ones count together."""
    text = re.sub(r"\d+(?:[.,]\d+)*", "#", text)
    return text if len(text) <= _LONGEST_KIND else text[: _LONGEST_KIND - 1] + "…"
