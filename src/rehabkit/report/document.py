"""The typed document that is ``analysis.json``: what people and programs may rely on.

Every figure that could not be had is null beside its reason; NaN and infinity are refused. The
keys change only together with :data:`SCHEMA_VERSION` and a line in the changelog.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

SCHEMA_VERSION: Final = "1.3"


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


class Software(_Part):
    """What made the document, and on which day (no time: the same input gives the same file)."""

    name: str = "rehabkit"
    version: str
    made_on: str


class SourcePart(_Part):
    """What was read."""

    path: str
    sha256: str
    format: str
    device: str
    skeleton: str
    frames: int
    duration_s: float
    rate_hz: float | None
    start_s: float
    clock: str
    origin: str
    mirrored: str
    projected: bool
    image_size: tuple[int, int] | None
    up_known_by: str
    scale_known: bool
    view: str = Field(description="From where the sensor saw the person, in words; empty: unknown")


class SubjectPart(_Part):
    """Who moved, as far as the source says; null where it does not."""

    id: str | None
    group: str | None
    age_years: float | None
    sex: str | None
    height_m: float | None
    side: str | None


class StepPart(_Part):
    """One thing that was done to the recording, or assumed about it."""

    name: str
    parameters: dict[str, Any]
    touched: str
    spans: list[tuple[float, float]]
    assumed: bool


class LikelyPart(_Part):
    """An exercise that the movement could be, and its probability among those known."""

    id: str
    probability: float


class ExercisePart(_Part):
    """The exercise; ``id`` null and ``how`` "unknown" where none was named or recognised.

    ``probability`` is that of a recognised exercise; ``likely`` holds the likeliest ones and
    ``why_unknown`` the reason, both where recognising was tried.
    """

    id: str | None
    name: str | None
    how: str
    description: str | None = None
    phases: tuple[str, str] | None = None
    posture: str | None = None
    probability: float | None = None
    likely: list[LikelyPart] = []
    why_unknown: str | None = None


class ReasonPart(_Part):
    """One thing the gate says, with its time where it has one, and what to do about it."""

    code: str
    text: str
    start_s: float | None
    end_s: float | None
    advice: str


class GatePart(_Part):
    """Whether the recording may be judged; ``limits`` restrict, ``reasons`` forbid."""

    usable: bool
    reasons: list[ReasonPart]
    limits: list[ReasonPart]


# With slots: a long recording has hundreds of thousands of them.
@dataclass(frozen=True, slots=True, config=ConfigDict(allow_inf_nan=False))
class MeasurePart:
    """One figure with its unit and error, or null with the reason."""

    value: float | None
    unit: str
    label: str
    error: float | None
    reason: str | None

    @model_validator(mode="after")
    def _explained(self) -> MeasurePart:
        if self.value is None and not self.reason:
            raise ValueError("a measure without a value needs a reason")
        return self


class DriverPart(_Part):
    """The signal that cut the repetitions."""

    name: str
    label: str
    unit: str
    side: str
    direction: str
    needed: float
    threshold: float | None


class RepetitionPart(_Part):
    """One counted repetition, half-open [start_s, end_s) from the first frame."""

    number: int
    start_s: float
    end_s: float
    peak_s: float
    side: str
    confidence: float
    extent: float | None
    rest: float | None
    extreme: float | None
    hold_start_s: float
    hold_end_s: float
    measures: dict[str, MeasurePart]


class PartialPart(_Part):
    """One movement that was not counted, and why."""

    start_s: float
    end_s: float
    peak_s: float
    side: str
    extent: float | None
    extreme: float | None
    why: str


class ScoreEvidencePart(_Part):
    """What one criterion's points rest on: the repetition with the fewest, and every one's points.

    ``frames`` are rows [first, last) of that repetition; ``expected`` is healthy people's band.
    """

    id: str
    label: str
    part: str
    side: str
    points: float
    by_repetition: list[float | None]
    repetition: int
    start_s: float
    end_s: float
    at_s: float
    frames: tuple[int, int]
    measured: float
    expected: tuple[float | None, float | None]
    unit: str
    source: str
    angle: str | None


class PartScorePart(_Part):
    """Points of a body part (of smoothness: a phase) and its weight in the dimension."""

    part: str
    weight: float
    points: float


class ScorePart(_Part):
    """A score on its scale, or null with the reasons."""

    value: float | None
    level: str | None = None
    interval: tuple[float, float] | None = Field(
        default=None, description="95 % of the mean over the repetitions; their spread alone"
    )
    weight: float | None = Field(default=None, description="Of a dimension in the overall score")
    by_repetition: list[float | None] = Field(default_factory=list)
    parts: list[PartScorePart] = Field(default_factory=list)
    evidence: list[ScoreEvidencePart] = Field(default_factory=list)
    reasons: list[str] = Field(default_factory=list)
    limits: list[str] = Field(default_factory=list)


class LevelPart(_Part):
    """A word for scores of at least ``from_score``."""

    name: str
    from_score: float


class ScoresPart(_Part):
    """``overall`` 0-100, the three dimensions 0-4, and the cuts of the five levels."""

    overall: ScorePart
    completeness: ScorePart
    correction: ScorePart
    smoothness: ScorePart
    levels: list[LevelPart] = Field(default_factory=list)
    levels_source: str = ""

    @property
    def dimensions(self) -> dict[str, ScorePart]:
        """The three dimensions by their names."""
        return {
            "completeness": self.completeness,
            "correction": self.correction,
            "smoothness": self.smoothness,
        }


class TemplatePart(_Part):
    """The healthy people whom the recording was compared with."""

    exercise: str
    source: str
    sensor: str
    people: int
    repetitions: int


class BandPart(_Part):
    """Healthy people at 0, 2, ... 100 % of a repetition: mean, and two standard deviations."""

    mean: list[float]
    low: list[float]
    high: list[float]
    people: int


class CoursePart(_Part):
    """One angle over the repetition, as the page draws it, deg at 0, 2, ... 100 %.

    ``moved`` is the side of the repetitions, where those to left and right are kept apart.
    """

    angle: str
    label: str
    moved: str | None
    repetitions: int = Field(description="Seen from end to end; ``mean`` is theirs")
    mean: list[float] | None = Field(description="null where no repetition was seen throughout")
    healthy: BandPart | None = Field(description="null: not known; ``no_band`` may say why")


class SideDistancePart(_Part):
    """One side's distance from its start, % of body size at 0, 2, ... 100 % of the repetition."""

    repetitions: int = Field(description="Seen from end to end; ``curve`` is their mean")
    curve: list[float] | None
    healthy: BandPart | None


