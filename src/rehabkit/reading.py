"""``read``, ``write``, ``identify``: every format through one table of small records.

A record names its module as a string; the module is imported when a file may be of its format,
its heavy packages only when it reads or writes.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.containers import SUFFIXES as VIDEO_SUFFIXES
from rehabkit.formats.files import read_head
from rehabkit.formats.holds import left_out
from rehabkit.recording import Recording


@dataclass(frozen=True)
class Format:
    """One format that RehabKit reads.

    Parameters
    ----------
    name
        What ``format=`` takes and ``Source.format`` says.
    module
        Has ``identify(path, head) -> bool`` and ``read(path, **options) -> Recording``, and
        ``write(recording, path)`` where ``writes`` names suffixes.
    suffixes
        Lower case, with the dot; the first is the usual one.
    words
        What it is, for messages and documents.
    writes
        Ends of file names that ``write`` chooses this format for; the longest that fits counts
        (``.cycles.csv`` before ``.csv``).
    companions
        Patterns of names of files that belong to a recording and are none of their own.
    folder
        Whether a folder may be one recording of this format (pictures, a file a frame).
    angles_for
        Ends of file names in which joint angles are written: they are computed where the
        recording brings no stream ``angles``, and ``write`` takes ``cutoff_hz`` too.
    extra
        The extra that reading needs, if any.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    words: str
    companions: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    folder: bool = False
    angles_for: tuple[str, ...] = ()
    extra: str | None = None

    def load(self) -> ModuleType:
        """The format's module."""
        return import_module(self.module)

    def identifies(self, path: Path, head: bytes) -> bool:
        """Whether a file, of which ``head`` are the first bytes, is of this format."""
        found: bool = self.load().identify(path, head)
        return found

    def options(self, of: str = "read") -> tuple[str, ...]:
        """Names that ``read`` (or ``write``) takes besides recording and path."""
        parameters = inspect.signature(getattr(self.load(), of)).parameters.values()
        return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


