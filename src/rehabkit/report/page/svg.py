"""SVG in per cent and nested view boxes: any width, sharp, the same on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from markupsafe import Markup, escape

from rehabkit.report.curves import Array


def num(value: float, digits: int = 2) -> str:
    """A coordinate without useless zeros."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"


def tag(name: str, inside: str = "", /, **attributes: object) -> Markup:
    """One element; ``_`` in attribute names becomes ``-`` and values are escaped."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    body = escape(inside)
    return Markup(f"<{name}{pairs}>{body}</{name}>" if body else f"<{name}{pairs}/>")  # noqa: S704


def join(parts: Iterable[str | Markup]) -> Markup:
    """Elements one after the other; plain text is escaped."""
    return Markup("").join(parts)


def line(x1: object, y1: object, x2: object, y2: object, colour: str, **more: object) -> Markup:
    """A straight line; numbers are px, text such as ``"50%"`` is taken as it is."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=f"var(--{colour})", **more)


def path_data(x: Sequence[float] | Array, y: Sequence[float] | Array, digits: int = 1) -> str:
    """``M`` and ``L`` through the points; a NaN lifts the pen, a lone point gets a short dash."""
    out: list[str] = []
    pen = "M"
    for a, b in zip(x, y, strict=True):
        if not (np.isfinite(a) and np.isfinite(b)):
            pen = "M"
            continue
        out.append(f"{pen}{num(a, digits)} {num(b, digits)}")
        pen = "L"
    return "".join(out)


def stretched(inside: Markup, width: float, height: float) -> Markup:
    """``inside`` drawn in a box of width x height that fills its parent, strokes unscaled."""
    return tag(
        "svg", inside, viewBox=f"0 0 {num(width)} {num(height)}", preserveAspectRatio="none",
        width="100%", height="100%",
    )  # fmt: skip


def curve(d: str, colour: str, **more: object) -> Markup:
    """A path whose stroke keeps its width in a stretched box."""
    return tag(
        "path", d=d, fill="none", stroke=f"var(--{colour})", vector_effect="non-scaling-stroke",
        **more,
    )  # fmt: skip


def thin_out(x: Array, y: Array, most: int = 1400) -> tuple[Array, Array]:
    """At most about ``most`` points, keeping each stretch's lowest and highest; NaN stays."""
    if len(x) <= most:
        return x, y
    size = int(np.ceil(2 * len(x) / most))
    keep: list[int] = []
    for start in range(0, len(x), size):
        part = y[start : start + size]
        seen = np.flatnonzero(np.isfinite(part))
        if len(seen) < len(part):
            keep.append(start + int(np.flatnonzero(~np.isfinite(part))[0]))
        if len(seen):
            keep += [
                start + int(seen[np.argmin(part[seen])]),
                start + int(seen[np.argmax(part[seen])]),
            ]
    index = np.unique([0, *keep, len(x) - 1])
    return x[index], y[index]


def simplify(x: Array, y: Array, tolerance: float) -> tuple[Array, Array]:
    """Drop points of one unbroken run that lie within ``tolerance`` of the line kept.

    Douglas and Peucker 1973, with the vertical distance, on a stack.
    """
    keep = np.zeros(len(x), dtype=bool)
    keep[[0, -1]] = True
    stack = [(0, len(x) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        inside = slice(first + 1, last)
        straight = np.interp(x[inside], [x[first], x[last]], [y[first], y[last]])
        away = np.abs(y[inside] - straight)
        worst = int(np.argmax(away))
        if away[worst] > tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return x[keep], y[keep]


def smooth_path(x: Array, y: Array, tolerance: float, digits: int = 2) -> str:
    """Path through ``y`` with breaks at NaN, simplified run by run."""
    out: list[str] = []
    finite = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], finite, [False]]).astype(int)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        a, b = simplify(x[first:last], y[first:last], tolerance)
        out.append(path_data(a, b, digits))
    return "".join(out)
