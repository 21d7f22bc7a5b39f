"""What a trained D2STA attends to: its groups of joints, steps of time, and joints by exercise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.network_estimator import NetworkEstimator
from rehabkit.errors import ModelError
from rehabkit.recording.arrays import Float

BATCH: Final = 16


@dataclass(frozen=True, eq=False)
class Attended:
    """Means over samples, of each exercise where one is named.

    Parameters
    ----------
    joints, exercises
        Names.
    mask
        (joints, groups) how much each joint belongs to each group; rows sum to 1.
    over_time
        (exercises, steps) how much each step of time is attended to, mean over groups, heads and
        who asks; rows sum to 1. None for a network of one stage.
    over_joints
        (exercises, joints) how much groups attend to each joint; rows sum to 1.
    """

    joints: tuple[str, ...]
    exercises: tuple[str, ...]
    mask: Float
    over_time: Float | None
    over_joints: Float


def attended(estimator: NetworkEstimator, inputs: Float, exercises: NDArray[np.str_]) -> Attended:
    """What a fitted D2STA looks at in samples.

    Parameters
    ----------
    inputs
        (samples, frames, joints, channels) as the estimator takes them.
    exercises
        (samples,) ids.

    Raises
    ------
    ModelError
        Where the estimator's network is no D2STA with groups.
    """
    from rehabkit.models.d2sta import D2STA

    if not isinstance(estimator.module_.network, D2STA):
        raise ModelError(f"Expected a trained D2STA, found {estimator.network!r}.")
    batches = [inputs[start : start + BATCH] for start in range(0, len(inputs), BATCH)]
    mask, space, time = zip(*(_looked(estimator, batch) for batch in batches), strict=True)
    names = np.unique(exercises)
    return Attended(
        tuple(estimator.joints), tuple(names.tolist()), np.concatenate(mask).mean(axis=0),
        None if time[0] is None else _by_exercise(np.concatenate(time), exercises, names),
        _by_exercise(np.concatenate(space), exercises, names),
    )  # fmt: skip


def _looked(estimator: NetworkEstimator, inputs: Float) -> tuple[Any, Any, Any]:
    """(samples, joints, groups), (samples, joints) and (samples, steps) of a batch."""
    import torch

    module = estimator.module_
    with torch.no_grad():
        given = module.parts(torch.from_numpy(np.asarray(inputs, dtype=np.float32)))
        mask, space, time = module.network.looked_at(*given)
    steps = None if time is None else time.mean(dim=(1, 2)).numpy()  # of (N, G, T asks, T asked)
    return mask.numpy(), space.mean(dim=(1, 2)).numpy(), steps  # of (N, T, G, J)


def _by_exercise(values: Float, exercises: NDArray[np.str_], names: NDArray[np.str_]) -> Float:
    return np.array([values[exercises == name].mean(axis=0) for name in names], dtype=np.float64)
