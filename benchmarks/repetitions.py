"""Repetitions against what people marked: KIMORE, IRDS, UI-PRMD and the videos.

Usage: python benchmarks/repetitions.py [kimore irds ui-prmd videos] [--every N] [--list]

KIMORE: the manual boundaries (frames counted over rows that are not blank). Es1-Es3 share a
boundary between neighbours, so it is right anywhere between the end of one repetition and the
start of the next. IRDS and UI-PRMD: one repetition a file, the first 40 % of a file, and files
of one person joined with held poses. Videos: the counts that ``counts.csv`` accepts, with no
exercise named.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from rehabkit import repetitions
from rehabkit.errors import RehabkitError
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import angles
from rehabkit.reading import read
from rehabkit.recording import Recording
from rehabkit.repetitions import Repetition, Segmentation
from rehabkit.signals.clean import clean

DATA = Path(os.environ.get("REHABKIT_DATA", Path(__file__).parent.parent / ".data"))

# Manual boundaries that are plainly a slip, seen in the height of pelvis or wrists; left out of
# the exact count only.
SLIPS = {
    ("Es1", "P_ID9"): "the third marked repetition spans two",
    ("Es5", "E_ID1"): "the fifth of six squats is not marked",
    ("Es5", "E_ID2"): "the third marked squat spans two",
    ("Es5", "E_ID11"): "the fourth of five squats is not marked",
    ("Es5", "NE_ID24"): "the third of five squats is not marked",
    ("Es5", "NE_ID27"): "the first marked squat is somebody standing still",
    ("Es5", "P_ID8"): "the last marked squat is somebody standing still",
}


# Of several recordings in a folder the longest was marked, but for these: the marks end with it,
# and fit its movements.
MEANT = {
    ("Es2", "NE_ID16"): "JointPosition050216_124601.csv",
    ("Es4", "NE_ID17"): "JointPosition050216_100516.csv",
    ("Es4", "NE_ID23"): "JointPosition050216_131211.csv",
    ("Es5", "NE_ID17"): "JointPosition050216_100823.csv",
}


@dataclass(frozen=True)
class Marked:
    """A repetition as a person marked it, s."""

    start_s: float
    end_s: float
    side: str


@dataclass
class Score:
    """Figures of one exercise."""

    recordings: int = 0
    exact: int = 0
    within_one: int = 0
    without_slips: int = 0
    exact_without_slips: int = 0
    iou: list[float] = field(default_factory=list)
    error_s: list[float] = field(default_factory=list)
    side: list[bool] = field(default_factory=list)


def segment(recording: Recording, exercise: Exercise | None) -> Segmentation:
    """The repetitions that ``analyze`` would give."""
    cleaned = clean(recording)
    return repetitions.cut(cleaned, angles.compute(cleaned), exercise)


# KIMORE


def kimore(every: int, listed: bool) -> None:
    for name in ("Es1", "Es2", "Es3", "Es4", "Es5"):
        with (DATA / "kimore" / f"{name}_repetitions.csv").open() as lines:
            rows = [[cell for cell in row if cell.strip()] for row in csv.reader(lines)]
        score = Score()
        for person, *cells in rows[::every]:
            _kimore_one(name, person, [int(float(c)) for c in cells], score, listed)
        _print_kimore(name, score)


def _kimore_one(name: str, person: str, cells: list[int], score: Score, listed: bool) -> None:
    recording = _kimore_recording(DATA / "kimore" / person / name)
    if recording is None:
        return
    marked = _marked(name, cells, recording)
    exercise = catalogue.load(f"kimore-{name.lower()}")
    found = segment(recording, exercise).repetitions
    slip = (name, Path(person).name) in SLIPS
    score.recordings += 1
    score.exact += len(found) == len(marked)
    score.within_one += abs(len(found) - len(marked)) <= 1
    score.without_slips += not slip
    score.exact_without_slips += not slip and len(found) == len(marked)
    if listed and len(found) != len(marked):
        print(f"  {name} {person}: found {len(found)}, marked {len(marked)}{' (slip)' * slip}")
    before = len(score.side)
    for mark in marked:
        _match(mark, found, name in ("Es1", "Es2", "Es3"), recording.duration_s, score)
    wrong = score.side[before:].count(False)
    if listed and wrong and name in ("Es2", "Es3"):
        print(f"  {name} {person}: {wrong} of {len(score.side) - before} sides are not the marked")


def _kimore_recording(folder: Path) -> Recording | None:
    """The folder's recording; of several the one that was marked."""
    files = [f for f in sorted((folder / "Raw").glob("JointPosition*.csv")) if f.stat().st_size]
    meant = MEANT.get((folder.name, folder.parent.name))
    chosen = [f for f in files if f.name == meant] or files
    return read(max(chosen, key=lambda f: f.stat().st_size)) if chosen else None


