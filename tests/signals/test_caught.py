"""An arm that a sensor puts onto the other one: marked, and only where it jumped there."""

from __future__ import annotations

import numpy as np
from tests.formats.made import canonical_pose

from rehabkit.recording import CANONICAL, CANONICAL_SKELETON, Recording
from rehabkit.signals.clean import clean

FRAMES = 120
ARM = ("elbow", "wrist", "hand", "hand_tip", "thumb")


def standing() -> np.ndarray:
    """(frames, 25, 3) m: the left arm points forward and sways, the right one hangs."""
    points = np.repeat(np.array([canonical_pose(name) for name in CANONICAL])[None], FRAMES, axis=0)
    forward = dict(zip(ARM, (0.28, 0.53, 0.6, 0.68, 0.55), strict=True))
    sway = 0.05 * np.sin(np.arange(FRAMES) / 12)
    for part, reach in forward.items():
        at = CANONICAL.index(f"{part}_left")
        points[:, at] = points[:, CANONICAL.index("shoulder_left")] + [0, 0, -reach]
        points[:, at, 1] += sway * reach
    return points


def seen(points: np.ndarray) -> tuple[Recording, np.ndarray]:
    recording = clean(Recording(np.arange(FRAMES) / 30, CANONICAL_SKELETON, points))
    assert recording.positions is not None
    return recording, np.asarray(np.isfinite(recording.positions).all(axis=-1))


def joint(name: str) -> int:
    return CANONICAL.index(name)


def test_an_arm_that_jumps_onto_the_other_is_lost() -> None:
    points = standing()
    for part in ARM[1:]:  # for 50 frames the right hand is found where the left one is
        points[40:90, joint(f"{part}_right")] = points[40:90, joint(f"{part}_left")] + 0.02
    # It comes back over some frames that are nowhere, so that no single step is a leap.
    points[87:90, [joint(f"{part}_right") for part in ARM[1:]]] = np.nan
    recording, found = seen(points)
    assert not found[42:85, joint("wrist_right")].any()
    assert not found[42:85, joint("hand_right")].any()
    assert found[42:85, joint("wrist_left")].all()
    assert found[:38, joint("wrist_right")].all()
    assert any("found on the other one" in step.touched for step in recording.history)


def test_hands_that_come_together_by_moving_stay() -> None:
    points = standing()
    share = np.clip((np.arange(FRAMES) - 30) / 25, 0, 1)[:, None]
    for part in ARM[1:]:
        right, left = joint(f"{part}_right"), joint(f"{part}_left")
        points[:, right] = (1 - share) * points[:, right] + share * (points[:, left] + 0.02)
    _, found = seen(points)
    assert found[60:110, joint("wrist_right")].all()
