"""What doctor looks at, and what it says to do."""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError

import pytest

from rehabkit.vision import system


def test_every_check_says_what_was_found() -> None:
    found = system.checks()
    assert len({check.name for check in found}) == len(found)
    assert all(check.found and check.state in ("ok", "missing", "note") for check in found)
    assert all(check.fix for check in found if check.state == "missing")
    assert {"Python", "numpy", "av", "Pose network (MediaPipe full)", "Cameras"} <= {
        check.name for check in found
    }


def test_a_missing_package_comes_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(system, "version", absent)
    missing = {check.name: check for check in system.checks() if check.state == "missing"}
    assert "pip install 'rehabkit[video]'" in missing["av"].fix
    assert str(missing["av"]).startswith("MISSING av: not installed. Videos need it")


def test_without_mediapipe_there_is_no_pose_network(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "mediapipe" else real(name)
    )
    (model,) = (check for check in system.checks() if check.name.startswith("Pose network"))
    assert model.state == "missing"
    assert "give a .task or .onnx file" in model.fix


def test_a_missing_library_comes_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "find_library", lambda _: None)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    lines = [str(check) for check in system.checks()]
    assert any("libGL: not found. OpenCV and MediaPipe need libGL: apt-get" in x for x in lines)
