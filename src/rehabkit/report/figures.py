"""PNG figures from the summary: the driving signal with its repetitions, and the angles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rehabkit.formats.files import atomic
from rehabkit.repetitions.cycles import percent
from rehabkit.report.curves import Curves
from rehabkit.report.document import Summary
from rehabkit.report.driven import driven
from rehabkit.report.healthy import Band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, AXIS, RULE, YOURS, BAND = "#14201f", "#76837f", "#d6dddb", "#eaf3f2", "#e4e9e7"
LEFT, RIGHT = "#0072b2", "#d55e00"
COLOURS = {"left": LEFT, "right": RIGHT}


def write(summary: Summary, curves: Curves, folder: Path) -> None:
    """Write ``driver.png`` and ``angles.png`` into ``folder``."""
    _save(draw_driver(summary, curves), folder / "driver.png")
    _save(draw_angles(summary, curves), folder / "angles.png")


def _save(figure: Figure, path: Path) -> None:
    with atomic(path) as temporary:
        # No date or version inside: the same input gives the same bytes.
        figure.savefig(temporary, format="png", dpi=130, metadata={"Software": None})


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _bare(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(AXIS)
    axes.tick_params(length=0, labelsize=8, colors="#5d6a68")
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)


def draw_driver(summary: Summary, curves: Curves) -> Figure:
    """The driving signal, once, whole; counted repetitions shaded, partial ones hatched."""
    figure = _figure(8.8, 2.6)
    figure.subplots_adjust(left=0.05, right=0.985, top=0.83, bottom=0.16)
    axes = figure.subplots()
    _bare(axes)
    shown = driven(summary, curves)
    for signal in shown.signals if shown else ():
        axes.plot(
            signal.time, signal.values, color=COLOURS.get(signal.side, INK),
            linestyle="--" if signal.side == "right" else "-", linewidth=1.3,
        )  # fmt: skip
    for needed in shown.needed if shown else ():
        axes.axhline(needed, color="#5d6a68", linewidth=0.8, linestyle=":")
    for rep in summary.repetitions:
        axes.axvspan(rep.start_s, rep.end_s, color=YOURS, zorder=0, linewidth=0)
    for part in summary.partial_repetitions:
        axes.axvspan(
            part.start_s, part.end_s, facecolor="none", edgecolor=RULE, hatch="////", zorder=0,
            linewidth=0,
        )  # fmt: skip
    _number(axes, summary)
    title = f"{shown.title}, {shown.mark.strip()}" if shown else "No driving signal"
    axes.set_title(title, loc="left", fontsize=9, fontweight="bold", pad=16)
    axes.set_xlabel("s", fontsize=8)
    axes.margins(x=0)
    return figure


def _number(axes: Axes, summary: Summary) -> None:
    every = max(1, len(summary.repetitions) // 30 + 1)
    for rep in summary.repetitions[::every]:
        axes.text(
            (rep.start_s + rep.end_s) / 2, 1.02, str(rep.number), ha="center", va="bottom",
            transform=axes.get_xaxis_transform(), fontsize=8, fontweight="bold", color=INK,
        )  # fmt: skip


def _healthy(axes: Axes, band: Band) -> None:
    """Healthy people's band and mean, behind everything."""
    at = percent(len(band.mean))
    axes.fill_between(at, band.low, band.high, color=BAND, linewidth=0, zorder=0)
    axes.plot(at, band.mean, color=AXIS, linewidth=1, zorder=1)


def draw_angles(summary: Summary, curves: Curves) -> Figure:
    """Each shown angle, repetition by repetition, stretched to 0-100 %, with the mean.

    Grey: healthy people's mean and two standard deviations, where there are any.
    """
    from rehabkit.report.panels import build_panels

    rows = build_panels(summary, curves)
    tall = 1.9 * max(1, len(rows))
    figure = _figure(8.8, tall)
    figure.subplots_adjust(left=0.05, right=0.985, top=1 - 0.3 / tall, bottom=0.3 / tall,
                           hspace=0.42, wspace=0.12)  # fmt: skip
    grid = figure.subplots(max(1, len(rows)), 2, squeeze=False)
    for axes in grid.flat:
        _bare(axes)
        axes.set_visible(False)
    for row, panels in zip(grid, rows, strict=False):
        for axes, panel in zip(row, panels, strict=False):
            axes.set_visible(True)
            axes.set_ylim(panel.low, panel.high)
            axes.set_xlim(0, 100)
            colour = COLOURS.get(panel.side or "", INK)
            for _, band in panel.bands:
                if band is not None:
                    _healthy(axes, band)
            axes.set_title(panel.label, loc="left", fontsize=9, fontweight="bold", color=colour)
            for curve in panel.curves:
                axes.plot(panel.percent, curve.values, color=colour, alpha=0.4, linewidth=0.8)
            for side, mean in panel.means:
                axes.plot(panel.percent, mean, color=COLOURS.get(side or "", INK), linewidth=2,
                          linestyle="--" if side == "right" else "-")  # fmt: skip
            if panel.empty:
                axes.text(0.5, 0.5, panel.empty, transform=axes.transAxes, ha="center", fontsize=8)
    return figure
