"""MSRAction3D as a table: a row for each recording."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.msr_action3d import ACTIONS, NAME

_USED: Final = "files_used_in_cvpr12_paper.txt"


def find(root: Path) -> Listing:
    """The rows of MSRAction3D below ``root``.

    The list of files that a well-known protocol used becomes the label ``used_in_cvpr12``.
    """
    lists = sorted(root.rglob(_USED))
    used = set(decode(lists[0], read_bytes(lists[0])).split()) if lists else None
    files = sorted(root.rglob("a*_s*_e*_skeleton3D.txt"))
    rows = tuple(_row(f, m, used) for f in files if (m := NAME.fullmatch(f.stem)))
    left_out = sum(row.labels["used_in_cvpr12"] is False for row in rows)
    notes = (f"{left_out} of {len(rows)} files are not in {_USED}: much noise",) if left_out else ()
    return Listing(rows, notes)


def _row(path: Path, match: re.Match[str], used: set[str] | None) -> Row:
    action = int(match[1])
    known = 1 <= action <= len(ACTIONS)
    stem = f"a{match[1]}_s{match[2]}_e{match[3]}"
    content = read_bytes(path)
    empty = not any(cell.strip(b"-0.") for cell in content.split())
    return Row(
        path=path,
        format="msr-action3d",
        subject=f"s{match[2]}",
        group="healthy",
        repetition=int(match[3]),
        sensor="depth",
        labels={
            "action": ACTIONS[action - 1] if known else "",
            "number": action,
            "used_in_cvpr12": None if used is None else stem in used,
        },
        fingerprint=fingerprint_of([path]),
        notes=("zeros only: nobody was tracked, its reader refuses it",) if empty else (),
    )
