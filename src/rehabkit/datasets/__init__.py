"""Data sets as tables of recordings: ``load("kimore", "data/kimore")``.

A module a data set; each has ``find(root, **options) -> Listing``. Recordings are read one at a
time, through the readers of ``rehabkit.formats``.
"""

from __future__ import annotations

import inspect
import os
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from rehabkit.datasets.row import Dataset, Listing, Row, Span
from rehabkit.errors import FormatError, RehabkitError, choices

__all__ = ["Dataset", "Row", "Span", "load", "names", "words"]

_SETS: Final[dict[str, tuple[str, str]]] = {
    "kimore": ("rehabkit.datasets.kimore", "KIMORE: five exercises, expert scores"),
    "ui-prmd": ("rehabkit.datasets.ui_prmd", "UI-PRMD: ten movements, correct and incorrect"),
    "irds": ("rehabkit.datasets.irds", "IntelliRehabDS: nine gestures, correct or not"),
    "keraal": ("rehabkit.datasets.keraal", "KERAAL: three exercises, up to five systems"),
    "utkinect": ("rehabkit.datasets.utkinect", "UTKinect-Action3D: ten actions in a row"),
    "utd-mhad": ("rehabkit.datasets.utd_mhad", "UTD-MHAD: 27 actions, Kinect and inertial"),
    "msr-action3d": ("rehabkit.datasets.msr_action3d", "MSRAction3D: twenty actions"),
    "finerehab": ("rehabkit.datasets.finerehab", "FineRehab: sixteen movements, scores 0 to 4"),
    "ntu": ("rehabkit.datasets.ntu", "NTU RGB+D: 60 or 120 actions, three cameras"),
}  # fmt: skip


def names() -> tuple[str, ...]:
    """The data sets that ``load`` knows."""
    return tuple(_SETS)


def words(name: str) -> str:
    """What a data set is, in a few words."""
    return _entry(name)[1]


def _entry(name: str) -> tuple[str, str]:
    if name not in _SETS:
        raise RehabkitError(f"No data set is called {name!r}; known: {choices(_SETS)}.")
    return _SETS[name]


def load(name: str, root: str | os.PathLike[str], **options: Any) -> Dataset:
    """A data set as a table of recordings.

    Parameters
    ----------
    name
        One of ``names()``.
    root
        The folder that the data set was unpacked into, or a folder that holds it under its name.
    **options
        What the data set takes; see ``docs/datasets.md``.

    Raises
    ------
    FormatError
        Where there is no such folder, or none of the set's recordings in it; where a label file
        is damaged.
    RehabkitError
        An unknown data set or option; lists the known ones.
    """
    module = import_module(_entry(name)[0])
    folder = _folder(name, Path(root))
    _check_options(name, module.find, options)
    listing: Listing = module.find(folder, **options)
    if not listing.rows:
        raise FormatError(
            folder,
            expected=f"recordings of {words(name)}",
            found="none",
            fix="Give the folder that the data set was unpacked into, its file names unchanged.",
        )
    return Dataset(name, folder, listing.rows, listing.notes)


def _folder(name: str, root: Path) -> Path:
    if not root.is_dir():
        raise FormatError(
            root, expected="the folder of a data set", found="no folder", fix="Check the path."
        )
    inside = root / name
    return inside if inside.is_dir() else root


def _check_options(name: str, find: Any, options: dict[str, Any]) -> None:
    parameters = inspect.signature(find).parameters.values()
    allowed = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    unknown = options.keys() - set(allowed)
    if unknown:
        listed = f"allowed: {choices(allowed)}" if allowed else "it takes none"
        raise RehabkitError(f"The data set {name!r} has no option {choices(unknown)}; {listed}.")
