"""An ONNX network of the user's that finds the key points of one person.

What a file expects and gives is told by its shapes:

=================================  ==================================================
input ``(1, 3, H, W)`` float       RGB less ImageNet's mean, by its deviation (RTMPose)
input ``(1, H, W, 3)``             RGB 0-255 in the type that the file asks for (MoveNet)
outputs ``(1, K, 2W)``, ``(1, K, 2H)``  SimCC: where along x, where along y (any factor)
output ``(1, K, h, w)``            heat maps
output ``(1, K, 3)``               x, y, confidence, in px of the input or shares of it
output ``(1, 1, K, 3)``            y, x, confidence in shares (MoveNet)
=================================  ==================================================

The number of points K says which skeleton it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError, require
from rehabkit.recording import Skeleton
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import BLAZEPOSE, COCO
from rehabkit.vision.estimators.base import ClosesOnExit, Picture, PosePoints

_SKELETONS: Final[dict[int, Skeleton]] = {len(s): s for s in (COCO, BLAZEPOSE)}
_MEAN: Final = np.array([123.675, 116.28, 103.53], dtype=np.float32)
_DEVIATION: Final = np.array([58.395, 57.12, 57.375], dtype=np.float32)
_TYPES: Final = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8,
    "tensor(int32)": np.int32,
}
# Below this mean confidence nobody is there, and the whole picture is searched next.
_FOUND: Final = 0.2
_SEEN: Final = 0.3
# Room around the body of the picture before (RTMPose's own padding).
_ROOM: Final = 1.25
_DEFAULT_SIZE: Final = (192, 256)


@dataclass(frozen=True)
class _Crop:
    """Where a network's input lies in the picture: centre and extent, px."""

    centre: tuple[float, float]
    extent: tuple[float, float]

    def to_picture(self, shares: Float) -> NDArray[np.float32]:
        """(K, 2) shares of the input -> px of the picture."""
        corner = np.array(self.centre) - np.array(self.extent) / 2
        return np.asarray(corner + shares * np.array(self.extent), dtype=np.float32)