class DistancePart(_Part):
    """How far a joint moves from its start, left, right and template, by DTW (FineRehab, Fig. 6).

    Distances per step of the warping path, as a share of body size (trunk and leg), times 100.
    ``reason`` says what is lacking where one of them is null.
    """

    joint: str
    label: str
    left_to_template: float | None
    right_to_template: float | None
    between_sides: float | None
    template_between_sides: float | None
    reason: str | None
    left: SideDistancePart | None = None
    right: SideDistancePart | None = None


class CheckPart(_Part):
    """One thing that findings looked for, found or not; ``margin`` above 0 is outside the band.

    ``measured`` is the median repetition; ``title`` what the finding would say.
    """

    id: str
    title: str = ""
    side: str
    quantity: str
    unit: str
    expected: tuple[float | None, float | None]
    expected_source: str
    measured: float | None
    error: float | None
    margin: float | None
    found: bool


class PointsPart(_Part):
    """Points that experts would give, with their 90 % interval."""

    value: float
    interval: tuple[float, float]
    of: float


class MovedPart(_Part):
    """Points by which one kind of figures moved the score, against healthy people's."""

    what: str
    points: float


class ClinicalPart(_Part):
    """What experts would give, 0-50, with its 90 % interval; or null with the reasons.

    ``usual`` is the median of the people learned from; ``alone`` the unrounded prediction of
    total, primary and control from this recording by itself, from which sessions are scored;
    ``together_with`` how many other recordings of the person were scored with it.
    """

    value: float | None
    interval: tuple[float, float] | None
    primary: PointsPart | None = None
    control: PointsPart | None = None
    usual: float | None = None
    moved_by: list[MovedPart] = Field(default_factory=list)
    together_with: int = 0
    alone: list[float] = Field(default_factory=list)
    model: str | None = None
    reasons: list[str]
    limits: list[str] = Field(default_factory=list)


class EvidencePart(_Part):
    """The value of one repetition that a finding rests on."""

    repetition: int
    value: float | None
    at_s: float
    outside: str


class FindingPart(_Part):
    """Something outside what is expected, with its evidence."""

    id: str
    title: str
    side: str
    start_s: float
    end_s: float
    measured: float
    expected: tuple[float | None, float | None]
    expected_source: str
    unit: str
    severity: str
    quantity: str
    patient: str
    therapist: str
    repetition: int | None
    angle: str | None
    error: float | None
    evidence: list[EvidencePart]


class FeedbackPart(_Part):
    """The one sentence for the person, and the one for the therapist."""

    patient: str
    therapist: str


class AnglePart(_Part):
    """One angle of the recording: its range, its error, or why it cannot be had."""

    label: str
    unit: str
    measurable: bool
    reason: str | None
    error: float | None
    error_source: str | None
    min: float | None
    max: float | None
    seen_share: float = Field(description="Share of frames in which it was measured, 0-1")


class Summary(_Part):
    """All results of one recording; what ``analysis.json`` holds."""

    schema_version: str
    software: Software
    source: SourcePart
    subject: SubjectPart
    history: list[StepPart]
    exercise: ExercisePart
    gate: GatePart
    repetitions_by: str = Field(description="How the repetitions were found, in words")
    drivers: list[DriverPart]
    repetitions: list[RepetitionPart]
    partial_repetitions: list[PartialPart]
    scores: ScoresPart
    template: TemplatePart | None = None
    clinical_score: ClinicalPart
    findings: list[FindingPart]
    checks: list[CheckPart] = Field(default_factory=list)
    feedback: FeedbackPart
    measures: dict[str, MeasurePart]
    courses: list[CoursePart] = Field(default_factory=list)
    no_band: str | None = Field(
        default=None, description="Why no healthy people are drawn behind courses and distances"
    )
    distances: list[DistancePart] = Field(default_factory=list)
    angles: dict[str, AnglePart]
