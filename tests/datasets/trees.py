"""Small data sets in the layout of the real ones, made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from openpyxl import Workbook
from tests.formats import made, samples_finerehab

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


def finerehab(root: Path) -> Path:
    """The tree of FineRehab: skeletons of both sensors, pictures of both views, two tables."""
    skeletons = {
        "Kinect": samples_finerehab.kinect_document,
        "IMU": samples_finerehab.suit_document,
    }
    for sensor, document in skeletons.items():
        folder = root / "Skeletal data" / sensor
        folder.mkdir(parents=True)
        for stem in ("24_12SL_Cut01", "24_12SL_Cut02", "7_03SR_Cut01"):
            content = document()
            content.update({key: stem.split("_")[0] for key in content if "ubject" in key})
            (folder / f"{stem}.json").write_text(json.dumps(content))
    for view in ("Front", "Side"):
        for kind in ("Color", "Depth"):
            folder = root / "Image data" / view / kind
            folder.mkdir(parents=True)
            for frame in (10, 2):
                (folder / f"24_{view[0]}_12_SL_01_{frame}.jpg").write_bytes(b"picture")
    calibration = root / "Image data" / "Calibration"
    calibration.mkdir()
    (calibration / "front.json").write_text("{}")
    (root / "annotations.csv").write_text(
        "SubjectID,MovementID,SideID,RepetitionNo,Completeness knee,Correction,Smoothness,Rater\n"
        "24,12,SL,1,4,3.5,2,a\n24,12,SL,2,,3,1,a\n24,12,SL,3,0,0,0,b\n"
    )
    (root / "subjects.csv").write_text(
        "Subject ID,Group,Age,Gender,Height (cm),Affected side\n"
        "24,patient,61,F,165,R\n07,Normal,33,M,NA,-\n"
    )
    return root
