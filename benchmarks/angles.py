"""Angles against the generator's truth, and their continuity on the real recordings.

    python benchmarks/angles.py [truth] [jumps] [views] [--every N]

``truth``: worst and median difference (deg) by angle and skeleton, plain, mirrored and turned.
``jumps``: after clean-up, steps of more than 30 deg between frames at 25 Hz or more that lie not
next to a frame that is missing, or that clean-up marked; one line each. Then the steps that the
rule for leaps (``kinematics.angles.without_leaps``) took out before: counted, or with ``--list``
one line each.
``views``: one walk filmed by four cameras (``pose2sim_single``): each knee's flexion between the
views as it is, beside what the angle says about its trust.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.kinematics.angles import compute, values_from_positions
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.types import Angle, Kinematics
from rehabkit.kinematics.view import view_of
from rehabkit.reading import find_recordings, read
from rehabkit.recording import Recording, without_side
from rehabkit.signals.clean import clean
from rehabkit.simulate import MOTIONS, Faults, generate, placeable

STEP_DEG, RATE_HZ = 30.0, 25.0
MARKS = ("fill gaps", "mark lost", "repair jumps", "swap sides")
FAULTS = Faults(lean=(1,), asymmetry=0.1, valgus=(2,), side_lean=(2,), side_lean_deg=8)
WAYS = ((False, 0.0), (True, 0.0), (False, 40.0), (True, -75.0), (False, 180.0))


def differences() -> dict[tuple[str, str], list[NDArray[np.float64]]]:
    """(angle, skeleton) -> differences from the truth of every generated movement."""
    found: dict[tuple[str, str], list[NDArray[np.float64]]] = defaultdict(list)
    for exercise in MOTIONS:
        for skeleton in placeable():
            for mirror, heading in WAYS:
                made = generate(
                    exercise, skeleton=skeleton, repetitions=2, faults=FAULTS, mirror=mirror,
                    heading_deg=heading,
                )  # fmt: skip
                for name, angle in compute(made.recording).angles.items():
                    if angle.measurable and name in made.truth.angles:
                        off = np.abs(angle.values - made.truth.angles[name])
                        found[without_side(name), skeleton].append(off[np.isfinite(off)])
    return found


def print_truth() -> None:
    found = differences()
    skeletons = list(placeable())
    print("Worst (median) difference from the generator's truth, deg; - : not measurable")
    print(f"{'angle':24}" + "".join(f"{s:>18}" for s in skeletons))
    worst = 0.0
    for name in dict.fromkeys(n for n, _ in found):
        cells = []
        for skeleton in skeletons:
            off = np.concatenate(found.get((name, skeleton), [np.array([])]))
            worst = max(worst, float(off.max())) if len(off) else worst
            cells.append(f"{off.max():.3f} ({np.median(off):.3f})" if len(off) else "-")
        print(f"{name:24}" + "".join(f"{c:>18}" for c in cells))
    print(f"worst of all: {worst:.3f} deg")


def marked(recording: Recording) -> NDArray[np.bool_]:
    """(frames,) True where clean-up touched or lost anything, and in the frames beside."""
    out = np.zeros(len(recording), dtype=bool)
    for step in recording.history:
        if step.name in MARKS:
            for start, end in step.spans:
                out |= (recording.time >= start) & (recording.time < end)
    return widened(out)


def widened(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    return wide


def jumps(recording: Recording, angle: Angle) -> Iterator[tuple[float, float, float]]:
    """Time, value before and after of every step that is too large and not excused."""
    values = np.asarray(angle.values)
    excused = marked(recording) | widened(~np.isfinite(values))
    step = np.abs(np.diff(values))
    fast = np.diff(recording.time) <= 1.05 / RATE_HZ
    for frame in np.flatnonzero((step > STEP_DEG) & fast & ~excused[1:] & ~excused[:-1]):
        yield float(recording.time[frame + 1]), float(values[frame]), float(values[frame + 1])


def leaps(
    recording: Recording, kinematics: Kinematics
) -> Iterator[tuple[float, str, float, float]]:
    """Time, angle, value before and after of every step that the rule for leaps took out."""
    before = values_from_positions(Points(recording))
    for name, angle in kinematics.angles.items():
        if angle.measurable and name in before:
            values = before[name]
            gone = np.isfinite(values) & np.isnan(angle.values)
            step = np.abs(np.diff(values)) > STEP_DEG
            for frame in np.flatnonzero(gone[1:] & gone[:-1] & step):
                yield (
                    float(recording.time[frame + 1]), name,
                    float(values[frame]), float(values[frame + 1]),
                )  # fmt: skip


def print_jumps(root: Path, every: int, listed: bool) -> None:
    for name in ("kimore", "irds"):
        paths = find_recordings(root / name)
        paths = paths[:: every if name == "irds" else max(1, every // 4)]
        frames = bad = refused = 0
        taken: Counter[str] = Counter()
        for path in paths:
            try:
                recording = clean(read(path))
            except RehabkitError as error:
                refused += 1
                print(f"  refused: {path.relative_to(root)}: {error}")
                continue
            frames += len(recording)
            kinematics = compute(recording)
            for at, which, before, after in leaps(recording, kinematics):
                taken[without_side(which)] += 1
                if listed:
                    where = path.relative_to(root)
                    print(f"  taken out: {where} {at:.2f} s {which}: {before:.0f} -> {after:.0f}")
            for angle in kinematics.angles.values():
                for at, before, after in jumps(recording, angle):
                    bad += 1
                    where = path.relative_to(root)
                    print(f"  {where} {at:.2f} s {angle.name}: {before:.0f} -> {after:.0f}")
        print(f"{name}: {len(paths)} recordings, {refused} refused, {frames} frames, {bad} jumps")
        print(f"  taken out before by the rule for leaps: {sum(taken.values())} {dict(taken)}")


def print_views(folder: Path) -> None:
    seen: dict[str, tuple[NDArray[np.float64], Kinematics]] = {}
    for path in sorted(folder.glob("pose2sim_single_cam*.mp4")):
        try:
            recording = clean(read(path))
        except RehabkitError as error:
            print(f"  {path.name}: {error}")
            continue
        kinematics = compute(recording)
        seen[path.stem] = recording.time, kinematics
        knee = kinematics["knee_flexion_left"]
        view = view_of(Points(recording))
        said = knee.reason or "no reservation"
        print(f"  {path.stem}: {view.facing}, error {knee.error_deg} deg, {said}")
    for one, other in combinations(sorted(seen), 2):
        for name in ("knee_flexion_left", "knee_flexion_right"):
            time, first = seen[one][0], seen[one][1][name].values
            off = np.abs(first - np.interp(time, seen[other][0], seen[other][1][name].values))
            if np.isfinite(off).any():
                middle, high = np.nanpercentile(off, [50, 95])
                print(f"  {one} - {other} {name}: median {middle:.1f}, p95 {high:.1f} deg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=[], help="truth, jumps, views (default: all)")
    parser.add_argument("--every", type=int, default=4, help="take one IRDS file in N")
    parser.add_argument("--list", action="store_true", help="list what the rule took out")
    given = parser.parse_args()
    default = Path(__file__).parent.parent / ".data"
    if not given.what or "truth" in given.what:
        print_truth()
    root = Path(os.environ.get("REHABKIT_DATA", default))
    if not given.what or "jumps" in given.what:
        print_jumps(root, given.every, given.list)
    if not given.what or "views" in given.what:
        print_views(root / "videos")


if __name__ == "__main__":
    main()
