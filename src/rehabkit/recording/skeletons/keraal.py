"""The rigid targets of KERAAL's optical system."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.skeleton import build_skeleton

# In the order of the data set's files. Each is a rigid body strapped to a limb segment, a few
# centimetres off the bone: no joint centre, so there is no map to the canonical joints.
_TARGETS: Final = (
    "right_forearm", "left_forearm", "right_arm", "left_arm", "chest", "right_thigh",
    "left_thigh", "right_shoulder", "left_shoulder", "right_hand", "left_hand", "right_foot",
    "left_foot", "hips", "head", "right_tibia", "left_tibia",
)  # fmt: skip

KERAAL_TARGETS: Final = build_skeleton("keraal-targets", dict.fromkeys(_TARGETS), {}, markers=True)
