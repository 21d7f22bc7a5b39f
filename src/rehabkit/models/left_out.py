"""Folds of people within training: what those left out show is learned without them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError

INNER_FOLDS: Final = 5


def inner_folds(subjects: NDArray[np.str_]) -> Iterator[NDArray[np.bool_]]:
    """(samples,) who is left out, five times; the same people always fall into the same folds.

    Raises
    ------
    ModelError
        For fewer than five people.
    """
    people = np.unique(subjects)
    if len(people) < INNER_FOLDS:
        raise ModelError(
            f"Limits and intervals are learned from {INNER_FOLDS} folds of people, found "
            f"{len(people)} people."
        )
    order = np.random.default_rng(0).permutation(len(people))
    for fold in range(INNER_FOLDS):
        yield np.isin(subjects, people[order[fold::INNER_FOLDS]])
