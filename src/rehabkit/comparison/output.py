"""Comparisons and reliability as JSON, CSV and pictures: every figure with its unit or reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any, Final

import rehabkit
from rehabkit.comparison.compare import Comparison, chance_note
from rehabkit.comparison.people import PeopleTable
from rehabkit.comparison.readings import Reading, name_of, unusable
from rehabkit.comparison.sensors import Agreement
from rehabkit.comparison.sessions import ReliabilityTable
from rehabkit.formats.files import atomic
from rehabkit.kinematics.reliability import BlandAltman, Interval
from rehabkit.report.analysis import Analysis
from rehabkit.report.numbers import plain

SCHEMA_VERSION: Final = "1.0"
FORMULA: Final = (
    "mdc95^2 = 1.96^2 (error_a^2 + error_b^2) + t^2 s^2 (1/n_a + 1/n_b); s between repetitions, "
    "pooled, t with n_a + n_b - 2 degrees of freedom"
)


def write_comparison(found: Comparison, analyses: Sequence[Analysis], folder: Path) -> None:
    """``compare.json``, ``compare.csv`` and ``compare.html``."""
    from rehabkit.comparison.page import render

    rows = [
        {
            "measure": r.key, "label": r.label, "unit": r.unit,
            "a": _reading(r.a), "b": _reading(r.b), "difference": r.difference,
            "error": r.error, "mdc95": r.mdc95, "verdict": r.words(found.what),
            "because": r.because or None, "sensor_error": r.sensor_error,
            "error_source": r.error_source or None,
        }
        for r in found.rows
    ]  # fmt: skip
    document = {
        "by": found.by, "names": list(found.names), "exercise": found.exercise or None,
        "formula": FORMULA, "shown": list(found.shown), "measures": rows,
        "notes": [*found.notes, chance_note(found.rows)],
    }  # fmt: skip
    _write(folder, "compare", document, analyses)
    with atomic(folder / "compare.html") as temporary:
        temporary.write_text(render(found), encoding="utf-8")


def write_agreement(found: Agreement, analyses: Sequence[Analysis], folder: Path) -> None:
    """``compare.json``, ``compare.csv`` and ``bland-altman.png`` of two sensors."""
    rows = [
        {
            "angle": r.angle, "label": r.label, "unit": "deg", "repetitions": r.curves.shape[1],
            "rmse": r.rmse, "rmse_without_offset": r.rmse_without_offset,
            "correlation": r.correlation, "cmc": r.cmc, "offset": r.offset,
            **{f"bland_altman_{name}": _agreement(b) for name, b in r.measures.items()},
        }
        for r in found.rows
    ]  # fmt: skip
    document = {
        "by": "sensors", "names": list(found.names), "sensors": list(found.sensors),
        "exercise": found.exercise or None, "repetitions": found.repetitions,
        "cmc_after": "Ferrari 2010 (inter-protocol)", "shown": list(found.shown), "measures": rows,
        "not_compared": [{"angle": angle, "reason": why} for angle, why in found.refused],
        "notes": list(found.notes),
    }  # fmt: skip
    _write(folder, "compare", document, analyses)
    shown = [r for r in found.rows if r.angle in found.shown and "range" in r.measures][:4]
    draw_bland_altman(
        [(f"{r.label}, range", "deg", r.pairs["range"], r.measures["range"]) for r in shown],
        folder, found.names,
    )  # fmt: skip


def write_reliability(found: ReliabilityTable, analyses: Sequence[Analysis], folder: Path) -> None:
    """``reliability.json``, ``reliability.csv`` and, of two sessions, ``bland-altman.png``."""
    rows = [
        {
            "measure": r.key, "label": r.label, "unit": r.unit, "repetitions": r.n,
            "mean": r.mean, "sd": r.sd, "sem": _interval(r.sem), "mdc95": r.mdc95,
            "sem_of_mean": r.sem_of_mean, "variation_percent": r.variation_percent, "cmc": r.cmc,
            "sensor_error": r.sensor_error, "error_source": r.error_source or None,
            "sessions": list(r.sessions), "bland_altman": _agreement(r.agreement),
            "reason": r.reason or None,
        }
        for r in found.rows
    ]  # fmt: skip
    cmc = "between sessions (eq. 2)" if found.kind == "sessions" else "within a session (eq. 1)"
    document = {
        "kind": found.kind, "names": list(found.names), "exercise": found.exercise or None,
        "cmc_after": f"Kadaba 1989, {cmc}", "icc": None, "shown": list(found.shown),
        "measures": rows, "notes": list(found.notes),
    }  # fmt: skip
    _write(folder, "reliability", document, analyses)
    import numpy as np

    shown = [r for r in in_order(found) if r.agreement is not None][:4]
    draw_bland_altman(
        [(r.label, r.unit, np.array(r.pairs), r.agreement) for r in shown if r.agreement],
        folder, found.names,
    )  # fmt: skip


def write_people(found: PeopleTable, folder: Path) -> None:
    """``reliability.json``, ``reliability.csv`` and, of two sessions, ``bland-altman.png``."""
    import numpy as np

    rows = [
        {
            "measure": r.key, "label": r.label, "unit": r.unit,
            "people": r.found.people if r.found else None,
            "left_out": r.found.left_out if r.found else None,
            "icc_2_1": _interval(r.found.icc_2_1) if r.found else None,
            "icc_3_1": _interval(r.found.icc_3_1) if r.found else None,
            "sem": r.found.sem if r.found else None, "mdc95": r.found.mdc95 if r.found else None,
            "sem_consistency": r.found.sem_consistency if r.found else None,
            "bland_altman": _agreement(r.agreement), "reason": r.reason or None,
            "values": r.values,
        }
        for r in found.rows
    ]  # fmt: skip
    document = {
        "kind": "people", "subjects": list(found.subjects), "sessions": list(found.sessions),
        "exercise": found.exercise or None, "icc_after": "Shrout and Fleiss 1979",
        "shown": list(found.shown), "measures": rows, "notes": list(found.notes),
    }  # fmt: skip
    _write(folder, "reliability", document, ())
    shown = [r for r in in_order(found) if r.agreement is not None][:4]
    whole = [(r, r.values[np.isfinite(r.values).all(axis=1)]) for r in shown]
    draw_bland_altman(
        [(r.label, r.unit, pairs, r.agreement) for r, pairs in whole if r.agreement],
        folder, found.sessions,
    )  # fmt: skip


def in_order(found: Any) -> list[Any]:
    """The telling rows of a table, the most telling first."""
    rows = {row.key: row for row in found.rows}
    return [rows[key] for key in found.shown if key in rows]


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "mean": reading.mean, "sd": reading.sd, "n": reading.n, "missing": reading.missing,
        "sensor_error": reading.error, "reason": reading.reason or None,
    }  # fmt: skip


def _interval(found: Interval) -> dict[str, float]:
    return asdict(found)


def _agreement(found: BlandAltman | None) -> dict[str, Any] | None:
    return None if found is None else asdict(found)


def _recording(analysis: Analysis) -> dict[str, Any]:
    source = analysis.original.source
    return {
        "name": name_of(analysis), "sha256": source.sha256, "sensor": analysis.kinematics.sensor,
        "view": analysis.kinematics.facing, "subject": analysis.recording.subject.id or None,
        "repetitions": len(analysis.segmentation.repetitions),
        "usable": not unusable(analysis), "reason": unusable(analysis) or None,
        "assumed": [str(step) for step in analysis.recording.history if step.is_assumption],
        "errors": next(
            (s.touched for s in analysis.recording.history if s.name == "use a table of errors"),
            None,
        ),
    }  # fmt: skip


def _write(
    folder: Path, name: str, document: Mapping[str, Any], analyses: Sequence[Analysis]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    software = {"name": "rehabkit", "version": rehabkit.__version__}
    whole = {
        "schema_version": SCHEMA_VERSION, "software": software,
        "recordings": [_recording(a) for a in analyses], **document,
    }  # fmt: skip
    with atomic(folder / f"{name}.json") as temporary:
        text = json.dumps(plain(whole), indent=1, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")
    _csv(folder / f"{name}.csv", [dict(_flat(row)) for row in document["measures"]])


def _flat(row: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """``{"a": {"mean": 1}}`` -> ``("a_mean", 1)``; lists and tables of values stay in the JSON."""
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}_")
        elif value is None or isinstance(value, str | int | float):
            yield f"{before}{key}".removesuffix("_value"), value


def _csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    header = list(dict.fromkeys(key for row in rows for key in row))
    # A row without Bland-Altman has an empty part where others have columns of its figures.
    header = [k for k in header if not k.startswith("bland_altman") or k.count("_") > 2]
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(row.get(key)) for key in header] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if isfinite(value) else ""
    return str(value)


def draw_bland_altman(
    panels: Sequence[tuple[str, str, Any, BlandAltman]], folder: Path, names: Sequence[str]
) -> None:
    """``bland-altman.png``: up to four measures; nothing where there are none."""
    if not panels:
        return
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.8, 3.2 * ((len(panels) + 1) // 2)), facecolor="white",
                    layout="constrained")  # fmt: skip
    FigureCanvasAgg(figure)
    grid = figure.subplots((len(panels) + 1) // 2, 2, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    for axes, (label, unit, pairs, found) in zip(grid.flat, panels, strict=False):
        _panel(axes, label, unit, pairs, found, names)
    with atomic(folder / "bland-altman.png") as temporary:
        figure.savefig(temporary, format="png", dpi=130, metadata={"Software": None})


def _panel(
    axes: Any, label: str, unit: str, pairs: Any, found: BlandAltman, names: Sequence[str]
) -> None:
    axes.margins(x=0.12)
    axes.scatter(pairs.mean(axis=1), pairs[:, 1] - pairs[:, 0], s=18, color="#0072b2")
    mark, digits = ("", 2) if unit in ("", "1") else (f", {unit}", 2 if unit == "s" else 1)
    for line, style, at in (
        (found.bias, "-", 0.99), (found.low, "--", 0.97), (found.high, "--", 0.95)
    ):  # fmt: skip
        axes.axhline(line.value, color="#14201f", linewidth=1, linestyle=style)
        # Its 95 % interval, at the right edge: the three overlap where pairs are few.
        axes.plot(
            [at, at],
            [line.low, line.high],
            color="#76837f",
            linewidth=2,
            transform=axes.get_yaxis_transform(),
        )
        axes.annotate(
            f"{line.value:.{digits}f}",
            (1, line.value),
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.axhline(0, color="#76837f", linewidth=0.6, linestyle=":")
    axes.set_title(label, loc="left", fontsize=9, fontweight="bold")
    axes.set_xlabel(f"mean of both{mark}", fontsize=8)
    axes.set_ylabel(f"{_cut(names[1])} minus\n{_cut(names[0])}{mark}", fontsize=8)
    axes.tick_params(labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _cut(name: str, width: int = 24) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
