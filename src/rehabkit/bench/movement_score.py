"""UI-PRMD's score: how far the angles of a repetition are from the usual right ones.

Nobody scored UI-PRMD. D2STA learns "a mean squared deviation value that has undergone time and
dimension normalization", 0 to 100, and gives no formula. The reading here, of repetition r of
exercise e, with angles a in degrees at T = 100 even times of D = 66 angles (22 joints of the
Kinect, about x, y and z):

    m_e(t, d) = circular mean of a(t, d) over the right repetitions of e in the training part
    v(r)      = 1 / (T D) * sum over t, d of [a_r(t, d) - m_e(t, d)]^2,  differences within 180 deg
    score(r)  = 100 * (most_e - v(r)) / (most_e - least_e), held within 0 and 100

with the least and most v of all repetitions of e in the training part. The mean, the least and the
most know nothing of the test part, so a repetition's score is another one in another split. It is a
function of the angles alone: what a model learns here is this formula, not what a person judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.targets import Learned
from rehabkit.errors import ModelError
from rehabkit.recording.arrays import Float

if TYPE_CHECKING:
    from rehabkit.bench.tasks import TaskData

HIGHEST: Final = 100.0
TRUTH: Final = "score"
"""Under which a cell's file holds the score that was to be said."""


def usual(angles_deg: Float) -> Float:
    """(frames, joints, 3) circular mean of (samples, frames, joints, 3) angles, deg."""
    radians = np.radians(angles_deg)
    mean = np.arctan2(np.sin(radians).mean(axis=0), np.cos(radians).mean(axis=0))
    return np.asarray(np.degrees(mean))


def deviation(angles_deg: Float, mean_deg: Float) -> Float:
    """(samples,) mean squared difference over time and angles, deg^2."""
    apart = (angles_deg - mean_deg + 180) % 360 - 180
    return np.asarray((apart**2).mean(axis=(1, 2, 3)))


@dataclass(frozen=True)
class MovementScore:
    """The score of every repetition; a task's label is whether the repetition is right."""

    def within(self, data: TaskData, train: NDArray[np.intp]) -> Learned:
        """Scores of all samples by the usual movement of the training part."""
        angles = np.asarray(data.arrays.positions, dtype=np.float64)
        right = np.asarray(data.truth, dtype=bool)
        exercises = data.arrays.column("exercise")
        learned = np.isin(np.arange(len(angles)), train)
        scores = np.full(len(angles), np.nan)
        for exercise in np.unique(exercises[train]).tolist():
            own = exercises == exercise
            if not (own & learned & right).any():
                raise ModelError(f"{exercise} has no right repetition to learn what is usual from.")
            mean = usual(angles[own & learned & right])
            found = deviation(angles[own], mean)
            known = found[learned[own]]
            scaled = HIGHEST * (known.max() - found) / max(np.ptp(known), 1e-9)
            scores[own] = np.clip(scaled, 0, HIGHEST)
        return Learned(scores[:, None], beside={TRUTH: scores})

    def truths(self, labels: Sequence[Any], fold: Mapping[str, Any]) -> list[Any]:
        """As the fold's file holds them: they are computed, nobody gave them."""
        del labels
        return [[tested[TRUTH]] for tested in fold["test"]]
