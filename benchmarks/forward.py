"""Parameters, operations and time of every network; ST-GCN and UNIK against plain code; the shipped
clinical scorer against ST-GCN.

    python benchmarks/forward.py [--rounds 40] [--threads 1]

One person of 100 frames, 25 joints and 3 coordinates, on the CPU, in evaluation. The plain versions
below keep their papers' layout: channels before frames and joints, one convolution for all
partitions and an einsum, one head after the other, batch norms by themselves. They take the weights
of the package's networks and must give the same. Rounds alternate; a ratio is the median over
rounds of ours over plain. Asked: at most 1.

The scorer and ST-GCN take turns on one thread: what is learned alone (figures to a score with its
interval; a sample of 100 frames to a score), and from the same cleaned recording of 32 s (figures
and score, then also what moved it and whether it abstains; sample and score). A timed call follows
one of its own side. Judged by the time of the processor, which other programs disturb less. Asked:
20 times as fast.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from rehabkit.assessment import clinical
from rehabkit.bench import arrays
from rehabkit.bench.arrays import Layout
from rehabkit.bench.costs import forward_ms, milliseconds, operations, parameters
from rehabkit.bench.prepared import Prepared, Set
from rehabkit.datasets.row import Row
from rehabkit.models import networks
from rehabkit.models.clinical_store import shipped
from rehabkit.pipeline import analyze
from rehabkit.recording import CANONICAL, Recording
from rehabkit.simulate import generate

FRAMES, JOINTS = 100, 25
ASKED = 1.0
ASKED_OF_SCORER = 20.0


class PlainGraphBlock(nn.Module):
    """A block of ST-GCN on (N, C, T, J): Eq. 10 as one convolution and an einsum, then time."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.count, channels, self.width = block.graph.weight.shape
        self.spread = nn.Conv2d(channels, self.count * self.width, 1)
        weight = block.graph.weight.permute(0, 2, 1).reshape(-1, channels, 1, 1)
        self.spread.weight = nn.Parameter(weight.detach().contiguous())
        self.spread.bias = nn.Parameter(block.graph.bias.detach().flatten())
        self.edges, self.importance = block.graph.partitions, block.graph.importance
        self.time = nn.Sequential(block.graph_norm, nn.ReLU(inplace=True), block.temporal)
        self.residual, self.shortcut = block.residual, block.shortcut

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, J) -> (N, width, T / stride, J)."""
        spread = self.spread(x)
        samples, _, frames, joints = spread.shape
        spread = spread.view(samples, self.count, self.width, frames, joints)
        mixed = torch.einsum("nkctv,kvw->nctw", spread, self.edges * self.importance)
        inner: Tensor = self.time(mixed.contiguous())
        if self.residual:
            inner = inner + (x if self.shortcut is None else self.shortcut(x))
        return torch.relu(inner)


class PlainSpatialUnit(nn.Module):
    """S-LSU of UNIK on (N, C, T, J), one head after the other."""

    def __init__(self, unit: Any) -> None:
        super().__init__()
        self.unit, (heads, channels, width) = unit, unit.weight.shape
        inner = len(unit.queries.weight) // heads
        self.queries = nn.ModuleList(nn.Conv2d(channels, inner, 1) for _ in range(heads))
        self.keys = nn.ModuleList(nn.Conv2d(channels, inner, 1) for _ in range(heads))
        self.mix = nn.ModuleList(nn.Conv2d(channels, width, 1) for _ in range(heads))
        for head in range(heads):
            part = slice(head * inner, (head + 1) * inner)
            take(self.queries[head], unit.queries.weight[part], unit.queries.bias[part])
            take(self.keys[head], unit.keys.weight[part], unit.keys.bias[part])
            take(self.mix[head], unit.weight[head].T, unit.bias[head])

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, J) -> (N, width, T, J)."""
        samples, channels, frames, joints = x.shape
        flat = x.reshape(samples, channels * frames, joints)
        total = torch.zeros(())
        for head, mix in enumerate(self.mix):
            asking = self.queries[head](x).permute(0, 3, 1, 2).reshape(samples, joints, -1)
            asked = self.keys[head](x).reshape(samples, -1, joints)
            alike = torch.softmax(asking @ asked / asking.shape[-1], dim=-2)
            gathered = flat @ (self.unit.dependencies[head] + alike)
            total = total + mix(gathered.view(samples, channels, frames, joints))
        inner = self.unit.norm(total + self.unit.joint_bias)
        short = self.unit.shortcut
        return torch.relu(inner + (x if short is None else short(x)))


