"""``Split``: who is learned from and who is tested on, refused where anything is on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError

Names = Sequence[str] | NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Split:
    """Samples to learn from and samples to test on.

    Parameters
    ----------
    name
        ``"seed 0, fold 3"``.
    train, test
        Indices of samples, sorted.
    """

    name: str
    train: NDArray[np.intp]
    test: NDArray[np.intp]

    def part(self, within: NDArray[np.intp]) -> Split:
        """The same split of a subset: of one exercise."""
        kept = [np.intersect1d(side, within) for side in (self.train, self.test)]
        return Split(self.name, *kept)

    def among(self, own: NDArray[np.intp]) -> Split:
        """The same split of the samples ``own`` alone (sorted), numbered among these."""
        inside = self.part(own)
        return Split(self.name, *(np.searchsorted(own, s) for s in (inside.train, inside.test)))


def by_membership(name: str, test: NDArray[np.bool_]) -> Split:
    """The split whose test part is where ``test`` holds."""
    return Split(name, np.flatnonzero(~test), np.flatnonzero(test))


def shared(split: Split, names: Names) -> tuple[str, ...]:
    """Names that stand on both sides, sorted."""
    values = np.asarray(names)
    return tuple(np.intersect1d(values[split.train], values[split.test]).tolist())


def check(
    split: Split, subjects: Names, recordings: Names, *, apart: Iterable[str] = ("subject",)
) -> None:
    """Refuse a split that leaks.

    Parameters
    ----------
    subjects, recordings
        (samples,) who moved, and which recording a sample is cut from.
    apart
        What must not be on both sides: ``"subject"``, ``"recording"``. A sample never may.

    Raises
    ------
    ModelError
        Names what is on both sides, or that a side is empty.
    """
    twice = np.intersect1d(split.train, split.test)
    if len(twice):
        raise ModelError(
            f"{split.name}: {len(twice)} samples are learned from and tested on, the first is "
            f"number {int(twice[0])}. Every sample belongs to one side."
        )
    if not len(split.train) or not len(split.test):
        raise ModelError(
            f"{split.name}: {len(split.train)} samples to learn from and {len(split.test)} to "
            "test on; both sides need some."
        )
    for kind, names in (("subject", subjects), ("recording", recordings)):
        both = shared(split, names) if kind in apart else ()
        if both:
            listed = ", ".join(both[:5]) + (" ..." if len(both) > 5 else "")
            raise ModelError(
                f"{split.name}: {len(both)} {kind}s are on both sides ({listed}), so the test "
                f"would measure how well they are known. Keep every {kind} on one side."
            )
