"""Figures of classes in tables, against what is worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rehabkit.bench import class_tables
from rehabkit.bench.columns import Column, joined

TRUTH = np.array(["a", "a", "b", "b"])
CHANCES = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]])


def column(seed: int = 0, **changed: Any) -> Column:
    """Two of four are right: one of each class."""
    who = np.array(["p", "q", "p", "q"])
    fields: dict[str, Any] = {
        "truth": TRUTH, "predicted": np.array(["a", "b", "b", "a"]),
        "names": np.array([f"{seed} fold {i} 0" for i in range(4)]), "exercises": who,
        "subjects": who, "groups": who, "seeds": (seed,), "complete": True, "settings": (),
        "seconds": 1.0, "chances": CHANCES, "classes": ("a", "b"),
    }  # fmt: skip
    return Column(**{**fields, **changed})


def test_figures_of_two_classes() -> None:
    accuracy, precision, f1, auc, calibration = class_tables.figures(column())
    assert (accuracy, precision, f1) == (0.5, 0.5, 0.5)
    assert auc == 0.75  # of four pairs one has the wrong order: 0.3 of a b, 0.6 of an a
    assert calibration == pytest.approx((0.1 + 0.6 + 0.2 + 0.7) / 4)


def test_several_classes_are_asked_one_by_one() -> None:
    truth = np.array(["a", "b", "c"])
    names = np.array(["0 f r", "0 f s", "0 f t"])
    sure = column(truth=truth, predicted=truth, chances=np.eye(3), classes=("a", "b", "c"),
                  names=names, exercises=names, subjects=names, groups=names)  # fmt: skip
    assert class_tables.figures(sure) == [1, 1, 1, 1, 0]


def test_seeds_are_averaged() -> None:
    right = column(1, predicted=TRUTH, chances=np.array([[1, 0], [1, 0], [0, 1], [0, 1.0]]))
    both = class_tables.figures(joined([column(), right]))
    each = [class_tables.figures(one) for one in (column(), right)]
    assert both == pytest.approx(np.mean(each, axis=0))


def test_without_chances_nothing_is_said_of_them() -> None:
    found = class_tables.figures(joined([column(), column(1, chances=None, classes=())]))
    assert found[0] == 0.5
    assert np.isnan(found[3:]).all()


def test_confusion() -> None:
    table = class_tables.confusion("m", column())
    assert table == (("m: true", "called a", "called b"), [("a", "1", "1"), ("b", "1", "1")])
    many = np.array([f"c{i}" for i in range(13)])
    assert class_tables.confusion("m", column(truth=many, predicted=many)) is None
