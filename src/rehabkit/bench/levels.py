"""FineRehab's five levels of a score, cut at the quintiles of the training part.

FineRehab (its section 5.2) makes its levels from the distribution of the scores of all movements
and states no cuts. Here they are the quintiles of the training samples' scores, all exercises
together; a score on a cut is of the higher level. Scores that many share (KIMORE's primary outcome
is 15 of 15 in a fifth of the recordings) make levels of unequal size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.targets import Learned
from rehabkit.recording.arrays import Float

if TYPE_CHECKING:
    from rehabkit.bench.tasks import TaskData

LEVELS: Final = ("poor", "below average", "average", "above average", "good")
CUTS: Final = "cuts"
"""Under which a fold's settings hold the four cuts."""


def quintiles(scores: Float) -> Float:
    """(4,) cuts between five levels."""
    return np.asarray(np.quantile(scores, np.arange(1, len(LEVELS)) / len(LEVELS)))


def level_of(scores: Float, cuts: Float | Sequence[float]) -> NDArray[np.str_]:
    """(samples,) names of levels; a score on a cut is of the higher one."""
    return np.array(LEVELS)[np.digitize(scores, np.asarray(cuts))]


@dataclass(frozen=True)
class Levels:
    """The level of one score; a task's label is that score."""

    def within(self, data: TaskData, train: NDArray[np.intp]) -> Learned:
        """Levels of all samples by the cuts of the training part."""
        scores = np.asarray(data.truth, dtype=np.float64)
        cuts = quintiles(scores[train])
        return Learned(level_of(scores, cuts), {CUTS: np.round(cuts, 5).tolist()})

    def truths(self, labels: Sequence[Any], fold: Mapping[str, Any]) -> list[Any]:
        """Levels by the fold's own cuts."""
        return list(level_of(np.asarray(labels, dtype=np.float64), fold["settings"][CUTS]))
