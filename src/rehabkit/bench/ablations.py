"""D2STA's ablations (its section 6) as models of the benchmark: ``d2sta-plain`` and the like.

Each differs from D2STA in what its name says, and has a variant for every training of D2STA:
``d2sta-plain-short`` beside ``d2sta-short``. They are run where they are named. Heads must divide
512, so that 3, 5, 6 and 7 cannot be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rehabkit.bench.learners import NetworkModel

NETWORK: Final = "d2sta"
GROUPS: Final = (2, 3, 4, 5, 7, 8)
HEADS: Final = (1, 2, 4)
"""6 groups and 8 heads are D2STA's own."""
SHAPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "none": {"attention": "none"},
    "plain": {"attention": "plain"},
    "one-stage": {"stages": 1},
    "one-stream": {"streams": 1},
    "doubled": {"streams": 1, "doubled": True},
    **{f"groups-{count}": {"groups": count} for count in GROUPS},
    **{f"heads-{count}": {"heads": count} for count in HEADS},
}
WORDS: Final[Mapping[str, str]] = {
    "none": "without the module that groups and attends",
    "plain": "attention of joints to joints, without groups",
    "one-stage": "groups attend to joints, not over time",
    "one-stream": "positions alone, a head of 256",
    "doubled": "positions alone, two towers, a head of 512",
    "groups-N": "N groups in place of 6",
    "heads-N": "N heads in place of 8",
}


def ablated(models: Mapping[str, NetworkModel]) -> dict[str, NetworkModel]:
    """Every ablation of every D2STA among ``models``."""
    own = {n: m for n, m in models.items() if m.network == NETWORK and not m.shape}
    return {
        f"{NETWORK}-{part}{name.removeprefix(NETWORK)}": replace(model, shape=fields)
        for part, fields in SHAPES.items()
        for name, model in own.items()
    }


def part_of(name: str) -> str:
    """Which of the ``SHAPES`` a model is of; empty: none."""
    own = name.removeprefix(f"{NETWORK}-")
    found = (p for p in SHAPES if own != name and f"{own}-".startswith(f"{p}-"))
    return next(found, "")


def whole_of(name: str) -> str:
    """The model that an ablation is of: the whole network, trained alike."""
    part = part_of(name)
    return NETWORK + name.removeprefix(f"{NETWORK}-{part}") if part else name


def words_of(part: str) -> str:
    """What differs in a part of the ``SHAPES``."""
    kind, _, count = part.rpartition("-")
    if f"{kind}-N" not in WORDS:
        return WORDS[part]
    many = WORDS[f"{kind}-N"].replace("N", count, 1)
    return many.replace("1 heads", "1 head")
