"""Dynamic time warping: how far two courses of movement differ, their timing set aside."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.recording.arrays import Float

SAMPLES: Final = 100
BAND: Final = 0.15
"""Half width of the Sakoe-Chiba band as a share of the length."""

BATCH: Final = 16
"""Pairs of series aligned at once."""
WIDE_BATCH: Final = 128
"""The same where courses are short and many."""


def dtw(a: Float, b: Float, band: float = BAND) -> tuple[float, NDArray[np.intp]]:
    """DTW distance per step of the warping path, and that path.

    Sakoe and Chiba, IEEE Trans ASSP 26, 1978: symmetric steps (1, 0), (0, 1), (1, 1) of equal
    weight, band around the diagonal. The cost of a pair is its Euclidean distance; the distance
    is the path's total divided by its number of pairs, so it has the unit of the series and does
    not grow with their length.

    Parameters
    ----------
    a, b
        (n,) or (n, dims) and (m,) or (m, dims), without missing values.
    band
        Share of the longer length by which the path may leave the diagonal; 1 is no band.

    Returns
    -------
    tuple
        Distance, and (pairs, 2) indices into ``a`` and ``b``.

    Raises
    ------
    RehabkitError
        If a series is empty, holds missing values, or their dimensions differ.
    """
    x, y = _series(a), _series(b)
    if x.shape[1] != y.shape[1]:
        raise RehabkitError(
            f"DTW needs series of the same dimensions, found {x.shape[1]} and {y.shape[1]}."
        )
    total = _accumulate(_costs(x[None], y[None]), band)[0]
    path = _trace(total)
    return float(total[-1, -1] / len(path)), path


def dtw_distances(a: Float, b: Float, band: float = BAND) -> NDArray[np.float64]:
    """(pairs,) DTW distances of (pairs, n) to (pairs, m) series, as :func:`dtw`, all at once.

    Series of several dimensions are (pairs, n, dims) and (pairs, m, dims).
    """
    x, y = (_finite(series).reshape(*np.shape(series)[:2], -1) for series in (a, b))
    distances = []
    for k in range(0, len(x), BATCH):
        part = slice(k, k + BATCH)
        totals = _accumulate(_costs(x[part], y[part]), band)
        distances += [float(t[-1, -1] / len(_trace(t))) for t in totals]
    return np.array(distances)


def dtw_matrix(a: Float, b: Float | None = None, band: float = BAND) -> NDArray[np.float64]:
    """(n, m) DTW distances of every course to every other, in Sakoe and Chiba's symmetric form.

    A diagonal step counts twice, so that every path weighs as much as both courses are long and
    the total is divided by that: no path has to be traced, which makes many pairs cheap.

    Parameters
    ----------
    a, b
        (n, frames, dims) and (m, frames, dims) without missing values; None: ``a`` among itself.
    band
        As in :func:`dtw`.
    """
    x = np.asarray(_finite(a), dtype=np.float32)
    if b is None:
        found = np.zeros((len(x), len(x)))
        for k in range(len(x) - 1):
            found[k, k + 1 :] = _to_all(x[k], x[k + 1 :], band)
        return np.asarray(found + found.T)
    y = np.asarray(_finite(b), dtype=np.float32)
    return np.stack([_to_all(one, y, band) for one in x])


def dtw_to_template(values: Float, template: Float, band: float = BAND) -> float:
    """DTW distance of a movement to a template, both brought to 100 samples first."""
    return dtw(even_samples(values), even_samples(template), band)[0]


def even_samples(values: Float, count: int = SAMPLES) -> NDArray[np.float64]:
    """(count, ...) linear samples of ``values`` at 0-100 % of their course."""
    series = np.asarray(values, dtype=np.float64)
    at = np.linspace(0, len(series) - 1, count)
    low = np.floor(at).astype(int).clip(max=max(len(series) - 2, 0))
    high = np.minimum(low + 1, len(series) - 1)
    share = (at - low).reshape((-1,) + (1,) * (series.ndim - 1))
    return np.asarray(series[low] + share * (series[high] - series[low]))


def _series(values: Float) -> NDArray[np.float64]:
    series = _finite(values)
    return series.reshape(len(series), -1)


def _finite(values: Float) -> NDArray[np.float64]:
    series = np.asarray(values, dtype=np.float64)
    if len(series) == 0 or not np.isfinite(series).all():
        raise RehabkitError(
            f"DTW needs series without missing values, found {len(series)} samples with "
            f"{int((~np.isfinite(series)).sum())} values missing."
        )
    return series


def _costs(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """(pairs, n, m) Euclidean distances of (pairs, n, dims) to (pairs, m, dims)."""
    if x.shape[-1] == 1:
        return np.asarray(np.abs(x - y[..., 0][:, None]))
    return np.asarray(np.sqrt(((x[:, :, None] - y[:, None]) ** 2).sum(axis=-1)))


def _to_all(one: NDArray[np.float32], others: NDArray[np.float32], band: float) -> Float:
    """(m,) distances of one course to others in the symmetric form."""
    found = []
    for k in range(0, len(others), WIDE_BATCH):
        part = others[k : k + WIDE_BATCH]
        square = (one**2).sum(axis=-1)[:, None] + (part**2).sum(axis=-1)[:, None]
        apart = np.sqrt(np.maximum(square - 2 * one @ part.swapaxes(1, 2), 0.0))
        total = _accumulate(apart, band, diagonal_weight=2.0)
        found.append(total[:, -1, -1] / sum(apart.shape[1:]))
    return np.concatenate(found)


def _in_band(n: int, m: int, band: float) -> NDArray[np.bool_]:
    """(n, m): within the band around the (scaled) diagonal."""
    rows = np.arange(n)[:, None] * ((m - 1) / max(n - 1, 1))
    width = max(band * max(n, m), abs(m - n) / max(n, 1) + 1)
    return np.asarray(np.abs(np.arange(m)[None] - rows) <= width)


@lru_cache(maxsize=32)
def _diagonals(n: int, m: int, band: float) -> tuple[tuple[int, int, int], ...]:
    """(number, first row, last row) of each anti-diagonal's cells within the band."""
    rows, columns = np.nonzero(_in_band(n, m, band))
    spans: dict[int, tuple[int, int]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        first = spans.get(row + column, (row, row))[0]
        spans[row + column] = (first, row)
    return tuple((number, *spans[number]) for number in sorted(spans))


def _accumulate(cost: Float, band: float, diagonal_weight: float = 1.0) -> NDArray[np.float64]:
    """(pairs, n, m) least total cost to each pair of samples; outside the band infinite.

    One anti-diagonal at a time, for all pairs of series at once. In an array laid flat the cells of
    an anti-diagonal lie at even distances, which is far quicker than to gather them.
    """
    pairs, n, m = cost.shape
    wide = m + 1  # of the totals, which have a row above and a column before
    total = np.full(((n + 1) * wide, pairs), np.inf)
    total[0] = 0.0
    costs = np.ascontiguousarray(np.moveaxis(cost, 0, -1)).reshape(n * m, pairs)
    for number, top, bottom in _diagonals(n, m, band):
        start, end = (row * m + number - row for row in (top, bottom))
        own = costs[start : end + 1 : max(m - 1, 1)]
        start, end = ((row + 1) * wide + number - row + 1 for row in (top, bottom))
        above, before, diagonal = (
            total[start - back : end - back + 1 : m] for back in (wide, 1, wide + 1)
        )
        straight = np.minimum(above, before) + own
        total[start : end + 1 : m] = np.minimum(straight, diagonal + diagonal_weight * own)
    return np.moveaxis(total.reshape(n + 1, wide, pairs)[1:, 1:], -1, 0)


def _trace(total: NDArray[np.float64]) -> NDArray[np.intp]:
    """The warping path back from the last pair; diagonal steps where equal."""
    i, j = total.shape[0] - 1, total.shape[1] - 1
    rows = total.tolist()
    path = [(i, j)]
    while i and j:
        diagonal, above, before = rows[i - 1][j - 1], rows[i - 1][j], rows[i][j - 1]
        if diagonal <= above and diagonal <= before:
            i, j = i - 1, j - 1
        elif above <= before:
            i -= 1
        else:
            j -= 1
        path.append((i, j))
    path += [(k, 0) for k in range(i - 1, -1, -1)] + [(0, k) for k in range(j - 1, -1, -1)]
    return np.array(path[::-1], dtype=np.intp)
