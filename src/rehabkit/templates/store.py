"""Templates in files: one small JSON for each exercise, in the package or in a user's folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import RehabkitError, choices
from rehabkit.formats.files import atomic
from rehabkit.templates.types import Curve, Norm, Template

FOLDER: Final = Path(__file__).parent / "data"
_DIGITS: Final = {"deg": 2, "m": 4, "": 3, "body": 3}


def ids() -> tuple[str, ...]:
    """Exercises that the package has healthy people's curves for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def load(exercise: str) -> Template:
    """The package's template of an exercise.

    Raises
    ------
    RehabkitError
        If there is none.
    """
    path = FOLDER / f"{exercise}.json"
    if not path.is_file():
        raise RehabkitError(
            f"There are no healthy people's curves for {exercise!r}; there are for: "
            f"{choices(ids())}."
        )
    return read(path)


def find(exercise: str) -> Template | None:
    """The package's template, or None where it has none for this exercise."""
    return load(exercise) if exercise in ids() else None


def read(path: Path) -> Template:
    """A template from its file, as :func:`write` writes it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Template(
            exercise=found["exercise"],
            source=found["source"],
            sensor=found["sensor"],
            people=int(found["people"]),
            repetitions=int(found["repetitions"]),
            curves={key: _curve(value) for key, value in found["curves"].items()},
            norms={key: Norm(**value) for key, value in found["norms"].items()},
        )
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RehabkitError(
            f"{path}: expected a template as 'rehabkit templates build' writes it, found {error}."
        ) from error


def _curve(value: dict[str, Any]) -> Curve:
    return Curve(np.array(value["mean"]), np.array(value["sd"]), value["unit"], value["people"])


def write(template: Template, path: Path) -> None:
    """Write a template; digits beyond the sensor's precision are left out."""
    document = {
        "exercise": template.exercise,
        "source": template.source,
        "sensor": template.sensor,
        "people": template.people,
        "repetitions": template.repetitions,
        "norms": {key: _norm(norm) for key, norm in sorted(template.norms.items())},
        "curves": {key: _plain(curve) for key, curve in sorted(template.curves.items())},
    }
    text = json.dumps(document, indent=None, separators=(",", ":"), allow_nan=False)
    # A line for each curve and norm, so that a rebuilt file shows what changed.
    text = text.replace('},"', '},\n"').replace('{"', '{\n"', 1)
    with atomic(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def _norm(norm: Norm) -> dict[str, float]:
    names = ("mean", "sd", "low", "high", "within")
    return {name: round(getattr(norm, name), 4) for name in names} | {"people": norm.people}


def _plain(curve: Curve) -> dict[str, Any]:
    digits = _DIGITS[curve.unit]
    return {
        "unit": curve.unit,
        "people": curve.people,
        "mean": [round(float(v), digits) for v in curve.mean],
        "sd": [round(float(v), digits) for v in curve.sd],
    }
