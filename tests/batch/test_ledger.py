"""The ledger: only added to, whole lines or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehabkit.batch import ledger
from rehabkit.batch.ledger import Entry, Ledger
from rehabkit.errors import RehabkitError

USABLE = Entry("a", "a", "in/a.csv", "usable", exercise="squat", extent=95.5, unit="deg")
REFUSED = Entry("b", "b", "in/b.csv", "refused", ("b.csv: no",), ("no",), error="FormatError")


def written(out: Path, *entries: Entry) -> Path:
    book = Ledger(out / ledger.NAME)
    for entry in entries:
        book.add(entry)
    book.close()
    return out


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert ledger.read(written(tmp_path, USABLE, REFUSED)) == [USABLE, REFUSED]


def test_the_last_line_of_a_recording_counts(tmp_path: Path) -> None:
    later = Entry("a", "a", "in/a.csv", "not usable", ("Too short.",), ("too short",))
    assert ledger.read(written(tmp_path, USABLE, REFUSED, later)) == [later, REFUSED]


@pytest.mark.parametrize("cut", [1, 5, 200])
def test_a_half_written_line_is_passed_over_and_then_dropped(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, USABLE, REFUSED) / ledger.NAME
    path.write_bytes(path.read_bytes()[:-cut])
    assert ledger.read(tmp_path) == [USABLE]
    assert ledger.read(written(tmp_path, REFUSED)) == [USABLE, REFUSED]
    assert len(path.read_bytes().splitlines()) == 2


def test_a_ledger_of_half_a_line_becomes_empty(tmp_path: Path) -> None:
    path = tmp_path / ledger.NAME
    path.write_bytes(b"x" * 200_000)
    ledger.drop_half_line(path)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("line", [b"[]\n", b"\0\0\n", b"{}\n", b'{"status": "lost"}\n'])
def test_what_is_no_entry_is_passed_over(line: bytes) -> None:
    assert ledger.parse(line) is None


def test_unknown_keys_of_a_later_version_do_no_harm() -> None:
    values = json.loads(USABLE.line()) | {"colour": "blue"}
    assert ledger.parse(json.dumps(values).encode() + b"\n") == USABLE


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(RehabkitError, match=r"found no run\.jsonl"):
        ledger.read(tmp_path)
