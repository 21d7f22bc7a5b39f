"""Finding and loading definition files."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from rehabkit.errors import ExerciseError, choices
from rehabkit.exercises.exercise import Exercise

_LARGEST_BYTES = 1_000_000


def ids() -> tuple[str, ...]:
    """Ids of all exercises in the catalogue, sorted."""
    return tuple(_files())


def load(exercise_id: str) -> Exercise:
    """One exercise of the catalogue.

    Raises
    ------
    ExerciseError
        If there is none of that id; the message suggests those that are close.
    """
    if exercise_id not in _files():
        raise ExerciseError(_unknown(exercise_id))
    return _load(exercise_id)


def load_file(path: str | Path) -> Exercise:
    """One exercise from a definition file of one's own.

    Raises
    ------
    ExerciseError
        If the file cannot be read or breaks the schema; all problems are listed, each with its
        key and what was expected.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ExerciseError(
                f"{path}: expected a definition of less than {_LARGEST_BYTES // 1000} kB, found "
                f"{path.stat().st_size // 1000} kB. Is this an exercise's .toml file?"
            )
        content = path.read_bytes()
    except OSError as error:
        raise ExerciseError(
            f"{path}: expected a readable definition file (.toml): {error.strerror}."
        ) from error
    return _parse(content, str(path), path.name)


@cache
def _files() -> dict[str, Traversable]:
    folder = files("rehabkit.exercises").joinpath("definitions")
    found = (f for f in folder.iterdir() if f.name.endswith(".toml"))
    return {f.name.removesuffix(".toml"): f for f in sorted(found, key=lambda f: f.name)}


@cache
def _load(exercise_id: str) -> Exercise:
    file = _files()[exercise_id]
    return _parse(file.read_bytes(), file.name, file.name)


def _unknown(exercise_id: str) -> str:
    close = difflib.get_close_matches(exercise_id.lower(), ids(), n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    return (
        f"No exercise is called {exercise_id!r}.{hint} Known: {choices(ids())}; or give the path "
        "of a definition file (.toml)."
    )


def _parse(content: bytes, place: str, name: str) -> Exercise:
    try:
        table: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ExerciseError(f"{place}: expected TOML in UTF-8: {error}.") from error
    return _check(table, place, name)


def _check(table: dict[str, Any], place: str, name: str) -> Exercise:
    from pydantic import ValidationError

    from rehabkit.exercises.problems import describe
    from rehabkit.exercises.schema import Definition

    try:
        definition = Definition.model_validate(table)
    except ValidationError as error:
        raise ExerciseError(describe(error, Definition, place)) from None
    return definition.plain(name)
