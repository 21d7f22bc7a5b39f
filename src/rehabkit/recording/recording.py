"""``Recording``: the one type that everything reads from and every reader makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError, SkeletonError
from rehabkit.recording.arrays import Float, frozen_array
from rehabkit.recording.event import Event
from rehabkit.recording.face import head_orientation
from rehabkit.recording.history import History, Step
from rehabkit.recording.marker_sets import joint_centres
from rehabkit.recording.skeleton import CANONICAL_SKELETON, CENTRES_SKELETON, Skeleton
from rehabkit.recording.stream import Stream

Origin = Literal["world", "pelvis", "image"]
UpSource = Literal["sensor", "floor", "body", "assumed"]
Mirrored = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class Up:
    """The direction against gravity in the recording's frame, and how it is known."""

    vector: tuple[float, float, float] = (0.0, 1.0, 0.0)
    known_by: UpSource = "assumed"

    def __post_init__(self) -> None:
        length = float(np.linalg.norm(self.vector))
        if not np.isfinite(length) or length < 1e-6:
            raise RecordingError(f"Expected an up vector with a direction, found {self.vector}.")
        unit = tuple(float(v) / length for v in self.vector)
        object.__setattr__(self, "vector", unit)


@dataclass(frozen=True)
class Scale:
    """Whether lengths are metric: measured by the sensor, estimated, or set from a height."""

    known: bool = True
    height_m: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Source:
    """Where a recording came from.

    ``start_s`` and ``clock`` keep the file's own time: its first stamp in seconds, and what the
    stamp counts from. ``view_axis`` is the direction in which the sensor looks, in the frame of
    ``positions``; None where no single sensor looked.
    """

    path: str = ""
    sha256: str = ""
    format: str = ""
    device: str = ""
    rate_hz: float | None = None
    start_s: float = 0.0
    clock: str = ""
    view_axis: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Subject:
    """Who moved, as far as the source says."""

    id: str = ""
    group: str = ""
    age_years: float | None = None
    sex: str = ""
    height_m: float | None = None
    side: str = ""


@dataclass(frozen=True)
class ExerciseLabel:
    """What the data set says was done; ``id`` is RehabKit's exercise where it is one of ours."""

    id: str = ""
    label: str = ""
    correct: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "extra", MappingProxyType(dict(self.extra)))

    def __reduce__(self) -> tuple[object, ...]:
        return ExerciseLabel, (self.id, self.label, self.correct, dict(self.extra))


_WIDTH = {"positions": 3, "orientations": 4, "confidence": None, "image_points": 2}
_MOVEMENT = ("positions", "orientations", "image_points")


