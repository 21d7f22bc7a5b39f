"""Every error that RehabKit raises on purpose.

::

    RehabkitError
    ├── FormatError      a file is not what it should be (file, place, expected, found)
    ├── RecordingError   a Recording's fields contradict each other, or lack what a step needs
    ├── SkeletonError    joints are missing, unknown or cannot be mapped
    ├── ExerciseError    an exercise definition is wrong (file, key, allowed values)
    ├── NotScorable      the recording must not be judged (reasons, each with evidence)
    ├── MissingExtra     an optional package is needed (purpose, install command)
    └── ModelError       a model file is missing, damaged or of another kind

A message says what was expected, what was found, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType


class RehabkitError(Exception):
    """Root of all errors raised on purpose; catch this to catch them all."""


class FormatError(RehabkitError):
    """A file cannot be read as what it claims, or seems, to be."""

    def __init__(
        self,
        path: str | Path,
        *,
        expected: str,
        found: str,
        place: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.path, self.place = str(path), place
        self.expected, self.found, self.fix = expected, found, fix
        where = f"{self.path}, {place}" if place else self.path
        message = f"{where}: expected {expected}, found {found}."
        super().__init__(f"{message} {fix}" if fix else message)

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments need help to survive the way back from a child process.
        return _format_error, (self.path, self.expected, self.found, self.place, self.fix)


def _format_error(
    path: str, expected: str, found: str, place: str | None, fix: str | None
) -> FormatError:
    return FormatError(path, expected=expected, found=found, place=place, fix=fix)


class RecordingError(RehabkitError):
    """A recording's fields contradict each other, or a step lacks what it needs."""


class SkeletonError(RehabkitError):
    """Joints are missing, unknown, or cannot be mapped to the canonical ones."""


class ExerciseError(RehabkitError):
    """An exercise definition is wrong, or no exercise has the given id."""


class NotScorable(RehabkitError):  # noqa: N818 - the outer contract names it so
    """The recording must not be judged; ``reasons`` holds one sentence each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("Cannot be scored, because " + "; ".join(self.reasons) + ".")

    def __reduce__(self) -> tuple[object, ...]:
        return NotScorable, (self.reasons,)


class ModelError(RehabkitError):
    """A model file is missing, damaged, or not of the kind that was asked for."""


class MissingExtra(RehabkitError):  # noqa: N818 - the outer contract names it so
    """An optional package is needed and not installed."""

    def __init__(self, purpose: str, package: str, extra: str) -> None:
        self.purpose, self.package, self.extra = purpose, package, extra
        super().__init__(
            f"{purpose} needs the package {package!r}, which is not installed. "
            f"Install it with: pip install 'rehabkit[{extra}]'"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return MissingExtra, (self.purpose, self.package, self.extra)


def require(module: str, *, purpose: str, extra: str) -> ModuleType:
    """Import an optional ``module``, or raise :class:`MissingExtra` that says how to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = (error.name or module).split(".")[0]
        raise MissingExtra(purpose, package, extra) from error


def choices(values: Iterable[object]) -> str:
    """Allowed values as one readable, reproducible list for messages."""
    return ", ".join(repr(str(value)) for value in sorted(map(str, values)))
