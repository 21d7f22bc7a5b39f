"""Two sensors of one movement on one clock: KERAAL's trials, and a Kinect beside optical markers.

    python benchmarks/synchronise.py [--data FOLDER] [--part PART]

Exit status 1 where a figure that is asked for is missed. Shoulder elevation in KERAAL is the angle
between the line from shoulder to hand and the trunk (pelvis to chest), 0 deg hanging: a definition
that needs no joint centre, so that targets strapped to the limbs can give it too.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit import reading
from rehabkit.errors import RecordingError
from rehabkit.geometry.alignment import align
from rehabkit.kinematics.common_signal import common_signal
from rehabkit.recording import Recording
from rehabkit.signals.clean import clean
from rehabkit.signals.lag import find_lag
from rehabkit.signals.synchronise import Synchronised, synchronise

Values = NDArray[np.float64]
TRIALS = ("CTK", "ELK", "RTK")
SIDES = ("left", "right")
# What is asked of the Kinect as it is, and of what the clean-up leaves where an arm was lost.
ASKED = {
    ("CTK", "left"): 0.99, ("CTK", "right"): 0.99, ("ELK", "left"): 0.96, ("RTK", "right"): 0.99,
}  # fmt: skip
LOST = {("ELK", "right"), ("RTK", "left")}
ASKED_CLEANED, ASKED_MARKED = 0.96, 0.9
WRONG_DEG = 45.0
PAIRS = {
    "head": "head", "chest": "spine", "hips": "pelvis",
    **{f"{side}_{target}": joint for side in SIDES for target, joint in {
        "shoulder": f"shoulder_{side}", "arm": f"elbow_{side}", "forearm": f"wrist_{side}",
        "hand": f"hand_{side}", "thigh": f"knee_{side}", "tibia": f"ankle_{side}",
        "foot": f"toe_{side}",
    }.items()},
}  # fmt: skip
STILL_M = 0.03
LARGEST_LAG_S = 0.1


def angle(line: Values, axis: Values) -> Values:
    """(frames,) deg between a line and the downward direction of an axis."""
    with np.errstate(invalid="ignore"):
        cosine = -(line * axis).sum(axis=1)
        cosine /= np.linalg.norm(line, axis=1) * np.linalg.norm(axis, axis=1)
        return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def between(recording: Recording, a: str, b: str) -> Values:
    """(frames, 3) m from one point to another."""
    return np.asarray(recording.joint(b) - recording.joint(a), dtype=np.float64)


def target_elevation(side: str) -> Callable[[Recording], Values]:
    """Elevation of an arm from Vicon's targets."""
    shoulder, hand = f"{side}_shoulder", f"{side}_hand"
    return lambda r: angle(between(r, shoulder, hand), between(r, "hips", "chest"))


def joint_elevation(side: str) -> Callable[[Recording], Values]:
    """The same from canonical joints."""

    def elevation(recording: Recording) -> Values:
        r = recording.canonical()
        return angle(between(r, f"shoulder_{side}", f"hand_{side}"), between(r, "pelvis", "chest"))

    return elevation


def correlation(a: Values, b: Values) -> float:
    """Pearson's, over what both have."""
    both = np.isfinite(a) & np.isfinite(b)
    return float(np.corrcoef(a[both], b[both])[0, 1]) if both.sum() > 8 else float("nan")


def load(folder: Path, system: str, trial: str) -> Recording:
    """One KERAAL file."""
    suffix = "txt" if system in ("Kinect", "Vicon") else "json"
    return reading.read(folder / f"G3-{system}-{trial}-P1T1-Unknown-C-0.{suffix}")


