"""A training's state on disk after every epoch: weights as safetensors, the optimiser beside them.

A checkpoint is a folder ``epoch-0007`` that gets its name when it is whole; older ones are removed
after that, so that a run that is stopped at any moment finds one to go on from.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pickle import PickleError
from typing import TYPE_CHECKING, Any, Final

from rehabkit.errors import ModelError

if TYPE_CHECKING:
    import torch

WEIGHTS, BEST, OPTIMISER, STATE = (
    "weights.safetensors", "best.safetensors", "optimiser.pt", "state.json",
)  # fmt: skip
PREFIX: Final = "epoch-"
DAMAGED: Final = (OSError, ValueError, KeyError, RuntimeError, EOFError, PickleError)
Weights = dict[str, "torch.Tensor"]


@dataclass
class Progress:
    """How far a training is; grows by an epoch at a time.

    Parameters
    ----------
    losses, held_losses
        One an epoch.
    best, best_weights
        The epoch, from 1, with the least loss on the people held out, and its weights.
    """

    losses: list[float] = field(default_factory=list)
    held_losses: list[float] = field(default_factory=list)
    best: int = 0
    best_weights: Weights | None = None
    seconds: float = 0.0

    @property
    def epoch(self) -> int:
        """Epochs that are done."""
        return len(self.losses)

    @property
    def waited(self) -> int:
        """Epochs since the best one."""
        return self.epoch - self.best

    def add(
        self, loss: float, held: float | None, seconds: float, network: torch.nn.Module
    ) -> None:
        """One more epoch."""
        self.losses.append(loss)
        self.seconds = seconds
        if held is None:
            return
        self.held_losses.append(held)
        if held <= min(self.held_losses):
            self.best = self.epoch
            state = network.state_dict()
            self.best_weights = {k: v.detach().cpu().clone() for k, v in state.items()}


def write(
    folder: Path,
    network: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    progress: Progress,
    identity: Mapping[str, Any],
) -> None:
    """The state after an epoch; ``identity`` is what a resume must agree with."""
    import torch
    from safetensors.torch import save_file

    whole = folder / f"{PREFIX}{progress.epoch:04d}"
    unfinished = folder / f".{whole.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    save_file(_plain(network.state_dict()), unfinished / WEIGHTS)
    if progress.best_weights is not None:
        save_file(_plain(progress.best_weights), unfinished / BEST)
    torch.save(optimiser.state_dict(), unfinished / OPTIMISER)
    state = {
        "identity": dict(identity), "losses": progress.losses,
        "held_losses": progress.held_losses, "best": progress.best, "seconds": progress.seconds,
    }  # fmt: skip
    (unfinished / STATE).write_text(json.dumps(state, indent=1) + "\n")
    unfinished.rename(whole)
    for older in found(folder)[:-1]:
        shutil.rmtree(older)


def resume(
    folder: Path,
    network: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    identity: Mapping[str, Any],
) -> Progress | None:
    """Load the last whole state into ``network`` and ``optimiser``; None where there is none.

    Raises
    ------
    ModelError
        Where it is of other settings or data, or damaged.
    """
    there = found(folder)
    if not there:
        return None
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    last = there[-1]
    try:
        state = json.loads((last / STATE).read_text())
        _check(last, state["identity"], identity)
        network.load_state_dict(load_file(last / WEIGHTS))
        optimiser.load_state_dict(torch.load(last / OPTIMISER, weights_only=True))
        best = load_file(last / BEST) if (last / BEST).is_file() else None
    except (*DAMAGED, SafetensorError) as error:
        raise ModelError(
            f"The checkpoint {last} cannot be used ({error}). Remove {folder} to begin anew."
        ) from error
    return Progress(state["losses"], state["held_losses"], state["best"], best, state["seconds"])


def found(folder: Path) -> list[Path]:
    """Whole checkpoints, the last one last."""
    return sorted(folder.glob(f"{PREFIX}*"))


def _check(place: Path, there: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    other = [name for name in asked if there.get(name) != asked[name]]
    if other:
        listed = ", ".join(f"{n}: {there.get(n)!r}, now {asked[n]!r}" for n in other)
        raise ModelError(
            f"The checkpoint {place} is of another training ({listed}). Use another folder, or "
            "remove it to begin anew."
        )


def _plain(weights: Mapping[str, torch.Tensor]) -> Weights:
    """Weights as safetensors holds them: no memory shared."""
    return {name: value.detach().cpu().contiguous().clone() for name, value in weights.items()}
