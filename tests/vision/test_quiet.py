"""Known chatter of native libraries is left out; all else gets through."""

from __future__ import annotations

import os

import pytest

from rehabkit.vision.estimators.quiet import without_chatter


def test_only_known_lines_are_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    with without_chatter():
        os.write(2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n")
        os.write(2, b"E0000 something is wrong\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "E0000 something is wrong\nafter\n"


def test_an_error_puts_stderr_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="stop"), without_chatter():
        raise ValueError("stop")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"
