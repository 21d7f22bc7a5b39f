"""Whether a picture is mirrored, as far as a video file says so.

Phones mirror the front camera's preview and, where the user set it so, the film; files do not
record that. What some do record is the camera: a back camera's film is never mirrored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from rehabkit.errors import RehabkitError, choices
from rehabkit.recording import Mirrored, Step

_STATED: dict[str, Mirrored] = {"yes": "yes", "no": "no"}


def mirrored_by(
    asked: Literal["auto", "yes", "no"], tags: Mapping[str, str]
) -> tuple[Mirrored, Step]:
    """The state of a video, and the line of history that says how it is known.

    Parameters
    ----------
    asked
        What the user says; "auto": nothing.
    tags
        The file's metadata.
    """
    if asked in _STATED:
        return _STATED[asked], Step("state mirrored", {}, f"{asked}, as the user says")
    if asked != "auto":
        allowed = choices(("auto", *_STATED))
        raise RehabkitError(f"Expected mirrored to be one of {allowed}, found {asked!r}.")
    text = " ".join(tags.values()).lower()
    if "back camera" in text:
        return "no", Step("state mirrored", {}, "no: the file names a back camera")
    if "front camera" in text:
        why = "not known: the file names a front camera, whose films may be mirrored"
    else:
        why = "not known: the file does not say"
    return "unknown", Step("state mirrored", {}, why)
