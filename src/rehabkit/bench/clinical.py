"""KIMORE's scores for the clinical scorer: figures, labels, training, and the shipped file."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit import datasets
from rehabkit.authoring.sets import HEALTHY, exercises_of
from rehabkit.bench import metrics
from rehabkit.bench.cells import Fold
from rehabkit.bench.controls import Known, body_lengths
from rehabkit.bench.own_scores import Judged, judged, own_scores
from rehabkit.bench.protocols import HEALTHY as HEALTHY_GROUPS
from rehabkit.bench.protocols import subject_folds
from rehabkit.bench.splits import Split
from rehabkit.datasets.row import Row
from rehabkit.errors import RecordingError
from rehabkit.kinematics.body_places import RATE_HZ, body_places
from rehabkit.kinematics.movement_features import movement_features
from rehabkit.kinematics.plain_features import plain_features
from rehabkit.models.clinical import ClinicalScorer
from rehabkit.models.clinical_store import OUTPUTS
from rehabkit.recording.arrays import Float

DATA: Final = "KIMORE"
GRID: Final = {"cost": (10.0, 20.0, 40.0), "width": (2.0, 4.0, 8.0), "shared": (0.5,)}
"""Settings that inner folds choose between."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """KIMORE's labelled recordings.

    Parameters
    ----------
    recordings
        Those that may be judged, with a label.
    movement
        (recordings, figures) of the movement, without our own scores.
    plain, body, path
        What controls look at (:class:`~rehabkit.bench.controls.Known`).
    truth
        (recordings, 3) total, primary, control.
    refused
        Rows with a label that gave no figures, each with the reason.
    fingerprint
        Of the data set.
    """

    recordings: tuple[Judged, ...]
    movement: Float
    plain: Float
    body: Float
    path: Float
    truth: Float
    refused: tuple[tuple[Row, str], ...]
    fingerprint: str

    @property
    def subjects(self) -> NDArray[np.str_]:
        """(recordings,) who moved."""
        return np.array([one.row.subject for one in self.recordings])

    @property
    def groups(self) -> NDArray[np.str_]:
        """(recordings,) group of people."""
        return np.array([one.row.group for one in self.recordings])

    @property
    def exercises(self) -> NDArray[np.str_]:
        """(recordings,) ids of exercises."""
        return np.array([one.row.exercise for one in self.recordings])

    @property
    def healthy(self) -> NDArray[np.bool_]:
        """(recordings,) whether the person is an expert or a not-expert."""
        return np.isin(self.groups, HEALTHY_GROUPS)

    @property
    def known(self) -> Known:
        """What controls look at."""
        return Known(
            self.truth[:, 0], self.exercises, self.groups, self.subjects,
            self.body, self.path, self.plain,
        )  # fmt: skip

    def figures(self, left_out: Collection[str] = ()) -> Float:
        """(recordings, figures + exercises) with own scores that know no one of ``left_out``."""
        own = own_scores(self.recordings, HEALTHY["kimore"], left_out)
        known = np.array(exercises_of("kimore"))
        return np.concatenate([self.movement, own, self.exercises[:, None] == known], axis=1)


def gather(root: Path, workers: int = 2) -> Labelled:
    """Every recording of KIMORE that a doctor scored, analysed."""
    found = datasets.load("kimore", root)
    rows = [row for row in found.rows if row.scores.get("total") is not None]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        each = list(pool.map(_one, rows, chunksize=8))
    kept = [found for found in each if isinstance(found, _Seen)]
    refused = [(r, why) for r, why in zip(rows, each, strict=True) if isinstance(why, str)]
    return Labelled(
        tuple(one.judged for one in kept),
        np.array([one.movement for one in kept]),
        np.array([one.plain for one in kept]),
        np.array([one.body for one in kept]),
        np.array([one.path for one in kept]),
        np.array([[one.judged.row.scores[name] for name in OUTPUTS] for one in kept]),
        tuple(refused),
        found.fingerprint,
    )


@dataclass(frozen=True, eq=False)
class _Seen:
    """What one recording gives."""

    judged: Judged
    movement: Float
    plain: Float
    body: Float
    path: float


def _one(row: Row) -> _Seen | str:
    """Figures of one recording, or why it has none."""
    from rehabkit.pipeline import analyze

    found = analyze(row.path, exercise=row.exercise, format=row.format, **dict(row.options))
    if not found.gate.usable:
        return "; ".join(reason.text for reason in found.gate.reasons)
    try:
        places = body_places(found.recording)
    except RecordingError as error:
        return str(error)
    steps = np.linalg.norm(np.diff(places.places, axis=0), axis=-1)
    return _Seen(
        judged(row, found.case, HEALTHY["kimore"]),
        movement_features(places),
        plain_features(found.recording, found.kinematics),
        body_lengths(found.recording),
        float(steps.mean() * RATE_HZ),
    )


def settings_of(
    figures: Float,
    truth: Float,
    healthy: NDArray[np.bool_],
    subjects: NDArray[np.str_],
    groups: NDArray[np.str_],
) -> dict[str, float]:
    """The settings of ``GRID`` with the least error of the total in inner folds by subject."""
    fold_of = subject_folds(subjects, groups, 5, seed=1)
    folds = np.array([fold_of[s] for s in subjects.tolist()])
    exercises = figures[:, -len(exercises_of("kimore")) :].argmax(axis=1).astype(str)

    def error(settings: dict[str, float]) -> float:
        total = truth[:, 0]
        predicted = np.empty_like(total)
        for fold in range(5):
            train, test = folds != fold, folds == fold
            scorer = ClinicalScorer(**settings)  # type: ignore[arg-type]
            scorer.fit(figures[train], total[train], healthy[train])
            predicted[test] = scorer.predict(figures[test])
        return metrics.mean_over(metrics.rmse, total, predicted, exercises)

    tried = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    return min(tried, key=error)


def fitted(
    labelled: Labelled, figures: Float, kept: NDArray[np.intp], settings: dict[str, float]
) -> ClinicalScorer:
    """A scorer that learned from the recordings ``kept``, with sessions and intervals."""
    scorer = ClinicalScorer(**settings)  # type: ignore[arg-type]
    return scorer.fit(
        figures[kept], labelled.truth[kept], labelled.healthy[kept], labelled.subjects[kept]
    )


def tested(labelled: Labelled, split: Split) -> Fold:
    """What a scorer that learned from the training part, settings too, says of the test part."""
    figures = labelled.figures(set(labelled.subjects[split.test].tolist()))
    train = split.train
    settings = settings_of(
        figures[train], labelled.truth[train], labelled.healthy[train],
        labelled.subjects[train], labelled.groups[train],
    )  # fmt: skip
    scorer = fitted(labelled, figures, train, settings)
    test, people = figures[split.test], labelled.subjects[split.test]
    alone, together = scorer.predict(test), scorer.predict_session(test, people)
    half = scorer.half_widths(alone)
    several = np.array([np.sum(people == p) > 1 for p in people])
    half_together = scorer.half_widths(together, session=several)
    predicted = {name: alone[:, k] for k, name in enumerate(OUTPUTS)}
    predicted |= {f"{name} half": half[:, k] for k, name in enumerate(OUTPUTS)}
    predicted |= {f"{name} session": together[:, k] for k, name in enumerate(OUTPUTS)}
    predicted |= {f"{name} session half": half_together[:, k] for k, name in enumerate(OUTPUTS)}
    predicted["far"] = scorer.distances(test) / scorer.known_within_
    return Fold(predicted, settings)
