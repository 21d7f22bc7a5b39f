"""Our own scores of a data set's recordings, from healthy people who are on the right side.

A template is fitted on people: in a test, on training people alone, and a training person's own
scores come from templates that do not know the person (five groups of people, each left out
once). Otherwise healthy people would look more like the template than people never seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.assessment.clinical import own_scores_of
from rehabkit.assessment.readings import Case
from rehabkit.assessment.scores import score
from rehabkit.authoring.sets import HealthySet, users_of
from rehabkit.authoring.templates import Sample, build, sample
from rehabkit.datasets.row import Row
from rehabkit.exercises import catalogue
from rehabkit.recording.arrays import Float
from rehabkit.templates.types import Template

GROUPS: Final = 5
"""Groups of people that templates for their own scores are built without, one after the other."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A recording that may be judged, and what it gives to a template where it is healthy."""

    row: Row
    case: Case
    sample: Sample | None


def judged(row: Row, case: Case, chosen: HealthySet) -> Judged:
    """One recording of an exercise that ``chosen`` has healthy people of."""
    gives = bool(case.repetitions) and chosen.takes(row)
    exercise = catalogue.load(row.exercise)
    own = sample(row.subject, case, exercise, users_of(row.exercise)) if gives else None
    return Judged(row, case, own)


def own_scores(
    recordings: Sequence[Judged], chosen: HealthySet, left_out: Collection[str] = ()
) -> Float:
    """(recordings, 4) overall, completeness, correction, smoothness; NaN where there is none.

    Parameters
    ----------
    left_out
        People that no template may know: those of the test side.
    """
    found = np.full((len(recordings), 4), np.nan)
    for exercise in sorted({one.row.exercise for one in recordings}):
        places = [i for i, one in enumerate(recordings) if one.row.exercise == exercise]
        templates = _Templates([recordings[i] for i in places], exercise, chosen, left_out)
        definition = catalogue.load(exercise)
        for i in places:
            one = recordings[i]
            template = templates.for_person(one.row.subject)
            found[i] = own_scores_of(score(one.case, definition, template))
    return found


class _Templates:
    """Templates of one exercise: of everybody who is not left out, and without each group."""

    def __init__(
        self,
        recordings: Sequence[Judged],
        exercise: str,
        chosen: HealthySet,
        left_out: Collection[str],
    ) -> None:
        self.exercise, self.chosen = exercise, chosen
        self.samples = [
            one.sample
            for one in recordings
            if one.sample is not None and one.row.subject not in left_out
        ]
        people = sorted({s.subject for s in self.samples})
        self.group_of = {person: place % GROUPS for place, person in enumerate(people)}
        self.everybody = self._without(None)
        self.without = [self._without(group) for group in range(GROUPS)]

    def for_person(self, subject: str) -> Template:
        group = self.group_of.get(subject)
        return self.everybody if group is None else self.without[group]

    def _without(self, group: int | None) -> Template:
        kept = [s for s in self.samples if self.group_of[s.subject] != group]
        return build(self.exercise, kept, self.chosen.words, self.chosen.sensor)
