"""SMPL's joints stand in the model's order and mean what they should."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import RecordingError
from rehabkit.recording import CANONICAL, Recording
from rehabkit.recording.skeletons import SMPL, skeleton_by_name

# The model's kintree_table, as its file holds it.
PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)


def test_order_and_parents() -> None:
    assert skeleton_by_name("smpl").parents == PARENTS
    assert (SMPL.joints[0], SMPL.joints[4], SMPL.joints[15], SMPL.joints[23]) == (
        "pelvis", "left_knee", "head", "right_hand",
    )  # fmt: skip


def test_meaning() -> None:
    lacking = {f"{part}_{side}" for part in ("hand_tip", "thumb") for side in ("left", "right")}
    assert set(SMPL.canonical) == set(CANONICAL) - lacking


def test_orientations_alone_make_a_recording() -> None:
    turns = np.zeros((2, 24, 4))
    turns[..., 0] = 1
    recording = Recording(np.array([0.0, 0.1]), SMPL, orientations=turns)
    assert recording.canonical().orientations is not None
    with pytest.raises(RecordingError, match="needs positions, orientations, image_points"):
        Recording(np.array([0.0]), SMPL)
