"""NTU RGB+D as a table: a row for each ``.skeleton`` file, by its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats.files import decode, read_bytes

_NAME = re.compile(r"S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})", re.IGNORECASE)
_MISSING: Final = "*missing_skeleton*.txt"


def find(root: Path) -> Listing:
    """The rows of NTU RGB+D below ``root``.

    Lists of samples with missing skeletons, as the authors publish them, become a note where they
    lie in the folder.
    """
    listed = {
        match[0].upper()
        for file in sorted(root.rglob(_MISSING))
        for match in _NAME.finditer(decode(file, read_bytes(file)))
    }
    files = sorted(root.rglob("*.skeleton"))
    rows = tuple(_row(f, m, listed) for f in files if (m := _NAME.fullmatch(f.stem)))
    return Listing(rows)


def _row(path: Path, match: re.Match[str], listed: set[str]) -> Row:
    setup, camera, performer, replication, action = (int(part) for part in match.groups())
    missing = match[0].upper() in listed
    return Row(
        path=path,
        format="ntu",
        subject=f"P{performer:03}",
        session=f"S{setup:03}",
        repetition=replication,
        sensor="kinect-v2",
        labels={"action": action, "camera": camera, "setup": setup},
        fingerprint=fingerprint_of([path]),
        notes=("listed by its authors as without skeleton",) if missing else (),
    )
