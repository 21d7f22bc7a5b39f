"""Skeletons of image key points and of the Azure Kinect: their order, and where the face looks."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.recording import CANONICAL_SKELETON, Recording, Skeleton
from rehabkit.recording.face import face_points
from rehabkit.recording.skeletons import AZURE_KINECT, HALPE_26, OPENPOSE_18, OPENPOSE_25


@pytest.mark.parametrize(
    ("skeleton", "joint", "place"),
    [
        (OPENPOSE_18, "neck", 1),
        (OPENPOSE_18, "right_hip", 8),
        (OPENPOSE_18, "left_ear", 17),
        (OPENPOSE_25, "mid_hip", 8),
        (OPENPOSE_25, "left_hip", 12),
        (OPENPOSE_25, "right_eye", 15),
        (OPENPOSE_25, "left_big_toe", 19),
        (OPENPOSE_25, "right_heel", 24),
        (HALPE_26, "right_ankle", 16),
        (HALPE_26, "head_top", 17),
        (HALPE_26, "hip", 19),
        (HALPE_26, "right_big_toe", 21),
        (HALPE_26, "right_heel", 25),
        (AZURE_KINECT, "neck", 3),
        (AZURE_KINECT, "thumb_left", 10),
        (AZURE_KINECT, "clavicle_right", 11),
        (AZURE_KINECT, "hip_left", 18),
        (AZURE_KINECT, "head", 26),
        (AZURE_KINECT, "eye_left", 28),
        (AZURE_KINECT, "ear_right", 31),
    ],
)
def test_joints_stand_where_their_source_puts_them(
    skeleton: Skeleton, joint: str, place: int
) -> None:
    assert skeleton.index(joint) == place


def test_sizes() -> None:
    sizes = [len(s) for s in (OPENPOSE_18, OPENPOSE_25, HALPE_26, AZURE_KINECT)]
    assert sizes == [18, 25, 26, 32]


def test_the_azure_kinect_has_every_canonical_joint() -> None:
    assert set(AZURE_KINECT.canonical) == set(CANONICAL_SKELETON.joints)


def test_nose_and_ears_are_found_under_either_name() -> None:
    assert face_points(AZURE_KINECT.joints) == ("nose", "ear_left", "ear_right")
    assert face_points(OPENPOSE_25.joints) == ("nose", "left_ear", "right_ear")
    assert face_points(("nose", "left_ear")) is None


def test_an_azure_kinects_head_turns_with_its_face() -> None:
    positions = np.full((1, 32, 3), 1.0)
    for joint, place in {"nose": (0, 0, 1.8), "ear_left": (-0.08, 0, 1.9),
                         "ear_right": (0.08, 0, 1.9)}.items():  # fmt: skip
        positions[0, AZURE_KINECT.index(joint)] = place
    recording = Recording(time=np.zeros(1), skeleton=AZURE_KINECT, positions=positions)
    orientations = recording.canonical().orientations
    assert orientations is not None
    head = orientations[0, CANONICAL_SKELETON.index("head")]
    assert np.isfinite(head).all()
    assert np.isfinite(orientations[0]).all(axis=-1).sum() == 1
