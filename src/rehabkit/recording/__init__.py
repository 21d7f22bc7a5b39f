"""The Recording, its skeleton, streams and history: what every reader makes, all steps share."""

from rehabkit.recording.event import Event, EventSide
from rehabkit.recording.history import History, Step
from rehabkit.recording.joints import CANONICAL, SIDES, other_side, side_of, without_side
from rehabkit.recording.recording import (
    ExerciseLabel,
    Mirrored,
    Origin,
    Recording,
    Scale,
    Source,
    Subject,
    Up,
)
from rehabkit.recording.skeleton import (
    CANONICAL_SKELETON,
    CENTRES_SKELETON,
    Skeleton,
    build_skeleton,
)
from rehabkit.recording.stream import Stream

__all__ = [
    "CANONICAL",
    "CANONICAL_SKELETON",
    "CENTRES_SKELETON",
    "SIDES",
    "Event",
    "EventSide",
    "ExerciseLabel",
    "History",
    "Mirrored",
    "Origin",
    "Recording",
    "Scale",
    "Skeleton",
    "Source",
    "Step",
    "Stream",
    "Subject",
    "Up",
    "build_skeleton",
    "other_side",
    "side_of",
    "without_side",
]
