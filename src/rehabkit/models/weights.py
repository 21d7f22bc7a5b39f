"""Learned arrays as safetensors files: what they were learned from stands in the file itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.formats.files import sha256

Arrays = Mapping[str, NDArray[Any]]
CHECKSUMS: Final = "checksums.json"


def write(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> str:
    """Write arrays with what is known of them; gives the file's SHA-256."""
    from safetensors.numpy import save

    content = save(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()},
        metadata={"facts": json.dumps(facts, sort_keys=True)},
    )
    unfinished = path.with_suffix(".tmp")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return sha256(content)


def read(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and facts of a file.

    Raises
    ------
    ModelError
        Where the file is missing, damaged, or holds no facts of ours.
    """
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise ModelError(f"Expected a file of weights at {path}: {error.strerror}.") from error


def parse(content: bytes, name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and facts of a file's content."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(content)
        length = int.from_bytes(content[:8], "little")
        facts = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["facts"])
    except (SafetensorError, ValueError, KeyError) as error:
        raise ModelError(
            f"{name} is no file of weights that RehabKit wrote ({error}). Train it anew."
        ) from error
    return arrays, facts


def keep_checksum(path: Path, digest: str) -> None:
    """Note a file's SHA-256 beside it, where :func:`shipped` looks; those of others stay."""
    known = path.with_name(CHECKSUMS)
    sums = json.loads(known.read_text()) if known.is_file() else {}
    known.write_text(json.dumps({**sums, path.name: digest}, indent=1) + "\n")


def there(name: str) -> bool:
    """Whether the package holds these weights; who must not ship them deletes the file."""
    return (files("rehabkit.models") / "data" / name).is_file()


def shipped(name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and facts of weights in the package, their checksum compared.

    Raises
    ------
    ModelError
        Where the package does not hold them unchanged.
    """
    folder = files("rehabkit.models") / "data"
    content = (folder / name).read_bytes()
    expected = json.loads((folder / CHECKSUMS).read_text())[name]
    if sha256(content) != expected:
        raise ModelError(
            f"The package's weights {name} are not the ones that were shipped: expected SHA-256 "
            f"{expected[:12]}..., found {sha256(content)[:12]}.... Install RehabKit anew."
        )
    return parse(content, name)
