"""Numbers on their way into a document: finite, rounded, plain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np


def finite(value: Any, digits: int = 4) -> float | None:
    """``value`` rounded, or None where it is None, NaN or infinite."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0


def plain(value: Any) -> Any:
    """``value`` as what JSON knows; NaN becomes None, anything unknown its text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return finite(value, 6)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, np.ndarray | list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)
