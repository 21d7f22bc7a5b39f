"""Pose estimators behind one interface."""

from __future__ import annotations

from pathlib import Path

from rehabkit.errors import ModelError
from rehabkit.vision.estimators.base import PoseEstimator, PosePoints

__all__ = ["PoseEstimator", "PosePoints", "open_estimator"]


def open_estimator(which: str | Path) -> PoseEstimator:
    """The estimator of that name, or the one that reads that file.

    Parameters
    ----------
    which
        ``"mediapipe"`` (the network that the installed package carries), or the path of a
        ``.task`` file (MediaPipe 1.x) or an ``.onnx`` file of the user's.

    Raises
    ------
    ModelError
        Where there is no such file, or it is of another kind.
    MissingExtra
        Where a package is missing.
    """
    if str(which) == "mediapipe":
        from rehabkit.vision.estimators.mediapipe_solutions import MediapipeSolutions

        return MediapipeSolutions()
    path = Path(which)
    if path.suffix.lower() not in (".task", ".onnx"):
        raise ModelError(
            f"Expected the estimator 'mediapipe' or the path of a .task or .onnx file, "
            f"found {str(which)!r}."
        )
    if not path.is_file():
        raise ModelError(f"There is no model file {path}: check the path.")
    if path.suffix.lower() == ".task":
        from rehabkit.vision.estimators.mediapipe_tasks import MediapipeTasks

        return MediapipeTasks(path)
    from rehabkit.vision.estimators.onnx import OnnxEstimator

    return OnnxEstimator(path)
