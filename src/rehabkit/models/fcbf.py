"""FCBF: figures ranked by what they say of the class, without those that others say already.

Yu and Liu, Feature selection for high-dimensional data: a fast correlation-based filter solution,
ICML 2003. Figures are cut into parts of equal count first, since the measure counts parts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.recording.arrays import Float


def fcbf(
    figures: Float, classes: NDArray[np.intp], *, threshold: float = 0.0, bins: int = 5
) -> NDArray[np.intp]:
    """Places of the figures that are kept, the most telling first; at least one.

    Parameters
    ----------
    figures
        (samples, figures); NaN is a part of its own.
    classes
        (samples,) whole numbers from 0.
    threshold
        Figures with a symmetrical uncertainty of at most this with the class are dropped.
    bins
        Parts of equal count that a figure is cut into.

    Raises
    ------
    ModelError
        Without samples or figures.
    """
    if not figures.size:
        raise ModelError(f"FCBF needs samples and figures, found {figures.shape}.")
    parts = in_parts(figures, bins)
    told = np.array([uncertainty(column, classes) for column in parts.T])
    order = np.argsort(-told, kind="stable")
    left = [int(i) for i in order if told[i] > threshold] or [int(order[0])]
    kept: list[int] = []
    while left:
        best, *rest = left
        kept.append(best)
        left = [i for i in rest if uncertainty(parts[:, best], parts[:, i]) < told[i]]
    return np.array(kept, dtype=np.intp)


def in_parts(figures: Float, bins: int) -> NDArray[np.intp]:
    """(samples, figures) number of the part that each value lies in; ``bins`` for NaN."""
    edges = [np.unique(np.nanquantile(f, np.arange(1, bins) / bins)) if np.isfinite(f).any()
             else np.empty(0) for f in figures.T]  # fmt: skip
    columns = [np.searchsorted(e, f, side="right") for e, f in zip(edges, figures.T, strict=True)]
    return np.where(np.isfinite(figures), np.stack(columns, axis=1), bins).astype(np.intp)


def uncertainty(a: NDArray[np.intp], b: NDArray[np.intp]) -> float:
    """Symmetrical uncertainty of two columns of whole numbers: 0 tells nothing, 1 everything.

    Twice the mutual information over the sum of both entropies (Yu and Liu, equation 3).
    """
    counts = np.bincount(a * (b.max() + 1) + b, minlength=(a.max() + 1) * (b.max() + 1))
    together = counts.reshape(a.max() + 1, b.max() + 1) / len(a)
    first, second = _entropy(together.sum(axis=1)), _entropy(together.sum(axis=0))
    if first + second == 0:
        return 0.0
    return float(2 * (first + second - _entropy(together.ravel())) / (first + second))


def _entropy(shares: Float) -> float:
    there = shares[shares > 0]
    return float(-(there * np.log2(there)).sum())
