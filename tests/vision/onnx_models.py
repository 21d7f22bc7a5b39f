"""Tiny ONNX networks written by hand, byte by byte: no package writes them here.

Each finds the brightest place of its input: enough to check crops, scales and decodings. Only the
few message types of the ONNX format that this takes are written (onnx.proto, field numbers
beside).
"""

from __future__ import annotations

import struct
from pathlib import Path

FLOAT, UINT8, INT64 = 1, 2, 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _value(name: str, shape: tuple[int, ...], kind: int = FLOAT) -> bytes:
    """ValueInfoProto: name 1, type 2 (tensor_type 1: elem_type 1, shape 2: dim 1: dim_value 1)."""
    dims = b"".join(_bytes(1, _int(1, size)) for size in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, dims)))


def _tensor(name: str, shape: tuple[int, ...], values: list[float] | list[int]) -> bytes:
    """TensorProto: dims 1, data_type 2, name 8, raw_data 9."""
    whole = all(isinstance(v, int) for v in values)
    raw = struct.pack(f"<{len(values)}{'q' if whole else 'f'}", *values)
    dims = b"".join(_int(1, size) for size in shape)
    return dims + _int(2, INT64 if whole else FLOAT) + _bytes(8, name) + _bytes(9, raw)


def _ints(name: str, values: list[int]) -> bytes:
    """AttributeProto: name 1, ints 8, type 20 (INTS is 7)."""
    return _bytes(5, _bytes(1, name) + b"".join(_int(8, v) for v in values) + _int(20, 7))


def _one_int(name: str, value: int) -> bytes:
    """AttributeProto: name 1, i 3, type 20 (INT is 2)."""
    return _bytes(5, _bytes(1, name) + _int(3, value) + _int(20, 2))


def _node(kind: str, inputs: list[str], outputs: list[str], attributes: bytes = b"") -> bytes:
    """NodeProto: input 1, output 2, op_type 4, attribute 5."""
    names = b"".join(_bytes(1, i) for i in inputs) + b"".join(_bytes(2, o) for o in outputs)
    return names + _bytes(4, kind) + attributes


def _write(
    path: Path, nodes: list[bytes], tensors: list[bytes], given: bytes, made: list[bytes]
) -> Path:
    """GraphProto: node 1, name 2, initializer 5, input 11, output 12; ModelProto around it."""
    graph = b"".join(_bytes(1, n) for n in nodes) + _bytes(2, "brightest")
    graph += b"".join(_bytes(5, t) for t in tensors) + _bytes(11, given)
    graph += b"".join(_bytes(12, o) for o in made)
    opset = _bytes(8, _bytes(1, "") + _int(2, 13))
    path.write_bytes(_int(1, 8) + opset + _bytes(7, graph))
    return path


def heat_maps(path: Path, points: int = 17, size: tuple[int, int] = (48, 64)) -> Path:
    """Input (1, 3, H, W); output (1, K, H, W): brightness, about 0 to 1."""
    width, height = size
    weight = _tensor("weight", (points, 3, 1, 1), [0.14] * (points * 3))
    return _write(
        path,
        [_node("Conv", ["input", "weight"], ["maps"])],
        [weight],
        _value("input", (1, 3, height, width)),
        [_value("maps", (1, points, height, width))],
    )


def simcc(path: Path, points: int = 17, size: tuple[int, int] = (48, 64)) -> Path:
    """Input (1, 3, H, W); outputs (1, K, W) and (1, K, H): brightest along each axis."""
    width, height = size
    weight = _tensor("weight", (points, 3, 1, 1), [0.14] * (points * 3))
    flat = _one_int("keepdims", 0)
    return _write(
        path,
        [
            _node("Conv", ["input", "weight"], ["maps"]),
            _node("ReduceMax", ["maps"], ["simcc_x"], _ints("axes", [2]) + flat),
            _node("ReduceMax", ["maps"], ["simcc_y"], _ints("axes", [3]) + flat),
        ],
        [weight],
        _value("input", (1, 3, height, width)),
        [_value("simcc_x", (1, points, width)), _value("simcc_y", (1, points, height))],
    )


def points(path: Path, values: list[tuple[float, float, float]], *, movenet: bool = False) -> Path:
    """Input (1, H, W, 3) uint8; output (1, K, 3), or (1, 1, K, 3), that never changes."""
    shape = (1, 1, len(values), 3) if movenet else (1, len(values), 3)
    flat = [float(v) for row in values for v in row]
    return _write(
        path,
        [_node("Identity", ["fixed"], ["points"])],
        [_tensor("fixed", shape, flat)],
        _value("input", (1, 64, 48, 3), UINT8),
        [_value("points", shape)],
    )
