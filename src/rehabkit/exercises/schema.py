"""The schema of a definition file: what may stand in it, checked before it is used."""

from __future__ import annotations

import string
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from rehabkit.errors import choices
from rehabkit.exercises import exercise as plain
from rehabkit.exercises.named import SIGNALS, unit_of
from rehabkit.exercises.parts import BODY_PARTS, default_compared
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES

PLACEHOLDERS = ("measured", "expected", "unit", "side", "repetition", "quantity")
DIMENSIONS = ("completeness", "correction", "smoothness")
GENERAL_WORDS = (
    "short_range", "too_small", "asymmetry", "hurried", "fatigue", "uneven", "pause", "shaking",
    "assisted",
)  # fmt: skip


def _one_of(kind: str, allowed: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise PydanticCustomError(
                "not_allowed",
                "expected {kind}: {allowed}",
                {"kind": kind, "allowed": choices(allowed)},
            )
        return value

    return AfterValidator(check)


def _placeholders(text: str) -> str:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise PydanticCustomError(
            "bad_text", "expected balanced braces ({reason})", {"reason": str(error)}
        ) from error
    wrong = sorted(set(names) - set(PLACEHOLDERS))
    if wrong:
        raise PydanticCustomError(
            "bad_placeholder",
            "expected no other placeholders than {allowed}, found {wrong}",
            {"allowed": choices(PLACEHOLDERS), "wrong": choices(wrong)},
        )
    return text


Text = Annotated[str, Field(min_length=1)]
Sentence = Annotated[str, Field(min_length=1), AfterValidator(_placeholders)]
AngleName = Annotated[
    str, _one_of("an angle without side", tuple(ANGLES)), Field(examples=["knee_flexion"])
]
DriverName = Annotated[
    str, _one_of("a driving signal", driving.NAMES), Field(examples=["pelvis_height"])
]
SignalName = Annotated[
    str, _one_of("an angle without side or a named measure", SIGNALS), Field(examples=["heel_lift"])
]
Above0 = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Strict(BaseModel):
    """No conversions, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Driver(Strict):
    """The signal whose going out and coming back is one repetition."""

    signal: DriverName
    sides: Literal["both", "each", "sign", "none"]
    direction: Literal["up", "down"]
    needed: Above0 = Field(description="Least range of a counted repetition, deg or m.")

    def plain(self) -> plain.Driver:
        """The frozen type that the rest of the package uses."""
        return plain.Driver(self.signal, self.sides, self.direction, self.needed)


class Primary(Strict):
    """A primary active joint and the angle that it must reach, deg."""

    angle: AngleName
    needed: Finite
    statistic: Literal["max", "min", "range"] = "max"
    source: str = Field("", description="Where the figure comes from.")

    def plain(self) -> plain.Primary:
        """The frozen type that the rest of the package uses."""
        return plain.Primary(self.angle, self.needed, self.statistic, self.source)


class Words(Strict):
    """A finding in words."""

    title: Text
    patient: Sentence = Field(description="What to do: one plain, friendly sentence.")
    therapist: Sentence = Field(description="What was measured, with placeholders.")

    def plain(self) -> plain.Words:
        """The frozen type that the rest of the package uses."""
        return plain.Words(self.title, self.patient, self.therapist)


class Involved(Strict):
    """An involved joint and the limits beyond which it compensates."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    signal: SignalName
    statistic: Literal["max", "min", "range", "mean", "abs_max", "extreme", "change"]
    low: Finite | None = None
    high: Finite | None = None
    unit: Literal["deg", "m", ""]
    words: Words
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    source: str = Field("", description="Where the limits come from.")

    @model_validator(mode="after")
    def _limits(self) -> Self:
        if self.low is None and self.high is None:
            raise PydanticCustomError("no_limit", "expected low, high or both, found neither")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise PydanticCustomError("limits", "expected low below high")
        if self.unit != unit_of(self.signal):
            raise PydanticCustomError(
                "unit",
                "expected unit {unit} for {signal}, found {found}",
                {
                    "unit": repr(unit_of(self.signal)),
                    "signal": self.signal,
                    "found": repr(self.unit),
                },
            )
        return self

    def plain(self) -> plain.Involved:
        """The frozen type that the rest of the package uses."""
        return plain.Involved(
            self.id, self.signal, self.statistic, self.low, self.high, self.unit,
            self.words.plain(), self.weight, self.source,
        )  # fmt: skip


class Compared(Strict):
    """An angle whose whole course is held against healthy people's."""

    angle: AngleName
    part: Literal[BODY_PARTS]  # type: ignore[valid-type]
    towards: Literal["either", "more", "less"] = Field(
        default="either", description="Which departure from healthy people's curve counts."
    )

    def plain(self) -> plain.Compared:
        """The frozen type that the rest of the package uses."""
        return plain.Compared(self.angle, self.part, self.towards)


class Weights(Strict):
    """Weights of the dimensions; they sum to 1."""

    completeness: Share
    correction: Share
    smoothness: Share

    @model_validator(mode="after")
    def _sum(self) -> Self:
        _sums_to_1(self.model_dump())
        return self


def _sums_to_1(weights: dict[str, float]) -> None:
    total = sum(weights.values())
    if abs(total - 1) > 1e-6:
        raise PydanticCustomError(
            "weights", "expected weights that sum to 1, found {total}", {"total": f"{total:g}"}
        )


FigureAngles = dict[
    Annotated[str, _one_of("an angle that poses the figure", plain.FIGURE_ANGLES)],
    Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
]


class Figure(Strict):
    """Angles (deg) at rest and at the extreme, from which a picture of the movement is made."""

    sides: Literal["both", "one"] = "both"
    rest: FigureAngles = {}
    extreme: Annotated[FigureAngles, Field(min_length=1)]
    other: FigureAngles = Field({}, description="The other side at the extreme; else it rests.")

    def plain(self) -> plain.Figure:
        """The frozen type that the rest of the package uses."""
        return plain.Figure(dict(self.rest), dict(self.extreme), dict(self.other), self.sides)


class Definition(Strict):
    """One exercise as a definition file states it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Text
    description: Text
    posture: Literal["standing", "sitting", "lying", "any"]
    dataset_label: str = ""
    source: Text = Field(description="Where ranges and limits come from.")
    phases: Annotated[list[Text], Field(min_length=2, max_length=2)]
    shown: list[AngleName] = []
    counted_by: Literal["driver", "dominant movement"] = Field(
        "driver", description="A movement that its source does not name has no driver."
    )
    driver: Driver | None = None
    second_driver: Driver | None = None
    primary: list[Primary] = []
    involved: list[Involved] = []
    weights: Weights
    body_parts: dict[Literal[BODY_PARTS], Share]  # type: ignore[valid-type]
    words: dict[Literal[GENERAL_WORDS], Words] = {}  # type: ignore[valid-type]
    compared: list[Compared] = Field(
        default=[], description="Left out: the angles of each body part, see exercises/parts.py."
    )
    template: str = Field(
        default="", description="Id of the exercise whose healthy people are compared with."
    )

    figure: Figure | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [i.id for i in self.involved]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise PydanticCustomError(
                "twice",
                "expected each involved id once, found twice: {ids}",
                {"ids": choices(twice)},
            )
        return self

    @model_validator(mode="after")
    def _compared_parts(self) -> Self:
        wrong = sorted({c.part for c in self.compared} - set(self.body_parts))
        if wrong:
            raise PydanticCustomError(
                "no_part",
                "expected parts of [body_parts] in [[compared]]: {allowed}, found {wrong}",
                {"allowed": choices(self.body_parts), "wrong": choices(wrong)},
            )
        return self

    @model_validator(mode="after")
    def _driven(self) -> Self:
        if self.counted_by == "driver":
            lacks = [k for k in ("driver", "primary", "shown") if not getattr(self, k)]
            if lacks:
                raise PydanticCustomError(
                    "driver_missing",
                    "expected {lacks} as well; only counted_by = 'dominant movement' does without",
                    {"lacks": choices(lacks)},
                )
        elif self.driver or self.second_driver or self.primary:
            raise PydanticCustomError(
                "driver_known",
                "expected neither [driver], [second_driver] nor [[primary]] where counted_by is "
                "'dominant movement'",
            )
        return self

    @model_validator(mode="after")
    def _parts(self) -> Self:
        if self.body_parts:
            _sums_to_1(dict(self.body_parts))
        return self

    def plain(self, file: str) -> plain.Exercise:
        """The frozen type that the rest of the package uses."""
        return plain.Exercise(
            id=self.id,
            name=self.name,
            description=self.description,
            driver=self.driver.plain() if self.driver else None,
            second_driver=self.second_driver.plain() if self.second_driver else None,
            phases=(self.phases[0], self.phases[1]),
            primary=tuple(p.plain() for p in self.primary),
            involved=tuple(i.plain() for i in self.involved),
            weights=self.weights.model_dump(),
            body_parts=dict(self.body_parts),
            shown=tuple(self.shown),
            words={key: words.plain() for key, words in self.words.items()},
            figure=self.figure.plain() if self.figure else None,
            posture=self.posture,
            dataset_label=self.dataset_label,
            source=self.source,
            file=file,
            compared=tuple(c.plain() for c in self.compared) or default_compared(self.body_parts),
            template=self.template,
        )


def json_schema() -> dict[str, Any]:
    """JSON Schema of a definition file, for editors."""
    return Definition.model_json_schema()
