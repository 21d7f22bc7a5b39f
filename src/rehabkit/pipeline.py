"""``analyze``: the whole way from a recording to its results. The only place that knows it all.

read -> clean -> which exercise -> measure -> cut -> judge; ``rehabkit.report`` shows the rest.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rehabkit.errors import RehabkitError, choices
from rehabkit.exercises.exercise import Exercise
from rehabkit.recording import Recording
from rehabkit.report.analysis import Analysis, Stills

if TYPE_CHECKING:
    from rehabkit.assessment.recognition import Recognition
    from rehabkit.kinematics.error_table import ErrorTable
    from rehabkit.templates.types import Template

Progress = Callable[[float, float], None]
How = Literal["named", "recognised", "unknown"]
_NAMED: How = "named"
UNKNOWN = "unknown"
"""Said for ``exercise``: name none, and do not try to recognise one."""


def analyze(
    source: str | Path | Recording,
    *,
    exercise: str | None = None,
    height_m: float | None = None,
    mirrored: Literal["auto", "yes", "no"] = "auto",
    format: str | None = None,  # noqa: A002 - the name rk.read uses
    errors: str | Path | ErrorTable | None = None,
    template: str | Path | Template | None = None,
    one_repetition: bool = False,
    progress: Progress | None = None,
    **options: Any,
) -> Analysis:
    """Analyse one recording.

    Parameters
    ----------
    source
        A file or folder that :func:`rehabkit.read` knows, or a Recording.
    exercise
        An id of the catalogue or the path of a definition file (``.toml``). None: what the data
        set says; where it says nothing, what is recognised, else "unknown". ``"unknown"``: none,
        whatever the data set says, and nothing is recognised.
    height_m
        The person's height in m; sets the scale where the sensor does not know it.
    mirrored
        Whether the picture is mirrored; "auto" takes what the file says, else assumes it is not
        and says so.
    errors
        A table of errors of your own (``.toml``, docs/reliability.md); its rows come before
        RehabKit's, and the history names it.
    template
        Healthy people to compare with, or the file of such (``rehabkit templates build``); None:
        the package's, where it has some for this exercise. The history names a file.
    one_repetition
        The recording was cut already, and all of it is one repetition; the history says so.
    progress
        Called with seconds done and seconds in all, by readers that take long.
    options
        Passed to the reader (``person``, ``estimator``, ...).

    Raises
    ------
    RehabkitError
        Where the file cannot be read, the exercise is not known, or the healthy people did
        another one.
    """
    from rehabkit import repetitions
    from rehabkit.assessment.clinical import clinical_score
    from rehabkit.assessment.findings import find_in
    from rehabkit.assessment.gate import gate
    from rehabkit.assessment.readings import Case
    from rehabkit.assessment.scores import score
    from rehabkit.assessment.types import Scores
    from rehabkit.kinematics import angles, error_table, measures
    from rehabkit.signals.clean import clean

    table = error_table.load(errors) if isinstance(errors, str | Path) else errors
    offered = {"mirrored": mirrored, "progress": progress}
    original, pictures = _read(source, format, offered, options)
    original = _prepared(original, height_m, mirrored, one_repetition=one_repetition)
    recording, recognition = clean(original), None
    definition, how = _said(original, exercise)
    if definition is None and _says_nothing(original, exercise):
        definition, how, recognition = recognised(recording)
        recording = _with_recognition(recording, recognition)
    healthy = healthy_people(template, definition)
    recording = _with_template(_with_errors(recording, table), template, healthy)
    kinematics = angles.compute(recording, table)
    verdict = gate(original, recording, kinematics, definition)
    segmentation = repetitions.cut(recording, kinematics, definition, one_repetition=one_repetition)
    each = tuple(
        measures.repetition_measures(recording, kinematics, repetition)
        for repetition in segmentation.repetitions
    )
    overall = measures.recording_measures(recording, kinematics, segmentation.repetitions, each)
    case = Case(recording, kinematics, segmentation, each, healthy)
    found, checks = find_in(case, definition) if verdict.usable else ((), ())
    scores = score(case, definition, healthy) if verdict.usable else Scores(None)
    return Analysis(
        original=original,
        recording=recording,
        exercise=definition,
        exercise_how=how,
        gate=verdict,
        segmentation=segmentation,
        kinematics=kinematics,
        repetition_measures=each,
        recording_measures=overall,
        findings=found,
        stills=pictures,
        scores=scores,
        clinical=clinical_score(case, definition, verdict, scores),
        template=healthy,
        checks=checks,
        recognition=recognition,
    )


def score_session(analyses: Sequence[Analysis]) -> tuple[Analysis, ...]:
    """One person's exercises of one visit, their clinical scores made together.

    Parameters
    ----------
    analyses
        Of one person; those without a clinical score stay as they are.

    Returns
    -------
    tuple
        In the same order, ``clinical`` of each with what the others say of the person.

    Raises
    ------
    RehabkitError
        Where the recordings name several persons.
    """
    from rehabkit.assessment.clinical import score_together

    named = sorted({one.recording.subject.id for one in analyses} - {""})
    if len(named) > 1:
        raise RehabkitError(
            f"Expected recordings of one person, found {len(named)}: {choices(named)}. Give each "
            "person's by themselves."
        )
    scored = score_together([one.clinical for one in analyses])
    return tuple(
        dataclasses.replace(one, clinical=score)
        for one, score in zip(analyses, scored, strict=True)
    )


def healthy_people(
    given: str | Path | Template | None, exercise: Exercise | None
) -> Template | None:
    """Whom an exercise is compared with: those given, else the package's, where it has some.

    Raises
    ------
    RehabkitError
        Where those given did another exercise.
    """
    from rehabkit.templates import store

    if given is None:
        return None if exercise is None else store.find(exercise.template_id)
    found = store.read(Path(given)) if isinstance(given, str | Path) else given
    if exercise is None or exercise.template_id != found.exercise:
        raise RehabkitError(_another(found, exercise))
    return found


def _another(template: Template, exercise: Exercise | None) -> str:
    """Why healthy people at one exercise say nothing of this one."""
    if exercise is None:
        return (
            f"Expected an exercise to compare with healthy people at {template.exercise!r}, found "
            "a recording that names none. Name it (--exercise)."
        )
    return (
        f"Expected healthy people at {exercise.template_id!r}, since {exercise.id!r} is compared "
        f"with these, found people at {template.exercise!r}. Give another file, or write "
        f'template = "{template.exercise}" into a definition of your own.'
    )


def _with_template(
    recording: Recording, given: str | Path | Template | None, template: Template | None
) -> Recording:
    """The recording with a line on the user's healthy people in its history."""
    from rehabkit.formats.files import read_bytes, sha256

    if template is None or not isinstance(given, str | Path):
        return recording
    file = Path(given)
    return recording.with_step(
        "compare with healthy people of your own",
        f"{template.words} ({template.repetitions} repetitions), from {file.name}",
        file=file.name,
        sha256=sha256(read_bytes(file))[:12],
    )


