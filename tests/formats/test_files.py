"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.files import atomic, decode, read_bytes


def test_the_file_is_there_after_the_block_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.html"
    with atomic(target) as temporary:
        temporary.write_text("whole")
        assert temporary.suffix == ".html"
        assert not target.exists()
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_interruption_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")

    def interrupted() -> None:
        with atomic(target) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RehabkitError, match=r"Cannot write .*x\.csv.*Choose another folder"),
        atomic(tmp_path / "file" / "x.csv"),
    ):
        pass


def test_reading_nothing_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected a file that can be read, found no such file"):
        read_bytes(tmp_path / "none.txt")
    with pytest.raises(FormatError, match="found is a directory"):
        read_bytes(tmp_path)


def test_marked_encodings_are_understood_and_others_named() -> None:
    path = Path("a.txt")
    assert decode(path, "ä1".encode("utf-8-sig")) == "ä1"
    assert decode(path, "ä1".encode("utf-16")) == "ä1"
    with pytest.raises(FormatError, match="byte 1: expected text in UTF-8, found the byte 0xe4"):
        decode(path, b"1\xe4")
