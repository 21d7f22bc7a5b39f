"""The shipped clinical scorer: from a fitted one to a file and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import ModelError
from rehabkit.models import familiar, weights
from rehabkit.models.clinical import FIGURES, ClinicalScorer, Errors, Session
from rehabkit.models.familiar import Familiar
from rehabkit.models.kernel_machine import LEARNED, ExerciseKernelRegressor

SHIPPED: Final = "clinical-kimore.safetensors"
FAMILIAR: Final = "familiar-kimore.safetensors"
OUTPUTS: Final = ("total", "primary", "control")
_ERRORS: Final = ("offset", "slope", "floor", "quantile")


@dataclass(frozen=True, eq=False)
class Shipped:
    """A scorer with what is known of it.

    ``exercises`` are the ids that it knows, in the order of its columns; ``facts`` hold data,
    protocol and figures as its card states them. ``familiar`` knows bodies and courses of time of
    the same people; None: these are not looked at.
    """

    scorer: ClinicalScorer
    exercises: tuple[str, ...]
    facts: Mapping[str, Any]
    familiar: Familiar | None = None


@cache
def shipped() -> Shipped | None:
    """The scorer in the package, loaded once; None where its weights were left out."""
    if not (weights.there(SHIPPED) and weights.there(FAMILIAR)):
        return None
    scorer = _shipped(*weights.shipped(SHIPPED))
    return replace(scorer, familiar=_familiar(*weights.shipped(FAMILIAR)))


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


def read_familiar(path: Path) -> Familiar:
    """What :func:`write_familiar` wrote."""
    return _familiar(*weights.read(path))


def write_familiar(path: Path, known: Familiar, facts: Mapping[str, Any]) -> str:
    """Write what is familiar of bodies and courses of time with ``facts``; gives the SHA-256."""
    arrays = {name: np.asarray(getattr(known, name)) for name in familiar.LEARNED}
    return weights.write(path, arrays, {**facts, "learned": {"settings": known.get_params()}})


def _familiar(arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> Familiar:
    known = Familiar(**facts["learned"]["settings"])
    for name in familiar.LEARNED:
        setattr(known, name, np.asarray(arrays[name], dtype=np.float64))
    known.usual_, known.within_ = known.usual_.reshape(()), known.within_.reshape(())
    return known


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
