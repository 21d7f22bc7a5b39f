"""Pictures of a trained D2STA: its groups, its attention, how it learned and what it predicts.

Means over recordings of people whom it never learned from; nobody's own movement or score is drawn.
The body is a generated one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rehabkit.bench.attention import Attended
from rehabkit.bench.learning import Course
from rehabkit.formats.files import atomic
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import from_joint_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, QUIET, RULE, BLUE, ORANGE = "#14201f", "#5d6a68", "#d6dddb", "#0072b2", "#d55e00"
LINES: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a6a00")
MAP: Final = "Blues"
STEP: Final = 5.0
"""Width of the bins of true points."""
LEAST_IN_BIN: Final = 5
"""Fewer recordings than this are not drawn: they would be somebody's."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What is drawn.

    Parameters
    ----------
    title
        Which model, data and protocol.
    truth, predicted
        (samples,) points of people never learned from.
    """

    title: str
    attended: Attended
    course: Course
    truth: Float
    predicted: Float


def write(trained: Trained, folder: Path) -> list[Path]:
    """Write one PNG a figure; gives their paths."""
    paths = []
    for name, draw in FIGURES.items():
        path = folder / f"{name}.png"
        with atomic(path) as temporary:
            draw(trained).savefig(temporary, format="png", dpi=130, metadata={"Software": None})
        paths.append(path)
    return paths


def draw_table(trained: Trained) -> Figure:
    """How much each joint belongs to each group: the paper's 25 x 6 table."""
    found = trained.attended
    joints, groups = found.mask.shape
    figure = _figure(1.9 + 0.72 * groups, 1.0 + 0.27 * joints)
    axes = figure.subplots()
    low, high = float(found.mask.min()), float(found.mask.max())
    axes.imshow(found.mask, cmap=MAP, vmin=low, vmax=high, aspect="auto")
    for (joint, group), share in np.ndenumerate(found.mask):
        colour = "white" if share > low + 0.6 * (high - low) else INK
        axes.text(group, joint, f"{share:.2f}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(groups), [f"group {g + 1}" for g in range(groups)], fontsize=8)
    axes.set_yticks(range(joints), [_words(name) for name in found.joints], fontsize=8)
    axes.xaxis.tick_top()
    _bare(axes)
    return _titled(figure, "Share of each joint in each group", trained)


def draw_skeleton(trained: Trained) -> Figure:
    """The same on a body, a small one for each group; larger and darker is more."""
    found = trained.attended
    places = _standing(found.joints)
    groups = found.mask.shape[1]
    figure = _figure(1.75 * groups, 2.7)
    top = float(found.mask.max())
    for group, axes in enumerate(figure.subplots(1, groups, squeeze=False)[0]):
        _body(axes, places, found.joints)
        share = found.mask[:, group]
        axes.scatter(
            *places.T, s=8 + 90 * share / top, c=share, cmap=MAP, vmin=0, vmax=top,
            edgecolors=INK, linewidths=0.6, zorder=3, clip_on=False,
        )  # fmt: skip
        axes.set_title(f"group {group + 1}: {share.mean():.0%}", fontsize=9, color=INK)
    return _titled(figure, "Groups of joints; beside the name the mean share", trained)


def draw_time(trained: Trained) -> Figure:
    """How much each step of the movement is attended to, a line an exercise."""
    found = trained.attended
    figure = _figure(7.4, 3.4)
    axes = figure.subplots()
    if found.over_time is None:
        axes.text(0.5, 0.5, "one stage: no attention over time", ha="center", color=QUIET)
    else:
        steps = found.over_time.shape[1]
        percent = (np.arange(steps) + 0.5) * 100 / steps
        for name, line, colour in zip(found.exercises, found.over_time, _colours(), strict=False):
            axes.plot(percent, line * steps, color=colour, linewidth=1.8, label=name)
        axes.axhline(1, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.legend(fontsize=8, frameon=False, ncols=len(found.exercises), loc="lower center",
                    bbox_to_anchor=(0.5, 1.0))  # fmt: skip
    axes.set_xlabel("time of the recording, %", fontsize=9)
    axes.set_ylabel("attention, times even", fontsize=9)
    axes.set_xlim(0, 100)
    _bare(axes, grid="y")
    return _titled(figure, "Attention over time", trained)


def draw_joints(trained: Trained) -> Figure:
    """How much each joint is attended to, by exercise."""
    found = trained.attended
    joints = len(found.joints)
    figure = _figure(8.6, 1.9 + 0.3 * len(found.exercises))
    axes = figure.subplots()
    times = found.over_joints * joints
    image = axes.imshow(times, cmap=MAP, vmin=0, vmax=float(times.max()), aspect="auto")
    axes.set_yticks(range(len(found.exercises)), found.exercises, fontsize=8)
    names = [_words(name) for name in found.joints]
    axes.set_xticks(range(joints), names, fontsize=7.5, rotation=60, ha="right",
                    rotation_mode="anchor")  # fmt: skip
    _bare(axes)
    bar = figure.colorbar(image, ax=axes, pad=0.015, fraction=0.03)
    bar.set_label("attention, times even", fontsize=8)
    bar.ax.tick_params(labelsize=7.5, length=0)
    bar.outline.set_visible(False)
    return _titled(figure, "Attention to joints, by exercise", trained)


def draw_losses(trained: Trained) -> Figure:
    """Losses of every epoch."""
    from matplotlib.ticker import MaxNLocator

    course = trained.course
    figure = _figure(6.2, 3.3)
    axes = figure.subplots()
    epochs = np.arange(1, len(course.losses) + 1)
    axes.plot(epochs, course.losses, color=BLUE, marker="o", markersize=3, label="learned from")
    if course.held_losses:
        axes.plot(epochs, course.held_losses, color=ORANGE, marker="o", markersize=3,
                  label="people held out")  # fmt: skip
        axes.axvline(course.best, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("epoch", fontsize=9)
    axes.set_ylabel("loss, of scores with spread 1", fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=8, frameon=False)
    _bare(axes, grid="y")
    return _titled(figure, "Loss by epoch; the dashed one was taken", trained)


def draw_predicted(trained: Trained) -> Figure:
    """Predicted against true points, in bins of true points: median, half and nine tenths."""
    figure = _figure(5.4, 4.6)
    axes = figure.subplots()
    low, high = 0.0, float(np.ceil(trained.truth.max() / STEP) * STEP)
    bins = np.arange(low, high + STEP, STEP)
    number = np.clip(np.digitize(trained.truth, bins) - 1, 0, len(bins) - 2)
    axes.plot([low, high], [low, high], color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    for bin_ in range(len(bins) - 1):
        own = trained.predicted[number == bin_]
        if len(own) < LEAST_IN_BIN:
            continue
        at = bins[bin_] + STEP / 2
        marks = np.percentile(own, [5, 25, 50, 75, 95])
        axes.plot([at, at], marks[[0, 4]], color=BLUE, linewidth=1.2)
        axes.plot(
            [at, at], marks[[1, 3]], color=BLUE, linewidth=7, solid_capstyle="butt", alpha=0.45
        )
        axes.plot(at, marks[2], "o", color=BLUE, markersize=5)
        axes.annotate(f"{len(own)}", (at, low), fontsize=7.5, color=QUIET, ha="center", va="bottom",
                      xytext=(0, 2), textcoords="offset points")  # fmt: skip
    axes.set_xlim(low, high)
    axes.set_ylim(low, max(high, float(trained.predicted.max())))
    axes.set_xlabel("true points, in bins of five; below how many recordings", fontsize=9)
    axes.set_ylabel("predicted points: median, half, nine tenths", fontsize=9)
    _bare(axes, grid="y")
    return _titled(figure, "Predicted against true", trained)


FIGURES: Final[Mapping[str, Callable[[Trained], Figure]]] = {
    "groups-table": draw_table,
    "groups-skeleton": draw_skeleton,
    "attention-time": draw_time,
    "attention-exercise": draw_joints,
    "losses": draw_losses,
    "predicted-true": draw_predicted,
}


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _titled(figure: Figure, title: str, trained: Trained) -> Figure:
    figure.suptitle(title, fontsize=10.5, color=INK, x=0.01, ha="left", weight="bold")
    figure.supxlabel(trained.title, fontsize=7.5, color=QUIET, x=0.01, ha="left")
    return figure


def _bare(axes: Axes, grid: str = "") -> None:
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=8, colors=QUIET)
    axes.xaxis.label.set_color(QUIET)
    axes.yaxis.label.set_color(QUIET)
    if grid:
        axes.grid(axis=grid, color=RULE, linewidth=0.7)  # type: ignore[arg-type]
        axes.set_axisbelow(True)


def _colours() -> tuple[str, ...]:
    return LINES * 4


def _words(joint: str) -> str:
    return joint.replace("_", " ")


def _standing(joints: tuple[str, ...]) -> Float:
    """(joints, 2) a generated body from the front, arms off the trunk; its right is on the left."""
    from rehabkit.kinematics.body_places import body_axes
    from rehabkit.simulate import generate

    made = generate("shoulder-abduction", repetitions=1).recording.canonical()
    names = list(made.skeleton.joints)
    frames = np.asarray(made.positions, dtype=np.float64)
    heights = frames[:, names.index("wrist_left")] @ np.asarray(made.up.vector)
    raised = int(np.argmin(np.abs(heights - (heights.min() + 0.06 * np.ptp(heights)))))
    frame = frames[raised]
    hips = frame[names.index("hip_right")] - frame[names.index("hip_left")]
    turned = frame @ body_axes(hips[None], np.asarray(made.up.vector, dtype=np.float64)).T
    places = turned[[names.index(joint) for joint in joints]]
    return np.asarray(places[:, :2] * (-1, 1))


def _body(axes: Axes, places: Float, joints: tuple[str, ...]) -> None:
    for parent, child in from_joint_names(joints).bones:
        axes.plot(*places[[parent, child]].T, color=QUIET, linewidth=1.2, zorder=1)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.margins(0.12, 0.06)
