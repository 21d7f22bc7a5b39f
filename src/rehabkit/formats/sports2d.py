"""Sports2D: the folder of results of one video: joints of each person in m and px, angles beside.

``<video>_Sports2D_m_person00.trc``, ``..._px_person00.trc``, ``..._angles_person00.mot``,
``..._calib.toml``. Layout: Pagnon and Kim, "Sports2D", Journal of Open Source Software 9(101),
2024, and the program's source (0.8): the points in px are those of the picture, y down, although
the header says m.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats import trc
from rehabkit.formats.beside import signals_beside
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.point_labels import name_points
from rehabkit.recording import Recording, Step, Up

_FILE: Final = re.compile(
    r".*_(?P<kind>px|m|angles)_person(?P<person>\d{1,4})(?P<variant>\w*)\.(?:trc|mot)",
    re.IGNORECASE,
)
_MOVED_M: Final = 1e-4
_METRES, _PIXELS, _ANGLES = "m", "px", "angles"


def identify(path: Path, head: bytes) -> bool:  # noqa: ARG001 - a folder has no bytes
    """A folder with points of a person as Sports2D names them."""
    return path.is_dir() and any(_FILE.fullmatch(file.name) for file in path.iterdir())


def read(
    path: Path,
    *,
    person: int | None = None,
    points: str | None = None,
    image_size: tuple[int, int] | None = None,
) -> Recording:
    """One person of a video: joints in m where there are some, else in px; angles as a stream.

    Parameters
    ----------
    person
        Number of the person, where there are several.
    points
        ``"m"`` or ``"px"``: which of the two files gives the joints.
    image_size
        (width, height) of the picture in px, where no calibration beside says it.

    Raises
    ------
    FormatError
        Where there is no person, or several and none is named; damage of its files.
    """
    if points not in (None, _METRES, _PIXELS):
        raise RehabkitError(f"Expected points 'm' or 'px', found {points!r}.")
    number, files = _choose(path, person)
    kind = points or (_METRES if _METRES in files else _PIXELS)
    if kind not in files:
        raise FormatError(
            path, expected=f"a file *_{kind}_person{number:02}.trc",
            found=", ".join(f.name for f in files.values()),
            fix="Say points='m' or points='px'.",
        )  # fmt: skip
    made = _in_metres(files[kind]) if kind == _METRES else _in_pixels(path, files[kind], image_size)
    streams, notes = signals_beside(files.get(_ANGLES), made.source.start_s)
    return made.replace(
        source=replace(made.source, device="one camera, Sports2D"),
        streams=streams,
        history=(*made.history, Step("pick person", {"person": number}, ""), *notes),
    )


def _choose(folder: Path, person: int | None) -> tuple[int, Mapping[str, Path]]:
    """The number and the files of the person that is meant; plain files before variants."""
    people: dict[int, dict[str, Path]] = {}
    names = sorted(folder.iterdir(), key=lambda f: (len(f.name), f.name)) if folder.is_dir() else []
    for file, match in ((file, _FILE.fullmatch(file.name)) for file in names):
        if match is not None:
            mine = people.setdefault(int(match["person"]), {})
            mine.setdefault(match["kind"].lower(), file)
    people = {n: files for n, files in people.items() if {_METRES, _PIXELS} & files.keys()}
    listed = ", ".join(str(n) for n in sorted(people))
    if not people:
        raise FormatError(
            folder, expected="a folder of Sports2D with *_m_person00.trc or *_px_person00.trc",
            found="none", fix="Give the folder that Sports2D made for one video.",
        )  # fmt: skip
    if person is not None and person not in people:
        raise FormatError(folder, expected=f"person {listed}", found=f"person={person}")
    if person is None and len(people) > 1:
        raise FormatError(
            folder, expected="one person", found=f"{len(people)}: {listed}",
            fix=f"Say which with person={min(people)}.",
        )  # fmt: skip
    number = min(people) if person is None else person
    return number, people[number]


def _in_metres(path: Path) -> Recording:
    """Joints in the plane of the movement.

    Their depth is 0, or one figure a joint that the program takes from the side it saw: where it
    never changes it was not measured, and the history says so.
    """
    raw = trc.read_raw(path)
    made = trc.to_recording(raw, name_points(raw.labels), None, None, name="sports2d")
    depth = raw.values[..., 2]
    seen = np.isfinite(depth)
    low, high = (
        np.where(seen, depth, np.inf).min(axis=0),
        np.where(seen, depth, -np.inf).max(axis=0),
    )
    if (high - low > _MOVED_M).any():
        return made
    why = "one camera: the depth of each joint never changes, so it was not measured; angles out "
    return made.with_step("assume plane", why + "of the plane of the picture are none")


def _in_pixels(folder: Path, path: Path, image_size: tuple[int, int] | None) -> Recording:
    """Joints in the picture, x to the right and y down from its top left."""
    raw = trc.read_raw(path)
    named = name_points(raw.labels)
    # The header of these files says m whatever is in them: as m, nothing is scaled.
    made = trc.to_recording(raw, named, "m", "-y", name="sports2d")
    assert made.positions is not None
    flat = made.positions[..., :2]
    size, step = _size(folder, flat, image_size)
    return made.replace(
        positions=None, image_points=flat, image_size=size, origin="image",
        mirrored="unknown", up=Up(),
        history=(*(s for s in made.history if s.name != "assume up"), step),
    )  # fmt: skip


def _size(
    folder: Path, points: np.ndarray, given: tuple[int, int] | None
) -> tuple[tuple[int, int], Step]:
    """The picture's size: given, from the calibration, else as large as the points ask for."""
    if given is not None:
        width, height = given
        return (int(width), int(height)), Step("state picture", {"image_size": given}, "given")
    for file in sorted(folder.glob("*calib*.toml")):
        size = _calibrated(file)
        if size is not None:
            return size, Step("find picture", {"image_size": size}, f"from {file.name}")
    width, height = (int(np.ceil(v)) for v in np.nanmax(points, axis=(0, 1), initial=1.0))
    size = (width, height)
    return size, Step("assume picture", {"image_size": size}, "no calibration: as the points ask")


def _calibrated(path: Path) -> tuple[int, int] | None:
    """``size`` of the first camera in a calibration; None where there is none."""
    try:
        told = tomllib.loads(decode(path, read_bytes(path)))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    for camera in told.values():
        size = camera.get("size") if isinstance(camera, dict) else None
        if isinstance(size, list) and len(size) == 2:
            width, height = size
            if all(isinstance(v, int | float) and 1 <= v <= 1e5 for v in size):
                return int(width), int(height)
    return None
