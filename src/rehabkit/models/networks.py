"""The networks by name: ``networks.build("stgcn", channels=3, length=100, outputs=5)``.

A name stands for a module that is imported on use, so that listing them needs no PyTorch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from rehabkit.errors import ModelError, choices
from rehabkit.recording.skeleton import Skeleton

if TYPE_CHECKING:
    from rehabkit.models.network import Network, NetworkConfig


@dataclass(frozen=True)
class Entry:
    """Where a network lives.

    Parameters
    ----------
    module
        Imported on use.
    network, config
        Names of its two classes.
    source
        The paper.
    two_streams
        Whether ``forward`` can take orientations as its second input.
    """

    module: str
    network: str
    config: str
    source: str
    two_streams: bool = False


NETWORKS: Final[Mapping[str, Entry]] = {
    "stgcn": Entry("rehabkit.models.stgcn", "STGCN", "STGCNConfig", "Yan et al. 2018"),
    "unik": Entry("rehabkit.models.unik", "UNIK", "UNIKConfig", "Yang et al. 2021"),
    "stgcn-rehab": Entry(
        "rehabkit.models.stgcn_rehab", "STGCNRehab", "STGCNRehabConfig", "Deb et al. 2022"
    ),
    "egcn": Entry("rehabkit.models.egcn", "EGCN", "EGCNConfig", "Yu et al. 2022", True),
    "d2sta": Entry("rehabkit.models.d2sta", "D2STA", "D2STAConfig", "Kuang et al.", True),
    "skeleton-transformer": Entry(
        "rehabkit.models.skeleton_transformer",
        "SkeletonTransformer",
        "SkeletonTransformerConfig",
        "Ashraf et al.",
        True,
    ),
    "lite": Entry("rehabkit.models.lite", "LITE", "LITEConfig", "Ismail-Fawaz et al. 2023"),
}


def names() -> tuple[str, ...]:
    """Names that :func:`build` takes."""
    return tuple(NETWORKS)


def entry(name: str) -> Entry:
    """The entry of a name.

    Raises
    ------
    ModelError
        Where there is no such network.
    """
    try:
        return NETWORKS[name]
    except KeyError:
        raise ModelError(f"There is no network {name!r}; there are {choices(NETWORKS)}.") from None


def config(name: str, *, skeleton: Skeleton | None = None, **fields: Any) -> NetworkConfig:
    """A network's configuration: its defaults with ``fields`` in their place.

    Parameters
    ----------
    name
        One of :func:`names`.
    skeleton
        Gives ``joints`` and ``bones``; the canonical one by default.
    fields
        Fields of the network's configuration, also as JSON gives them.

    Raises
    ------
    ModelError
        Where there is no such network or field, or a value is not allowed.
    """
    found = entry(name)
    kind: type[NetworkConfig] = getattr(import_module(found.module), found.config)
    if skeleton is not None:
        fields = {**kind.skeleton_fields(skeleton), **fields}
    return kind.from_plain(fields)


def build(name: str, *, skeleton: Skeleton | None = None, **fields: Any) -> Network:
    """A network with random weights; PyTorch's seed decides them.

    Takes what :func:`config` takes. The network's ``forward(positions, orientations=None)`` takes
    float32 (N, T, J, C), and (N, T, J, 4) where it has two streams, and gives (N, outputs).

    Raises
    ------
    ModelError
        As :func:`config`.
    MissingExtra
        Where PyTorch is not installed.
    """
    chosen = config(name, skeleton=skeleton, **fields)
    found = entry(name)
    network: Network = getattr(import_module(found.module), found.network)(chosen)
    return network


def to_plain(network: Network) -> dict[str, Any]:
    """Name and configuration of a network as a dict that JSON holds."""
    kind = type(network).__name__
    name = next(name for name, one in NETWORKS.items() if one.network == kind)
    return {"network": name, **network.config.to_plain()}


def from_plain(plain: Mapping[str, Any]) -> Network:
    """A network with random weights from what :func:`to_plain` gave."""
    fields = dict(plain)
    if "network" not in fields:
        raise ModelError(f"Expected a network's name under 'network', found {choices(plain)}.")
    return build(str(fields.pop("network")), **fields)