def _marked(name: str, cells: list[int], recording: Recording) -> list[Marked]:
    def at(frame: int) -> float:
        return float(recording.time[min(max(frame - 1, 0), len(recording) - 1)])

    if name == "Es5":
        pairs = list(zip(cells[0::2], cells[1::2], strict=False))
        return [Marked(at(a), at(b), "") for a, b in pairs]
    if name in ("Es2", "Es3"):
        sides = ("left", "right") if cells[0] == 0 else ("right", "left")
        bounds = cells[1:]
        return [Marked(at(a), at(b), sides[i % 2]) for i, (a, b) in enumerate(pairwise(bounds))]
    marked, before = [], None
    for cell in cells:
        if name == "Es4" and cell in (0, 1):
            before = None
            continue
        if before is not None:
            marked.append(Marked(at(before), at(cell), ""))
        before = cell
    return marked


def _match(
    mark: Marked, found: Sequence[Repetition], shared: bool, end_s: float, score: Score
) -> None:
    """Add the repetition that overlaps the mark most; an overlap below 0.3 is no match."""
    if not found:
        return
    i = max(range(len(found)), key=lambda k: _overlap(found[k].start_s, found[k].end_s, mark))
    start, end = found[i].start_s, found[i].end_s
    if shared:
        low = min(found[i - 1].end_s if i else 0.0, start)
        high = max(found[i + 1].start_s if i + 1 < len(found) else end_s, end)
        start, end = float(np.clip(mark.start_s, low, start)), float(np.clip(mark.end_s, end, high))
    union = max(end, mark.end_s) - min(start, mark.start_s)
    iou = max(0.0, _overlap(start, end, mark)) / union if union > 0 else 0.0
    if iou >= 0.3:
        score.iou.append(iou)
        score.error_s += [abs(start - mark.start_s), abs(end - mark.end_s)]
        score.side.append(found[i].side == mark.side)


def _overlap(start: float, end: float, mark: Marked) -> float:
    return min(end, mark.end_s) - max(start, mark.start_s)


def _print_kimore(name: str, score: Score) -> None:
    n = score.recordings
    side = f"{np.mean(score.side):.3f}" if name in ("Es2", "Es3") else "-"
    print(
        f"KIMORE {name}: {n} recordings; exact {score.exact / n:.3f} "
        f"({score.exact_without_slips / score.without_slips:.3f} without slips), within one "
        f"{score.within_one / n:.3f}, IoU {np.mean(score.iou):.3f}, boundary error "
        f"{np.mean(score.error_s):.3f} s, side {side}"
    )


# Files of one repetition


def irds_files() -> dict[tuple[str, ...], list[Path]]:
    """(gesture, person, position) -> files of correct repetitions."""
    groups: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path in sorted((DATA / "irds").rglob("*.txt")):
        parts = path.stem.split("_")
        if "Simplified" in path.parts and len(parts) == 6 and parts[4] == "1":
            groups[parts[2], parts[0], parts[5]].append(path)
    return groups


def ui_prmd_files() -> dict[tuple[str, ...], list[Path]]:
    """(movement, person) -> files of correct repetitions."""
    groups: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    folder = DATA / "ui-prmd" / "Segmented Movements" / "Kinect" / "Positions"
    for path in sorted(folder.glob("m*_positions.txt")):
        movement, person, *_ = path.stem.split("_")
        groups[movement, person].append(path)
    return groups


def singles(name: str, groups: dict[tuple[str, ...], list[Path]], prefix: str, every: int,
            listed: bool) -> None:  # fmt: skip
    paths = [p for group in groups.values() for p in group][::every]
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    starts, moved, agreed = Counter[int](), 0, 0
    for path in paths:
        recording = read(path)
        exercise = catalogue.load(recording.exercise.id)
        found = segment(recording, exercise).repetitions
        counts[exercise.id][len(found)] += 1
        starts[len(segment(_first(recording, 0.4), exercise).repetitions)] += 1
        if listed and len(found) != 1:
            print(f"  {path.name}: found {len(found)}")
        if prefix == "irds" and len(found) == 1 and (side := _moved_side(recording)):
            moved += 1
            agreed += found[0].side == side
    total = sum(sum(c.values()) for c in counts.values())
    one = sum(c[1] for c in counts.values())
    print(f"{name}: {total} files; exactly one {one / total:.3f}; first 40 %: none in "
          f"{starts[0] / total:.3f}")  # fmt: skip
    for exercise_id, counter in sorted(counts.items()):
        print(f"  {exercise_id}: one {counter[1] / counter.total():.3f} of {counter.total()}")
    if moved:
        print(f"  side is that of the joints that moved: {agreed / moved:.3f} of {moved}")


