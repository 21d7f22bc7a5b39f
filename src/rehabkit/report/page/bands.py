"""Healthy people behind a curve: a grey band, their mean a grey line, and the words for it."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from rehabkit.repetitions.cycles import percent
from rehabkit.report.curves import Array
from rehabkit.report.document import Summary
from rehabkit.report.page.svg import curve, join, path_data, simplify, smooth_path, tag
from rehabkit.report.words import sentence


def band_svg(low: Array, mean: Array, high: Array) -> Markup:
    """The band and its mean in a box of 100 x 100, y down; all (points,) over the repetition."""
    x = percent(len(mean))
    there, back = simplify(x, high, 0.3), simplify(x[::-1], low[::-1], 0.3)
    around = path_data(np.concatenate([there[0], back[0]]), np.concatenate([there[1], back[1]]))
    return join(
        [
            tag("path", d=f"{around}Z", fill="var(--band)"),
            curve(smooth_path(x, mean, 0.2, 1), "axis", class_="healthy"),
        ]
    )


def healthy_words(summary: Summary, *, drawn: bool) -> str:
    """What the grey band is; why there is none where there is none."""
    template = summary.template
    if summary.no_band or template is None:
        return sentence(f"No healthy people’s band: {summary.no_band or 'there is none'}")
    if not drawn:
        return "No healthy people’s band: they have no such curves."
    return (
        f"Grey: {template.people} healthy people of {template.source}, their mean and two "
        "standard deviations to each side."
    )
