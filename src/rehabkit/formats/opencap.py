"""OpenCap: the folder of a session, as its website and its processing write it.

``MarkerData/<trial>.trc`` (points of the video and markers that a network adds to them),
``OpenSimData/Kinematics/<trial>.mot`` (angles of the model), ``sessionMetadata.yaml`` (who).
Layout: Uhlrich et al., "OpenCap", PLOS Computational Biology 19(10), 2023, and opencap-processing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from rehabkit.errors import FormatError, choices
from rehabkit.formats import trc
from rehabkit.formats.beside import signals_beside
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.point_labels import name_points
from rehabkit.recording import History, Recording, Scale, Step, Subject

_POINTS: Final = "MarkerData"
_ANGLES: Final = Path("OpenSimData", "Kinematics")
_METADATA: Final = "sessionMetadata.yaml"
_LAST: Final = "PostAugmentation"  # the processing's folders keep what came before it too
_LINE: Final = re.compile(r"(?P<key>\w+)\s*:\s*(?P<value>[^#\n]*)")
_HEIGHT_M: Final = (0.3, 2.6)


def identify(path: Path, head: bytes) -> bool:  # noqa: ARG001 - a folder has no bytes
    """A folder with MarkerData, and OpenSimData or the session's metadata beside it."""
    if not (path / _POINTS).is_dir():
        return False
    return (path / _METADATA).is_file() or (path / _ANGLES).is_dir()


def read(
    path: Path,
    *,
    trial: str | None = None,
    up: str | None = None,
    markers: str | Path | None = None,
) -> Recording:
    """One trial of an OpenCap session: points, with the model's angles as streams beside.

    Parameters
    ----------
    trial
        Its name, where the session has several.
    up
        ``"x"``, ``"-y"``, ...: the axis against gravity; else told from the points.
    markers
        A ``markers.toml`` that says which joint centres the markers have.

    Raises
    ------
    FormatError
        Where there is no trial, or several and none is named; damage of its files.
    """
    name, file = _choose(path, trial)
    raw = trc.read_raw(file)
    made = trc.to_recording(raw, name_points(raw.labels, markers), None, up, name="opencap")
    motion = path / _ANGLES / f"{name}.mot"
    streams, notes = signals_beside(motion if motion.is_file() else None, made.source.start_s)
    subject, height = _subject(path / _METADATA)
    step = Step("pick trial", {"trial": name}, f"of {len(_trials(path))}")
    return made.replace(
        source=replace(made.source, device="OpenCap"),
        streams=streams,
        subject=subject,
        scale=Scale(known=True, height_m=subject.height_m, note=made.scale.note),
        history=(*made.history, step, *notes, *height),
    )


def _trials(folder: Path) -> dict[str, Path]:
    """Trial -> its TRC file: the one in MarkerData itself, else the last of the processing."""
    found: dict[str, Path] = {}
    files = sorted((folder / _POINTS).rglob("*.trc"), key=lambda f: (len(f.parts), str(f)))
    for file in files:
        before = found.get(file.stem)
        later = _LAST in str(file.parent) and before is not None and _LAST not in str(before.parent)
        nested = before is not None and before.parent.name == _POINTS
        if before is None or (later and not nested):
            found[file.stem] = file
    return found


def _choose(folder: Path, trial: str | None) -> tuple[str, Path]:
    trials = _trials(folder) if folder.is_dir() else {}
    if not trials:
        raise FormatError(
            folder,
            expected=f"the folder of an OpenCap session with {_POINTS}/<trial>.trc",
            found="none",
            fix="Give the folder that holds MarkerData and OpenSimData.",
        )
    if trial is not None and trial not in trials:
        raise FormatError(
            folder, expected=f"a trial of the session: {choices(trials)}", found=repr(trial)
        )
    if trial is None and len(trials) > 1:
        raise FormatError(
            folder,
            expected="one trial",
            found=f"{len(trials)}: {', '.join(trials)}",
            fix=f"Say which with trial={next(iter(trials))!r}.",
        )
    name = trial or next(iter(trials))
    return name, trials[name]


def _subject(path: Path) -> tuple[Subject, History]:
    """Who, as the session's metadata say; only lines ``key: value`` at their margin are looked at.

    Nothing of YAML's further means is understood, so nothing of it can be executed.
    """
    if not path.is_file():
        return Subject(), ()
    said = _plain_lines(decode(path, read_bytes(path)))
    sex = {"m": "male", "f": "female"}.get(said.get("gender_mf", said.get("sex", "")).lower(), "")
    height = _number(said.get("height_m", ""))
    known = height if height is not None and _HEIGHT_M[0] <= height <= _HEIGHT_M[1] else None
    subject = Subject(id=said.get("subjectID", ""), sex=sex, height_m=known)
    if height is not None and known is None:
        return subject, (Step("leave out height", {"height_m": height}, "no person's height"),)
    return subject, ()


def _plain_lines(text: str) -> Mapping[str, str]:
    matches = (_LINE.match(line) for line in text.splitlines())
    return {m["key"]: m["value"].strip().strip("'\"") for m in matches if m}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