FORMATS: Final[tuple[Format, ...]] = (
    Format("kimore", "rehabkit.formats.kimore", (".csv",),
           "KIMORE (Kinect v2, a folder EsN or JointPosition*.csv)",
           companions=("JointOrientation*.csv", "TimeStamp*.csv", "Es?_repetitions.csv")),
    Format("ui-prmd", "rehabkit.formats.ui_prmd", (".txt",),
           "UI-PRMD (Kinect positions and angles)",
           companions=("*_angles.txt", "*_angles_inc.txt")),
    Format("ui-prmd-vicon", "rehabkit.formats.ui_prmd_vicon", (".txt",),
           "UI-PRMD (Vicon markers and angles)",
           companions=("*_angles.txt", "*_angles_inc.txt")),
    Format("irds", "rehabkit.formats.irds", (".txt",), "IntelliRehabDS (Kinect v2)"),
    Format("utkinect", "rehabkit.formats.utkinect", (".txt",), "UTKinect-Action3D (Kinect v1)",
           companions=("actionLabel*.txt",)),
    Format("keraal", "rehabkit.formats.keraal", (".txt", ".json"),
           "KERAAL (Kinect v2, Vicon targets, or points in the picture)",
           companions=("readme_*.txt",)),
    Format("bvh", "rehabkit.formats.bvh", (".bvh",), "BVH (motion capture, IMU suits)",
           writes=(".bvh",)),
    Format("utd-mhad", "rehabkit.formats.utd_mhad", (".mat",),
           "UTD-MHAD (Kinect v1 and an inertial sensor)", companions=("*_inertial.mat",)),
    Format("msr-action3d", "rehabkit.formats.msr_action3d", (".txt",),
           "MSRAction3D (20 joints of a depth sensor)",
           companions=("files_used_in_cvpr12_paper.txt",)),
    Format("finerehab", "rehabkit.formats.finerehab", (".json",),
           "FineRehab (snippets by Kinect or inertial suit)", writes=(".finerehab.json",)),
    Format("mediapipe", "rehabkit.formats.mediapipe", (".json", ".csv"),
           "MediaPipe pose landmarks (JSON or CSV)", writes=(".json",)),
    Format("csv", "rehabkit.formats.csv", (".csv", ".tsv", ".txt"),
           "CSV with x, y, z of each joint", writes=(".csv",)),
    Format("parquet", "rehabkit.formats.parquet", (".parquet",), "Parquet written by RehabKit",
           writes=(".parquet",)),
    Format("trc", "rehabkit.formats.trc", (".trc",),
           "TRC (labelled points: OpenSim, Pose2Sim, OpenCap)", writes=(".trc",)),
    Format("c3d", "rehabkit.formats.c3d", (".c3d",),
           "C3D (points, analog signals, events, poses of a motion laboratory)",
           writes=(".c3d",)),
    Format("opencap", "rehabkit.formats.opencap", (), "an OpenCap session (a folder)",
           folder=True),
    Format("sports2d", "rehabkit.formats.sports2d", (), "Sports2D's results of a video (a folder)",
           folder=True),
    Format("opensim", "rehabkit.formats.opensim", (".mot", ".sto"),
           "MOT and STO (OpenSim's tables of angles, forces, orientations, ...)",
           writes=(".mot", ".sto"), angles_for=(".mot",)),
    Format("bids-motion", "rehabkit.formats.bids", (".tsv",), "BIDS motion (*_motion.tsv)",
           companions=("*_channels.tsv", "*_events.tsv", "*_scans.tsv", "*_motion.json",
                       "*_channels.json", "participants.tsv", "dataset_description.json"),
           writes=("_motion.tsv",), folder=True),
    Format("pyskl", "rehabkit.formats.pyskl", (".pkl", ".pickle"),
           "PYSKL's skeleton pickle (read without executing it)", writes=(".pkl",)),
    Format("imu", "rehabkit.formats.imu", (".csv", ".txt"),
           "worn inertial sensors (CSV with acc, gyr or mag, quaternions; MetaWear, APDM)",
           companions=("template_times.txt", "test_times.csv", "*_Gyroscope_*Hz_*.csv",
                       "*_Magnetometer_*Hz_*.csv"), folder=True),
    Format("ntu", "rehabkit.formats.ntu", (".skeleton",), "NTU RGB+D (Kinect v2)"),
    Format("azure-kinect", "rehabkit.formats.azure", (".json",),
           "Azure Kinect body tracking (JSON of 32 joints)"),
    Format("azure-mkv", "rehabkit.vision.azure", (".mkv",),
           "a recording of an Azure Kinect (MKV: colour, depth, inertial samples)",
           extra="video"),
    Format("openpose", "rehabkit.formats.keypoints.openpose", (".json",),
           "OpenPose key points (a folder with a JSON file a frame, or one)", folder=True),
    Format("alphapose", "rehabkit.formats.keypoints.alphapose", (".json",),
           "AlphaPose results (JSON)", folder=True),
    Format("mmpose", "rehabkit.formats.keypoints.mmpose", (".json",), "MMPose predictions (JSON)"),
    Format("movenet", "rehabkit.formats.keypoints.movenet", (".csv",),
           "MoveNet key points (CSV of COCO's 17 points)"),
    Format("video", "rehabkit.vision.reader", VIDEO_SUFFIXES, "a video of one person",
           extra="video"),
)  # fmt: skip


TABLES: Final[tuple[Format, ...]] = (
    Format("cycles", "rehabkit.repetitions.cycles_csv", (),
           "curves of each repetition from 0 to 100 %", writes=(".cycles.csv", "cycles.csv")),
)  # fmt: skip
"""What is written of a recording and cannot be read as one."""

WRITERS: Final = tuple(f for f in (*FORMATS, *TABLES) if f.writes)


def format_names() -> tuple[str, ...]:
    """Names that ``format=`` takes."""
    return tuple(f.name for f in FORMATS)


def get_format(name: str) -> Format:
    """The record of one format; the error lists what is known."""
    found = next((f for f in FORMATS if f.name == name), None)
    if found is None:
        raise RehabkitError(f"No format is called {name!r}; known: {choices(format_names())}.")
    return found


def identify(path: str | os.PathLike[str]) -> Format:
    """The format of a file or folder, by its content and name.

    Raises
    ------
    FormatError
        Where no format or more than one fits, or there is no such file.
    """
    path = Path(path)
    matches = _matches(path, _head(path))
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise FormatError(
            path,
            expected="a file of one format",
            found="one that fits several: " + "; ".join(f"{f.name}: {f.words}" for f in matches),
            fix=f"Say which with format=, one of {choices(f.name for f in matches)}.",
        )
    raise _unknown(path)


def _head(path: Path) -> bytes:
    if not path.exists():
        raise FormatError(
            path,
            expected="a file or folder",
            found="nothing there",
            fix="Check the path.",
        )
    return read_head(path)


def _matches(path: Path, head: bytes) -> list[Format]:
    return [f for f in FORMATS if f.identifies(path, head)]


def _unknown(path: Path) -> FormatError:
    known = "; ".join(f"{f.name}: {f.words}" for f in FORMATS)
    if path.is_dir():
        found = "a folder of no known kind"
        fix = "Give one recording, or list them with rehabkit.reading.find_recordings(folder)."
    else:
        found = "an empty file" if path.stat().st_size == 0 else "something else"
        fix = "Convert it to one of them, or say format= if it is one of them."
    return FormatError(path, expected=f"one of the known formats ({known})", found=found, fix=fix)


