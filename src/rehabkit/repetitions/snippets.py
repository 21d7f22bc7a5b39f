"""A recording cut into recordings of one repetition each, as data sets of snippets hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rehabkit.formats.finerehab.naming import name_of
from rehabkit.recording import Recording
from rehabkit.repetitions.types import Repetition
from rehabkit.signals.slices import between


@dataclass(frozen=True, eq=False)
class Snippet:
    """One repetition as a recording of its own.

    Parameters
    ----------
    name
        As FineRehab names them, without suffix: ``24_12SL_Cut01``.
    repetition
        Where it lies in the whole recording.
    recording
        Its frames, with the streams and events that fall into it; ``source.start_s`` is the
        moment in the file's own clock.
    """

    name: str
    repetition: Repetition
    recording: Recording


def snippets(
    recording: Recording,
    repetitions: Sequence[Repetition],
    *,
    subject: str = "",
    movement: str = "",
) -> list[Snippet]:
    """One recording a repetition, in order.

    Parameters
    ----------
    recording
        As read or cleaned, on the time line that the repetitions were cut from.
    subject, movement
        For the names; by default the recording's own subject and exercise, else ``unknown``.
    """
    who = subject or recording.subject.id or "unknown"
    what = movement or recording.exercise.id or recording.exercise.label or "unknown"
    counts: dict[str, int] = {}
    made = []
    for repetition in repetitions:
        side = "both" if repetition.side == "none" else repetition.side
        counts[side] = counts.get(side, 0) + 1
        words = f"repetition {counts[side]} ({side}), {repetition.start_s:.3f} to " \
                f"{repetition.end_s:.3f} s"  # fmt: skip
        part = between(
            recording, repetition.start_s, repetition.end_s, step="cut repetition", words=words
        )
        made.append(Snippet(name_of(who, what, side, counts[side]), repetition, part))
    return made
