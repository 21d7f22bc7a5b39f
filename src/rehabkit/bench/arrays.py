"""``Arrays``: samples of one shape that networks take, with the names that protocols split by.

A sample is a recording, one repetition, or a window of fixed length. Joints count from the pelvis,
along the body's right, up and forward, in body sizes; time is stretched to one length. Labels stay
with the data: what is learned is joined to samples by :attr:`Sample.row`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.prepared import Prepared, Set
from rehabkit.bench.protocols import Who
from rehabkit.datasets.row import Row
from rehabkit.errors import RecordingError, RehabkitError
from rehabkit.geometry import quaternions
from rehabkit.kinematics.body_places import JOINTS, body_axes
from rehabkit.kinematics.distances import body_size
from rehabkit.recording import CANONICAL, Skeleton
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import from_joint_names

LENGTH: Final = 100
POSITIONS: Final = 3
TURNS: Final = 4
"""Channels: places first, quaternions last."""
LEAST_FRAMES: Final = 4
"""A cubic needs four."""
Kind = Literal["recording", "repetition", "window"]


@dataclass(frozen=True)
class Layout:
    """How recordings become samples.

    Parameters
    ----------
    sample
        ``"recording"``, ``"repetition"`` or ``"window"``.
    length
        Frames of every sample.
    joints
        Canonical joints; a recording that never saw one of them is refused.
    heading, size
        Whether positions are turned into the body's own heading and divided by its size.
    marked
        Repetitions as the data set marks them, where it does; else RehabKit cuts.
    window_s, step_s
        Length of a window and from one start to the next, s.
    """

    sample: Kind = "recording"
    length: int = LENGTH
    joints: tuple[str, ...] = JOINTS
    heading: bool = True
    size: bool = True
    marked: bool = True
    window_s: float = 4.0
    step_s: float = 2.0


@dataclass(frozen=True)
class Sample:
    """What a sample is and whose.

    Parameters
    ----------
    row
        Index in the prepared set: labels are found there.
    recording
        Which file it is cut from, below the data set's folder.
    repetition
        Number within the recording, from 1, also of a row that is one part of a file; 0 is the
        whole.
    start_s, end_s
        The part of the recording.
    """

    row: int
    subject: str
    group: str
    exercise: str
    recording: str
    repetition: int
    start_s: float
    end_s: float

    @property
    def names(self) -> dict[str, Any]:
        """What a cell's file says of it."""
        kept = ("subject", "exercise", "recording", "repetition")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name in kept}


@dataclass(frozen=True, eq=False)
class Arrays:
    """Samples of one shape.

    Parameters
    ----------
    positions
        (samples, length, joints, 3) float32.
    orientations
        (samples, length, joints, 4) float32 unit quaternions w, x, y, z in the same frame; the
        identity where a joint, or one of the recordings, has none. None where no recording has.
    refused
        Name of a recording and why it gave no sample.
    unturned
        Names of recordings without orientations among those that have them.
    """

    positions: Float
    orientations: Float | None
    joints: tuple[str, ...]
    samples: tuple[Sample, ...]
    refused: tuple[tuple[str, str], ...]
    fingerprint: str
    unturned: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def skeleton(self) -> Skeleton:
        """The joints and how they hang together."""
        return from_joint_names(self.joints)

    def column(self, name: str) -> NDArray[np.str_]:
        """(samples,) one field of all samples as text."""
        return np.array([str(getattr(sample, name)) for sample in self.samples], dtype=np.str_)

    @cached_property
    def who(self) -> Who:
        """What protocols look at; a sequence is a recording."""
        recordings = self.column("recording")
        return Who.of(self.column("subject"), recordings, self.column("group"), recordings)

    def take(self, kept: NDArray[np.intp]) -> Arrays:
        """Some of the samples."""
        turned = None if self.orientations is None else self.orientations[kept]
        samples = tuple(self.samples[i] for i in kept.tolist())
        return Arrays(
            self.positions[kept], turned, self.joints, samples, self.refused, self.fingerprint,
            self.unturned,
        )  # fmt: skip

    def inputs(self, *, orientations: bool = False, exercises: Sequence[str] = ()) -> Float:
        """(samples, length, joints, channels): 3, then one an exercise, then 4.

        Parameters
        ----------
        orientations
            Whether quaternions follow the positions, as the last four channels.
        exercises
            Ids; the sample's own one is 1 and the others 0, at every joint and frame, so that one
            network learns all exercises. None: the exercise is no input.

        Raises
        ------
        RecordingError
            Where orientations are asked for and the source has none.
        """
        parts = [self.positions]
        if exercises:
            own = self.column("exercise")[:, None] == np.array(exercises)
            shape = (*self.positions.shape[:3], len(exercises))
            parts.append(np.broadcast_to(own[:, None, None], shape).astype(np.float32))
        if orientations:
            if self.orientations is None:
                raise RecordingError("Orientations are asked for; these recordings hold none.")
            parts.append(self.orientations)
        return np.concatenate(parts, axis=-1)


