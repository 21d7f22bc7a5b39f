"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed, fresh for each test."""
    return np.random.default_rng(42)


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of the real recordings; where there is none, CI fails and others skip."""
    default = Path(__file__).parent.parent / ".data"
    root = Path(os.environ.get("REHABKIT_DATA", default))
    if not root.is_dir():
        message = f"no real recordings in {root}: unpack them there or set REHABKIT_DATA"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return root
