"""Named measures of compensation on bodies whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.assessment import compensations
from rehabkit.errors import ExerciseError
from rehabkit.exercises.named import NAMED
from rehabkit.recording import CANONICAL, CANONICAL_SKELETON, Recording, Up
from rehabkit.simulate import generate

# A standing body, facing +z, up +y: the person's right is at negative x.
STANDING = {
    "pelvis": (0, 0.95, 0), "chest": (0, 1.45, 0), "spine": (0, 1.2, 0), "neck": (0, 1.5, 0),
    "head": (0, 1.65, 0), "shoulder": (0.2, 1.42, 0), "elbow": (0.2, 1.12, 0),
    "wrist": (0.2, 0.87, 0), "hip": (0.1, 0.93, 0), "knee": (0.1, 0.5, 0.0),
    "ankle": (0.15, 0.08, 0), "toe": (0.15, 0.02, 0.2),
}  # fmt: skip


Shifts = dict[str, tuple[float, float, float]]


def body(shifts: Shifts | None = None, *, frames: int = 20, yaw_deg: float = 0.0) -> Recording:
    """Standing, then in the second half with joints moved by ``shifts`` (m)."""
    positions = np.full((frames, len(CANONICAL), 3), np.nan)
    for i, name in enumerate(CANONICAL):
        bare = name.removesuffix("_left").removesuffix("_right")
        if bare not in STANDING:
            continue
        x, y, z = STANDING[bare]
        positions[:, i] = (-x if name.endswith("_right") else x, y, z)
        if shifts and name in shifts:
            positions[frames // 2 :, i] += shifts[name]
    turn = np.radians(yaw_deg)
    matrix = np.array(
        [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]]
    )
    return Recording(time=np.arange(frames) / 30, skeleton=CANONICAL_SKELETON,
                     positions=positions @ matrix.T, up=Up((0, 1, 0), "floor"))  # fmt: skip


def last(recording: Recording, name: str, side: str = "") -> float:
    return float(compensations.series(recording, name, side, slice(0, len(recording)))[-1])


@pytest.mark.parametrize("yaw_deg", [0.0, 70.0, 180.0])
@pytest.mark.parametrize(
    ("name", "side", "shifts", "expected"),
    [
        ("heel_lift", "left", {"ankle_left": (0, 0.07, 0)}, 0.07),
        ("heel_lift", "right", {"ankle_left": (0, 0.07, 0)}, 0.0),
        ("knees_over_toes", "left", {"knee_left": (0, 0, 0.26)}, 0.06),
        ("shank_lean", "left", {"knee_left": (0, 0, 0.42)}, 45.0),
        ("feet_width", "", {}, 0.75),
        ("knees_width", "", {"knee_left": (-0.05, 0, 0), "knee_right": (0.05, 0, 0)}, 1 / 3),
        ("knees_apart", "", {}, 0.5),
        ("knees_apart", "", {"knee_left": (-0.1, 0, 0)}, 0.25),
        ("knees_apart", "", {"knee_right": (0.1, 0, 0)}, 0.25),
        ("knees_apart", "", {"knee_left": (0.1, 0, 0.2), "knee_right": (-0.1, 0, 0.2)}, 1.0),
        ("knees_apart", "", {"ankle_left": (-0.1, 0, 0), "ankle_right": (0.1, 0, 0)}, 0.5),
        ("trunk_lean", "", {"chest": (0, -0.5 + 0.5 * np.cos(0.5), 0.5 * np.sin(0.5))},
         np.degrees(0.5)),
        ("trunk_sway", "", {"chest": (-0.1, 0, 0)}, 0.1),
        ("pelvis_shift", "", {"pelvis": (-0.08, 0, 0)}, 0.08),
        ("pelvis_travel", "", {"pelvis": (0.03, 0.5, 0.04)}, 0.05),
        ("com_travel", "", dict.fromkeys(CANONICAL, (0.03, -0.3, 0.04)), 0.05),
        ("com_travel", "", dict.fromkeys(CANONICAL, (-0.03, -0.3, -0.04)), 0.05),
        ("com_travel", "", dict.fromkeys(CANONICAL, (0, -0.3, 0)), 0.0),
        # The head is 0.0681 of the body, and the hands (0.01175) are not there.
        ("com_travel", "", {"head": (0.5, 0, 0)}, 0.5 * 0.0681 / (1 - 0.0117)),
        ("foot_travel", "right", {"ankle_right": (0, 0, 0.3)}, 0.3),
        ("shoulder_hike", "right", {"shoulder_right": (0, 0.4 * np.tan(0.2), 0)},
         np.degrees(0.2)),
    ],
)  # fmt: skip
def test_known_answers(
    name: str, side: str, shifts: Shifts, expected: float, yaw_deg: float
) -> None:  # fmt: skip
    assert last(body(shifts, yaw_deg=yaw_deg), name, side) == pytest.approx(expected, abs=1e-3)


def test_the_same_names_as_the_schema_allows() -> None:
    assert set(compensations.NAMES) == set(NAMED)


def test_unknown_name() -> None:
    with pytest.raises(ExerciseError, match=r"No measure is called 'knee_dance'; allowed: .*'heel"):
        compensations.series(body(), "knee_dance", "left", slice(0, 5))


def test_travel_needs_a_recording_that_travels() -> None:
    recording = body().replace(origin="pelvis")
    assert "relative to the pelvis" in compensations.why_not(recording, "heel_lift")
    assert compensations.why_not(recording, "feet_width") == ""


def test_points_of_a_picture_have_no_lengths() -> None:
    points = np.zeros((5, len(CANONICAL), 2), np.float32)
    recording = Recording(time=np.arange(5.0), skeleton=CANONICAL_SKELETON, image_points=points,
                          image_size=(640, 480), origin="image")  # fmt: skip
    assert "points of a picture" in compensations.why_not(recording, "feet_width")


def test_all_measures_of_a_whole_movement_are_finite() -> None:
    recording = generate("squat", repetitions=1).recording.canonical()
    for name, measure in NAMED.items():
        values = compensations.series(
            recording, name, "left" if measure.sided else "", slice(20, 80)
        )
        assert np.isfinite(values).all(), name
