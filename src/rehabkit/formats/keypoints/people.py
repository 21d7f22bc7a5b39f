"""Who is who: the people of each frame joined over time, and the one that is followed.

Networks list the people of a frame in any order. Everybody is followed from frame to frame by the
nearest points, all at once, so that two people who pass are less often taken for each other than
if one were followed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.recording import History, Step

Points = NDArray[np.float64]
"""(joints, 3) x, y and confidence; x and y NaN where not seen."""
Frames = list[list[Points]]
Person = int | Sequence[float] | None

# How far a body may be from where it was last seen, in sizes of the body: a quarter at once, and
# more for each frame in which it was not seen.
_REACH: Final = 0.25
_REACH_A_FRAME: Final = 0.05
_MOST_REACH: Final = 1.0
_FORGET: Final = 90  # frames; who comes back later is joined by `_joined`
_MOST_PEOPLE: Final = 200  # in one frame; networks find tens


@dataclass
class Track:
    """One person over time: which of a frame's people it is, by frame."""

    points: Points
    last: int
    size: float
    weight: float = 0.0
    at: dict[int, int] = field(default_factory=dict)

    def add(self, frame: int, index: int, points: Points) -> None:
        """The person in one more frame."""
        size = extent(points)
        self.points, self.last, self.size = points, frame, max(0.9 * self.size, size)
        self.weight += size * float(points[:, 2].mean())
        self.at[frame] = index


def extent(points: Points) -> float:
    """Diagonal of the box around the points that were seen; 0 for fewer than two."""
    seen = points[np.isfinite(points[:, 0]), :2]
    return float(np.linalg.norm(seen.max(axis=0) - seen.min(axis=0))) if len(seen) > 1 else 0.0


def distance(a: Points, b: Points) -> float:
    """Median distance of the joints seen in both; of the bodies' middles where there are none."""
    apart = np.hypot(a[:, 0] - b[:, 0], a[:, 1] - b[:, 1])
    apart = apart[np.isfinite(apart)]
    if len(apart):
        return float(np.median(apart))
    middles = [p[np.isfinite(p[:, 0]), :2] for p in (a, b)]
    if not all(len(m) for m in middles):
        return float("inf")
    return float(np.linalg.norm(middles[0].mean(axis=0) - middles[1].mean(axis=0)))


def find_tracks(frames: Frames) -> list[Track]:
    """Everybody, in order of appearance; people of a frame go to the nearest person before."""
    tracks: list[Track] = []
    alive: list[Track] = []
    for frame, people in enumerate(frames):
        alive = [t for t in alive if frame - t.last <= _FORGET]
        free = set(range(len(people)))
        for track, index in _pairs(alive, people, frame):
            track.add(frame, index, people[index])
            free.remove(index)
        for index in sorted(free):
            track = Track(people[index], frame, 0.0)
            track.add(frame, index, people[index])
            tracks.append(track)
            alive.append(track)
    return tracks


def _pairs(alive: list[Track], people: list[Points], frame: int) -> list[tuple[Track, int]]:
    """Tracks and people that belong together, the nearest first."""
    close = []
    for i, track in enumerate(alive):
        reach = min(_MOST_REACH, _REACH + _REACH_A_FRAME * (frame - track.last - 1))
        for j, points in enumerate(people):
            apart = distance(track.points, points)
            if apart <= reach * max(track.size, extent(points)):
                close.append((apart, i, j))
    taken: list[tuple[Track, int]] = []
    used_tracks: set[int] = set()
    used_people: set[int] = set()
    for _, i, j in sorted(close):
        if i not in used_tracks and j not in used_people:
            used_tracks.add(i)
            used_people.add(j)
            taken.append((alive[i], j))
    return taken


def tracks_by_id(frames: Frames, ids: list[list[int]]) -> dict[int, Track]:
    """Everybody by the number that the network's own tracker gave."""
    tracks: dict[int, Track] = {}
    for frame, (people, numbers) in enumerate(zip(frames, ids, strict=True)):
        for index, (points, number) in enumerate(zip(people, numbers, strict=True)):
            track = tracks.setdefault(number, Track(points, frame, 0.0))
            track.add(frame, index, points)
    return tracks


