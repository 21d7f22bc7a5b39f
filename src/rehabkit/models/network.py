"""What all networks share: the fields of their configuration, and what they take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

from rehabkit.errors import ModelError, choices
from rehabkit.models.backend import Tensor, nn
from rehabkit.recording.skeleton import CANONICAL_SKELETON, Skeleton

Task = Literal["score", "classes"]
QUATERNION = 4


@dataclass(frozen=True)
class NetworkConfig:
    """What a network is built for; each network adds fields of its own.

    Parameters
    ----------
    joints
        Names of the J joints.
    bones
        (parent, child) pairs of indices into ``joints``.
    channels
        C, values for each joint and frame in the first input; 3 for positions.
    length
        T, frames of a sample.
    outputs
        Classes, or scores.
    task
        ``"score"`` or ``"classes"``: a network gives plain numbers for both (logits of classes);
        losses and wrappers read it.
    """

    joints: tuple[str, ...] = CANONICAL_SKELETON.joints
    bones: tuple[tuple[int, int], ...] = CANONICAL_SKELETON.bones
    channels: int = 3
    length: int = 100
    outputs: int = 1
    task: Task = "score"

    def __post_init__(self) -> None:
        object.__setattr__(self, "joints", tuple(self.joints))
        object.__setattr__(self, "bones", tuple((int(p), int(c)) for p, c in self.bones))
        for name in ("channels", "length", "outputs"):
            self.at_least(name, 1)
        self.one_of("task", ("score", "classes"))
        if not self.joints or len(set(self.joints)) != len(self.joints):
            raise ModelError(f"Expected joints of different names, found {list(self.joints)}.")

    def at_least(self, name: str, least: float) -> None:
        """Refuse a field that is less than ``least``."""
        value = getattr(self, name)
        if value < least:
            raise ModelError(
                f"{type(self).__name__}.{name}: expected at least {least:g}, found {value!r}."
            )

    def odd(self, name: str) -> None:
        """Refuse a field that is no odd number: a kernel without a middle."""
        value = getattr(self, name)
        if value < 1 or value % 2 == 0:
            raise ModelError(
                f"{type(self).__name__}.{name}: expected an odd number, found {value}."
            )

    def matching(self, name: str, other: str) -> None:
        """Refuse two fields that should have one entry for each layer and do not."""
        found = len(getattr(self, name)), len(getattr(self, other))
        if found[0] != found[1] or not found[0]:
            raise ModelError(
                f"{type(self).__name__}: expected as many {other} as {name}, found {found[1]} "
                f"and {found[0]}. Give one of each for every block."
            )

    def divides(self, name: str, whole: int) -> None:
        """Refuse a field that does not divide ``whole``."""
        value = getattr(self, name)
        if value < 1 or whole % value:
            raise ModelError(
                f"{type(self).__name__}.{name}: expected a divisor of {whole}, found {value}."
            )

    def one_of(self, name: str, allowed: tuple[object, ...]) -> None:
        """Refuse a field that is none of ``allowed``."""
        value = getattr(self, name)
        if value not in allowed:
            raise ModelError(
                f"{type(self).__name__}.{name}: expected one of {choices(allowed)}, "
                f"found {value!r}."
            )

    def to_plain(self) -> dict[str, Any]:
        """The fields as a dict that JSON holds."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """A configuration from its fields, also as JSON gives them (lists for tuples).

        Raises
        ------
        ModelError
            Where a field is unknown, or its value not allowed.
        """
        known = [field.name for field in fields(cls)]
        unknown = set(plain) - set(known)
        if unknown:
            raise ModelError(
                f"{cls.__name__} has no field {choices(unknown)}; it has {choices(known)}."
            )
        return cls(**{name: _frozen(value) for name, value in plain.items()})

    @classmethod
    def skeleton_fields(cls, skeleton: Skeleton) -> dict[str, Any]:
        """``joints`` and ``bones`` of a Skeleton."""
        return {"joints": skeleton.joints, "bones": skeleton.bones}


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


def glorot(module: nn.Module) -> None:
    """Start a layer as Keras does, where a network's authors used it (``network.apply(glorot)``).

    Glorot and Bengio 2010 for what multiplies inputs, orthogonal matrices for what multiplies
    states, biases of 0, and 1 for the forget gate.
    """
    if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, nn.LSTM):
        parts = dict(module.named_parameters())
        nn.init.xavier_uniform_(parts["weight_ih_l0"])
        nn.init.orthogonal_(parts["weight_hh_l0"])
        nn.init.zeros_(parts["bias_hh_l0"])
        nn.init.zeros_(parts["bias_ih_l0"])
        nn.init.ones_(parts["bias_ih_l0"][module.hidden_size : 2 * module.hidden_size])


class Network(nn.Module):
    """A network of recordings of movement.

    ``forward(positions, orientations=None)`` takes float32 (N, T, J, C), and for networks of two
    streams (N, T, J, 4) unit quaternions w, x, y, z too, and gives (N, outputs).
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config

    @property
    def takes_orientations(self) -> bool:
        """Whether ``forward`` needs its second input."""
        return False

    def check(self, positions: Tensor, orientations: Tensor | None = None) -> None:
        """Refuse inputs of another shape than the network was built for.

        Raises
        ------
        ModelError
            With the shape that was expected and the one that was found.
        """
        self._check_shape("positions", positions, self.config.channels)
        if not self.takes_orientations:
            return
        if orientations is None:
            raise ModelError(
                f"{type(self).__name__} expected orientations (N, T, J, {QUATERNION}) as its "
                "second input, found none. Give them, or choose a network of positions alone."
            )
        self._check_shape("orientations", orientations, QUATERNION)
        asked, found = positions.shape[0], orientations.shape[0]  # len() would fix it in exports
        if found != asked:
            raise ModelError(
                f"{type(self).__name__}: expected as many orientations as positions, found "
                f"{found} and {asked} samples. Give each sample both."
            )

    def _check_shape(self, name: str, given: Tensor, channels: int) -> None:
        expected = (self.config.length, len(self.config.joints), channels)
        if tuple(given.shape[1:]) != expected or given.ndim != 4:
            text = ", ".join(map(str, expected))
            raise ModelError(
                f"{type(self).__name__}: expected {name} of shape (N, {text}) - samples, frames, "
                f"joints, channels - found {tuple(given.shape)}. Resample to {expected[0]} frames "
                "and choose the skeleton's joints, or build the network for this shape."
            )