def take(convolution: nn.Module, weight: Tensor, bias: Tensor) -> None:
    """Give a 1x1 convolution these weights, laid out as its own would be."""
    convolution.weight = nn.Parameter(weight.detach()[:, :, None, None].contiguous())
    convolution.bias = nn.Parameter(bias.detach().clone())


class PlainUnikBlock(nn.Module):
    """S-LSU, T-LSU and residual on (N, C, T, J)."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.spatial = PlainSpatialUnit(block.spatial)
        self.temporal, self.residual, self.shortcut = block.temporal, block.residual, block.shortcut

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, J) -> (N, width, T / stride, J)."""
        inner: Tensor = self.temporal(self.spatial(x))
        if self.residual:
            inner = inner + (x if self.shortcut is None else self.shortcut(x))
        return torch.relu(inner)


class Plain(nn.Module):
    """A network over (N, T, J, C), reordered once to (N, C, T, J)."""

    def __init__(self, network: Any, block: Callable[[Any], nn.Module]) -> None:
        super().__init__()
        self.norm, self.head = network.norm.norm, network.head
        self.blocks = nn.Sequential(*map(block, network.blocks))

    def forward(self, positions: Tensor) -> Tensor:
        """(N, T, J, C) -> (N, outputs)."""
        samples, frames, joints, channels = positions.shape
        x = self.norm(positions.permute(0, 2, 3, 1).reshape(samples, joints * channels, frames))
        x = x.view(samples, joints, channels, frames).permute(0, 2, 3, 1).contiguous()
        scores: Tensor = self.head(self.blocks(x).mean(dim=(2, 3)))
        return scores


PLAIN: dict[str, Callable[[Any], nn.Module]] = {"stgcn": PlainGraphBlock, "unik": PlainUnikBlock}


def lived_in(network: nn.Module) -> nn.Module:
    """Norms as after training: with means and variances of their own."""
    for part in network.modules():
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            assert part.running_mean is not None
            assert part.running_var is not None
            nn.init.normal_(part.running_mean, std=0.1)
            nn.init.uniform_(part.running_var, 0.5, 1.5)
            nn.init.uniform_(part.weight, 0.5, 1.5)
    return network.eval()


def against_plain(name: str, network: Any, positions: Tensor, rounds: int) -> None:
    plain = Plain(network, PLAIN[name]).eval()
    difference = (network(positions) - plain(positions)).abs().max() / plain(positions).abs().max()
    if difference > 1e-4:
        raise SystemExit(f"{name}: ours and plain differ by {difference:.1e} of the largest score")
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(milliseconds(partial(network, positions)))
        theirs.append(milliseconds(partial(plain, positions)))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"{name:22} ours {statistics.median(ours):7.1f} ms, plain {statistics.median(theirs):7.1f} "
        f"ms, ratio {ratio:.2f} (of the fastest rounds {min(ours) / min(theirs):.2f}), "
        f"asked {ASKED:.2f}: {'met' if ratio <= ASKED else 'NOT MET'}"
    )


