"""PyTorch, or what stands in its place until it is installed.

Every network takes ``torch``, ``nn``, ``functional`` and ``Tensor`` from here, so that its classes
can be written as plain module-level classes and its module still imports without PyTorch. Then
``nn.Module`` is a class that cannot be made: building a network ends in :class:`MissingExtra`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

from rehabkit.errors import MissingExtra

__all__ = ["Tensor", "functional", "nn", "torch"]


class _NeedsTorch:
    """What a network's classes derive from where PyTorch is missing."""

    def __new__(cls, *_: Any, **__: Any) -> NoReturn:
        raise MissingExtra("Building a network", "torch", "learn")


if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional
else:
    try:
        import torch
        from torch import Tensor, nn
        from torch.nn import functional
    except ModuleNotFoundError as error:
        if error.name != "torch":  # PyTorch is there and lacks something of its own
            raise
        torch = functional = Tensor = _NeedsTorch
        nn = SimpleNamespace(Module=_NeedsTorch)
