"""A run clears what an earlier run left, and nothing of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehabkit.batch import results

fsspec = pytest.importorskip("fsspec", reason="the extra 'cluster' is not installed")
LEFT = ("repetitions.csv", "report.html", "notes.txt")


@pytest.fixture(params=["folder", "address"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A run's folder or address."""
    yield str(tmp_path) if request.param == "folder" else "memory://cleared"
    if request.param == "address":
        fsspec.filesystem("memory").rm("/cleared", recursive=True)


def put(out: str, *names: str) -> None:
    """Files of these names in the folder of the recording ``a``."""
    system, path = fsspec.url_to_fs(out)
    system.makedirs(f"{path}/a", exist_ok=True)
    for name in names:
        system.pipe_file(f"{path}/a/{name}", b"there")


def there(out: str) -> set[str]:
    system, path = fsspec.url_to_fs(out)
    return {Path(found).name for found in system.ls(f"{path}/a", detail=False)}


def test_tables_where_no_run_was_are_the_user_s(out: str) -> None:
    put(out, *LEFT)
    results.clear(out, "a")
    assert there(out) == {"repetitions.csv", "notes.txt"}


def test_tables_of_an_earlier_run_go(out: str) -> None:
    put(out, *LEFT, results.KEY)
    results.clear(out, "a")
    assert there(out) == {"notes.txt", results.KEY}
