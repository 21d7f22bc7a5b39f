"""Sessions of the Physical Therapy Exercises data set: five worn units, a folder each.

Source: Yurtman and Barshan, "Automated evaluation of physical therapy exercises using
multi-template dynamic time warping on wearable sensor signals", Computer Methods and Programs in
Biomedicine 117(2), 2014; UCI data set 730. ``s1/e1/u1/test.txt`` and ``template_session.txt`` hold
a sample number and nine columns; ``template_times.txt`` (and ``test_times.csv``) beside the units
says which samples are executions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.imu.columns import find_sensors
from rehabkit.formats.imu.tables import NO_JOINTS, Units, streams_of
from rehabkit.formats.sheet import Sheet, header_of, parse_sheet
from rehabkit.recording import (
    Event,
    ExerciseLabel,
    History,
    Recording,
    Source,
    Step,
    Stream,
    Subject,
)

SESSIONS: Final = {"test": "test.txt", "template": "template_session.txt"}
_TIMES: Final = {"test": "test_times.csv", "template": "template_times.txt"}
_UNIT = re.compile(r"u[1-9]")
_RATE_HZ: Final = 25.0
_HEADER: Final = ("time index", *(f"{s}_{a}" for s in ("acc", "gyr", "mag") for a in "xyz"))


def is_session_folder(path: Path) -> bool:
    """A folder such as ``s1/e1``: its units' folders hold one of the two sessions."""
    return bool(_units(path, SESSIONS["test"]) or _units(path, SESSIONS["template"]))


def is_session_file(head: bytes) -> bool:
    """A unit's table, by its header."""
    return header_of(head) == _HEADER


def _units(folder: Path, name: str) -> list[Path]:
    files = (folder / f"u{i}" / name for i in range(1, 10))
    return [file for file in files if file.is_file()]


def read_session(path: Path, session: str | None, rate_hz: float | None, units: Units) -> Recording:
    """All units of one session as streams, its executions as events.

    ``path`` is the folder of the units, or a file of one; a file that lies elsewhere is a unit
    alone.
    """
    kind, files = _files(path, session)
    rate = rate_hz or _RATE_HZ
    if not rate > 0:
        raise RehabkitError(f"Expected rate_hz above 0, found {rate}.")
    streams: dict[str, Stream] = {}
    assumed: list[Step] = []
    first: tuple[NDArray[np.float64], str] | None = None
    for file in files:
        content = read_bytes(file)
        times, found, notes = _unit(file, decode(file, content), rate, units)
        device = file.parent.name if _UNIT.fullmatch(file.parent.name) else ""
        named = {f"{device}_{name}".lstrip("_"): stream for name, stream in found.items()}
        streams |= named
        assumed += [step for step in notes if first is None]
        first = first or (times, sha256(content))
    if first is None:
        raise FormatError(path, expected=f"units u1, u2, ... with {SESSIONS[kind]}", found="none")
    time, digest = first
    return Recording(
        time=time,
        skeleton=NO_JOINTS,
        streams=streams,
        events=tuple(_events(files[0], kind, rate)),
        source=Source(str(files[0]), digest, "imu", "Xsens MTx", rate, clock="sample numbers"),
        subject=Subject(id=_part(files[0], "s")),
        exercise=ExerciseLabel(label=_part(files[0], "e"), extra={"session": kind}),
        history=(
            Step("read", {"format": "imu"}, f"{len(files)} units, {len(time)} samples"),
            _rate_step(rate_hz), *assumed,
        ),
    )  # fmt: skip


def _rate_step(rate_hz: float | None) -> Step:
    why = "given" if rate_hz else "as the data set's page says; the files hold sample numbers"
    return Step("assume frame rate", {"rate_hz": rate_hz or _RATE_HZ}, why)


def _files(path: Path, session: str | None) -> tuple[str, list[Path]]:
    """Which session is meant, and the files of its units."""
    if session is not None and session not in SESSIONS:
        raise RehabkitError(f"Expected session 'test' or 'template', found {session!r}.")
    if not path.is_dir():
        kind = next((k for k, name in SESSIONS.items() if name == path.name), "test")
        beside = _units(path.parent.parent, path.name)
        return kind, beside if path in beside else [path]
    there = [kind for kind, name in SESSIONS.items() if _units(path, name)]
    kind = session or (there[0] if there else "test")
    if kind not in there:
        raise FormatError(
            path,
            expected=f"units u1, u2, ... with {SESSIONS[kind]}",
            found=", ".join(SESSIONS[k] for k in there) or "none",
            fix="Give a folder such as s1/e1, or a file in it.",
        )
    return kind, _units(path, SESSIONS[kind])


def _unit(
    path: Path, text: str, rate: float, units: Units
) -> tuple[NDArray[np.float64], dict[str, Stream], History]:
    sheet = parse_sheet(path, text)
    if sheet.header != _HEADER:
        raise FormatError(
            path, place="header", expected=";".join(_HEADER), found=";".join(sheet.header)[:80]
        )
    numbers = sheet.column(0)
    if not (np.diff(numbers) > 0).all() or not np.isfinite(numbers).all():
        raise FormatError(
            path,
            place="column 'time index'",
            expected="sample numbers that increase",
            found="one that does not",
            fix="Rows were lost or repeated; copy the file again.",
        )
    times = (numbers - numbers[0]) / rate
    streams, notes = streams_of(sheet, find_sensors(sheet.header), times, units)
    return times, streams, notes


def _part(path: Path, letter: str) -> str:
    """``s1`` or ``e1`` of the path, empty where there is none."""
    return next((p for p in reversed(path.parts) if re.fullmatch(rf"{letter}\d+", p)), "")


def _events(file: Path, kind: str, rate: float) -> Iterator[Event]:
    """Start and end of each execution; the first sample has the number 1."""
    path = file.parent.parent / _TIMES[kind]
    if not (_UNIT.fullmatch(file.parent.name) and path.is_file()):
        return
    sheet = parse_sheet(path, decode(path, read_bytes(path)))
    columns = _columns(sheet)
    for row in range(len(sheet.rows)):
        execution, start, end = (columns[name][row] for name in ("execution", "start", "end"))
        if not np.isfinite([execution, start, end]).all():
            continue
        what = f"execution type {execution:g}"
        yield Event(float(start - 1) / rate, "start", description=what)
        yield Event(float(end - 1) / rate, "end", description=what)


def _columns(sheet: Sheet) -> dict[str, NDArray[np.float64]]:
    """Columns by the first word of their names (``execution type``, ``execution.type``)."""
    names = [re.split(r"[ .]", cell.strip().strip('"'))[0] for cell in sheet.header]
    lacking = {"execution", "start", "end"} - set(names)
    if lacking:
        raise FormatError(
            sheet.path,
            place="header",
            expected="columns 'execution type', 'start' and 'end'",
            found=", ".join(sheet.header)[:80],
        )
    return {name: sheet.column(names.index(name)) for name in ("execution", "start", "end")}