def part_numbers(rows: Sequence[Row]) -> dict[Row, int]:
    """0 for a row that is a file of its own; else its number among the file's rows, from 1.

    They are counted in the order of their options, so that a row has the same number wherever it
    stands.
    """
    of_file: dict[Path, list[Row]] = defaultdict(list)
    for row in rows:
        of_file[row.path].append(row)
    return {
        row: place if len(own) > 1 else 0
        for own in of_file.values()
        for place, row in enumerate(sorted(own, key=lambda r: str(dict(r.options))), start=1)
    }


def make(
    found: Set, layout: Layout = Layout(), wanted: Callable[[Row], bool] | None = None
) -> Arrays:
    """Samples of all recordings of a set; what gives none is named with the reason.

    Parameters
    ----------
    wanted
        Which rows; None: all.

    Raises
    ------
    RecordingError
        Where no recording gives a sample.
    """
    samples: list[Sample] = []
    made: list[tuple[Float, Float | None]] = []
    refused: list[tuple[str, str]] = []
    numbers = part_numbers([*(one.row for one in found), *(row for row, _ in found.refused)])
    for row, one in enumerate(found):
        if wanted is not None and not wanted(one.row):
            continue
        name = one.row.path.relative_to(found.root).as_posix()
        try:
            seen = _Body.of(one, layout)
            for number, frames in _parts(one, layout):
                made.append(seen.sample(frames, layout.length))
                samples.append(_sample(one, row, name, number or numbers[one.row], frames))
        except RehabkitError as error:
            refused.append((name, str(error)))
    if not made:
        why = f" The first: {refused[0][0]}: {refused[0][1]}" if refused else ""
        raise RecordingError(f"None of {len(found)} recordings gives a {layout.sample}.{why}")
    turns = [turned for _, turned in made]
    return Arrays(
        np.stack([places for places, _ in made]), _stacked(turns), layout.joints, tuple(samples),
        tuple(refused), found.fingerprint, _unturned(samples, turns),
    )  # fmt: skip


def _sample(one: Prepared, row: int, name: str, number: int, frames: slice) -> Sample:
    times = one.time[frames]
    known = one.row
    return Sample(
        row, known.subject, known.group, known.exercise, name, number,
        float(times[0]), float(times[-1]),
    )  # fmt: skip


def _stacked(turned: list[Float | None]) -> Float | None:
    """Of a recording without orientations every joint stays unturned; None where none has any."""
    there = [t for t in turned if t is not None]
    if not there:
        return None
    still = np.zeros_like(there[0])
    still[..., 0] = 1.0
    return np.stack([still if t is None else t for t in turned])


def _unturned(samples: Sequence[Sample], turned: Sequence[Float | None]) -> tuple[str, ...]:
    if all(t is None for t in turned):
        return ()
    pairs = zip(samples, turned, strict=True)
    return tuple(sorted({sample.recording for sample, t in pairs if t is None}))


def _parts(one: Prepared, layout: Layout) -> Iterator[tuple[int, slice]]:
    """Number and frames of every sample of one recording."""
    if layout.sample == "recording":
        yield 0, slice(0, len(one.time))
    elif layout.sample == "window":
        yield from _windows(one.time, layout)
    elif layout.marked and one.row.spans:
        for number, span in enumerate(one.row.spans, start=1):
            yield number, slice(span.start, min(span.end, len(one.time)))
    else:
        yield from _own(one)


def _windows(time: NDArray[np.float64], layout: Layout) -> Iterator[tuple[int, slice]]:
    """Whole windows only; a recording that is shorter is one window."""
    last = max(time[-1] - layout.window_s, 0.0)
    for number, start in enumerate(np.arange(0.0, last + 1e-9, layout.step_s), start=1):
        edges = np.searchsorted(time, [start, start + layout.window_s])
        yield number, slice(int(edges[0]), int(edges[1]))