class OnnxEstimator(ClosesOnExit):
    """Top-down: the network sees the whole picture first, then the body it has found.

    Parameters
    ----------
    path
        The ``.onnx`` file.

    Raises
    ------
    MissingExtra
        Where ONNX Runtime is not installed.
    ModelError
        Where the file is damaged, or of inputs and outputs that are not in the table above.
    """

    has_world = False

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        runtime: Any = require("onnxruntime", purpose=f"Opening {self._path.name}", extra="video")
        self._session = self._open(runtime)
        self._input = self._only_input()
        self._channels_last = self._input.shape[-1] == 3
        self._size = self._input_size()
        self.skeleton = self._which_skeleton()
        self.name = f"ONNX {self._path.name}"
        self._last: PosePoints | None = None

    def _open(self, runtime: Any) -> Any:
        options = runtime.SessionOptions()
        options.log_severity_level = 3
        try:
            return runtime.InferenceSession(
                str(self._path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise self._wrong("an ONNX model", f"one that cannot be opened ({reason})") from error

    def _only_input(self) -> Any:
        inputs = self._session.get_inputs()
        shapes = [tuple(i.shape) for i in inputs]
        if len(inputs) != 1 or len(shapes[0]) != 4 or 3 not in (shapes[0][1], shapes[0][3]):
            raise self._wrong("one input of shape (1, 3, H, W) or (1, H, W, 3)", f"{shapes}")
        if inputs[0].type not in _TYPES:
            raise self._wrong(f"an input of a type among {sorted(_TYPES)}", inputs[0].type)
        return inputs[0]

    def _input_size(self) -> tuple[int, int]:
        """Width and height of the input; RTMPose's usual ones where the file leaves them open."""
        height, width = self._input.shape[1:3] if self._channels_last else self._input.shape[2:]
        if isinstance(width, int) and isinstance(height, int):
            return width, height
        return _DEFAULT_SIZE

    def _which_skeleton(self) -> Skeleton:
        width, height = self._size
        outputs = self._run(np.zeros((height, width, 3), dtype=np.uint8))
        count = self._decode(outputs).shape[0]
        if count not in _SKELETONS:
            raise self._wrong(f"key points as many as {sorted(_SKELETONS)}", f"{count}")
        return _SKELETONS[count]

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:  # noqa: ARG002
        """The person in the picture, looked for where it was before."""
        crop = self._crop((rgb.shape[1], rgb.shape[0]))
        found = self._decode(self._run(_cut_out(rgb, crop, self._size)))
        confidence = np.asarray(found[:, 2], dtype=np.float32).clip(0, 1)
        if confidence.mean() < _FOUND:
            self._last = None
            return None
        self._last = PosePoints(crop.to_picture(found[:, :2]), confidence)
        return self._last

    def reset(self) -> None:
        """Search the whole next picture."""
        self._last = None

    def _crop(self, size: tuple[int, int]) -> _Crop:
        """The body found before with room around it, else the picture, in the input's shape."""
        seen = None if self._last is None else self._last.image[self._last.confidence >= _SEEN]
        if seen is None or len(seen) < 4:
            centre, extent = np.array(size) / 2, np.array(size, dtype=float)
        else:
            low, high = seen.min(axis=0), seen.max(axis=0)
            centre, extent = (low + high) / 2, (high - low) * _ROOM
        width = max(extent[0], extent[1] * self._size[0] / self._size[1], 8.0)
        height = width * self._size[1] / self._size[0]
        return _Crop((float(centre[0]), float(centre[1])), (float(width), float(height)))

    def _run(self, rgb: Picture) -> list[Float]:
        kind = _TYPES[self._input.type]
        if self._channels_last:
            values = rgb[None].astype(kind)
        else:
            normal = (rgb.astype(np.float32) - _MEAN) / _DEVIATION
            values = np.ascontiguousarray(normal.transpose(2, 0, 1)[None]).astype(kind)
        outputs: list[Float] = self._session.run(None, {self._input.name: values})
        return outputs

    def _decode(self, outputs: Sequence[Float]) -> Float:
        """(K, 3): x and y as shares of the input, confidence."""
        shapes = [o.shape for o in outputs]
        if len(outputs) == 2 and all(len(s) == 3 for s in shapes) and shapes[0][1] == shapes[1][1]:
            return _from_simcc(outputs[0][0], outputs[1][0])
        if len(outputs) == 1 and len(shapes[0]) == 4 and shapes[0][1] > 1:
            return _from_heat_maps(outputs[0][0])
        if len(outputs) == 1 and len(shapes[0]) == 4 and shapes[0][3] == 3:
            return np.asarray(outputs[0][0, 0][:, [1, 0, 2]])
        if len(outputs) == 1 and len(shapes[0]) == 3 and shapes[0][2] == 3:
            return self._from_points(outputs[0][0])
        raise self._wrong("SimCC, heat maps or points (1, K, 3) as outputs", f"{shapes}")

    def _from_points(self, points: Float) -> Float:
        in_pixels = bool(np.abs(points[:, :2]).max(initial=0) > 2)
        scale = np.array([*self._size, 1]) if in_pixels else np.ones(3)
        return np.asarray(points / scale)

    def _wrong(self, expected: str, found: str) -> ModelError:
        return ModelError(f"{self._path}: expected {expected}, found {found}.")


def _from_simcc(along_x: Float, along_y: Float) -> Float:
    """The most likely bin along each axis; the lesser of both peaks is the confidence.

    Source: Li et al., SimCC: a Simple Coordinate Classification Perspective for Human Pose
    Estimation (2022); decoding as in RTMPose.
    """
    x, y = along_x.argmax(axis=1), along_y.argmax(axis=1)
    peak = np.minimum(along_x.max(axis=1), along_y.max(axis=1))
    return np.stack([x / along_x.shape[1], y / along_y.shape[1], peak], axis=1)


def _from_heat_maps(maps: Float) -> Float:
    """The highest cell of each map, at its middle."""
    count, height, width = maps.shape
    flat = maps.reshape(count, -1)
    y, x = np.divmod(flat.argmax(axis=1), width)
    return np.stack([(x + 0.5) / width, (y + 0.5) / height, flat.max(axis=1)], axis=1)


def _cut_out(rgb: Picture, crop: _Crop, size: tuple[int, int]) -> Picture:
    """The crop at the network's size; black beyond the picture."""
    import cv2

    scale = size[0] / crop.extent[0]
    corner = np.array(crop.centre) - np.array(crop.extent) / 2
    matrix = np.array([[scale, 0, -corner[0] * scale], [0, scale, -corner[1] * scale]])
    out: Picture = cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR)
    return out
