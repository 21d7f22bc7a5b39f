"""Parsers in a child process: what they return, and that nothing they do takes us down."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rehabkit import guard
from rehabkit.errors import FormatError, MissingExtra, SkeletonError

HERE = "tests.test_guard"
GiB = 1 << 30


def answers(path: Path, *, scale: float) -> dict[str, Any]:
    os.write(1, b"a library that talks")  # must not end up between us and the parent
    parts = [np.arange(3, dtype=np.int16), {"x": np.array([[np.nan, scale]])}]
    return {"name": path.name, "pid": os.getpid(), "parts": parts, "none": None}


def size_of(path: Path) -> dict[str, Any]:
    return {"path": str(path), "size": path.stat().st_size}


def refuses(path: Path) -> dict[str, Any]:
    raise FormatError(path, place="byte 3", expected="a", found="b", fix="Do c.")


def lacks(path: Path) -> dict[str, Any]:
    raise MissingExtra("reading " + path.name, "nonsens", "video")


def no_skeleton(path: Path) -> dict[str, Any]:
    raise SkeletonError(f"nothing in {path.name}")


def fails(path: Path) -> dict[str, Any]:
    raise ValueError("bad header")


def crashes(path: Path) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def leaves(path: Path) -> dict[str, Any]:
    os._exit(7)


def hangs(path: Path) -> dict[str, Any]:
    time.sleep(600)
    return {}


def devours(path: Path) -> dict[str, Any]:
    return {"a": np.ones((1 << 12, 1 << 20))}


@pytest.fixture(autouse=True)
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child finds this module; a child of an earlier test is not taken over."""
    guard.close()
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))


def ask(name: str, **options: Any) -> dict[str, Any]:
    return guard.call(f"{HERE}:{name}", Path("a.c3d"), memory_bytes=GiB, **options)


def test_values_and_arrays_come_back() -> None:
    value = ask("answers", scale=2.5)
    assert value["name"] == "a.c3d"
    assert value["none"] is None
    assert value["parts"][0].dtype == np.int16
    np.testing.assert_array_equal(value["parts"][1]["x"], [[np.nan, 2.5]])


def test_the_child_is_another_process_and_is_kept() -> None:
    first, second = ask("answers", scale=1.0)["pid"], ask("answers", scale=1.0)["pid"]
    assert first == second != os.getpid()


def test_a_relative_path_is_of_the_folder_that_the_caller_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = ask("answers", scale=1.0)["pid"]
    for count in (1, 2):
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "a.c3d").write_bytes(bytes(count))
        monkeypatch.chdir(folder)
        assert ask("size_of") == {"path": "a.c3d", "size": count}
    assert ask("answers", scale=1.0)["pid"] == pid


def test_errors_of_ours_come_back_whole() -> None:
    with pytest.raises(FormatError, match=r"a\.c3d, byte 3: expected a, found b\. Do c\.") as found:
        ask("refuses")
    assert found.value.place == "byte 3"
    with pytest.raises(MissingExtra, match=r"rehabkit\[video\]"):
        ask("lacks")
    with pytest.raises(SkeletonError, match=r"nothing in a\.c3d"):
        ask("no_skeleton")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("fails", r"damage \(ValueError: bad header\)"),
        ("crashes", "ends the parser .signal SIGSEGV"),
        ("leaves", "ends the parser .exit status 7"),
        ("devours", "asks for more memory than is allowed"),
    ],
)
def test_damage_is_a_format_error_and_the_next_call_works(name: str, found: str) -> None:
    with pytest.raises(FormatError, match=found):
        ask(name)
    assert ask("answers", scale=1.0)["name"] == "a.c3d"


def test_a_parser_that_hangs_is_ended() -> None:
    pid = ask("answers", scale=1.0)["pid"]
    with pytest.raises(FormatError, match=r"takes longer than 0\.5 s"):
        ask("hangs", timeout_s=0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_was_killed_between_calls_is_replaced() -> None:
    pid = ask("answers", scale=1.0)["pid"]
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert ask("answers", scale=1.0)["pid"] != pid