def scorer(rounds: int) -> None:
    """The shipped scorer against ST-GCN, on a generated squat that is said to be a Kinect's."""
    made = generate("squat", repetitions=8, noise_m=0.005, seed=3).recording
    found = analyze(made, exercise="kimore-es5")
    case = replace(found.case, kinematics=replace(found.kinematics, sensor="kinect-v2"))
    ours = shipped()
    if ours is None:
        raise SystemExit("no weights of the clinical scorer")
    marks = ours.exercises.index("kimore-es5"), len(ours.exercises)
    network = lived_in(networks.build("stgcn", length=FRAMES))
    one = prepared(case.recording)
    layout = Layout(length=FRAMES, joints=CANONICAL)

    def figures() -> Any:
        return clinical.figures_of(case, found.scores, *marks)

    def score(row: Any) -> None:
        ours.scorer.half_widths(ours.scorer.predict(row))

    def all_of_it() -> None:
        said = clinical.clinical_score(case, found.exercise, found.gate, found.scores)
        if said.total is None:
            raise SystemExit(f"no score: {said.reasons[0]}")

    def samples() -> Tensor:
        return torch.from_numpy(arrays.make(one, layout).inputs())

    row, sample = figures(), samples()
    print("\nthe shipped scorer against ST-GCN")
    seconds = case.recording.duration_s
    in_turns("what is learned alone", lambda: score(row), lambda: network(sample), rounds)
    in_turns(f"from a recording of {seconds:.0f} s", lambda: score(figures()),
             lambda: network(samples()), rounds)  # fmt: skip
    in_turns("and what moved it, and abstaining", all_of_it, lambda: network(samples()), rounds)


def prepared(recording: Recording) -> Set:
    """A set of one cleaned recording."""
    up = np.asarray(recording.up.vector, dtype=np.float64)
    row = Row(Path("squat"), "", exercise="kimore-es5")
    places = np.asarray(recording.positions)
    one = Prepared(row, recording.time, places, recording.orientations, up)
    return Set("one", "", (one,), (), Path())


def in_turns(
    what: str, ours: Callable[[], object], theirs: Callable[[], object], rounds: int
) -> None:
    each = []
    for _ in range(rounds):
        ours()  # the first call after the other side's finds nothing of its own in the caches
        warm = both_clocks(ours)
        theirs()
        each.append((*warm, *both_clocks(theirs)))
    wall, own, their_wall, theirs_own = np.median(each, axis=0)
    ratio = statistics.median(line[3] / line[1] for line in each)
    print(
        f"{what:34} scorer {own:6.2f} ms, ST-GCN {theirs_own:6.1f} ms of the processor: "
        f"{ratio:.1f} times (by the clock {wall:.2f} and {their_wall:.1f} ms), asked "
        f"{ASKED_OF_SCORER:.0f}: {'met' if ratio >= ASKED_OF_SCORER else 'NOT MET'}"
    )


def both_clocks(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor."""
    start = time.process_time()
    wall = milliseconds(work)
    return wall, 1e3 * (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--scorer", action="store_true", help="the scorer against ST-GCN alone")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    if options.scorer:
        with torch.inference_mode(), threadpool_limits(options.threads):
            scorer(options.rounds)
        return
    positions = torch.randn(1, FRAMES, JOINTS, 3).cumsum(dim=1) / 10
    turned = nn.functional.normalize(torch.randn(1, FRAMES, JOINTS, 4), dim=-1)
    print(f"{'network':22} {'parameters':>11} {'MFLOP':>8} {'ms':>8}")
    made = {name: lived_in(networks.build(name, length=FRAMES)) for name in networks.names()}
    for name, network in made.items():
        flops, ms = (
            operations(network, [positions, turned]),
            forward_ms(network, [positions, turned]),
        )
        print(f"{name:22} {parameters(network):11,} {flops / 1e6:8.0f} {ms:8.1f}")
    print()
    with torch.inference_mode(), threadpool_limits(options.threads):
        for name in PLAIN:
            against_plain(name, made[name], positions, options.rounds)
        scorer(options.rounds)


if __name__ == "__main__":
    main()
