"""What is wrong with a definition file, in words: key, what was expected, what was found."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

from rehabkit.errors import choices

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

_TYPES = {
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text in quotes",
    "list_type": "a list in brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "bool_type": "true or false",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "small letters, digits and single hyphens",
}


def describe(error: ValidationError, model: type[BaseModel], place: str) -> str:
    """All problems of one file, a line each."""
    problems = error.errors(include_url=False)
    lines = [f"{key_path(p['loc']) or 'the file'}: {_problem(p, model)}." for p in problems]
    if len(lines) == 1:
        return f"{place}: {lines[0]}"
    return "\n  ".join([f"{place}: {len(lines)} problems:", *lines])


def key_path(location: Sequence[int | str]) -> str:
    """``("involved", 1, "words", "title")`` as ``involved[1].words.title``, counted from 1."""
    path = ""
    for part in location:
        if part == "[key]":
            continue
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _problem(problem: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    found = _shown(problem.get("input"))
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return _unknown_key(problem["loc"], model)
    if kind == "literal_error":
        return f"expected {str(context.get('expected', '')).replace(' or ', ', ')}, found {found}"
    if kind in _TYPES:
        return f"expected {_TYPES[kind]}, found {found}"
    if kind == "not_allowed":
        return f"{problem['msg']}; found {found}{_close(problem)}"
    text = problem["msg"].replace("Input should be", "expected")
    return text if "found" in text else f"{text}, found {found}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _close(problem: ErrorDetails) -> str:
    allowed = str(problem.get("ctx", {}).get("allowed", "")).replace("'", "").split(", ")
    close = difflib.get_close_matches(str(problem.get("input")), allowed, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _unknown_key(location: Sequence[int | str], model: type[BaseModel]) -> str:
    keys = _keys_at(location[:-1], model)
    close = difflib.get_close_matches(str(location[-1]), keys, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    return f"is not a key here{hint}; allowed: {choices(keys)}"


def _keys_at(location: Sequence[int | str], model: type[BaseModel]) -> list[str]:
    """Keys of the table at ``location``."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``list[Model]``, ``Model | None`` or ``dict[str, Model]``."""
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)
