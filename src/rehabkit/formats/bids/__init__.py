"""BIDS motion: ``*_motion.tsv`` with its channels, side file, events and scans.

Source: Jeung et al., "Motion-BIDS: an extension to the Brain Imaging Data Structure to organize
motion data for reproducible research", Scientific Data 11, 2024; the chapter "Motion" of the
BIDS specification.
"""

from __future__ import annotations

from pathlib import Path

from rehabkit.errors import RehabkitError
from rehabkit.formats.bids.build import read_recording
from rehabkit.formats.bids.naming import is_motion
from rehabkit.formats.bids.writing import write_recording
from rehabkit.recording import Recording


def identify(path: Path, head: bytes) -> bool:  # noqa: ARG001 - data without a header: names tell
    """A name such as ``sub-01_task-walk_tracksys-imu_motion.tsv``, or a folder that holds one."""
    return is_motion(path)


def read(path: Path, *, rate_hz: float | None = None, systems: bool = True) -> Recording:
    """A recording from any of its files, or from its folder.

    Tracked points with POS or ORNT channels become joints, everything else streams. The start
    comes from ``acq_time`` in the scans file.

    Parameters
    ----------
    rate_hz
        Samples a second; else the side file's SamplingFrequency. A LATENCY channel goes before.
    systems
        Whether further tracking systems of the same recording become streams of it.

    Raises
    ------
    FormatError
        With the file, line and column of what is wrong.
    """
    if rate_hz is not None and not rate_hz > 0:
        raise RehabkitError(f"Expected rate_hz above 0, found {rate_hz}.")
    return read_recording(path, rate_hz, systems)


def write(recording: Recording, path: Path, *, task: str | None = None) -> None:
    """Write the motion file and all that belongs to it beside it.

    ``sub-01_task-squat_tracksys-kinect_motion.tsv`` gets ``_channels.tsv``, ``_channels.json``,
    ``_motion.json``, ``_events.tsv`` where there are events, and a row in ``sub-01_scans.tsv``
    (above it, where the folder is called ``motion``). Streams on other times than the joints
    become tracking systems of their own.

    Parameters
    ----------
    task
        ``TaskName`` of the side file; else the name's task.

    Raises
    ------
    RecordingError
        Where the name lacks what BIDS asks for, or there are image points only.
    """
    write_recording(recording, path, task)