def _moved_side(recording: Recording) -> str | None:
    """The side whose wrist or ankle goes further, where one goes at least twice as far."""
    canonical = clean(recording)
    far = {}
    for side in ("left", "right"):
        ranges = [np.ptp(p[np.isfinite(p).all(axis=1)], axis=0) for p in
                  (canonical.joint(f"{j}_{side}") for j in ("wrist", "ankle"))
                  if np.isfinite(p).any()]  # fmt: skip
        far[side] = max((float(np.linalg.norm(r)) for r in ranges), default=0.0)
    side = max(far, key=lambda s: far[s])
    return side if far[side] > 2 * min(far.values()) else None


def _first(recording: Recording, share: float) -> Recording:
    frames = max(2, int(share * len(recording)))
    assert recording.positions is not None
    return recording.replace(
        time=recording.time[:frames],
        positions=recording.positions[:frames],
        confidence=None,
        orientations=None,
    )


def joined(name: str, groups: dict[tuple[str, ...], list[Path]], every: int, listed: bool) -> None:
    """Three to seven files of one person, poses held between them; with and without at the ends."""
    usable = [g for g in groups.values() if len(g) >= 3][::every]
    for ends in (True, False):
        rng = np.random.default_rng(0)
        right = 0
        for group in usable:
            paths = group[: int(rng.integers(3, 8))]
            recording = _joined(paths, rng, ends)
            exercise = catalogue.load(recording.exercise.id)
            found = len(segment(recording, exercise).repetitions)
            right += found == len(paths)
            if listed and found != len(paths):
                print(f"  {paths[0].name}: found {found} of {len(paths)}")
        where = "and at both ends" if ends else "only"
        print(f"{name} joined, held between {where}: {right / len(usable):.3f} of {len(usable)}")


def _joined(paths: Sequence[Path], rng: np.random.Generator, ends: bool) -> Recording:
    parts: list[np.ndarray] = []
    for path in paths:
        recording = read(path)
        assert recording.positions is not None
        points = np.asarray(recording.positions)
        if parts:
            parts.append(np.repeat(parts[-1][-1:], int(rng.integers(15, 60)), axis=0))
        elif ends:
            parts.append(np.repeat(points[:1], 15, axis=0))
        parts.append(points)
    if ends:
        parts.append(np.repeat(parts[-1][-1:], 15, axis=0))
    points = np.concatenate(parts)
    time = np.arange(len(points)) / 30.0
    return recording.replace(time=time, positions=points, confidence=None, orientations=None)


# Videos


def videos(listed: bool) -> None:
    from video_cache import cached

    folder = DATA / "videos"
    with (folder / "counts.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    right = body = others = near = 0
    for row in rows:
        found = segment(cached(folder / row["file"]), None)
        count = len(found.repetitions)
        off = min(abs(count - int(c)) for c in row["accepted"].split(";"))
        if row["needs"] in ("body", "head"):
            body, right = body + 1, right + (off == 0)
        else:
            others, near = others + 1, near + (off <= 1)
        if listed or off:
            driver = found.signals[0].name if found.signals else "nothing"
            print(f"  {row['file']}: found {count}, accepted {row['accepted']}, by {driver}")
    print(
        f"Videos: an accepted count in {right} of {body} clips that need body or head; "
        f"within one in {near} of {others} others"
    )
    _mirrored_pairs(folder)


MIRRORED = (
    ("michpapadum_liftleft", "michpapadum_liftright"),
    ("michpapadum_IMG_8349", "michpapadum_leftarmstretchvid"),
)


def _mirrored_pairs(folder: Path) -> None:
    """The same take twice, once mirrored: counts, ranges and times must agree."""
    from video_cache import cached

    for names in MIRRORED:
        one, other = (segment(cached(folder / f"{n}.mp4"), None).repetitions for n in names)
        pairs = list(zip(one, other, strict=False))
        apart = max((abs(a.extent - b.extent) for a, b in pairs), default=0.0)
        late = max((max(abs(a.start_s - b.start_s), abs(a.end_s - b.end_s)) for a, b in pairs),
                   default=0.0)  # fmt: skip
        print(
            f"  {names[0]} and {names[1]}: {len(one)} and {len(other)} repetitions, ranges at "
            f"most {apart:.1f} apart, times at most {late:.2f} s, sides "
            f"{[r.side for r in one]} and {[r.side for r in other]}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="*", default=["kimore", "irds", "ui-prmd", "videos"])
    parser.add_argument("--every", type=int, default=1, help="take every Nth recording only")
    parser.add_argument("--list", action="store_true", help="name every miscount")
    options = parser.parse_args()
    for name in options.sets:
        run(name, options.every, options.list)


def run(name: str, every: int, listed: bool) -> None:
    if name == "kimore":
        kimore(every, listed)
    elif name in ("irds", "ui-prmd"):
        groups = irds_files() if name == "irds" else ui_prmd_files()
        singles(name, groups, name, every, listed)
        joined(name, groups, every, listed)
    elif name == "videos":
        videos(listed)
    else:
        raise SystemExit(f"expected kimore, irds, ui-prmd or videos, found {name!r}")


if __name__ == "__main__":
    try:
        main()
    except RehabkitError as error:
        sys.exit(str(error))
