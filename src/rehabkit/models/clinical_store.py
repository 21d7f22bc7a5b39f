"""The shipped clinical scorer: from a fitted one to a file and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import ModelError
from rehabkit.models import weights
from rehabkit.models.clinical import FIGURES, ClinicalScorer, Errors, Session
from rehabkit.models.kernel_machine import LEARNED, ExerciseKernelRegressor

SHIPPED: Final = "clinical-kimore.safetensors"
OUTPUTS: Final = ("total", "primary", "control")
_ERRORS: Final = ("offset", "slope", "floor", "quantile")


@dataclass(frozen=True, eq=False)
class Shipped:
    """A scorer with what is known of it.

    ``exercises`` are the ids that it knows, in the order of its columns; ``facts`` hold data,
    protocol and figures as its card states them.
    """

    scorer: ClinicalScorer
    exercises: tuple[str, ...]
    facts: Mapping[str, Any]


@cache
def shipped() -> Shipped | None:
    """The scorer in the package, loaded once; None where its weights were left out."""
    return _shipped(*weights.shipped(SHIPPED)) if weights.there(SHIPPED) else None


def read(path: Path) -> Shipped:
    """A scorer that :func:`write` wrote."""
    return _shipped(*weights.read(path))


def write(path: Path, scorer: ClinicalScorer, facts: Mapping[str, Any]) -> str:
    """Write a fitted scorer with ``facts`` (``"exercises"`` among them); gives the SHA-256."""
    arrays = {
        f"{place}.{name}": getattr(machine, name)
        for place, machine in enumerate(scorer.machines_)
        for name in LEARNED
    }
    for kind, errors in scorer.errors_.items():
        arrays |= {f"errors.{kind}.{name}": getattr(errors, name) for name in _ERRORS}
    learned = {
        "settings": scorer.get_params(),
        "gammas": [machine.gamma_ for machine in scorer.machines_],
        "session": [scorer.session_.own, scorer.session_.others],
        "known_within": scorer.known_within_,
        "usual_distances": scorer.usual_distances_.tolist(),
        "figures": list(FIGURES),
        "outputs": list(OUTPUTS),
    }
    return weights.write(path, arrays, {**facts, "learned": learned})


def _shipped(arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> Shipped:
    learned = facts["learned"]
    if tuple(learned["figures"]) != FIGURES:
        raise ModelError(
            "These weights were learned from other figures than this RehabKit computes. Train "
            "them anew, or use the version that wrote them."
        )
    scorer = ClinicalScorer(**learned["settings"])
    scorer.machines_ = tuple(
        _machine(scorer, arrays, place, gamma) for place, gamma in enumerate(learned["gammas"])
    )
    scorer.session_ = Session(*learned["session"])
    scorer.known_within_ = learned["known_within"]
    scorer.usual_distances_ = np.array(learned["usual_distances"])
    scorer.errors_ = {
        kind: Errors(*(arrays[f"errors.{kind}.{name}"] for name in _ERRORS))
        for kind in ("alone", "session")
    }
    return Shipped(scorer, tuple(facts["exercises"]), facts)


def _machine(
    scorer: ClinicalScorer, arrays: Mapping[str, Any], place: int, gamma: float
) -> ExerciseKernelRegressor:
    machine = ExerciseKernelRegressor(**scorer.get_params())
    for name in LEARNED:
        setattr(machine, name, np.asarray(arrays[f"{place}.{name}"]))
    machine.gamma_, machine.flat_ = gamma, False
    return machine
