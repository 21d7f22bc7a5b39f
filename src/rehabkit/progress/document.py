"""The typed document that is ``progress.json``: figures that cannot be had are null with a reason.

The keys change only together with :data:`SCHEMA_VERSION` and a line in the changelog.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION: Final = "1.0"
Verdict = Literal["real", "within measurement error", "cannot be said"]
Course = Literal["came", "went", "stayed", "came and went"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class VisitPart(_Part):
    """One recording; ``number`` counts from 1 in the order shown, ``left_out`` says why it is."""

    number: int
    date: str | None
    dated_by: str | None
    name: str
    sha256: str
    subject: str | None
    exercise: str
    sensor: str
    view: str
    repetitions: int
    partial_repetitions: int
    usable: bool
    gate: str
    left_out: str | None
    software_version: str


class PointPart(_Part):
    """One measure at one visit.

    ``difference`` is to the first visit that has it, and must exceed ``mdc95`` to be real.
    """

    visit: int
    mean: float | None
    sd: float | None
    values: list[float]
    difference: float | None
    mdc95: float | None
    verdict: Verdict | None
    because: str | None


class MeasurePart(_Part):
    """One measure over the visits; the verdict is of the last visit that has it."""

    key: str
    label: str
    unit: str
    kind: Literal["measure", "score"]
    shown: bool
    first_visit: int | None
    last_visit: int | None
    first: float | None
    last: float | None
    change: float | None
    mdc95: float | None
    verdict: Verdict
    because: str | None
    error_source: str | None
    points: list[PointPart]


class FindingPart(_Part):
    """A finding and the visits in which it was found."""

    id: str
    side: str
    title: str
    visits: list[int]
    course: Course


class AnswerPart(_Part):
    """One sentence for the person, one for the therapist."""

    patient: str
    therapist: str


class SeriesPart(_Part):
    """The visits that one kind of sensor saw from one direction: these may be compared."""

    sensor: str
    view: str
    visits: list[int]
    answer: AnswerPart
    measures: list[MeasurePart]
    findings: list[FindingPart]
    notes: list[str]


class SectionPart(_Part):
    """One exercise; several series where sensors or views differ."""

    exercise: str
    name: str
    series: list[SeriesPart]
    notes: list[str]


class SoftwarePart(_Part):
    """What made the document, and on which day."""

    name: str = "rehabkit"
    version: str
    made_on: str


class Progress(_Part):
    """Several recordings of one person; what ``progress.json`` holds."""

    schema_version: str = SCHEMA_VERSION
    software: SoftwarePart
    person: str | None
    ordered_by: str
    dated: bool
    answer: AnswerPart
    visits: list[VisitPart]
    sections: list[SectionPart]
    formula: str
    notes: list[str]
