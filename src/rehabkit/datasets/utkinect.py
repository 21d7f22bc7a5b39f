"""UTKinect-Action3D as a table: a row for each labelled action of each recording."""

from __future__ import annotations

import math
import re
from pathlib import Path

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats import utkinect as reader

_NAME = re.compile(r"joints_(s\d\d)_(e\d\d)", re.ASCII)


def find(root: Path, *, labels: str = "actionLabel.txt") -> Listing:
    """The rows of UTKinect below ``root``.

    Parameters
    ----------
    labels
        The label file; ``"actionLabel_modified.txt"`` is somebody's correction.
    """
    rows: list[Row] = []
    notes: list[str] = []
    for path in sorted(root.rglob("joints_s*_e*.txt")):
        match = _NAME.fullmatch(path.stem)
        if match is None:
            continue
        marked = reader.read_labels(path.parent / labels, f"{match[1]}_{match[2]}")
        content = fingerprint_of([path])
        spans = {action: span for action, span in marked.items() if not math.isnan(span[0])}
        notes += [f"{path.stem} {a}: labelled NaN, left out" for a in marked if a not in spans]
        for action, span in spans.items():
            odd = _odd(action, span, spans)
            rows.append(_row(path, (match[1], match[2]), action, labels, content, odd))
    return Listing(tuple(rows), tuple(notes))


def _odd(
    action: str, span: tuple[float, float], spans: dict[str, tuple[float, float]]
) -> tuple[str, ...]:
    """Where the frames of one action hold those of another, a number is a slip."""
    inside = [
        other for other, (first, last) in spans.items()
        if other != action and span[0] < first and last < span[1]
    ]  # fmt: skip
    if span[1] < span[0]:
        return (f"its last frame {span[1]:.0f} comes before its first {span[0]:.0f}: a slip",)
    if inside:
        held = ", ".join(inside)
        return (f"frames {span[0]:.0f} to {span[1]:.0f} hold those of {held}: a slip",)
    return ()


def _row(
    path: Path,
    who: tuple[str, str],
    action: str,
    labels: str,
    content: str,
    notes: tuple[str, ...],
) -> Row:
    subject, episode = who
    options = {"action": action} | ({"labels": labels} if labels != "actionLabel.txt" else {})
    return Row(
        path=path,
        format="utkinect",
        options=options,
        subject=subject,
        session=episode,
        repetition=int(episode[1:]),
        sensor="kinect-v1",
        labels={"action": action},
        fingerprint=content,
        notes=notes,
    )
