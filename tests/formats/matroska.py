"""A tiny Azure Kinect recording in Matroska, written element by element."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

OFFSET_NS = 336_000_000
STEP_US = 33_333
DEPTH_SIZE = (8, 6)

# Of the depth camera: the accelerometer's z points up its y, x along its -z, y along its -x.
SENSOR = [[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
TILT_DEG = 6.0


def element(name: int, content: bytes) -> bytes:
    """Identifier, length in eight bytes, content."""
    identifier = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return identifier + (len(content) | 1 << 56).to_bytes(8, "big") + content


def number(name: int, value: int) -> bytes:
    return element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def text(name: int, value: str) -> bytes:
    return element(name, value.encode())


def picture_track(index: int, name: str, size: tuple[int, int], fourcc: bytes) -> bytes:
    header = struct.pack("<IiiHH4s5I", 40, *size, 1, 16, fourcc, 0, 0, 0, 0, 0)
    video = number(0xB0, size[0]) + number(0xBA, size[1])
    return element(0xAE, number(0xD7, index) + number(0x73C5, index) + number(0x83, 1)
                   + text(0x86, "V_MS/VFW/FOURCC") + text(0x536E, name)
                   + element(0x63A2, header) + element(0xE0, video))  # fmt: skip


def imu_track(index: int) -> bytes:
    return element(0xAE, number(0xD7, index) + number(0x73C5, index) + number(0x83, 0x11)
                   + text(0x86, "S_K4A/IMU") + text(0x536E, "IMU"))  # fmt: skip


def tag(name: str, value: str, target: bytes = b"") -> bytes:
    simple = element(0x67C8, text(0x45A3, name) + text(0x4487, value))
    return element(0x7373, element(0x63C0, target) + simple)


def calibration(rotation: list[list[float]] | None = None) -> dict[str, Any]:
    """Two cameras, the colour one turned up by 6 deg, and an accelerometer."""
    cosine, sine = np.cos(np.radians(TILT_DEG)), np.sin(np.radians(TILT_DEG))
    colour = [[1, 0, 0], [0, cosine, sine], [0, -sine, cosine]] if rotation is None else rotation
    cameras = [("D0", np.eye(3).tolist()), ("PV0", colour)]
    return {"CalibrationInformation": {
        "Cameras": [
            {"Location": f"CALIBRATION_CameraLocation{name}",
             "Rt": {"Rotation": np.ravel(turn).tolist(), "Translation": [0, 0, 0]}}
            for name, turn in cameras
        ],
        "InertialSensors": [
            {"SensorType": "CALIBRATION_InertialSensorType_Accelerometer",
             "Rt": {"Rotation": np.ravel(SENSOR).tolist(), "Translation": [0, 0, 0]}}
        ],
    }}  # fmt: skip


def sample(time_ns: int, acceleration: tuple[float, float, float]) -> bytes:
    return struct.pack("<Q3fQ3f", time_ns, *acceleration, time_ns, 0.1, 0.2, 0.3)


def block(track: int, content: bytes) -> bytes:
    return element(0xA3, bytes([0x80 | track]) + b"\0\0\x80" + content)


def recording(
    path: Path,
    count: int = 12,
    *,
    pictures: list[bytes] | None = None,
    size: tuple[int, int] = (160, 120),
    acceleration: tuple[float, float, float] = (0.0, 0.0, -9.81),
    attached: str | None = None,
    ticks: float = 1,
    duration_us: int | None = None,
) -> Path:
    """Depth and inertial samples, and JPEG pictures in colour where they are given."""
    tracks = picture_track(1, "COLOR", size, b"MJPG") if pictures else b""
    tracks += picture_track(2, "DEPTH", DEPTH_SIZE, b"b16g") + imu_track(4)
    info = number(0x2AD7B1, 1000) + text(0x7BA9, "Azure Kinect")
    info += element(0x4489, struct.pack(">d", duration_us or count * STEP_US))
    attached = json.dumps(calibration()) if attached is None else attached
    file = element(0x61A7, text(0x466E, "calibration.json") + text(0x4660, "application/json")
                   + element(0x465C, attached.encode()) + number(0x46AE, 77))  # fmt: skip
    tags = tag("K4A_START_OFFSET_NS", str(OFFSET_NS)) + tag("K4A_DEVICE_SERIAL_NUMBER", "000042")
    tags += tag("K4A_CALIBRATION_FILE", "calibration.json", number(0x63C6, 77))
    body = element(0x1549A966, info) + element(0x1654AE6B, tracks)
    body += element(0x1941A469, file) + element(0x1254C367, tags)
    for i in range(count):
        stamp_us = i * STEP_US
        time = int((stamp_us * 1000 + OFFSET_NS) / ticks)
        depth = np.full(DEPTH_SIZE[::-1], 1000 + i, ">u2").tobytes()
        blocks = block(1, pictures[i]) if pictures else b""
        blocks += block(2, depth) + block(4, sample(time, acceleration))
        body += element(0x1F43B675, number(0xE7, stamp_us) + blocks)
    head = number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) + number(0x42F3, 8)
    head += text(0x4282, "matroska") + number(0x4287, 2) + number(0x4285, 2)
    path.write_bytes(element(0x1A45DFA3, head) + element(0x18538067, body))
    return path
