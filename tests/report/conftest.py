"""A squat made by hand from sinusoids, so that every figure in the report is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rehabkit.assessment.types import Evidence, Finding, Gate, Reason
from rehabkit.exercises.exercise import Driver, Exercise, Involved, Primary, Words
from rehabkit.kinematics.types import Angle, Kinematics, Measure
from rehabkit.recording import CANONICAL, Recording, Source, Subject, Up
from rehabkit.recording.skeleton import CANONICAL_SKELETON
from rehabkit.repetitions.types import (
    DrivingSignal,
    PartialRepetition,
    Repetition,
    Segmentation,
)
from rehabkit.report.analysis import Analysis

RATE = 30.0
DEPTHS = (98.0, 97.0, 93.0, 96.0, 78.0)
LEAN = "lean-forward"


def squat_exercise() -> Exercise:
    words = Words("The trunk leans too far forward", "Keep your chest up.", "Lean {measured}.")
    return Exercise(
        id="squat",
        name="Squat",
        description="Bend the knees and come up again.",
        driver=Driver("knee_flexion", "both", "up", 60.0),
        second_driver=None,
        phases=("lowering", "rising"),
        primary=(Primary("knee_flexion", 90.0), Primary("hip_flexion", 70.0)),
        involved=(Involved(LEAN, "trunk_flexion", "max", None, 38.0, "deg", words),),
        weights={"completeness": 0.4, "correction": 0.4, "smoothness": 0.2},
        shown=("knee_flexion", "hip_flexion", "trunk_flexion", "trunk_lateral_flexion"),
    )


def bumps(
    time: np.ndarray, starts: list[float], lengths: list[float], heights: list[float]
) -> np.ndarray:
    """Zero, with one raised cosine for each start."""
    out = np.zeros_like(time)
    for start, length, height in zip(starts, lengths, heights, strict=True):
        inside = (time >= start) & (time < start + length)
        phase = (time[inside] - start) / length
        out[inside] += height * (1 - np.cos(2 * np.pi * phase)) / 2
    return out


def pose(knee: np.ndarray, hip: np.ndarray, lean: np.ndarray) -> np.ndarray:
    """(frames, 25, 3) m: a body whose legs bend; x to its left, y up, z forward."""
    frames = len(knee)
    at = {name: np.zeros((frames, 3)) for name in CANONICAL}
    lean_r, hip_r = np.radians(lean), np.radians(hip - lean)
    knee_r = np.radians(knee)
    flat = np.zeros(frames)
    thigh = np.stack([flat, -np.cos(hip_r), np.sin(hip_r)], axis=1)
    shank = np.stack([flat, -np.cos(knee_r - hip_r), -np.sin(knee_r - hip_r)], axis=1)
    trunk = np.stack([flat, np.cos(lean_r), np.sin(lean_r)], axis=1)
    pelvis = -0.42 * thigh - 0.42 * shank + np.array([0, 0.08, 0])
    pelvis[:, 2] -= pelvis[:, 2].mean()
    at["pelvis"] = pelvis
    for name, along in (("spine", 0.25), ("chest", 0.5), ("neck", 0.56), ("head", 0.72)):
        at[name] = pelvis + along * trunk
    for side, sign in (("left", 1.0), ("right", -1.0)):
        out = np.array([sign, 0, 0])
        hip_at = pelvis + 0.1 * out
        at[f"hip_{side}"] = hip_at
        at[f"knee_{side}"] = hip_at + 0.42 * thigh
        at[f"ankle_{side}"] = at[f"knee_{side}"] + 0.42 * shank
        at[f"toe_{side}"] = at[f"ankle_{side}"] + np.array([0, -0.06, 0.16])
        shoulder = at["chest"] + 0.19 * out
        at[f"shoulder_{side}"] = shoulder
        reach = np.array([0.0, -0.1, 1.0]) / np.hypot(0.1, 1.0)
        at[f"elbow_{side}"] = shoulder + 0.28 * reach
        at[f"wrist_{side}"] = shoulder + 0.53 * reach
        at[f"hand_{side}"] = shoulder + 0.6 * reach
        at[f"hand_tip_{side}"] = shoulder + 0.68 * reach
        at[f"thumb_{side}"] = at[f"hand_{side}"]
    return np.stack([at[name] for name in CANONICAL], axis=1).astype(np.float32)


def build(
    depths: tuple[float, ...] = DEPTHS,
    *,
    partial: float | None = 48.0,
    rate_hz: float = RATE,
    period_s: float = 3.3,
    exercise: Exercise | None = None,
    findings: bool = True,
    side: str = "both",
) -> Analysis:
    """The analysis of a squat whose repetitions reach ``depths``; the last one is partial."""
    heights = [d - 10 for d in depths] + ([partial - 10] if partial else [])
    starts = [1.3 + period_s * i for i in range(len(heights))]
    lengths = [2.8] * len(heights)
    duration = (starts[-1] if starts else 2.0) + period_s + 0.7
    time = np.arange(0, duration, 1 / rate_hz)
    knee = 10 + bumps(time, starts, lengths, heights)
    right = 10 + bumps(time, starts, lengths, [h * 0.9 for h in heights])
    lean = 4 + bumps(time, starts, lengths, [h * 0.44 for h in heights])
    exercise = squat_exercise() if exercise is None else exercise
    recording = Recording(
        time=time,
        skeleton=CANONICAL_SKELETON,
        positions=pose(knee, knee * 0.9, lean),
        up=Up((0, 1, 0), "floor"),
        source=Source(
            path="squat.csv", sha256="9f2c" + "0" * 56 + "41ab", format="csv", device="Kinect v2",
            rate_hz=rate_hz, view_axis=(0.0, 0.0, -1.0),
        ),
        subject=Subject(id="P-0417", group="healthy", age_years=44, height_m=1.7),
    )  # fmt: skip
    recording = recording.with_step(
        "fill gaps", "6 values in 6 frames", spans=((5.1, 5.3),), max_gap_s=0.2
    )
    recording = recording.with_step("mark lost", "right leg", spans=((12.1, 13.0),))
    recording = recording.with_step("low-pass", "all joints", cutoff_hz=6.0)
    recording = recording.with_step("assume up", "the y axis points up")
    kinematics = Kinematics(time, _angles(knee, right, lean))
    repetitions = tuple(
        Repetition(s, s + 2.8, s + 1.4, side, 0.95, d - 10, 10.0, d, s + 1.3, s + 1.5)  # type: ignore[arg-type]
        for s, d in zip(starts, depths, strict=False)
    )
    partials = (
        (PartialRepetition(starts[-1], starts[-1] + 2.8, starts[-1] + 1.4, "both", partial - 10,
                           partial, "short range: reached 48 deg, 60 deg needed"),)
        if partial
        else ()
    )  # fmt: skip
    signal = DrivingSignal(
        "knee_flexion", "Knee flexion, mean of left and right", "deg", time, (knee + right) / 2,
        "both", "up", 60.0, 60.0,
    )  # fmt: skip
    return Analysis(
        original=recording,
        recording=recording,
        exercise=exercise,
        exercise_how="named",
        gate=Gate(True, limits=(Reason("hidden", "Right leg partly hidden", 12.1, 13.0),)),
        segmentation=Segmentation(repetitions, partials, (signal,), "knee flexion"),
        kinematics=kinematics,
        repetition_measures=tuple(_measures(r, i) for i, r in enumerate(repetitions)),
        recording_measures={
            "knee_flexion.symmetry_index": Measure("x", 11.0, "%", "Symmetry index, knee"),
            "com.sway_range_ap": Measure("y", None, "m", "Sway", reason="no floor"),
        },
        findings=(_lean(repetitions),) if findings and repetitions else (),
    )


def _angles(knee: np.ndarray, right: np.ndarray, lean: np.ndarray) -> dict[str, Angle]:
    side = np.sin(np.linspace(0, 20, len(knee)))
    return {
        "knee_flexion_left": Angle("knee_flexion_left", knee, error_deg=7.0),
        "knee_flexion_right": Angle("knee_flexion_right", right, error_deg=7.0),
        "hip_flexion_left": Angle("hip_flexion_left", knee * 0.9, error_deg=9.0),
        "hip_flexion_right": Angle("hip_flexion_right", right * 0.9, error_deg=9.0),
        "trunk_flexion": Angle("trunk_flexion", lean, error_deg=4.0),
        "trunk_lateral_flexion": Angle("trunk_lateral_flexion", side, error_deg=5.0),
        "knee_valgus_left": Angle(
            "knee_valgus_left", np.full_like(knee, np.nan), False, "needs a view from the front"
        ),
        "knee_valgus_right": Angle(
            "knee_valgus_right", np.full_like(knee, np.nan), False, "needs a view from the front"
        ),
    }


def _measures(repetition: Repetition, index: int) -> dict[str, Measure]:
    top, right = repetition.extreme, 10 + (repetition.extreme - 10) * 0.9
    values = {
        "knee_flexion_left.max": (top, "deg", 7.0),
        "knee_flexion_right.max": (right, "deg", 7.0),
        "knee_flexion_left.range": (top - 10, "deg", 7.0),
        "knee_flexion_right.range": (right - 10, "deg", 7.0),
        "hip_flexion_left.range": (0.9 * (top - 10), "deg", 9.0),
        "hip_flexion_right.range": (0.9 * (right - 10), "deg", 9.0),
        "duration": (2.8, "s", None),
        "out_duration": (1.5, "s", None),
        "back_duration": (1.3, "s", None),
        "pelvis.distance": (0.8, "m", None),
    }
    out = {name: Measure(name, v, unit, name, e) for name, (v, unit, e) in values.items()}
    if index == 3:
        reason = "right leg not seen"
        for name in ("knee_flexion_right.max", "knee_flexion_right.range"):
            out[name] = Measure(name, None, "deg", name, reason=reason)
    return out


def _lean(repetitions: tuple[Repetition, ...]) -> Finding:
    values = [4 + 0.44 * (r.extreme - 10) for r in repetitions]
    evidence = tuple(
        Evidence(
            i + 1, v, r.peak_s, "outside" if v > 42 else "inside" if v < 38 else "within error"
        )
        for i, (v, r) in enumerate(zip(values, repetitions, strict=True))
    )
    worst = int(np.argmax(values))
    rep = repetitions[worst]
    return Finding(
        id=LEAN, title="The trunk leans too far forward", side="none",
        start_s=rep.start_s, end_s=rep.end_s, measured=values[worst], expected=(None, 38.0),
        expected_source="the exercise's definition", unit="deg", severity="moderate",
        quantity="forward lean of the trunk",
        patient="Keep your chest up on the way down: look straight ahead",
        therapist="Largest forward lean of the trunk 43° (repetition 1, 2.7 s).",
        evidence=evidence, repetition=worst + 1, angle="trunk_flexion", error=4.0,
    )  # fmt: skip


@pytest.fixture
def squat() -> Analysis:
    return build()


@pytest.fixture
def refused() -> Analysis:
    analysis = build()
    reasons = (Reason("lost", "the legs were not in the picture", 3.0, 12.0,
                      "Film from the side, the whole body in the picture"),)  # fmt: skip
    return replace(
        analysis, gate=Gate(False, reasons=reasons), findings=(), repetition_measures=(),
        segmentation=replace(analysis.segmentation, repetitions=()),
    )  # fmt: skip


@pytest.fixture(name="build")
def _build() -> Callable[..., Analysis]:
    return build
