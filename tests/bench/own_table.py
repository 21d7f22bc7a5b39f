"""A folder of generated squats of several people with a table beside them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from rehabkit import reading
from rehabkit.simulate import generate

PEOPLE = 6


def write(folder: Path, people: int = PEOPLE, **columns: list[str]) -> Path:
    """Two recordings a person; further columns as they are given."""
    folder.mkdir(parents=True, exist_ok=True)
    made = generate("squat", repetitions=1).recording
    assert made.positions is not None
    lines = []
    for number in range(2 * people):
        name = f"r{number}.csv"
        larger = made.positions * (1 + 0.02 * number)
        reading.write(made.replace(positions=larger.astype(np.float32)), folder / name)
        group = ("healthy", "stroke")[number // 2 % 2]
        lines.append({"path": name, "subject": f"p{number // 2}", "group": group,
                      "label": str(10 + number)})  # fmt: skip
    for name, values in columns.items():
        for line, value in zip(lines, values, strict=True):
            line[name] = value
    return table(folder / "table.csv", lines)


def table(path: Path, lines: list[dict[str, str]]) -> Path:
    """A CSV file of these lines."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path
