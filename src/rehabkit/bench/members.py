"""What each of several learners says of people that it did not learn from, kept on disk.

A choice among learners needs what they say of people left out of training, again for every test
part: hundreds of fits. Each is made once for the people who were left out, whoever of them is the
test and whoever was left out to choose by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.classes import Labelled, all_figures, by_exercise
from rehabkit.bench.splits import Split, by_membership
from rehabkit.formats.files import atomic
from rehabkit.kinematics.movement_features import feature_names
from rehabkit.models.clinical import SCORES, ClinicalScorer
from rehabkit.models.discriminant import ExerciseDiscriminant
from rehabkit.models.kernel_classifier import ExerciseKernelClassifier
from rehabkit.models.minirocket import MiniRocket
from rehabkit.models.movement_classifier import MovementClassifier
from rehabkit.recording.arrays import Float

VERSION: Final = 1
"""Goes up whenever a member says something else of the same samples."""
TREES: Final = 50
SHARES: Final = 672
"""Of MiniRocket."""
RIDGES: Final = (0.1, 1.0)
"""Of the discriminant, beside :class:`MovementClassifier`'s."""
WIDTHS: Final = (0.5, 2.0)
"""Of the kernel machine, beside the same; these learn nothing mirrored."""
LEAST_SHARE: Final = 0.02
"""Shares nearer to 0 or 1 are not taken to be surer."""
POINTS: Final = 10.0
"""Points of a score that weigh as much as one unit of log odds."""
Evidence = Mapping[str, Float]
"""Member -> (samples,) for the second class where above 0. ``"family setting"`` where a setting is
to be chosen."""


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Members of a task, asked about people left out.

    Parameters
    ----------
    known
        All samples.
    cache
        Folder of what was asked before.
    """

    known: Labelled
    cache: Path

    def said(self, people: frozenset[str], of: NDArray[np.intp]) -> Evidence:
        """What members that learned from all but ``people`` say of samples ``of`` those people."""
        path = self._path(people)
        split = by_membership("left out", np.isin(self.known.subjects, sorted(people)))
        if not path.is_file():
            said: dict[str, Any] = evidence(self.known, split)
            with atomic(path) as unfinished:
                np.savez_compressed(unfinished, **said)
        places = np.searchsorted(split.test, of)
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name][places] for name in stored.files}

    def _path(self, people: frozenset[str]) -> Path:
        names = " ".join([self.known.figures.fingerprint, *sorted(people)])
        return self.cache / f"members-{VERSION}-{sha256(names.encode()).hexdigest()[:24]}.npz"


def evidence(known: Labelled, split: Split) -> dict[str, Float]:
    """Every member's evidence on the test side."""
    X, wrong = all_figures(known), known.wrong[split.train]
    count = len(np.unique(known.exercises))
    whole = MovementClassifier(count, trees=TREES).fit(X[split.train], wrong)
    found = {name: shares[:, 1] for name, shares in whole.members(X[split.test]).items()}
    found["minirocket"] = by_exercise(
        known, split, known.figures.curves, partial(MiniRocket, SHARES)
    )  # fmt: skip
    found |= _settings(X, wrong, split, count)
    return {name: log_odds(share) for name, share in found.items()} | _scores(known, X, split)


def log_odds(share: Float, least: float = LEAST_SHARE) -> Float:
    """Of shares, none taken to be surer than ``least`` allows."""
    kept = np.clip(share, least, 1 - least)
    return np.asarray(np.log(kept / (1 - kept)))


def _settings(X: Float, wrong: NDArray[np.bool_], split: Split, count: int) -> dict[str, Float]:
    """Shares of the discriminant and the kernel machine with other settings."""
    movement = len(feature_names()) + 1
    seen = np.concatenate([X[:, :movement], X[:, -count:]], axis=1)
    found = {}
    for ridge in RIDGES:
        line = ExerciseDiscriminant(count, ridge=ridge).fit(seen[split.train], wrong, ~wrong)
        found[f"discriminant {ridge}"] = line.predict_proba(seen[split.test])[:, 1]
    for width in WIDTHS:
        kernel = ExerciseKernelClassifier(count, shared=0.3, width=width)
        kernel.fit(seen[split.train], wrong, ~wrong)
        found[f"kernel {width}"] = kernel.predict_proba(seen[split.test])[:, 1]
    return found


def _scores(known: Labelled, X: Float, split: Split) -> dict[str, Float]:
    """How far under the usual score a scorer puts each sample, where doctors gave scores.

    The clinical scorer without our own scores, learned from the training side's totals.
    """
    total = known.totals
    train = split.train[np.isfinite(total[split.train])]
    if not len(train):
        return {}
    count = len(np.unique(known.exercises))
    own = np.full((len(X), len(SCORES)), np.nan)
    seen = np.concatenate([X[:, : len(feature_names())], own, X[:, -count:]], axis=1)
    scorer = ClinicalScorer(count).fit(seen[train], total[train], ~known.wrong[train])
    test = seen[split.test]
    return {"score": (scorer.usual(test) - scorer.predict(test)) / POINTS}
