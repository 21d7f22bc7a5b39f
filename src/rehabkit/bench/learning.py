"""The one training loop: a network, data passed in, settings, and what it came to.

Every epoch draws from the seed and its own number alone, and a checkpoint holds all the rest, so
that a run that was stopped and goes on ends with the same weights as one that was not. Devices are
Lightning Fabric's: CPU, one GPU, several.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from rehabkit.bench import checkpoints
from rehabkit.bench.checkpoints import Progress
from rehabkit.errors import ModelError, choices, require
from rehabkit.recording.arrays import Float

if TYPE_CHECKING:
    import torch
    from lightning_fabric import Fabric

Augment = Callable[[Float, np.random.Generator], Float]
Watch = Callable[[Progress], None]
Stopped = Literal["epochs", "patience", "budget"]
PURPOSE: Final = "Training a network"
LOSSES: Final = ("mse", "huber", "cross-entropy")
OPTIMISERS: Final = ("adamw", "adam", "sgd")
SCHEDULES: Final = ("cosine", "constant")


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Parameters
    ----------
    loss, optimiser, schedule
        One of ``LOSSES``, ``OPTIMISERS``, ``SCHEDULES``; a cosine goes down to 0 over all epochs.
    rate, decay, momentum
        Learning rate, weight decay, momentum of ``"sgd"``.
    epochs, batch
        Rounds over the training part; samples a step.
    clip
        Largest norm of the gradient; 0: any.
    held_out
        Share of the training **people** that stop the training; they are never of the test part.
    patience
        Epochs without improvement on them after which it stops, and the best weights are taken;
        0: all epochs are run and the last weights taken.
    budget_s
        Seconds after which no other epoch is begun; 0: none.
    seed
        Of weights, order, augmentation and dropout.
    """

    loss: str = "mse"
    optimiser: str = "adamw"
    schedule: str = "cosine"
    rate: float = 1e-3
    decay: float = 1e-4
    momentum: float = 0.9
    epochs: int = 100
    batch: int = 32
    clip: float = 0.0
    held_out: float = 0.2
    patience: int = 20
    budget_s: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        allowed = {"loss": LOSSES, "optimiser": OPTIMISERS, "schedule": SCHEDULES}
        for name, known in allowed.items():
            if getattr(self, name) not in known:
                raise ModelError(
                    f"Expected {name} as one of {choices(known)}, found {getattr(self, name)!r}."
                )
        if self.epochs < 1 or self.batch < 1 or not 0 <= self.held_out < 1:
            raise ModelError(
                "Expected epochs and batch of at least 1 and held_out from 0 to below 1, found "
                f"{self.epochs}, {self.batch} and {self.held_out}."
            )


D2STA: Final = Settings(
    optimiser="adamw", rate=1e-4, decay=1e-4, epochs=100, batch=32, patience=0, seed=3407
)
"""D2STA's own recipe: AdamW 1e-4, weight decay 1e-4, cosine to 0 over 100 epochs, batch 32; the
loss is not given in the paper and taken as squared error."""
D2STA_ANGLES: Final = Settings(
    optimiser="sgd", rate=0.1, decay=0.0, momentum=0.0, epochs=100, batch=1, patience=0
)
"""The same paper's on UI-PRMD's angles, not standardised: SGD 0.1, batch 1, no decay."""