def read(path: str | os.PathLike[str], *, format: str | None = None, **options: Any) -> Recording:  # noqa: A002
    """The recording in a file or folder.

    Parameters
    ----------
    path
        A file, or a folder that holds one recording.
    format
        A format's name where content and name do not tell; see ``format_names()``.
    **options
        What the format's reader takes (``person``, ``rate_hz``, ...); see ``docs/formats.md``.

    Raises
    ------
    FormatError
        The file is not what it should be; says where, what was expected and what to do.
    RehabkitError
        An unknown format or option; lists the known ones.
    """
    path = Path(path)
    chosen = identify(path) if format is None else get_format(format)
    if format is not None:
        _head(path)
    _check_options(chosen, options)
    recording: Recording = chosen.load().read(path, **options)
    return recording


def _check_options(
    chosen: Format, options: dict[str, Any], of: str = "read", further: tuple[str, ...] = ()
) -> None:
    allowed = (*chosen.options(of), *further)
    unknown = sorted(set(options) - set(allowed))
    if unknown:
        listed = f"allowed: {choices(allowed)}" if allowed else "it takes none"
        who = f"{of.removesuffix('e')}er of {chosen.name!r}"
        raise RehabkitError(f"The {who} has no option {choices(unknown)}; {listed}.")


def write(recording: Recording, path: str | os.PathLike[str], **options: Any) -> tuple[str, ...]:
    """Write a recording in the format that the path's suffix names.

    The file is written under a temporary name and renamed, so that no half of it is ever there.

    Parameters
    ----------
    **options
        What the format's writer takes; see ``docs/formats.md``.

    Returns
    -------
    tuple of str
        Parts of the recording that the format has no place for and the file lacks: ``"events"``,
        ``"confidence"``, ...; see ``docs/exchange.md``.

    Raises
    ------
    RehabkitError
        Where no format has that suffix, or the format cannot hold the recording.
    """
    path = Path(path)
    chosen = writer_of(path)
    angled = path.name.lower().endswith(chosen.angles_for)
    further = ("cutoff_hz",) if angled else ()
    _check_options(chosen, options, "write", further)
    if angled:
        from rehabkit.kinematics.attached import with_angles

        how = {name: options.pop(name) for name in further if name in options}
        recording = with_angles(recording, **how)
    chosen.load().write(recording, path, **options)
    return left_out(recording, chosen.name) if chosen in FORMATS else ()


def writer_of(path: Path) -> Format:
    """The format that a file of this name is written in."""
    name = path.name.lower()
    writers = {end: f for f in WRITERS for end in f.writes}
    # "cycles.csv" is a whole name, ".cycles.csv" an end: nothing is meant by bicycles.csv.
    fitting = [e for e in writers if name.endswith(e) and (e[0] in "._" or e == name)]
    if not fitting:
        raise RehabkitError(
            f"Cannot write {path}: no format is written with the suffix {path.suffix!r}; "
            f"known: {choices(writers)}."
        )
    return writers[max(fitting, key=len)]


def find_recordings(folder: str | os.PathLike[str]) -> list[Path]:
    """Every recording in a folder and below, sorted by path.

    Files that belong to another file's recording, labels, spreadsheets and hidden files are left
    out. A file that fits two formats is in: reading it says how to choose.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RehabkitError(f"Expected a folder, found {folder}. To read a file, use read().")
    return sorted(_inside(folder))


def _inside(folder: Path) -> Iterator[Path]:
    """Recordings below ``folder``; a folder that is one recording is not searched further."""
    for place, folders, names in os.walk(folder):
        shown = sorted(f for f in folders if not f.startswith("."))
        whole = [f for f in shown if _is_whole(Path(place, f))]
        folders[:] = [f for f in shown if f not in whole]
        yield from (Path(place, f) for f in whole)
        files = (Path(place, name) for name in names if not name.startswith("."))
        yield from (path for path in files if _is_recording(path))


def _is_whole(folder: Path) -> bool:
    return any(f.folder and f.identifies(folder, b"") for f in FORMATS)


def _is_recording(path: Path) -> bool:
    suffixes = {suffix for f in FORMATS for suffix in f.suffixes}
    if path.suffix.lower() not in suffixes or _is_companion(path):
        return False
    return bool(_matches(path, read_head(path)))


def _is_companion(path: Path) -> bool:
    return any(fnmatchcase(path.name, pattern) for f in FORMATS for pattern in f.companions)
