"""One scorer for all tests here: learning takes a second."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.people import learned

from rehabkit.models.clinical import ClinicalScorer


@pytest.fixture(scope="session")
def scorer() -> ClinicalScorer:
    """Learned from forty made-up people."""
    pytest.importorskip("sklearn", reason="learning needs scikit-learn")
    return learned(np.random.default_rng(7))
