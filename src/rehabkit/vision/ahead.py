"""Work done ahead in a thread, so that decoding and estimating overlap."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")

_POLL_S: Final = 0.1


class _End:
    """The last thing in the queue: the items are through, or ``error`` stopped them."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def ahead(items: Iterable[T], size: int = 4) -> Generator[T, None, None]:
    """Yield ``items`` in order, produced in a thread at most ``size`` ahead of the consumer.

    An error in the thread is raised here, at its place in the order. When the consumer stops,
    also by Ctrl-C, the thread ends and the iterator is closed before this returns.
    """
    ready: queue.Queue[T | _End] = queue.Queue(maxsize=size)
    stop = threading.Event()
    worker = threading.Thread(
        target=_produce, args=(iter(items), ready, stop), name="rehabkit-ahead", daemon=True
    )
    worker.start()
    try:
        yield from _consume(ready)
    finally:
        stop.set()
        worker.join()


def _produce(items: Iterator[T], ready: queue.Queue[T | _End], stop: threading.Event) -> None:
    end = _End()
    try:
        for item in items:
            if not _put(ready, item, stop):
                break
    except BaseException as error:  # noqa: BLE001 - handed over and raised in the consumer
        end = _End(error)
    finally:
        if isinstance(items, Generator):
            items.close()
    _put(ready, end, stop)


def _put(ready: queue.Queue[T | _End], item: T | _End, stop: threading.Event) -> bool:
    """False where the consumer has stopped."""
    while not stop.is_set():
        try:
            ready.put(item, timeout=_POLL_S)
        except queue.Full:
            continue
        return True
    return False


def _consume(ready: queue.Queue[T | _End]) -> Iterator[T]:
    while True:
        item = ready.get()
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        yield item
