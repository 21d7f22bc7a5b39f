"""What the definitions of skeletons share: small builders of trees and of meanings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabkit.recording.joints import SIDES

Meaning = dict[str, str | tuple[str, ...]]


def sided(parts: Mapping[str, str], pattern: str) -> Meaning:
    """Canonical -> source name on both sides; ``pattern`` takes ``part`` and ``side``."""
    return {
        f"{canonical}_{side}": pattern.format(part=part, side=side.capitalize())
        for side in SIDES
        for part, canonical in parts.items()
    }


def chain(root: str, *names: str) -> dict[str, str | None]:
    """names[0] hangs on ``root``, each further name on the one before it."""
    return dict(zip(names, (root, *names[:-1]), strict=True))


def in_order(tree: Mapping[str, str | None], order: Sequence[str]) -> dict[str, str | None]:
    """The tree with its joints in the sensor's own order."""
    return {name: tree[name] for name in order}


SHOULDERS, HIPS = ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")
_POINTS = {"shoulder", "elbow", "wrist", "hip", "knee", "ankle"}
COMMON: Meaning = {f"{part}_{side}": f"{side}_{part}" for side in SIDES for part in sorted(_POINTS)}
