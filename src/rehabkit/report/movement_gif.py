"""The figure as an animated GIF, for programs that show nothing better."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rehabkit.report.page.body import box, drawn
from rehabkit.report.poses import Point, Pose

if TYPE_CHECKING:
    from PIL.Image import Image

_TALL_PX: Final = 360
_TIMES: Final = 3
_OUT_MS, _HOLD_MS, _REST_MS = 70, 400, 800
_BODY, _INK, _LEFT, _RIGHT, _RULE = "#e6ebe9", "#485654", "#0072b2", "#d55e00", "#d6dddb"
_LIMBS: Final = (("hip", "knee", 7.0), ("knee", "ankle", 4.8), ("ankle", "toe", 3.3),
                 ("shoulder", "elbow", 4.5), ("elbow", "wrist", 3.5))  # fmt: skip
_CORE: Final = (("shoulder_left", "shoulder_right"), ("shoulder_right", "hip_right"),
                ("hip_right", "hip_left"), ("hip_left", "shoulder_left"),
                ("pelvis", "chest"))  # fmt: skip


def write_gif(poses: Sequence[Pose], path: Path) -> None:
    """Rest to extreme and back, endlessly; pictures drawn three times too large and reduced."""
    pictures = [_draw(pose, poses) for pose in poses]
    course = [*pictures, *pictures[-2:0:-1]]
    times = [_REST_MS, *[_OUT_MS] * (len(pictures) - 2), _HOLD_MS]
    times += [_OUT_MS] * (len(course) - len(times))
    course[0].save(path, format="GIF", save_all=True, append_images=course[1:], duration=times,
                   loop=0, optimize=False)  # fmt: skip


def _draw(pose: Pose, poses: Sequence[Pose]) -> Image:
    from PIL import Image, ImageDraw

    area = box(poses)
    assert area is not None
    left, top, width, height = area
    scale = _TIMES * _TALL_PX / height
    size = (int(width * scale), _TIMES * _TALL_PX)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    at = {joint: (p - [left, top]) * scale for joint, p in drawn(pose).items()}

    def line(a: Point, b: Point, colour: str, radius: float) -> None:
        pen.line([*a, *b], fill=colour, width=max(1, int(2 * radius)))
        for p in (a, b):
            pen.ellipse([*(p - radius), *(p + radius)], fill=colour)

    ground = -top * scale
    pen.line([0, ground, size[0], ground], fill=_RULE, width=_TIMES)
    pen.polygon([tuple(at[a]) for a, _ in _CORE[:4]], fill=_BODY)
    for a, b in _CORE:
        line(at[a], at[b], _BODY, 8 * scale)
    line(at["neck"], at["head"], _BODY, 5 * scale)
    pen.ellipse([*(at["head"] - np.array([8.5, 10.5]) * scale),
                 *(at["head"] + np.array([8.5, 10.5]) * scale)], fill=_BODY)  # fmt: skip
    sides = (("left", _LEFT), ("right", _RIGHT))
    for side, _ in sides:
        for a, b, radius in _LIMBS:
            line(at[f"{a}_{side}"], at[f"{b}_{side}"], _BODY, radius * scale)
    line(at["pelvis"], at["neck"], _INK, 1.2 * scale)
    for side, colour in sides:
        for a, b, _ in _LIMBS:
            line(at[f"{a}_{side}"], at[f"{b}_{side}"], colour, 1.2 * scale)
    return picture.resize((size[0] // _TIMES, _TALL_PX))