def keraal(folder: Path) -> bool:
    """Shoulder elevation of the Kinect against the targets, as read and as cleaned."""
    print("KERAAL, shoulder elevation: Kinect against Vicon's targets (same span)")
    head = f"{'trial':6}{'side':7}{'as read':>9}{'asked':>7}{'cleaned':>9}{'kept':>7}"
    print(head + f"{'wrong':>7}{'marked':>8}{'lag s':>8}{'at lag':>8}")
    reached = True
    for trial in TRIALS:
        kinect, vicon = load(folder, "Kinect", trial), load(folder, "Vicon", trial)
        made, tidy = (synchronise(k, vicon, clocks="span") for k in (kinect, clean(kinect)))
        for side in SIDES:
            reached &= elevation_row(trial, side, made, tidy, kinect, vicon)
    print("wrong: frames in which the Kinect is over 45 deg off; marked: share of them that the")
    print("clean-up marks as lost. lag: found by cross-correlation, no clock assumed.\n")
    return reached


def elevation_row(
    trial: str,
    side: str,
    made: Synchronised,
    tidy: Synchronised,
    kinect: Recording,
    vicon: Recording,
) -> bool:
    """One line of the table; whether it reaches what is asked."""
    of_joints, of_targets = joint_elevation(side), target_elevation(side)
    truth, raw, cleaned = of_targets(made.b), of_joints(made.a), of_joints(tidy.a)
    asked = ASKED.get((trial, side))
    found, after = correlation(raw, truth), correlation(cleaned, truth)
    wrong = np.abs(raw - truth) > WRONG_DEG
    marked = float(np.isnan(cleaned[wrong]).mean()) if wrong.any() else float("nan")
    try:
        lag = find_lag(kinect.time, of_joints(kinect), vicon.time, of_targets(vicon), max_lag_s=1.0)
        told = f"{lag.offset_s:8.3f}{lag.correlation:8.3f}{' (in doubt)' if lag.doubts else ''}"
    except RecordingError:
        told = f"{'none':>8}"
    print(
        f"{trial:6}{side:7}{found:9.3f}{asked if asked else '-':>7}{after:9.3f}"
        f"{np.isfinite(cleaned).mean():7.2f}{int(wrong.sum()):7d}{marked:8.2f}{told}"
    )
    if (trial, side) in LOST:
        return after >= ASKED_CLEANED and marked >= ASKED_MARKED
    return asked is None or found >= asked


def lost(folder: Path) -> bool:
    """Where the Kinect lost an arm: how it got there and back, and where the arm was."""
    print("KERAAL, longest stretch in which the Kinect is over 45 deg off")
    print(f"{'':13}{'from':>6}{'to s':>6}{'frames':>8}{'before':>8}{'first':>7}{'last':>6}"
          f"{'after':>7}{'Vicon':>11}{'behind':>8}{'apart':>7}{'turn':>6}")  # fmt: skip
    for trial, side in sorted(LOST):
        print(lost_row(folder, trial, side))
    print("before to after: the Kinect's angle, deg, two frames before, in the first and last and")
    print(
        "two frames after; Vicon: its range there. behind: how far the Kinect's hand is behind the"
    )
    print("chest along the line of sight, two frames before, cm; apart: from the other hand in the")
    print("stretch (median), cm; turn: of the line of the shoulders since the start, deg.\n")
    return True


def lost_row(folder: Path, trial: str, side: str) -> str:
    """One line of the table."""
    made = synchronise(load(folder, "Kinect", trial), load(folder, "Vicon", trial), clocks="span")
    raw, truth = joint_elevation(side)(made.a), target_elevation(side)(made.b)
    off = np.flatnonzero(np.abs(raw - truth) > WRONG_DEG)
    run = max(np.split(off, np.flatnonzero(np.diff(off) > 1) + 1), key=len)
    first, last, body = int(run[0]), int(run[-1]), made.a.canonical()
    behind = 100 * between(body, "chest", f"hand_{side}")[first - 2, 2]
    apart = np.linalg.norm(between(body, "hand_left", "hand_right"), axis=1)
    line = between(body, "shoulder_right", "shoulder_left")
    yaw = np.degrees(np.unwrap(np.arctan2(line[:, 2], line[:, 0])))
    known = f"{truth[run].min():.0f} to {truth[run].max():.0f}"
    return (
        f"{trial:6}{side:7}{made.a.time[first]:6.2f}{made.a.time[last]:6.2f}{len(run):8d}"
        f"{raw[first - 2]:8.0f}{raw[first]:7.0f}{raw[last]:6.0f}{raw[last + 2]:7.0f}{known:>11}"
        f"{behind:8.0f}{100 * np.median(apart[run]):7.0f}{abs(np.median(yaw[run]) - yaw[0]):6.0f}"
    )


