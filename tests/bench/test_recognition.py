"""What rows of recognition share: the plainest one, and when an exercise is named."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.assessment.recognition import SURE
from rehabkit.bench.recognition import commonest, is_named
from rehabkit.bench.splits import Split


def test_the_commonest_class_is_that_of_the_training_part() -> None:
    names = np.array(["b", "b", "a", "a", "c", "c", "c"])
    split = Split("x", np.arange(4), np.arange(4, 7))
    assert commonest(names, split).predicted["class"].tolist() == ["a", "a", "a"]


@pytest.mark.parametrize(
    ("probability", "far", "named"),
    [(SURE, 1.0, True), (SURE - 0.001, 1.0, False), (1.0, 1.001, False)],
)
def test_an_exercise_is_named_where_it_is_sure_and_near(
    probability: float, far: float, named: bool
) -> None:
    assert is_named({"class": "a", "probability": probability, "far": far}) is named
