"""``Target``: what is learned where the training part of a split decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rehabkit.bench.tasks import TaskData


@dataclass(frozen=True, eq=False)
class Learned:
    """What a training part gives.

    Parameters
    ----------
    truth
        (samples,) classes or (samples, scores), of all samples of the task.
    settings
        What the training part decided, for the cell's file: cuts between levels.
    beside
        Name -> (samples,) what the file holds beside each prediction. Of figures that are computed
        alone: labels that people gave stay in the data set.
    """

    truth: NDArray[Any]
    settings: dict[str, Any] = field(default_factory=dict)
    beside: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Target(Protocol):
    """From samples and a training part to what is learned, and back from a cell's file."""

    def within(self, data: TaskData, train: NDArray[np.intp]) -> Learned:
        """What is learned; nothing of samples outside ``train`` decides it."""

    def truths(self, labels: Sequence[Any], fold: Mapping[str, Any]) -> list[Any]:
        """What was to be said of a fold's test samples, from the labels of the data at hand."""
