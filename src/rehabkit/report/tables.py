"""``repetitions.csv``, ``angles.csv``, ``cycles.csv``: units named, empty where not measured."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import isfinite
from pathlib import Path

import numpy as np

from rehabkit.formats.files import atomic
from rehabkit.repetitions.cycles_csv import Cycles, write_table
from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.document import RepetitionPart, Summary
from rehabkit.signals.runs import chunks

_UNITS = {"deg/s": "deg_per_s", "m/s": "m_per_s", "%": "percent", "1/s": "per_s", "1": "", "": ""}
# Measures that the fixed columns hold already.
_SAID = ("duration",)
_FIXED = ("repetition", "side", "start_s", "end_s", "peak_s", "duration_s", "confidence")


def write_repetitions(summary: Summary, path: Path) -> None:
    """One row a counted repetition, one column a measure (``knee_flexion_left_max_deg``)."""
    columns = {
        name: column_name(name, measure.unit)
        for repetition in summary.repetitions
        for name, measure in repetition.measures.items()
        if name not in _SAID
    }
    rows = (_row(repetition, list(columns)) for repetition in summary.repetitions)
    write_rows(path, [*_FIXED, *columns.values()], rows)


def write_angles(summary: Summary, curves: Curves, path: Path) -> None:
    """One row a frame: time, every angle that could be measured, and the driving signals."""
    names = [name for name, angle in summary.angles.items() if angle.measurable]
    header = ["time_s", *(f"{name}_deg" for name in names)]
    columns = [curves.angles[name] for name in names]
    for signal in curves.drivers:
        # A driving angle of one side is among the angles already.
        title = f"driver_{signal.name}_{signal.side}{_suffix(signal.unit)}"
        if title not in header and len(signal.values) == len(curves.time):
            header.append(title)
            columns.append(signal.values)
    write_rows(path, header, _frames(curves.time, columns))


def write_cycles(analysis: Analysis, path: Path) -> None:
    """Curves of each repetition from 0 to 100 %, raw and filtered; a header alone without any."""
    found = Cycles(
        analysis.original,
        analysis.recording,
        analysis.kinematics,
        analysis.segmentation.repetitions,
        analysis.exercise,
    )
    write_table(found, path)


@lru_cache(maxsize=8192)  # a run over thousands asks for the same ones
def column_name(measure: str, unit: str) -> str:
    """``("knee_flexion_left.max", "deg")`` -> ``"knee_flexion_left_max_deg"``."""
    return f"{measure.replace('.', '_')}{_suffix(unit)}"


def _suffix(unit: str) -> str:
    words = _UNITS.get(unit, unit.replace("/", "_per_").replace("°", "deg").replace(" ", "_"))
    return f"_{words}" if words else ""


def _row(repetition: RepetitionPart, names: Sequence[str]) -> list[str]:
    first = [
        str(repetition.number),
        repetition.side,
        f"{repetition.start_s:.3f}",
        f"{repetition.end_s:.3f}",
        f"{repetition.peak_s:.3f}",
        f"{repetition.end_s - repetition.start_s:.3f}",
        f"{repetition.confidence:.3f}",
    ]
    found = (repetition.measures.get(name) for name in names)
    return first + ["" if m is None or m.value is None else f"{m.value:.6g}" for m in found]


def _frames(time: np.ndarray, columns: Sequence[np.ndarray]) -> Iterable[list[str]]:
    for chunk in chunks(len(time)):
        rows = zip(*(column[chunk].tolist() for column in (time, *columns)), strict=True)
        for moment, *values in rows:
            yield [f"{moment:.4f}", *(f"{v:.4f}" if isfinite(v) else "" for v in values)]


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV file, whole or not at all."""
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
