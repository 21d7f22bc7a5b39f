"""Which data sets have healthy or correct repetitions, of which exercises, under which licence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rehabkit.datasets.row import Row
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise


@dataclass(frozen=True)
class HealthySet:
    """A data set that templates are built from.

    ``words`` name it in every band's source; ``licence`` is what is known of it, for
    ``DATA-LICENCES.md``; ``who`` says whose repetitions are taken.
    """

    name: str
    words: str
    sensor: str
    who: str
    licence: str

    def takes(self, row: Row) -> bool:
        """Whether a recording is one of healthy or correct movement."""
        if row.sensor not in ("", self.sensor):
            return False
        if self.name == "kimore":
            return row.group in ("expert", "not expert")
        return row.labels.get("correct") is True


HEALTHY: Final[Mapping[str, HealthySet]] = MappingProxyType({
    "kimore": HealthySet(
        "kimore", "KIMORE (Kinect v2)", "kinect-v2", "experts and not-experts, all repetitions",
        "no licence stated with the copy used; KIMORE: Capecchi et al., IEEE TNSRE 27:1436, 2019",
    ),
    "ui-prmd": HealthySet(
        "ui-prmd", "UI-PRMD (Kinect v2)", "kinect-v2", "repetitions labelled correct, Kinect",
        "Open Data Commons Public Domain Dedication and Licence, as UI-PRMD's authors state it "
        "(Vakanski et al., Data 3:2, 2018); none stated with the copy used",
    ),
    "irds": HealthySet(
        "irds", "IntelliRehabDS (Kinect v2)", "kinect-v2", "repetitions labelled correct",
        "Creative Commons Attribution 4.0 (Miron et al., Data 6:46, 2021)",
    ),
})  # fmt: skip


def exercises_of(name: str) -> tuple[str, ...]:
    """Exercises of the catalogue that a set has, by their ids."""
    return tuple(i for i in catalogue.ids() if i.startswith(f"{name}-"))


def users_of(exercise: str) -> tuple[Exercise, ...]:
    """Every exercise that is compared with this one's healthy people, itself first."""
    own = catalogue.load(exercise)
    others = (catalogue.load(i) for i in catalogue.ids() if i != exercise)
    return (own, *(o for o in others if o.template == exercise))


def healthy_rows(rows: Iterable[Row], chosen: HealthySet, exercise: str) -> tuple[Row, ...]:
    """The rows that a template of ``exercise`` is built from."""
    return tuple(row for row in rows if row.exercise == exercise and chosen.takes(row))
