"""The tracking lane: where joints were lost, filled or mended, and which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.recording import CANONICAL, Recording
from rehabkit.report.document import Summary
from rehabkit.report.page.labels import Wish, text_width, wide_and_narrow
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.words import listed, number

Span = tuple[float, float]
_KINDS = {"fill gaps": "filled", "repair jumps": "jump mended", "swap sides": "sides swapped",
          "mark lost": "lost"}  # fmt: skip
_PARTS = {
    "right arm": ("elbow_right", "wrist_right"), "left arm": ("elbow_left", "wrist_left"),
    "right leg": ("knee_right", "ankle_right"), "left leg": ("knee_left", "ankle_left"),
    "head": ("head",), "trunk": ("pelvis", "chest"),
}  # fmt: skip
_TITLE_PX = 56.0


@dataclass(frozen=True)
class LaneLabel:
    """Words beside a box; ``more`` is left out on a narrow page."""

    left: str
    text: str
    more: str
    fit: str


@dataclass(frozen=True)
class Lane:
    """The drawing, the words that fit, and one sentence where they do not."""

    svg: Markup
    labels: list[LaneLabel]
    sentence: str


def tracking_lane(summary: Summary, recording: Recording, length: float) -> Lane:
    """The lane over ``length`` s."""
    boxes = [(kind, span) for kind in _KINDS.values() for span in _spans(summary, kind, length)]
    parts = [line(0, "50%", "100%", "50%", "axis")]
    for kind, (start, end) in boxes:
        x, width = 100 * start / length, max(0.25, 100 * (end - start) / length)
        if kind == "lost":
            parts.append(tag("rect", x=f"{num(x)}%", width=f"{num(width)}%", y=12, height=8,
                             fill="#fff", stroke="var(--ink-2)"))  # fmt: skip
        else:
            parts.append(tag("rect", x=f"{num(x)}%", width=f"{num(width)}%", y=12, height=8,
                             fill="var(--ink-2)"))  # fmt: skip
    labels = _labels(boxes, recording, length)
    return Lane(tag("svg", join(parts), aria_hidden="true"), labels, _sentence(boxes, labels))


def _spans(summary: Summary, kind: str, length: float) -> list[Span]:
    """Spans of one kind, merged where less than half a per cent of the lane lies between."""
    found = sorted(s for step in summary.history if _KINDS.get(step.name) == kind
                   for s in step.spans)  # fmt: skip
    out: list[Span] = []
    for start, end in found:
        if out and start - out[-1][1] < 0.005 * length:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _labels(boxes: list[tuple[str, Span]], recording: Recording, length: float) -> list[LaneLabel]:
    texts = []
    for kind, (start, end) in boxes:
        if kind == "lost":
            what = f"{missing(recording, start, end)} lost"
            more = f", {number(start, 1)}–{number(end, 1)} s"
        else:
            what, more = kind, f", {number(end - start, 1)} s"
        texts.append((100 * end / length, what, more, end - start))
    taken = [(0.0, _TITLE_PX)]
    wishes = [Wish(at, text_width(w + m, 12) + 14, weight, "start") for at, w, m, weight in texts]
    fits = wide_and_narrow(wishes, taken=taken, outside=0)
    # A label also stays clear of every box but its own.
    spans = [(s, e) for _, (s, e) in boxes]
    return [
        LaneLabel(f"{num(at)}%", what, more, fit)
        for (at, what, more, _), fit, wish in zip(texts, fits, wishes, strict=True)
        if fit != "none" and _clear(wish, spans, length)
    ]


def _clear(wish: Wish, spans: list[Span], length: float) -> bool:
    left = wish.at / 100 * length
    right = left + wish.width_px / 690.0 * length
    return not any(s < right and e > left + 1e-6 for s, e in spans)


def _sentence(boxes: list[tuple[str, Span]], labels: list[LaneLabel]) -> str:
    if len(labels) == len(boxes):
        return ""
    totals: dict[str, list[float]] = {}
    for kind, (start, end) in boxes:
        totals.setdefault(kind, []).append(end - start)
    words = [f"{kind} at {len(t)} {'place' if len(t) == 1 else 'places'}, {number(sum(t), 1)} s"
             for kind, t in totals.items()]  # fmt: skip
    return f"Tracking: {'; '.join(words)}."


def missing(recording: Recording, start: float, end: float) -> str:
    """The body parts that were mostly unseen in [start, end): ``"right leg"``."""
    values = recording.positions if recording.positions is not None else recording.image_points
    if values is None:
        return "points"
    inside = (recording.time >= start) & (recording.time < end)
    gone = np.asarray(np.isnan(values).any(axis=2))
    ever = ~np.all(gone, axis=0)
    parts = []
    for part, joints in _PARTS.items():
        columns = [CANONICAL.index(j) for j in joints if ever[CANONICAL.index(j)]]
        if columns and inside.any() and gone[inside][:, columns].mean() >= 0.5:
            parts.append(part)
    return "whole body" if len(parts) >= 5 else listed(parts) or "some points"
