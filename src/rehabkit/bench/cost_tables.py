"""Tables of networks: what they cost, how far their training got and to what loss.

A forward pass of one sample is measured as the table is made. Losses are squared errors of scores
in units of the training part's variance, or cross entropies of classes: of the last epoch on the
people learned from, and of the epoch whose weights were taken on the people held out of the
training part to stop it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rehabkit.bench import costs, learners, markdown_lines
from rehabkit.bench.columns import Column
from rehabkit.bench.tasks import BenchTask
from rehabkit.errors import MissingExtra
from rehabkit.models import networks

if TYPE_CHECKING:
    from rehabkit.models.backend import Tensor, nn

HEAD: Final = ("network", "parameters", "MFLOP", "ms, one thread", "training, s, all folds",
               "how far it got", "loss, learned from", "loss, held out")  # fmt: skip
LOSSES: Final = ("loss", "held_out_loss")
"""In a training's settings, in the order of the last columns."""


def table(task: BenchTask, found: Mapping[str, Column]) -> list[str]:
    """Lines of a protocol's table of networks; none where no network was run."""
    known = learners.network_models()
    lines = [_line(task, m, known[m], column) for m, column in found.items() if m in known]
    return markdown_lines.table(HEAD, lines) if lines else []


def _line(task: BenchTask, name: str, model: learners.NetworkModel, column: Column) -> str:
    cost, ended = _cost(task, model, column), [losses(column, one) for one in LOSSES]
    return markdown_lines.row([name, *cost, f"{column.seconds:.0f}", _far(column), *ended])


def _cost(task: BenchTask, model: learners.NetworkModel, column: Column) -> list[str]:
    """Of the network whose parameters the cell has; blank where none that is built today has."""
    said, known = _said(column), parameters(column)
    for network, given in _candidates(task, model, column, told="networks" not in said):
        if costs.parameters(network) == said["parameters"]:
            cost = costs.cost_of(network, given)
            return [known, f"{cost.operations / 1e6:,.0f}", f"{cost.ms:.1f}"]
    return [known, "", ""]


def parameters(column: Column) -> str:
    """Of the network, or of each of several, as the cell says."""
    said = _said(column)
    many = f"{said['networks']} x " if said.get("networks", 1) > 1 else ""
    return f"{many}{said['parameters']:,}"


def _said(column: Column) -> Mapping[str, Any]:
    """What the first training with its parameters said."""
    return next(s for s in column.settings if "parameters" in s)


def _candidates(
    task: BenchTask, model: learners.NetworkModel, column: Column, *, told: bool
) -> Iterable[tuple[nn.Module, list[Tensor]]]:
    """With orientations and without: whether there were any is the data's."""
    exercises = len(np.unique(column.exercises))
    channels = exercises if told and task.exercise_known and exercises > 1 else 0
    outputs = len(task.outputs) if task.kind == "score" else len(np.unique(column.truth))
    both = networks.entry(model.network).two_streams and not task.angles
    streams = (True, False) if both else (False,)
    for turned in streams:
        try:
            yield costs.network_of(model, task, channels, outputs, orientations=turned)
        except MissingExtra:
            return


def _far(column: Column) -> str:
    """What stopped the trainings."""
    settings = [s for s in column.settings if "epochs" in s]
    epochs = [s["epochs"] for s in settings]
    stopped = sorted({s["stopped_by"] for s in settings})
    return (
        f"{min(epochs)} to {max(epochs)} of {settings[0]['of']} epochs, stopped by "
        f"{', '.join(stopped)}"
    )


def losses(column: Column, name: str) -> str:
    """From the lowest to the highest of all trainings; a dash where nobody was held out."""
    ended = [training[name] for training in _trainings(column) if training[name] is not None]
    if len(ended) == 1:
        return f"{ended[0]:.3f}"
    return f"{min(ended):.3f} to {max(ended):.3f}" if ended else "-"


def _trainings(column: Column) -> Iterator[Mapping[str, Any]]:
    """What every training came to: one a fold, or one an exercise of each fold."""
    for settings in column.settings:
        if "epochs" in settings:
            yield from settings.get("by_exercise", {"": settings}).values()