def automatic(folder: Path) -> bool:
    """The Kinect against the pose estimators of the same trial, by a signal that is chosen."""
    print("KERAAL, Kinect against points of the picture, signal chosen: both began together")
    print(f"{'trial':6}{'system':8}{'signal':28}{'lag s':>7}{'r':>7}{'others':>8}")
    reached = True
    for trial in TRIALS:
        for system in ("BP", "OP", "AP"):
            a, b = load(folder, "Kinect", trial), load(folder, system, trial)
            pair = common_signal(a, b)
            made = synchronise(a, b, clocks="signal", signal=(pair.of_a, pair.of_b))
            assert made.lag is not None
            few = pair.agreeing < 2 or made.lag.doubts
            reached &= bool(few) or abs(made.offset_s) < LARGEST_LAG_S
            print(f"{trial:6}{system:8}{pair.name:28}{made.offset_s:7.3f}{made.lag.correlation:7.3f}"
                  f"{pair.agreeing:4} of {pair.others}{' (in doubt)' if few else ''}")  # fmt: skip
    wrong, right = (height_of_mirrored(folder, tidy) for tidy in (False, True))
    print(f"\nBP in ELK, height of the left hand against the target: {wrong:.2f} as read, "
          f"{right:.2f} with the sides exchanged\n")  # fmt: skip
    return reached


def height_of_mirrored(folder: Path, tidy: bool) -> float:
    """Correlation of the left hand's height in ELK, BlazePose against the targets."""
    points, vicon = load(folder, "BP", "ELK"), load(folder, "Vicon", "ELK")
    made = synchronise(clean(points) if tidy else points, vicon, clocks="span")
    truth = np.asarray(made.b.joint("left_hand")[:, 2], dtype=np.float64)
    return correlation(-_points(made.a, "hand_left")[:, 1], truth)


def joints(folder: Path) -> bool:
    """Every joint that both see, after rigid alignment of the whole body."""
    for system in ("Kinect", "BP"):
        print(f"KERAAL, each target and the joint nearest to it: {system} against Vicon")
        print(
            f"{'target':16}{'joint':16}"
            + "".join(f"{t + ' r':>9}{'range':>6}{'off':>6}" for t in TRIALS)
        )
        rows = [joint_figures(folder, system, trial) for trial in TRIALS]
        for target, joint in PAIRS.items():
            cells = "".join(row[target] for row in rows)
            print(f"{target:16}{joint:16}{cells}")
        print()
    print(
        "r: correlation of the height, 'still' where the target moves by less than 3 cm; range: of"
    )
    print("the target's height, cm; off: root mean square distance after rigid alignment, cm (a")
    print(
        "target lies beside the joint). In the picture (BP) heights are pixels, without distance."
    )
    print()
    return True


def joint_figures(folder: Path, system: str, trial: str) -> dict[str, str]:
    """Target -> its two cells for one trial."""
    vicon = load(folder, "Vicon", trial)
    made = synchronise(clean(load(folder, system, trial)), vicon, clocks="span")
    found = {}
    targets = {t: np.asarray(made.b.joint(t), dtype=np.float64) for t in PAIRS}
    points = {t: _points(made.a, joint) for t, joint in PAIRS.items()}
    moved = _aligned(points, targets) if system == "Kinect" else points
    for target, truth in targets.items():
        height = moved[target][:, 2] if system == "Kinect" else -moved[target][:, 1]
        still = np.ptp(truth[:, 2]) < STILL_M
        r = "still" if still else f"{correlation(height, truth[:, 2]):.3f}"
        away = 100 * np.sqrt(np.nanmean(((moved[target] - truth) ** 2).sum(axis=1))) \
            if system == "Kinect" else np.nan  # fmt: skip
        found[target] = f"{r:>9}{100 * np.ptp(truth[:, 2]):6.0f}" + (
            f"{away:6.1f}" if np.isfinite(away) else f"{'-':>6}"
        )
    return found


