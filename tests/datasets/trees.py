"""Small data sets in the layout of the real ones, made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from openpyxl import Workbook
from tests.formats import made

HEADING = ["Subject ID"] + [
    f"clinical {part} Ex#{n}" for part in ("TS", "PO", "CF") for n in range(1, 6)
]


def workbook(path: Path, heading: list[str], row: list[object]) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(heading)
    sheet.append(row)
    book.save(path)


def label_kimore(folder: Path, person: str, named: str = "", first: float = 40.0) -> None:
    """``Label`` with both workbooks; the score of Ex#4 is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    scores: list[object] = [first, 41, 42, None, 44, 11, 12, 13, None, 15, 31, 32, 33, None, 35]
    workbook(folder / f"ClinicalAssessment_{person}.xlsx", HEADING, [named or person, *scores])
    heading = ["Subject ID", "Group", "Age ", "Gender"]
    workbook(folder / f"SuppInfo_{person}.xlsx", heading, [person, "E", 41, "F"])


def kimore_folder(
    root: Path, person: str, exercise: str, stem: str = "010203_040506", frames: int = made.FRAMES
) -> Path:
    """``EsN`` with one more recording in its ``Raw``."""
    folder = root / "CG" / "Expert" / person / exercise
    (folder / "Raw").mkdir(parents=True, exist_ok=True)
    made.write_kimore(folder / "Raw", stem, made.kinect_v2(frames))
    return folder


def kimore_waves(root: Path, person: str, exercise: str, stem: str, period: int) -> Path:
    """A recording of 60 frames whose arms rise and fall every ``period`` frames."""
    folder = root / "CG" / "Expert" / person / exercise
    (folder / "Raw").mkdir(parents=True, exist_ok=True)
    joints = np.repeat(made.kinect_v2(1), 60, axis=0)
    joints[:, 4:12, 1] += 0.3 * (1 - np.cos(2 * np.pi * np.arange(60) / period))[:, None]
    made.write_kimore(folder / "Raw", stem, joints)
    return folder
