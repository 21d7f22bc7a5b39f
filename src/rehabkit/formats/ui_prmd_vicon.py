"""UI-PRMD, Vicon part: 39 markers of Plug-in Gait, and the angles that Vicon computed from them.

``mMM_sSS_eEE_positions[_inc].txt`` holds 39 markers x (x, y, z) in mm, z up;
``..._angles[_inc].txt`` 39 x 3 angles in degrees. Neither names anything. The order of the markers
is told by where they lie; of the angles those blocks are named that were found in the markers
(:data:`ANGLES`), the others are numbered.

Source: Vakanski et al., "A data set of human body movements for physical rehabilitation
exercises", Data 3(1), 2018.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, choices
from rehabkit.formats.build import Times, assumed_rate, unseen_as_nan, unseen_note
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import count_numbers, lines_of, parse_table
from rehabkit.formats.ui_prmd_names import label_of, pair, subject_of
from rehabkit.recording import History, Recording, Skeleton, Source, Step, Stream, Up
from rehabkit.recording.marker_sets import marker_skeleton
from rehabkit.recording.plug_in_gait import PLUG_IN_GAIT
from rehabkit.recording.skeletons import UI_PRMD_VICON

Body = Literal["adult", "laboratory"]
_MARKERS: Final = len(UI_PRMD_VICON)
_WIDTH: Final = 3 * _MARKERS
_RATE_HZ: Final = 100.0
_M_PER_MM: Final = 0.001
LABORATORY_SHOULDER_M: Final = 0.105
"""The shoulder offset with which Vicon's own elbow angles come out of the markers (three people:
0.102, 0.106, 0.114): twice the usual, as if the shoulder's whole depth had been entered."""

ANGLES: Final[dict[int, str]] = {
    0: "Head", 1: "LHeadAngles", 2: "RHeadAngles", 7: "LSpineAngles", 8: "RSpineAngles",
    10: "LThoraxAngles", 11: "RThoraxAngles", 13: "LPelvisAngles", 14: "RPelvisAngles",
    15: "LHipAngles", 16: "RHipAngles", 19: "LKneeAngles", 20: "RKneeAngles",
    23: "LAnkleAngles", 24: "RAnkleAngles", 29: "LElbowAngles", 30: "RElbowAngles",
}  # fmt: skip
"""Block of three columns -> Vicon's name of the angle; component x is flexion."""
CHANNELS: Final = tuple(
    f"{ANGLES.get(block, f'block{block:02d}')}.{axis}"
    for block in range(_MARKERS)
    for axis in "xyz"
)


def identify(path: Path, head: bytes) -> bool:
    """Rows of 117 numbers."""
    return not path.is_dir() and count_numbers(head, b",") == _WIDTH


def read(
    path: Path,
    *,
    angles: str | Path | None = None,
    rate_hz: float = _RATE_HZ,
    body: Body = "laboratory",
) -> Recording:
    """A UI-PRMD Vicon recording, from its positions file or its angles file.

    Parameters
    ----------
    angles
        The angles file, where it is not found by the data set's names. Without one the markers
        are read alone.
    rate_hz
        Frames a second; the files hold no time, and the data set states 100.
    body
        What is assumed of the shoulder, which the files do not state: the data set's own offset,
        with which Vicon's elbow angles come out (fitted to them, so that elbows are no independent
        check), or an adult's usual one, with which a raised arm keeps its length.

    Raises
    ------
    FormatError
        Where angles have no positions or another length; on Kinect files.
    """
    if not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    if body not in get_args(Body):
        raise FormatError(
            path, expected=f"body as {choices(get_args(Body))}", found=f"{body!r:.40}"
        )
    positions, found = pair(path)
    content = read_bytes(positions)
    table = _table(positions, content)
    why = "the files hold no time; the data set's paper states 100 frames a second"
    time, assumed = assumed_rate(rate_hz, len(table), why)
    markers, unseen = unseen_as_nan(table.reshape(len(table), -1, 3) * _M_PER_MM)
    streams, note = _angles(Path(angles) if angles is not None else found, time, angles is not None)
    skeleton, stated = _skeleton(body)
    return Recording(
        time=time,
        skeleton=skeleton,
        positions=markers,
        up=Up((0.0, 0.0, 1.0), "floor"),
        streams=streams,
        source=Source(
            path=str(positions), sha256=sha256(content), format="ui-prmd-vicon", device="Vicon",
            rate_hz=rate_hz, clock="frames at an assumed rate",
        ),
        subject=subject_of(positions),
        exercise=label_of(positions),
        history=(
            Step("read", {"format": "ui-prmd-vicon"}, f"{len(time)} frames"), assumed,
            *unseen_note(unseen, len(table) * _MARKERS), *note, *stated,
        ),
    )  # fmt: skip


def _table(path: Path, content: bytes) -> NDArray[np.float64]:
    lines = lines_of(decode(path, content))
    return parse_table(path, lines, [_WIDTH], what="39 markers or angles x (x, y, z)")


def _angles(path: Path, time: Times, asked: bool) -> tuple[dict[str, Stream], History]:
    """Vicon's own angles as a stream; none, and a note, where there is no such file."""
    if not asked and not path.is_file():
        return {}, (Step("no angles", {}, f"no file {path.name} beside it or in ../Angles"),)
    table = _table(path, read_bytes(path))
    if len(table) != len(time):
        raise FormatError(
            path,
            expected=f"{len(time)} rows as there are of positions",
            found=f"{len(table)}",
            fix="One of the files was cut off; copy both again.",
        )
    return {"vicon-angles": Stream(time, table, CHANNELS, "deg", "angles")}, ()


def _skeleton(body: Body) -> tuple[Skeleton, History]:
    if body == "adult":
        return UI_PRMD_VICON, ()
    own = PLUG_IN_GAIT.with_body(shoulder_offset_m=LABORATORY_SHOULDER_M)
    why = (
        "the data set's own, found by its elbow angles; twice an adult's, with which elbows differ "
        "by about 7 deg (body='adult')"
    )
    step = Step("assume shoulder offset", {"shoulder_offset_m": LABORATORY_SHOULDER_M}, why)
    return marker_skeleton(UI_PRMD_VICON.joints, own), (step,)
