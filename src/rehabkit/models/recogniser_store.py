"""The shipped recogniser: from a fitted one to a file and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import ModelError
from rehabkit.kinematics.movement_features import feature_names
from rehabkit.models import weights
from rehabkit.models.recogniser import ExerciseRecogniser, Limits
from rehabkit.models.shrunken_discriminant import LEARNED, ShrunkenDiscriminant

SHIPPED: Final = "recogniser.safetensors"


@dataclass(frozen=True, eq=False)
class Shipped:
    """A recogniser with data, protocol and figures as its card states them."""

    recogniser: ExerciseRecogniser
    facts: Mapping[str, Any]


@cache
def shipped() -> Shipped | None:
    """The recogniser in the package, loaded once; None where its weights were left out."""
    return _shipped(*weights.shipped(SHIPPED)) if weights.there(SHIPPED) else None


def read(path: Path) -> Shipped:
    """A recogniser that :func:`write` wrote."""
    return _shipped(*weights.read(path))


def write(path: Path, recogniser: ExerciseRecogniser, facts: Mapping[str, Any]) -> str:
    """Write a fitted recogniser with ``facts``; gives the SHA-256."""
    machine = recogniser.machine_
    arrays = {name: np.asarray(getattr(machine, name), dtype=np.float32) for name in LEARNED}
    learned = {
        "settings": recogniser.get_params(),
        "classes": recogniser.classes_.tolist(),
        "mirror": recogniser.mirror_.tolist(),
        "temperature": recogniser.temperature_,
        "limits": asdict(recogniser.limits_),
        "figures": list(feature_names()),
    }
    return weights.write(path, arrays, {**facts, "learned": learned})


def _shipped(arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> Shipped:
    learned = facts["learned"]
    if tuple(learned["figures"]) != feature_names():
        raise ModelError(
            "These weights were learned from other figures than this RehabKit computes. Train "
            "them anew, or use the version that wrote them."
        )
    recogniser = ExerciseRecogniser(**learned["settings"])
    recogniser.machine_ = ShrunkenDiscriminant(**learned["settings"])
    for name in LEARNED:
        setattr(recogniser.machine_, name, np.asarray(arrays[name], dtype=np.float64))
    recogniser.machine_.classes_ = np.array(learned["classes"])
    recogniser.mirror_ = np.array(learned["mirror"], dtype=np.intp)
    recogniser.temperature_ = learned["temperature"]
    limits = learned["limits"]
    recogniser.limits_ = Limits(**{**limits, "own": tuple(limits["own"])})
    return Shipped(recogniser, facts)
