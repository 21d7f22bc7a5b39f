"""A picture of an exercise: the figure from rest to extreme and back, as SVG, HTML or GIF.

The SVG moves by itself on a screen, and is a strip of five poses on paper, for whoever asked for
less motion, and in viewers that know no animation.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from markupsafe import Markup

from rehabkit.authoring.figures import Movement, movement
from rehabkit.errors import RehabkitError
from rehabkit.exercises.exercise import Exercise
from rehabkit.formats.files import atomic
from rehabkit.kinematics.course import minimum_jerk
from rehabkit.report.page.body import bones, box, silhouette
from rehabkit.report.page.svg import join, num, tag
from rehabkit.report.poses import Pose

OUT_S, HOLD_S, BACK_S, REST_S = 1.3, 0.3, 1.4, 0.8
SUFFIXES: Final = (".svg", ".html", ".gif")
_WIDTH, _TALL = 920.0, 300.0
_MOVING = "@media screen and (prefers-reduced-motion:no-preference)"
_STYLE = (
    ".rk{--ink:#14201f;--ink-2:#485654;--ink-3:#5d6a68;--rule:#d6dddb;--body:#e6ebe9;"
    "--left:#0072b2;--right:#d55e00;--right-text:#a84a00;"
    "font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif}"
    ".rk text{fill:var(--ink-2);font-size:13px}.rk .t{fill:var(--ink);font-size:20px;"
    "font-weight:600}.rk .l{fill:var(--ink-3);font-size:12px;text-anchor:middle}"
    ".rk .n{font-size:12px;fill:var(--ink-3)}.rk .g{display:none}"
)
_LINES: Final = {
    "ink-2": (("pelvis", "chest", "neck", "head"), ("shoulder_left", "chest", "shoulder_right"),
              ("hip_left", "pelvis", "hip_right")),
    "left": (("shoulder_left", "elbow_left", "wrist_left", "hand_left"),
             ("hip_left", "knee_left", "ankle_left", "toe_left")),
    "right": (("shoulder_right", "elbow_right", "wrist_right", "hand_right"),
              ("hip_right", "knee_right", "ankle_right", "toe_right")),
}  # fmt: skip


def write_picture(
    exercise: Exercise, path: str | Path, facts: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """Write the picture; its suffix chooses: ``.svg``, ``.html`` (with ``facts``) or ``.gif``.

    Returns
    -------
    list of str
        What was assumed, a sentence each.

    Raises
    ------
    RehabkitError
        For another suffix, and where the definition says too little to draw it.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise RehabkitError(
            f"Expected a picture that ends in .svg, .html or .gif, found {str(path)!r}."
        )
    moves = movement(exercise)
    with atomic(path) as temporary:
        if path.suffix.lower() == ".gif":
            from rehabkit.report.movement_gif import write_gif

            write_gif([_flat(moves, k, side=moves.side_view()) for k in range(_count(moves))],
                      temporary)  # fmt: skip
        elif path.suffix.lower() == ".html":
            temporary.write_text(to_html(exercise, moves, facts or {}), encoding="utf-8")
        else:
            temporary.write_text(to_svg(exercise, moves), encoding="utf-8")
    return notes(moves)


def notes(moves: Movement) -> list[str]:
    """What the picture shows and does not."""
    told = [f"Drawn with a made body of 1.72 m: {moves.how}."]
    if moves.one_sided:
        told.append("The right side is shown; the left does the same.")
    return told


def to_svg(exercise: Exercise, moves: Movement | None = None) -> str:
    """The whole drawing as text, about 100 kB."""
    moves = moves or movement(exercise)
    lines = textwrap.wrap(exercise.description, 120)
    top = 40.0 + 18 * len(lines)
    height = top + _TALL + 62
    said = [
        tag("text", line, x=12, y=48 + 18 * i) for i, line in enumerate(lines)
    ]  # fmt: skip
    foot = [
        tag("text", note, x=12, y=num(height - 28 + 16 * i), class_="n")
        for i, note in enumerate(notes(moves))
    ]
    content = join([
        tag("title", exercise.name),
        tag("desc", f"{exercise.description} {' '.join(notes(moves))}"),
        tag("style", Markup(_STYLE + _motion(_count(moves)))),  # noqa: S704 - our own text
        tag("rect", width="100%", height="100%", fill="#fff"),
        tag("text", exercise.name, x=12, y=26, class_="t"),
        *said, _strip(exercise, moves, top), _moving(moves, top), _key(top), *foot,
    ])  # fmt: skip
    return str(tag(
        "svg", content, xmlns="http://www.w3.org/2000/svg", class_="rk", role="img",
        viewBox=f"0 0 {num(_WIDTH)} {num(height)}", width=num(_WIDTH), height=num(height),
        style="max-width:100%;height:auto",
    ))  # fmt: skip


def to_html(exercise: Exercise, moves: Movement, facts: Mapping[str, Sequence[str]]) -> str:
    """The drawing, and what the definition expects, as one page."""
    rows = [
        tag("dt", name) + join(tag("dd", text) for text in texts)
        for name, texts in facts.items() if texts
    ]  # fmt: skip
    style = (
        "body{margin:2rem auto;max-width:58rem;padding:0 1rem;color:#14201f;line-height:1.5;"
        "font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif}"
        "dl{display:grid;grid-template-columns:9rem 1fr;gap:.25rem 1rem;font-size:.9rem}"
        "dt{color:#5d6a68;grid-column:1}dd{grid-column:2;margin:0}"
    )
    head = join([
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width,initial-scale=1">'),
        tag("title", exercise.name), tag("style", Markup(style)),  # noqa: S704 - our own text
    ])  # fmt: skip
    drawing = Markup(to_svg(exercise, moves))  # noqa: S704 - built from escaped parts
    body = tag("main", join([drawing, tag("dl", join(rows))]))
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _count(moves: Movement) -> int:
    return len(moves.joints["pelvis"])