@dataclass(frozen=True, eq=False)
class Recording:
    """A movement as it was recorded; frozen, its arrays read-only.

    Parameters
    ----------
    time
        (frames,) float64, s, strictly increasing, starts at 0.
    skeleton
        The source's own joints; none where only streams were recorded.
    positions
        (frames, joints, 3) float32, m, right-handed; NaN where not seen, never 0. None where
        only image points, orientations (worn sensors) or streams exist.
    orientations
        (frames, joints, 4) float32, unit quaternions w, x, y, z, segment to world.
    confidence
        (frames, joints) float32, 0-1, as the source gives it.
    image_points
        (frames, joints, 2) float32, px, origin top left; needs ``image_size`` (width, height).
    mirrored
        Whether the picture, and with it left and right, is mirrored.
    origin
        ``"world"``, ``"pelvis"`` (root-relative: no travel) or ``"image"``.
    streams
        Signals of other devices by name, each with its own samples in the same clock.
    events
        Moments that the source names, in the order of the source.
    """

    time: NDArray[np.float64]
    skeleton: Skeleton
    positions: Float | None = None
    orientations: Float | None = None
    confidence: Float | None = None
    image_points: Float | None = None
    image_size: tuple[int, int] | None = None
    mirrored: Mirrored = "no"
    origin: Origin = "world"
    up: Up = Up()
    scale: Scale = Scale()
    streams: Mapping[str, Stream] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    source: Source = Source()
    subject: Subject = Subject()
    exercise: ExerciseLabel = ExerciseLabel()
    history: History = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", frozen_array(self.time, np.float64))
        object.__setattr__(self, "streams", MappingProxyType(dict(self.streams)))
        object.__setattr__(self, "events", tuple(self.events))
        object.__setattr__(self, "history", tuple(self.history))
        self._check_time()
        for name, width in _WIDTH.items():
            self._check_array(name, width)
        if not self.streams and all(getattr(self, name) is None for name in _MOVEMENT):
            raise RecordingError(
                "A recording needs positions, orientations, image_points or streams; found none "
                "of them."
            )
        if self.image_points is not None and self.image_size is None:
            raise RecordingError("image_points need image_size=(width, height) in pixels.")

    def _check_time(self) -> None:
        time = self.time
        if time.ndim != 1 or len(time) == 0:
            raise RecordingError(
                f"Expected time of shape (frames,) with at least one frame, found {time.shape}."
            )
        if not np.isfinite(time).all() or time[0] != 0 or (np.diff(time) <= 0).any():
            wrong = np.flatnonzero(~(np.diff(time, prepend=-np.inf) > 0))
            frame = int(wrong[0]) if len(wrong) else 0
            raise RecordingError(
                "Expected finite times in s that start at 0 and strictly increase, found "
                f"{time[frame]!r} at frame {frame}. Sort or drop repeated frames first."
            )

    def _check_array(self, name: str, width: int | None) -> None:
        values = getattr(self, name)
        if values is None:
            return
        array = frozen_array(values, np.float32)
        frames_joints = (len(self.time), len(self.skeleton))
        expected = frames_joints if width is None else (*frames_joints, width)
        if array.shape != expected:
            raise RecordingError(
                f"Expected {name} of shape {expected} for skeleton {self.skeleton.name!r}, "
                f"found {array.shape}."
            )
        if np.isinf(array).any():
            raise RecordingError(f"Expected finite or NaN {name}, found infinite values.")
        object.__setattr__(self, name, array)

    def __reduce__(self) -> tuple[object, ...]:
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values["streams"] = dict(self.streams)
        return _rebuild, (values,)

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.time)

    def __repr__(self) -> str:
        rate = f"{self.rate_hz:.4g} Hz" if self.rate_hz else "one frame"
        return (
            f"<Recording {self.source.format or 'in memory'}: {len(self)} frames, "
            f"{self.duration_s:.2f} s at {rate}, {len(self.skeleton)} joints "
            f"({self.skeleton.name})>"
        )

    @property
    def duration_s(self) -> float:
        """Time of the last frame, s."""
        return float(self.time[-1])

    @property
    def rate_hz(self) -> float:
        """Frames a second by the median step; 0 for a single frame."""
        return float(1.0 / np.median(np.diff(self.time))) if len(self) > 1 else 0.0

    def replace(self, **changes: Any) -> Recording:
        """A copy with ``changes``; the checks run again."""
        return _replace(self, **changes)

    def with_step(
        self,
        name: str,
        touched: str = "",
        *,
        spans: tuple[tuple[float, float], ...] = (),
        changes: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> Recording:
        """A copy with ``changes`` made and one line added to its history."""
        step = Step(name, parameters, touched, spans)
        return _replace(self, history=(*self.history, step), **(changes or {}))

    def joint(self, name: str) -> Float:
        """(frames, 3) m: positions of one of the skeleton's own joints."""
        if self.positions is None:
            raise RecordingError(
                f"Joint {name!r} has no position in space: this recording holds image points only."
            )
        return self.positions[:, self.skeleton.index(name)]

    def canonical(self) -> Recording:
        """The same movement on the canonical joints; joints the source lacks are NaN.

        A canonical joint that is a mean of several source joints is seen where all are, with the
        least of their confidences. Orientations are taken over where one joint maps to one; the
        head's comes from ears and nose where there are such points (axes right, forward, up).
        Markers become joint centres by the skeleton's marker set; the history says how.

        Raises
        ------
        SkeletonError
            Where the skeleton has no map, or no marker set fits its markers: says what is lacking.
        """
        if self.skeleton.name == CANONICAL_SKELETON.name:
            return self
        if not len(self.skeleton):
            raise SkeletonError(
                f"Expected joints, found signals alone ({', '.join(self.streams)}): angles of the "
                "body cannot be had from them. Give a recording with joints; the signals of this "
                "one can be written with convert, or put beside it with synchronise."
            )
        if self.skeleton.markers and not self.skeleton.canonical:
            return self._from_markers()
        if not self.skeleton.canonical:
            raise SkeletonError(
                f"Skeleton {self.skeleton.name!r} has no map to the canonical joints; give it one "
                "with Skeleton(..., canonical={'knee_left': ('LKnee',), ...})."
            )
        changes: dict[str, Any] = {"skeleton": CANONICAL_SKELETON}
        for name, width in _WIDTH.items():
            values = getattr(self, name)
            if values is not None:
                changes[name] = self._map_to_canonical(name, values, width)
        self._add_head(changes)
        for name in _WIDTH.keys() & changes.keys():
            changes[name].flags.writeable = False  # ours alone: no copy is needed
        return _replace(self, **changes)

    def _from_markers(self) -> Recording:
        """Joint centres; what else a marker may have (confidence) belongs to no joint."""
        if self.positions is None:
            raise SkeletonError("Joint centres need positions in space, found none.")
        centres, orientations, steps = joint_centres(self.skeleton, self.positions)
        return _replace(
            self,
            skeleton=CENTRES_SKELETON,
            positions=centres,
            orientations=orientations,
            confidence=None,
            image_points=None,
            history=self.history + steps,
        )

    def _add_head(self, changes: dict[str, Any]) -> None:
        """The way the face looks, kept as the head's orientation: face points are not canonical."""
        head = head_orientation(self)
        if head is None:
            return
        if changes.get("orientations") is None:
            changes["orientations"] = np.full(
                (len(self), len(CANONICAL_SKELETON), 4), np.nan, np.float32
            )
        changes["orientations"][:, CANONICAL_SKELETON.index("head")] = head

    def _map_to_canonical(self, name: str, values: Float, width: int | None) -> Float:
        shape = (len(self), len(CANONICAL_SKELETON))
        out = np.full(shape if width is None else (*shape, width), np.nan, dtype=np.float32)
        for target, sources in self.skeleton.canonical.items():
            columns = [self.skeleton.index(joint) for joint in sources]
            picked = values[:, columns]
            if name == "orientations" and len(columns) > 1:
                continue
            value = picked.min(axis=1) if name == "confidence" else picked.mean(axis=1)
            out[:, CANONICAL_SKELETON.index(target)] = value
        if name == "confidence":
            missing = [i for i, j in enumerate(CANONICAL_SKELETON.joints)
                       if j not in self.skeleton.canonical]  # fmt: skip
            out[:, missing] = 0.0
        return out


def _rebuild(values: dict[str, Any]) -> Recording:
    return Recording(**values)
