"""Signals that two recordings share: named, confirmed by others, of mirrored pictures."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import RecordingError, RehabkitError
from rehabkit.kinematics.common_signal import common_signal
from rehabkit.recording import Recording
from rehabkit.signals.slices import between
from rehabkit.signals.synchronise import synchronise
from rehabkit.simulate import Faults, generate

APART_S = 1.5


@pytest.fixture(scope="module")
def whole() -> Recording:
    faults = Faults(short_range=(1,), short_share=0.5)  # equal repetitions would leave a doubt
    return generate("squat", repetitions=3, noise_m=0.002, faults=faults).recording.canonical()


def test_others_outvote_an_angle_that_was_lost(whole: Recording) -> None:
    part = between(whole, APART_S, whole.duration_s)
    points = np.array(part.positions)
    late = np.roll(points, 45, axis=0)  # the left leg is shown 1.5 s late
    left = [i for i, name in enumerate(part.skeleton.joints) if name in (
        "knee_left", "ankle_left", "toe_left",
    )]  # fmt: skip
    assert len(left) == 3
    points[:, left] = late[:, left]
    wrong = part.replace(positions=points)
    pair = common_signal(whole, wrong)
    assert "left" not in pair.name
    assert pair.agreeing >= 2
    made = synchronise(whole, wrong, clocks="signal", signal=(pair.of_a, pair.of_b))
    assert made.offset_s == pytest.approx(APART_S, abs=0.05)


def test_a_mirrored_recording_gives_the_persons_own_side(whole: Recording) -> None:
    points = np.array(whole.positions)
    names = whole.skeleton.joints
    lifted = points.copy()
    lifted[:, names.index("hand_right"), 1] += np.linspace(0, 1, len(whole))
    order = [names.index(_other(name)) for name in names]
    mirrored = whole.replace(positions=lifted[:, order] * [-1, 1, 1], mirrored="yes")
    pair = common_signal(whole, mirrored, "hand_right")
    np.testing.assert_allclose(
        pair.of_b(mirrored) - pair.of_a(whole), np.linspace(0, 1, len(whole)), atol=1e-5
    )


def _other(name: str) -> str:
    if name.endswith("_left"):
        return name.removesuffix("left") + "right"
    return name.removesuffix("right") + "left" if name.endswith("_right") else name


def test_points_of_a_picture_have_a_height_too(whole: Recording) -> None:
    points = np.array(whole.positions)[..., :2] * [100, -100] + 300
    picture = whole.replace(
        positions=None, image_points=points, image_size=(600, 600), origin="image"
    )
    pair = common_signal(whole, picture, "pelvis=chest")
    up = int(np.argmax(np.abs(whole.up.vector)))
    assert up == 1
    assert np.corrcoef(pair.of_a(whole), pair.of_b(picture))[0, 1] > 0.9


def test_what_both_do_not_have_is_refused(whole: Recording) -> None:
    still = whole.replace(positions=np.repeat(np.array(whole.positions)[:1], len(whole), axis=0))
    with pytest.raises(RehabkitError, match="both recordings see and that moves by 15 deg"):
        common_signal(whole, still)
    with pytest.raises(RehabkitError, match="No signal is called 'moon' in both"):
        common_signal(whole, whole, "moon")
    with pytest.raises(RehabkitError, match=r"canonical joint, found 'moon'; its points"):
        common_signal(whole, whole, "moon=pelvis")


def test_orientations_alone_have_no_height(whole: Recording) -> None:
    turns = np.tile([1.0, 0, 0, 0], (len(whole), len(whole.skeleton), 1))
    alone = whole.replace(positions=None, orientations=turns)
    pair = common_signal(whole, alone, "pelvis")
    with pytest.raises(RecordingError, match="height of pelvis needs positions or image points"):
        pair.of_b(alone)
