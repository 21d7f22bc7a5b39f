"""Lengths of bones."""

from __future__ import annotations

import numpy as np

from rehabkit.signals.height import bone_length, bone_lengths
from rehabkit.simulate import generate


def test_several_bones_are_what_each_is() -> None:
    made = generate("squat", repetitions=1).recording.canonical()
    holed = np.array(made.positions)
    holed[3:9, made.skeleton.index("knee_left")] = np.nan
    bones = [("pelvis", "chest"), ("hip_left", "knee_left"), ("knee_right", "ankle_right")]
    for recording in (made, made.replace(positions=holed)):
        assert bone_lengths(recording, bones) == [bone_length(recording, a, b) for a, b in bones]