def _flat(moves: Movement, index: int, *, side: bool) -> Pose:
    """One pose in the picture plane, m: from the person's right side, or from the front."""
    places = {joint: place[index] for joint, place in moves.joints.items()}
    return {
        joint: np.array([place[1] if side else -place[0], place[2]])
        for joint, place in places.items()
    }


def _person(pose: Pose, scale: float, x: float, y: float) -> Markup:
    """Body and bones with the ground's middle at (x, y)."""
    drawn = [silhouette(pose, "body")]
    for colour in ("left", "ink-2", "right"):
        dashed = "5 3.5" if colour == "right" else None
        drawn.append(bones(
            pose, _LINES[colour], colour, stroke_width=num(2.5 / scale),
            stroke_linejoin="round", stroke_linecap="butt" if dashed else "round",
            stroke_dasharray=dashed,
        ))  # fmt: skip
    return tag("g", join(drawn), transform=f"translate({num(x)} {num(y)}) scale({num(scale, 3)})")


def _scale(poses: Sequence[Pose], wide: float) -> tuple[float, float]:
    """Scale to fit a cell ``wide`` px wide, and the middle of all poses in cm."""
    area = box(poses)
    assert area is not None
    x, _, width, height = area
    return min(wide / width, (_TALL - 8) / height), x + width / 2


def _strip(exercise: Exercise, moves: Movement, top: float) -> Markup:
    """Five still poses: rest, half way, extreme, half way, rest."""
    side, last = moves.side_view(), _count(moves) - 1
    chosen = [0, last // 2, last, last // 2, 0]
    poses = [_flat(moves, k, side=side) for k in chosen]
    wide = _WIDTH / len(poses)
    scale, middle = _scale(poses, wide - 8)
    labels = ["rest", exercise.phases[0], "furthest", exercise.phases[1], "rest"]
    parts = [_ground(top)]
    for i, (pose, label) in enumerate(zip(poses, labels, strict=True)):
        x = (i + 0.5) * wide
        parts.append(_person(pose, scale, x - middle * scale, top + _TALL))
        parts.append(tag("text", label, x=num(x), y=num(top + _TALL + 18), class_="l"))
    return tag("g", join(parts), class_="s")


def _moving(moves: Movement, top: float) -> Markup:
    """The figure from the side and from the front, a pose at a time."""
    parts = [_ground(top)]
    for i, side in enumerate((True, False)):
        poses = [_flat(moves, k, side=side) for k in range(_count(moves))]
        wide = _WIDTH / 2
        scale, middle = _scale(poses, wide - 8)
        x = (i + 0.5) * wide
        for k, pose in enumerate(poses):
            person = _person(pose, scale, x - middle * scale, top + _TALL)
            parts.append(tag("g", person, class_=f"p p{k}"))
        label = "from the side" if side else "from the front"
        parts.append(tag("text", label, x=num(x), y=num(top + _TALL + 18), class_="l"))
    return tag("g", join(parts), class_="g")


def _ground(top: float) -> Markup:
    y = num(top + _TALL)
    return tag("line", x1=12, x2=num(_WIDTH - 12), y1=y, y2=y, stroke="var(--rule)")


def _key(top: float) -> Markup:
    """Which line is which side, at the right end below the ground."""
    y = top + _TALL + 34
    keys = []
    for x, name, dashed in ((_WIDTH - 150, "left", None), (_WIDTH - 78, "right", "5 3.5")):
        keys.append(
            tag(
                "line",
                x1=num(x),
                x2=num(x + 24),
                y1=num(y - 4),
                y2=num(y - 4),
                stroke=f"var(--{name})",
                stroke_width="2.5",
                stroke_dasharray=dashed,
            )
        )
        keys.append(tag("text", name, x=num(x + 30), y=num(y), class_="n"))  # fmt: skip
    return join(keys)


def _motion(poses: int) -> str:
    """Style that shows one pose after the other; only where motion is wanted."""
    total = OUT_S + HOLD_S + BACK_S + REST_S
    rules = [f"{_MOVING}{{.rk .s{{display:none}}.rk .g{{display:inline}}"
             f".rk .p{{visibility:hidden;animation:{total:g}s step-end infinite}}"]  # fmt: skip
    rules += [f".rk .p{k}{{animation-name:rk{k}}}" for k in range(poses)]
    for k, spans in enumerate(shown(poses)):
        steps = {0.0: "hidden"}
        for start, end in spans:
            steps[start / total] = "visible"
            if end < total - 1e-9:
                steps[end / total] = "hidden"
        frames = "".join(f"{100 * at:.2f}%{{visibility:{what}}}" for at, what in steps.items())
        rules.append(f"@keyframes rk{k}{{{frames}}}")
    return "".join(rules) + "}"


def shown(poses: int) -> list[list[tuple[float, float]]]:
    """For each pose when it is seen, s: out and back at minimum jerk, held at both ends."""
    x = np.linspace(0, 1, 401)
    way = minimum_jerk(x)
    edges = np.interp((np.arange(1, poses) - 0.5) / (poses - 1), way, x)
    out, back = edges * OUT_S, OUT_S + HOLD_S + (1 - edges) * BACK_S
    total = OUT_S + HOLD_S + BACK_S + REST_S
    spans = [[(0.0, float(out[0])), (float(back[0]), total)]]
    spans += [[(float(out[k - 1]), float(out[k])), (float(back[k]), float(back[k - 1]))]
              for k in range(1, poses - 1)]  # fmt: skip
    return [*spans, [(float(out[-1]), float(back[-1]))]]