def _with_errors(recording: Recording, table: ErrorTable | None) -> Recording:
    """The recording with a line on the user's table of errors in its history."""
    if table is None or not table.own:
        return recording
    sources = dict.fromkeys(row.trust.error_source for row in table.rows[: table.own])
    rows = "row" if table.own == 1 else "rows"
    return recording.with_step(
        "use a table of errors",
        f"{table.own} {rows} of {table.path} before RehabKit's: {'; '.join(sources)}",
        file=table.path,
        sha256=table.sha256[:12],
    )


def load_exercise(named: str) -> Exercise:
    """The exercise of an id, or of a definition file where the name ends in ``.toml``."""
    from rehabkit.exercises import catalogue

    return catalogue.load_file(Path(named)) if named.endswith(".toml") else catalogue.load(named)


def by_label(recording: Recording) -> tuple[Exercise | None, How]:
    """The exercise that the data set names, where it is one of the catalogue's, else unknown."""
    from rehabkit.exercises import catalogue

    if recording.exercise.id in catalogue.ids():
        return catalogue.load(recording.exercise.id), "named"
    return None, "unknown"


def _said(recording: Recording, exercise: str | None) -> tuple[Exercise | None, How]:
    """The exercise that the user names, else the data set."""
    if exercise == UNKNOWN:
        return None, "unknown"
    return by_label(recording) if exercise is None else (load_exercise(exercise), _NAMED)


def _says_nothing(recording: Recording, exercise: str | None) -> bool:
    """Whether neither the user nor the data set says what was done."""
    label = recording.exercise
    return exercise is None and not label.id and not label.label


def recognised(recording: Recording) -> tuple[Exercise | None, How, Recognition]:
    """The exercise that a cleaned recording is recognised as, else unknown with the reason."""
    from rehabkit.assessment.recognition import recognise
    from rehabkit.exercises import catalogue

    found = recognise(recording)
    if found.exercise is None:
        return None, "unknown", found
    return catalogue.load(found.exercise), "recognised", found


def _with_recognition(recording: Recording, found: Recognition) -> Recording:
    """The recording with a line on what it was recognised as in its history."""
    from rehabkit.assessment.words import sure

    if found.exercise is None or found.probability is None:
        return recording.with_step(
            "recognise the exercise", f"unknown: {found.reason}", model=found.model
        )
    words = (
        f"recognised as {found.exercise}, {sure(found.probability)} sure; name it with --exercise"
    )
    return recording.with_step("recognise the exercise", words, model=found.model)


def _read(
    source: str | Path | Recording,
    format: str | None,  # noqa: A002
    offered: dict[str, Any],
    options: dict[str, Any],
) -> tuple[Recording, Stills | None]:
    """The recording, and small pictures of it where its reader can give them.

    Parameters
    ----------
    offered
        Options for readers that take them; others do without.
    options
        Options that the user asked for; a reader that does not know one refuses.
    """
    from rehabkit import reading

    if isinstance(source, Recording):
        return source, None
    chosen = reading.get_format(format) if format else reading.identify(source)
    taken = chosen.options()
    kept = {name: value for name, value in offered.items() if name in taken} | options
    if "stills" not in taken or "stills" in options:
        return reading.read(source, format=chosen.name, **kept), None
    from rehabkit.vision.stills import StillCollector

    collector = StillCollector()
    recording = reading.read(source, format=chosen.name, stills=collector, **kept)
    return recording, collector.stills()


def _prepared(
    recording: Recording,
    height_m: float | None,
    mirrored: Literal["auto", "yes", "no"],
    *,
    one_repetition: bool,
) -> Recording:
    """What the user states goes in before anything is computed."""
    from rehabkit.signals.height import with_height

    if mirrored not in {"auto", recording.mirrored}:
        recording = recording.with_step(
            "state mirrored", f"{mirrored}, as the user says", changes={"mirrored": mirrored}
        )
    if one_repetition:
        recording = recording.with_step(
            "state one repetition", "the whole recording is one repetition, as the user says"
        )
    return with_height(recording, height_m) if height_m is not None else recording
