"""Array types and the one way an array becomes read-only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Float = NDArray[np.floating[Any]]
Bool = NDArray[np.bool_]


def frozen_array(values: ArrayLike, dtype: DTypeLike | None) -> NDArray[Any]:
    """``values`` as a read-only array of ``dtype``; copied only where others could change it."""
    array = np.asarray(values, dtype=dtype)
    if isinstance(values, np.ndarray) and array.flags.writeable:
        array = array.copy() if np.may_share_memory(array, values) else array
    array.flags.writeable = False
    return array
