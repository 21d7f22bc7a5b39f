"""Work done ahead keeps its order, its errors and its bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from rehabkit.vision.ahead import ahead


def test_items_come_in_order() -> None:
    assert list(ahead(iter(range(100)), size=3)) == list(range(100))


def test_no_more_than_size_are_made_ahead() -> None:
    made = []

    def items() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i

    work = ahead(items(), size=3)
    assert next(work) == 0
    time.sleep(0.1)
    assert len(made) <= 1 + 3 + 1
    work.close()


def test_an_error_comes_at_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken after one")

    work = ahead(items())
    assert next(work) == 1
    with pytest.raises(ValueError, match="broken after one"):
        next(work)


def test_stopping_closes_the_iterator_and_ends_the_thread() -> None:
    closed = []

    def items() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.append(True)

    work = ahead(items(), size=2)
    next(work)
    work.close()
    assert closed == [True]
    assert not [t for t in threading.enumerate() if t.name == "rehabkit-ahead"]
