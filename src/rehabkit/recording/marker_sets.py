"""Marker sets: the built-in ones, a user's ``markers.toml``, and the skeleton of free labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rehabkit.errors import RehabkitError, SkeletonError, choices
from rehabkit.recording import joint_centres as centres
from rehabkit.recording.arrays import Float
from rehabkit.recording.history import Step
from rehabkit.recording.joint_centres import Match, bare, in_words, match
from rehabkit.recording.joints import CANONICAL
from rehabkit.recording.marker_rules import (
    MarkerSet,
    Rule,
    names_of,
    number,
    rule_from_plain,
)
from rehabkit.recording.plug_in_gait import PLUG_IN_GAIT, PLUG_IN_GAIT_LEGS
from rehabkit.recording.skeleton import Skeleton

__all__ = [
    "MARKER_SETS",
    "MarkerSet",
    "bare",
    "joint_centres",
    "load_marker_set",
    "marker_skeleton",
    "match",
]

MARKER_SETS = (PLUG_IN_GAIT, PLUG_IN_GAIT_LEGS)
_KEYS = ("name", "source", "required", "body", "joints")
_LONGEST = 12


def marker_skeleton(labels: Sequence[str], marker_set: MarkerSet | None = None) -> Skeleton:
    """The skeleton of markers with free labels: no parents, no map, and the set that fits.

    Parameters
    ----------
    labels
        As in the file, each once; a subject's prefix (``"Anna:LASI"``) is kept but not compared.
    marker_set
        The user's own. None: the first built-in one that fits, if any does.

    Raises
    ------
    SkeletonError
        Where the user's set does not fit, saying what is lacking and which labels are left over.
    """
    if marker_set is not None:
        found = match(marker_set, labels)
        if not found.fits:
            raise SkeletonError(_why_not(labels, [(marker_set, found)]))
        chosen: MarkerSet | None = marker_set
    else:
        chosen = next((s for s in MARKER_SETS if match(s, labels).fits), None)
    name = chosen.name if chosen else "markers"
    return Skeleton(name, tuple(labels), (-1,) * len(labels), {}, True, chosen)


def joint_centres(
    skeleton: Skeleton, positions: Float
) -> tuple[Float, Float | None, tuple[Step, ...]]:
    """Positions and orientations of canonical joints from markers, and the lines of history.

    Raises
    ------
    SkeletonError
        Where no set fits: what each lacks, the labels left over, and what to do.
    """
    if skeleton.marker_set is not None:
        return centres.joint_centres(skeleton.marker_set, skeleton.joints, positions)
    raise SkeletonError(
        _why_not(skeleton.joints, [(known, match(known, skeleton.joints)) for known in MARKER_SETS])
        + " State what your markers mean with markers='markers.toml'; see docs/formats/markers.md."
    )


def _why_not(labels: Sequence[str], tried: list[tuple[MarkerSet, Match]]) -> str:
    lines = [f"{known.name!r} lacks {_short(in_words(f.lacks))}" for known, f in tried]
    wanted = {bare(n) for known, _ in tried for r in known.rules.values() for rule in r
              for n in names_of(rule)}  # fmt: skip
    left = [label for label in labels if bare(label) not in wanted]
    more = f" and {len(left) - _LONGEST} more" if len(left) > _LONGEST else ""
    return (
        "Markers are not joints, and no marker set fits these labels. "
        + ". ".join(lines)
        + f". Labels left over: {', '.join(left[:_LONGEST]) + more or 'none'}."
    )


def _short(text: str, longest: int = 400) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."


def load_marker_set(path: str | Path) -> MarkerSet:
    """The marker set of a user's ``markers.toml``.

    Raises
    ------
    SkeletonError
        Naming the file, the key and what is allowed there.
    """
    path = Path(path)
    try:
        plain = _parsed(path)
        return _build(path, plain)
    except RehabkitError as error:
        raise SkeletonError(f"{path}: {error}") from error


def _parsed(path: Path) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SkeletonError(f"expected a marker set in TOML, found: {why[:200]}.") from error


def _build(path: Path, plain: Mapping[str, Any]) -> MarkerSet:
    unknown = set(plain) - set(_KEYS)
    if unknown:
        raise SkeletonError(f"{choices(unknown)} is no key here; allowed: {choices(_KEYS)}.")
    joints = plain.get("joints")
    if not isinstance(joints, Mapping) or not joints:
        raise SkeletonError("joints: expected tables [joints.NAME], found none.")
    strange = set(joints) - set(CANONICAL)
    if strange:
        raise SkeletonError(
            f"joints: {choices(strange)} are no canonical joints; allowed: {choices(CANONICAL)}."
        )
    rules = {joint: _rules(value, f"joints.{joint}") for joint, value in joints.items()}
    body = plain.get("body", {})
    required = plain.get("required", [])
    if not isinstance(body, Mapping):
        raise SkeletonError(f"body: expected a table, found {body!r:.60}.")
    if not isinstance(required, list) or not all(isinstance(j, str) for j in required):
        raise SkeletonError(f"required: expected a list of joints, found {required!r:.60}.")
    measures = {key: number(value, f"body.{key}") for key, value in body.items()}
    name, source = str(plain.get("name", path.stem)), str(plain.get("source", path.name))
    return MarkerSet(name, rules, tuple(required), measures, source)


def _rules(value: Any, place: str) -> tuple[Rule, ...]:
    """One table, or several ([[joints.NAME]]) that are tried in their order."""
    if isinstance(value, list) and value:
        return tuple(rule_from_plain(v, f"{place}[{i}]") for i, v in enumerate(value, 1))
    return (rule_from_plain(value, place),)