def follow(
    path: Path, frames: Frames, person: Person = None, ids: list[list[int]] | None = None
) -> tuple[NDArray[np.intp], History]:
    """Which of each frame's people is the one followed (-1: not there), and the line that says so.

    Parameters
    ----------
    person
        A number in order of appearance from 0, or of the network's own tracker where ``ids`` are
        given; or (x, y) in the unit of the points: the nearest at the first frame with people.
        None: who is seen longest and largest.
    ids
        The number of each of each frame's people.
    """
    if max(map(len, frames)) > _MOST_PEOPLE:
        raise FormatError(
            path, expected=f"at most {_MOST_PEOPLE} people in a frame",
            found=f"{max(map(len, frames))}",
        )  # fmt: skip
    numbered = tracks_by_id(frames, ids) if ids else dict(enumerate(find_tracks(frames)))
    if not numbered:
        raise FormatError(path, expected="somebody in at least one frame", found="nobody")
    number = _chosen(path, numbered, frames, person)
    joined = _joined(numbered, number) if person is None or not ids else [numbered[number]]
    chosen = np.full(len(frames), -1, dtype=np.intp)
    for track in joined:
        chosen[list(track.at)] = list(track.at.values())
    return chosen, _note(frames, chosen, person, number, len(joined))


def _chosen(path: Path, numbered: dict[int, Track], frames: Frames, person: Person) -> int:
    if person is None:
        return max(numbered, key=lambda n: numbered[n].weight)
    if isinstance(person, Sequence):
        return _nearest(path, numbered, frames, person)
    if person not in numbered:
        there = ", ".join(f"{n} ({len(t.at)} frames)" for n, t in list(numbered.items())[:8])
        raise FormatError(
            path,
            expected="person of those seen: " + there + ", ..." * (len(numbered) > 8),
            found=f"person={person}",
        )
    return person


def _nearest(path: Path, numbered: dict[int, Track], frames: Frames, place: Sequence[float]) -> int:
    """Whose middle is nearest to a place in the first frame that shows anybody."""
    if len(place) not in (2, 4) or not np.isfinite(place).all():
        raise FormatError(
            path, expected="person as a number, (x, y) or (x, y, width, height)",
            found=f"person={tuple(place)}",
        )  # fmt: skip
    x, y = place[:2]
    if len(place) == 4:
        x, y = x + place[2] / 2, y + place[3] / 2
    first = next(i for i, people in enumerate(frames) if people)
    there = {n: t for n, t in numbered.items() if first in t.at}

    def apart(number: int) -> float:
        points = frames[first][there[number].at[first]]
        seen = points[np.isfinite(points[:, 0]), :2]
        return float(np.hypot(*(seen.mean(axis=0) - (x, y)))) if len(seen) else np.inf

    return min(there, key=apart)


def _joined(numbered: dict[int, Track], number: int) -> list[Track]:
    """The track, and others that are never there at the same time: one who was lost for a while."""
    joined = [numbered[number]]
    used = set(joined[0].at)
    rest = sorted((t for n, t in numbered.items() if n != number), key=lambda t: -t.weight)
    for track in rest:
        if used.isdisjoint(track.at) and not _beside(track, joined[0]):
            joined.append(track)
            used.update(track.at)
    return joined


def _beside(track: Track, main: Track) -> bool:
    """Whether a body is far smaller than the one followed: a slip of the network, or far away."""
    return track.size < 0.4 * main.size


def _note(
    frames: Frames, chosen: NDArray[np.intp], person: Person, number: int, pieces: int
) -> History:
    crowded = sum(len(people) > 1 for people in frames)
    if not crowded and pieces == 1 and person is None:
        return ()
    swaps = int((chosen > 0).sum())
    how = "the one seen longest and largest was followed" if person is None else "as asked for"
    what = f"{crowded} of {len(frames)} frames hold several people; {how} by the nearest points"
    what += f" ({swaps} times not the first in its frame)" if swaps else ""
    what += f"; found again {pieces - 1} times after being lost" if pieces > 1 else ""
    return (Step("pick person", {"person": number}, what),)