@dataclass(frozen=True, eq=False)
class Data:
    """Inputs of one length and their targets.

    Parameters
    ----------
    inputs
        (samples, ...) float32, as the network takes them.
    targets
        (samples, outputs) float32, or (samples,) classes as int64.
    """

    inputs: Float
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True)
class Course:
    """How a training went.

    Parameters
    ----------
    losses, held_losses
        One an epoch, of the training part and of the people held out.
    best
        The epoch whose weights were taken, from 1.
    stopped
        ``"epochs"``: all were run; ``"patience"``; ``"budget"``: time was up.
    seconds
        Of all epochs, also those before a resume.
    """

    losses: tuple[float, ...]
    held_losses: tuple[float, ...]
    best: int
    stopped: Stopped
    seconds: float

    def facts(self, settings: Settings) -> dict[str, Any]:
        """How far it got, for a cell's file or a card."""
        held = round(self.held_losses[self.best - 1], 5) if self.held_losses else None
        return {
            "epochs": len(self.losses), "of": settings.epochs, "best_epoch": self.best,
            "stopped_by": self.stopped, "seconds": round(self.seconds, 1),
            "loss": round(self.losses[-1], 5),
            "held_out_loss": held,
        }  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a training runs and what it keeps.

    Parameters
    ----------
    device
        ``"cpu"``, ``"cuda"``, ``"auto"``, or a number of GPUs as ``"cuda:2"`` (two of them).
    checkpoints
        Folder to go on from and to write after every epoch; None keeps nothing.
    tensorboard
        Folder of event files; None writes none.
    watch
        Called after every epoch.
    """

    device: str = "cpu"
    checkpoints: Path | None = None
    tensorboard: Path | None = None
    watch: Watch | None = field(default=None, compare=False)


HERE: Final = Place()


def learn(
    network: torch.nn.Module,
    data: Data,
    settings: Settings,
    *,
    held_out: Data | None = None,
    augment: Augment | None = None,
    place: Place = HERE,
) -> Course:
    """Train ``network`` in place; it ends with the weights that were taken, on the CPU.

    Parameters
    ----------
    held_out
        Data of people that are learned from by nothing else: they stop the training.
    augment
        From inputs and a generator to changed inputs, for each batch of the training part.

    Raises
    ------
    ModelError
        Where the loss is no longer finite, or checkpoints are of other settings or data.
    MissingExtra
        Without PyTorch or Fabric.
    """
    fabric = _fabric(place.device)
    optimiser = _optimiser(network, settings)
    progress = Progress()
    identity = {**asdict(settings), "budget_s": 0.0, "data": _digest(data, held_out)}
    if place.checkpoints is not None:
        progress = checkpoints.resume(place.checkpoints, network, optimiser, identity) or progress
    model, optimiser = fabric.setup(network, optimiser)
    begun, before = perf_counter(), progress.seconds
    stopped: Stopped = "epochs"
    with _board(place.tensorboard) as board:
        while progress.epoch < settings.epochs:
            if settings.patience and held_out and progress.waited >= settings.patience:
                stopped = "patience"
                break
            if settings.budget_s and progress.epoch and progress.seconds >= settings.budget_s:
                stopped = "budget"
                break
            loss = _epoch(fabric, model, optimiser, data, settings, augment, progress.epoch)
            held = _loss(fabric, model, held_out, settings) if held_out else None
            progress.add(loss, held, before + perf_counter() - begun, network)
            board(progress)
            if place.checkpoints is not None and fabric.is_global_zero:
                checkpoints.write(place.checkpoints, network, optimiser, progress, identity)
            if place.watch is not None:
                place.watch(progress)
    return _ended(network, progress, settings, stopped)


def _digest(*parts: Data | None) -> str:
    """SHA-256 of inputs and targets: a checkpoint goes on with its own data alone."""
    digest = hashlib.sha256()
    for part in parts:
        for array in (part.inputs, part.targets) if part else ():
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _ended(
    network: torch.nn.Module, progress: Progress, settings: Settings, stopped: Stopped
) -> Course:
    best = progress.epoch
    if settings.patience and progress.best_weights:
        network.load_state_dict(progress.best_weights)
        best = progress.best
    network.to("cpu").eval()
    return Course(
        tuple(progress.losses), tuple(progress.held_losses), best, stopped, progress.seconds
    )


def _fabric(device: str) -> Fabric:
    """Fabric on ``device``, launched."""
    module = require("lightning_fabric", purpose=PURPOSE, extra="learn")
    kind, _, count = device.partition(":")
    if kind not in ("cpu", "cuda", "auto", "mps") or (count and not count.isdigit()):
        raise ModelError(
            f"Expected a device such as 'cpu', 'cuda', 'auto' or 'cuda:2' (two), found {device!r}."
        )
    torch = require("torch", purpose=PURPOSE, extra="learn")
    if kind == "cuda" and not torch.cuda.is_available():
        raise ModelError("No GPU that PyTorch can use was found. Leave out --device, or use cpu.")
    fabric: Fabric = module.Fabric(accelerator=kind, devices=int(count) if count else 1)
    if count and int(count) > 1:
        fabric.launch()
    return fabric


def _optimiser(network: torch.nn.Module, settings: Settings) -> torch.optim.Optimizer:
    import torch

    weights = network.parameters()
    if settings.optimiser == "sgd":
        return torch.optim.SGD(
            weights, settings.rate, momentum=settings.momentum, weight_decay=settings.decay
        )
    kind = torch.optim.AdamW if settings.optimiser == "adamw" else torch.optim.Adam
    return kind(weights, settings.rate, weight_decay=settings.decay)


def rate_at(settings: Settings, epoch: int) -> float:
    """The learning rate of an epoch, from 0."""
    if settings.schedule == "constant":
        return settings.rate
    return float(settings.rate * (1 + np.cos(np.pi * epoch / settings.epochs)) / 2)


def loss_of(settings: Settings) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """The loss by its name, a mean over samples."""
    from torch.nn import functional

    table: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
        "mse": functional.mse_loss,
        "huber": functional.huber_loss,
        "cross-entropy": functional.cross_entropy,
    }
    return table[settings.loss]


def _epoch(
    fabric: Fabric,
    model: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    data: Data,
    settings: Settings,
    augment: Augment | None,
    epoch: int,
) -> float:
    """One round; gives the mean loss of its batches."""
    import torch

    random = np.random.default_rng([settings.seed, epoch])
    order = random.permutation(len(data))[fabric.global_rank :: fabric.world_size]
    for group in optimiser.param_groups:
        group["lr"] = rate_at(settings, epoch)
    loss_of_batch, total = loss_of(settings), 0.0
    model.train()
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed * 100_003 + epoch)
        for batch in _batches(order, settings.batch):
            inputs = data.inputs[batch]
            inputs = augment(inputs, random) if augment else inputs
            x, y = _moved(fabric, inputs, data.targets[batch])
            optimiser.zero_grad()
            loss = loss_of_batch(model(x), y)
            fabric.backward(loss)
            if settings.clip:
                fabric.clip_gradients(model, optimiser, max_norm=settings.clip)
            optimiser.step()
            total += float(loss.detach()) * len(batch)
    mean = total / len(order)
    if not np.isfinite(mean):
        raise ModelError(
            f"The loss is no longer finite in epoch {epoch + 1}. Lower the learning rate "
            f"({settings.rate}) or set clip."
        )
    return mean


def _batches(order: np.ndarray, size: int) -> Sequence[np.ndarray]:
    """Parts of ``order``; a last one of a single sample joins the one before (batch norm)."""
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [np.concatenate(parts[-2:])]
    return parts


def _moved(fabric: Fabric, inputs: Float, targets: np.ndarray) -> tuple[Any, Any]:
    import torch

    x = torch.from_numpy(np.ascontiguousarray(inputs, dtype=np.float32))
    y = torch.from_numpy(np.ascontiguousarray(targets))
    return fabric.to_device(x), fabric.to_device(y)


def _loss(fabric: Fabric, model: torch.nn.Module, data: Data, settings: Settings) -> float:
    """Mean loss over samples, nothing learned."""
    import torch

    model.eval()
    total = 0.0
    with torch.no_grad():
        for batch in _batches(np.arange(len(data)), 64):
            x, y = _moved(fabric, data.inputs[batch], data.targets[batch])
            total += float(loss_of(settings)(model(x), y)) * len(batch)
    return total / len(data)


class _board:  # noqa: N801 - used as a function
    """Writes losses for TensorBoard; with no folder, nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.writer: Any = None
        if folder is not None:
            require("tensorboard", purpose="Curves for TensorBoard", extra="learn")
            from torch.utils.tensorboard import SummaryWriter

            self.writer = SummaryWriter(str(folder))

    def __enter__(self) -> _board:
        return self

    def __exit__(self, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()

    def __call__(self, progress: Progress) -> None:
        """Add the last epoch."""
        if self.writer is None:
            return
        self.writer.add_scalar("loss/train", progress.losses[-1], progress.epoch)
        if progress.held_losses:
            self.writer.add_scalar("loss/held out", progress.held_losses[-1], progress.epoch)
