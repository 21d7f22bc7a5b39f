"""``progress.html``, ``progress.json`` and ``progress.csv``: every file whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rehabkit.formats.files import atomic
from rehabkit.progress.document import MeasurePart, PointPart, Progress, SectionPart, SeriesPart

COLUMNS: Final = (
    "exercise", "sensor", "view", "measure", "label", "unit", "shown", "visit", "date", "n",
    "mean", "sd", "difference", "mdc95", "verdict", "because",
)  # fmt: skip


def write(progress: Progress, folder: str | Path) -> None:
    """Write the page, the document and one row for each measure and visit."""
    from rehabkit.progress.page import render

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with atomic(folder / "progress.json") as temporary:
        temporary.write_text(progress.model_dump_json(indent=1) + "\n", encoding="utf-8")
    path = folder / "progress.csv"
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_rows(progress))
    with atomic(folder / "progress.html") as temporary:
        temporary.write_text(render(progress), encoding="utf-8")


def _rows(progress: Progress) -> Iterator[list[str]]:
    dates = {visit.number: visit.date or "" for visit in progress.visits}
    for section in progress.sections:
        for series in section.series:
            for measure in series.measures:
                for point in measure.points:
                    yield _row(section, series, measure, point, dates[point.visit])


def _row(
    section: SectionPart, series: SeriesPart, measure: MeasurePart, point: PointPart, date: str
) -> list[str]:
    figures = [point.mean, point.sd, point.difference, point.mdc95]
    return [
        section.exercise, series.sensor, series.view, measure.key, measure.label, measure.unit,
        "yes" if measure.shown else "no", str(point.visit), date, str(len(point.values)),
        *("" if figure is None else f"{figure:.6g}" for figure in figures),
        point.verdict or "", point.because or "",
    ]  # fmt: skip
