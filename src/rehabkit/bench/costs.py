"""What a network costs: parameters, operations and time of a forward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, Final

from rehabkit.bench.arrays import POSITIONS
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.tasks import BenchTask
from rehabkit.models import networks
from rehabkit.models.backend import Tensor, nn, torch
from rehabkit.models.network import QUATERNION
from rehabkit.recording.skeletons import from_joint_names

ROUNDS: Final = 7


@dataclass(frozen=True)
class Cost:
    """Of one sample on the CPU with one thread.

    Parameters
    ----------
    parameters
        Trained numbers.
    operations
        Floating-point operations, two for a multiplication with its addition.
    ms
        Fastest of several forward passes: what else the machine does makes the others slower.
    """

    parameters: int
    operations: int
    ms: float


def network_of(
    model: NetworkModel, task: BenchTask, told: int, outputs: int, *, orientations: bool
) -> tuple[nn.Module, list[Tensor]]:
    """One network of a task, untrained, and a sample that it takes.

    Parameters
    ----------
    told
        Exercises that it is told.
    outputs
        Scores or classes.
    orientations
        Whether it sees them, as networks of two streams do where the data have them.
    """
    joints, frames = task.joints, task.layout.length
    network = networks.build(
        model.network, skeleton=from_joint_names(joints), channels=POSITIONS + told, length=frames,
        outputs=outputs, task=task.kind, **model.shape_of(2 if orientations else 1),
    ).eval()  # fmt: skip
    shape = (1, frames, len(joints))
    given = [torch.randn(*shape, POSITIONS + told)]
    if orientations:
        given.append(nn.functional.normalize(torch.randn(*shape, QUATERNION), dim=-1))
    return network, given


def cost_of(network: nn.Module, given: list[Tensor]) -> Cost:
    """What a network costs on the sample ``given``."""
    return Cost(parameters(network), operations(network, given), forward_ms(network, given))


def parameters(network: nn.Module) -> int:
    """Trained numbers."""
    return sum(p.numel() for p in network.parameters())


def operations(network: nn.Module, given: list[Tensor]) -> int:
    """Floating-point operations of one forward pass, two for a multiplication with its addition.

    PyTorch counts products of matrices and convolutions; what its LSTMs do is added here where it
    did not see inside them, as with oneDNN.
    """
    from torch.utils.flop_counter import FlopCounterMode

    counter, before, recurrent = FlopCounterMode(display=False), 0, 0

    def enter(*_: Any) -> None:
        nonlocal before
        before = counter.get_total_flops()

    def leave(lstm: Any, entered: Any, _: Any) -> None:
        nonlocal recurrent
        samples, frames, channels = entered[0].shape
        if counter.get_total_flops() == before:
            recurrent += 8 * samples * frames * lstm.hidden_size * (channels + lstm.hidden_size)

    lstms = [m for m in network.modules() if isinstance(m, nn.LSTM)]
    hooks = [m.register_forward_pre_hook(enter) for m in lstms]
    hooks += [m.register_forward_hook(leave) for m in lstms]
    with torch.no_grad(), counter:
        network(*given)
    for hook in hooks:
        hook.remove()
    return int(counter.get_total_flops()) + recurrent


def forward_ms(network: nn.Module, given: list[Tensor], rounds: int = ROUNDS) -> float:
    """The fastest of several forward passes with one thread, the first two left out."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            took = [milliseconds(partial(network, *given)) for _ in range(rounds + 2)]
    finally:
        torch.set_num_threads(threads)
    return min(took[2:])


def milliseconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    start = perf_counter()
    work()
    return 1e3 * (perf_counter() - start)
