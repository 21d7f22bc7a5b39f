"""The tracking lane: where joints were lost, filled or mended, and which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.assessment.needs import joints_of, moving_joints, signal_needs
from rehabkit.assessment.words import listed
from rehabkit.recording import CANONICAL, Recording
from rehabkit.recording.arrays import Bool
from rehabkit.report.curves import Curves
from rehabkit.report.document import Summary
from rehabkit.report.page.labels import Wish, text_width, wide_and_narrow
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.words import count, number

Span = tuple[float, float]
_KINDS = {"fill gaps": "filled", "repair jumps": "jump mended", "swap sides": "sides swapped"}
_LABELLED_S = 0.2
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


def tracking_lane(summary: Summary, curves: Curves, length: float) -> Lane:
    """The lane over ``length`` s, of the parts of the body that this exercise is judged by."""
    recording = _judged(curves)
    lost = _merged(lost_spans(recording), length)
    boxes = [("lost", span) for span in lost]
    for kind in _KINDS.values():
        found = _merged(_spans(summary, kind), length)
        boxes += [(kind, span) for span in found if not _covered(span, lost)]
    parts = [line(0, "50%", "100%", "50%", "axis")]
    for kind, (start, end) in boxes:
        x = 100 * start / length
        width = max(0.25, min(100 - x, 100 * (end - start) / length))
        if kind == "lost":
            parts.append(tag("rect", x=f"{num(x)}%", width=f"{num(width)}%", y=12, height=8,
                             fill="#fff", stroke="var(--ink-2)"))  # fmt: skip
        else:
            parts.append(tag("rect", x=f"{num(x)}%", width=f"{num(width)}%", y=12, height=8,
                             fill="var(--ink-2)"))  # fmt: skip
    labels = _labels(boxes, recording, length)
    return Lane(
        tag("svg", join(parts), aria_hidden="true"), labels, _sentence(boxes, labels, recording)
    )


def _judged(curves: Curves) -> Recording:
    """The recording with only the joints that driver and exercise look at."""
    needs = [need for signal in curves.drivers for need in signal_needs(signal.name)]
    joints = {joint for need in needs for joint in moving_joints(need)}
    if curves.exercise is not None:
        joints |= joints_of(curves.exercise)
    recording = curves.recording
    if not joints or recording.positions is None:
        return recording
    points = recording.positions.copy()
    points[:, [i for i, joint in enumerate(CANONICAL) if joint not in joints]] = np.nan
    return recording.replace(positions=points)


def _spans(summary: Summary, kind: str) -> list[Span]:
    return [s for step in summary.history if _KINDS.get(step.name) == kind for s in step.spans]


def _merged(spans: list[Span], length: float) -> list[Span]:
    """Spans in order, joined where less than half a per cent of the lane lies between."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start - out[-1][1] < 0.005 * length:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _covered(span: Span, lost: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in lost)


def _gone(recording: Recording) -> Bool | None:
    """(frames, joints) unseen in the end, of joints that were seen at all; None without points."""
    values = recording.positions if recording.positions is not None else recording.image_points
    if values is None:
        return None
    gone = np.asarray(np.isnan(values).any(axis=2))
    return np.asarray(gone & ~gone.all(axis=0))


def lost_spans(recording: Recording) -> list[Span]:
    """[start, end) s in which a main joint stays unseen after clean-up."""
    gone = _gone(recording)
    if gone is None:
        return []
    columns = [CANONICAL.index(j) for joints in _PARTS.values() for j in joints]
    lost = gone[:, columns].any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], lost, [False]]).astype(int)))
    time = np.append(recording.time, recording.time[-1] + 1 / (recording.rate_hz or 30.0))
    spans = zip(edges[::2], edges[1::2], strict=True)
    return [(float(time[a]), float(time[b])) for a, b in spans]


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
    spans = [(s, e) for _, (s, e) in boxes]
    labels = [
        LaneLabel(f"{num(at)}%", what, more, fit)
        for (at, what, more, long), fit, wish in zip(texts, fits, wishes, strict=True)
        if fit != "none" and long >= _LABELLED_S and _clear(wish, spans, length)
    ]
    # Where words fit beside a few boxes only, one sentence below says all.
    return labels if len(labels) == len(boxes) else []


def _clear(wish: Wish, spans: list[Span], length: float) -> bool:
    left = wish.at / 100 * length
    right = left + wish.width_px / 690.0 * length
    return not any(s < right and e > left + 1e-6 for s, e in spans)


def _sentence(boxes: list[tuple[str, Span]], labels: list[LaneLabel], recording: Recording) -> str:
    if len(labels) == len(boxes):
        return ""
    totals: dict[str, list[float]] = {}
    for kind, (start, end) in boxes:
        name = f"{missing(recording, start, end)} lost" if kind == "lost" else kind
        totals.setdefault(name, []).append(end - start)
    words = [
        f"{name} at {count(len(t), 'place')}, {number(max(0.1, sum(t)), 1)} s"
        for name, t in sorted(totals.items(), key=lambda item: -sum(item[1]))
    ]
    return f"Tracking: {'; '.join(words)}."


def missing(recording: Recording, start: float, end: float) -> str:
    """The body parts that were mostly unseen in [start, end): ``"right leg"``."""
    gone = _gone(recording)
    inside = (recording.time >= start) & (recording.time < end)
    if gone is None or not inside.any():
        return "points"
    parts = [
        part
        for part, joints in _PARTS.items()
        if gone[inside][:, [CANONICAL.index(j) for j in joints]].mean() >= 0.5
    ]
    return "whole body" if len(parts) >= 5 else listed(parts) or "some points"