def _points(recording: Recording, joint: str) -> Values:
    canonical = recording.canonical()
    values = canonical.positions if canonical.positions is not None else canonical.image_points
    assert values is not None
    return np.asarray(values[:, canonical.skeleton.index(joint)], dtype=np.float64)


def _aligned(points: dict[str, Values], targets: dict[str, Values]) -> dict[str, Values]:
    source = np.stack(list(points.values()), axis=1)
    fit = align(source, np.stack(list(targets.values()), axis=1))
    return {name: fit.apply(values) for name, values in points.items()}


def kinect_imu_ik(folder: Path) -> bool:
    """A Kinect and markers with clocks and frames of their own; two signals must agree."""
    kinect = reading.read(folder / "1sflexsag_cut_rot_kinect_keypoints.trc")
    markers = reading.read(folder / "1sflexsag_mm.trc")
    wrist = {True: "Wrist_Midpointx", False: "Wrist_Midpoint"}

    def elevation(r: Recording) -> Values:
        return angle(between(r, "GH", "Elbow_Midpoint"), between(r, "T8", "C7"))

    def elbow(r: Recording) -> Values:
        last = wrist["Wrist_Midpointx" in r.skeleton.joints]
        return angle(between(r, "Elbow_Midpoint", last), between(r, "GH", "Elbow_Midpoint"))

    print("kinect-imu-ik, Kinect (from 9.235 s of its clock) against optical markers")
    print(
        f"{'signal':22}{'offset s':>10}{'at lag':>8}{'runner-up':>11}{'RMS deg':>9}{'bias deg':>10}"
    )
    offsets = []
    for name, signal in (("shoulder elevation", elevation), ("elbow flexion", elbow)):
        made = synchronise(kinect, markers, clocks="signal", signal=signal)
        assert made.lag is not None
        left = signal(made.a) - signal(made.b)
        bias = float(np.nanmean(left))
        print(f"{name:22}{made.offset_s:10.3f}{made.lag.correlation:8.3f}{made.lag.runner_up:11.3f}"
              f"{np.sqrt(np.nanmean((left - bias) ** 2)):9.1f}{bias:10.1f}")  # fmt: skip
        offsets.append(made.offset_s)
    back = synchronise(markers, kinect, clocks="signal", signal=elevation)
    apart = 1000 * abs(offsets[0] - offsets[1])
    print(f"the two signals' offsets differ by {apart:.0f} ms; exchanged, the offset is "
          f"{back.offset_s:.3f} s\n")  # fmt: skip
    return apart <= 100 and abs(back.offset_s + offsets[0]) < 0.02


def main() -> int:
    """Print the tables and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(os.environ.get("REHABKIT_DATA", ".data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument(
        "--part", choices=("keraal", "lost", "joints", "automatic", "kinect-imu-ik")
    )
    options = parser.parse_args()
    parts = {
        "keraal": lambda: keraal(options.data / "keraal"),
        "lost": lambda: lost(options.data / "keraal"),
        "automatic": lambda: automatic(options.data / "keraal"),
        "joints": lambda: joints(options.data / "keraal"),
        "kinect-imu-ik": lambda: kinect_imu_ik(options.data / "formats" / "kinect-imu-ik"),
    }
    chosen = [options.part] if options.part else list(parts)
    reached = [parts[name]() for name in chosen]
    print("all asked figures reached" if all(reached) else "an asked figure was missed")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