def _own(one: Prepared) -> Iterator[tuple[int, slice]]:
    """Repetitions as :func:`rehabkit.repetitions.cut` finds them."""
    found = one.repetitions()
    if not found:
        raise RecordingError("No repetition was found in it.")
    time = one.time - one.time[0]
    for number, repetition in enumerate(found, start=1):
        edges = np.searchsorted(time, [repetition.start_s, repetition.end_s])
        yield number, slice(int(edges[0]), int(edges[1]))


@dataclass(frozen=True, eq=False)
class _Body:
    """A recording in the body's own frame, on its own time line."""

    time: NDArray[np.float64]
    places: Float
    turned: Float | None

    @classmethod
    def of(cls, one: Prepared, layout: Layout) -> _Body:
        """From the pelvis, itself from its median place; gaps closed in a straight line."""
        picked = [CANONICAL.index(joint) for joint in layout.joints]
        world = np.asarray(one.positions, dtype=np.float64)
        places = _closed(world[:, picked], one.time, layout.joints)
        root = _closed(world[:, [CANONICAL.index("pelvis")]], one.time, ("pelvis",))
        hips = world[:, CANONICAL.index("hip_right")] - world[:, CANONICAL.index("hip_left")]
        axes = body_axes(hips, one.up) if layout.heading else np.eye(3)
        scale = body_size(one.recording()) if layout.size else 1.0
        if not np.isfinite(scale):
            raise RecordingError("The body's size is not known: trunk or legs were never seen.")
        turned = None
        if one.orientations is not None:
            turned = _turned(np.asarray(one.orientations, dtype=np.float64)[:, picked], axes)
        relative = places - root
        if "pelvis" in layout.joints:
            travel = root[:, 0] - np.median(root[:, 0], axis=0)
            relative[:, layout.joints.index("pelvis")] = travel
        return cls(one.time, relative @ axes.T / scale, turned)

    def sample(self, frames: slice, length: int) -> tuple[Float, Float | None]:
        """(length, joints, 3) and (length, joints, 4) of one part."""
        places = stretched(self.time[frames], self.places[frames], length)
        if self.turned is None:
            return places.astype(np.float32), None
        turned = stretched(self.time[frames], self.turned[frames], length)
        return places.astype(np.float32), quaternions.normalise(turned).astype(np.float32)


def stretched(time: NDArray[np.float64], values: Float, length: int) -> Float:
    """(length, ...) ``values`` at even times from first to last, by a cubic spline.

    Raises
    ------
    RecordingError
        Of fewer than four frames.
    """
    from scipy.interpolate import CubicSpline

    if len(time) < LEAST_FRAMES:
        raise RecordingError(f"A sample needs {LEAST_FRAMES} frames, found {len(time)}.")
    even = np.linspace(time[0], time[-1], length)
    return np.asarray(CubicSpline(time, values, axis=0)(even))


def _closed(values: Float, time: NDArray[np.float64], joints: Sequence[str]) -> Float:
    """Gaps closed in a straight line, ends held."""
    seen: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=-1))
    never = [joint for place, joint in enumerate(joints) if not seen[:, place].any()]
    if never:
        raise RecordingError(f"Samples need {', '.join(never)}; never seen in this recording.")
    whole = values.copy()
    for joint in np.flatnonzero(~seen.all(axis=0)):
        there = seen[:, joint]
        for axis in range(values.shape[-1]):
            whole[~there, joint, axis] = np.interp(
                time[~there], time[there], values[there, joint, axis]
            )
    return whole


def _turned(orientations: Float, axes: Float) -> Float:
    """Orientations in the body's frame without jumps of sign; gaps hold the nearest one seen."""
    turned = np.zeros_like(orientations)
    turned[..., 0] = 1.0
    for joint in range(orientations.shape[1]):
        own = orientations[:, joint]
        seen = np.flatnonzero(np.isfinite(own).all(axis=-1))
        if len(seen):
            nearest = seen[np.abs(np.arange(len(own))[:, None] - seen).argmin(axis=1)]
            held = quaternions.multiply(quaternions.from_matrix(axes), own[nearest])
            smooth = quaternions.continuous(held)
            turned[:, joint] = smooth if smooth[0, 0] >= 0 else -smooth
    return turned
