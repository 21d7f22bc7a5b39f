"""Made-up results: one generated recording's document, with people, sides and figures changed."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rehabkit.pipeline import analyze
from rehabkit.report.output import to_json
from rehabkit.report.summary import summarize
from rehabkit.simulate import generate

Document = dict[str, Any]
# The others would only make the tests slower.
KEPT = ("knee_flexion", "hip_flexion", "trunk", "shoulder", "elbow_flexion")
FAULTS = (
    ("trunk-lean", "The trunk leans too far forward", "moderate"),
    ("knees-in", "The knees fall inward", "strong"),
    ("shallow", "The squat is shallow", "mild"),
)


@cache
def template(exercise: str = "squat", repetitions: int = 3) -> str:
    """The document of a generated recording, as text."""
    made = generate(exercise, repetitions=repetitions, noise_m=0.003, seed=1)
    whole: Document = json.loads(to_json(summarize(analyze(made.recording, exercise=exercise))))
    for part in (whole, *whole["repetitions"]):
        kept = {k: v for k, v in part["measures"].items() if "." not in k or k.startswith(KEPT)}
        part["measures"] = kept
    return json.dumps(whole)


def document(person: int, rng: np.random.Generator, *, exercise: str = "squat",
             group: str = "patient", level: float = 1.0, sensor: str = "Kinect v2",
             visit: int = 1) -> Document:  # fmt: skip
    """The document of one made-up person, whose angles are ``level`` times the template's."""
    made: Document = json.loads(template(exercise))
    own = level * rng.normal(1.0, 0.12)
    made["source"] |= {"device": sensor, "path": f"p{person:04d}-{visit}.csv"}
    made["subject"] |= {"id": f"P{person:04d}", "group": group}
    for measures in (made["measures"], *(r["measures"] for r in made["repetitions"])):
        for name, measure in measures.items():
            if measure["value"] is not None and name.endswith((".range", ".max")):
                measure["value"] = round(measure["value"] * own * rng.normal(1, 0.02), 4)
    for repetition in made["repetitions"]:
        repetition["extent"] = round(repetition["extent"] * own, 4)
    return made


def finding(document: Document, which: int) -> None:
    """Give the document one of ``FAULTS``."""
    name, title, severity = FAULTS[which]
    document["findings"].append({
        "id": name, "title": title, "side": "none", "start_s": 1.0, "end_s": 2.0,
        "measured": 47.0, "expected": [None, 38.0], "expected_source": "made up", "unit": "deg",
        "severity": severity, "quantity": "lean", "patient": "Keep your chest up.",
        "therapist": "Lean 47 deg.", "repetition": 1, "angle": "trunk_flexion", "error": 4.0,
        "evidence": [],
    })  # fmt: skip


def score(document: Document, value: float) -> None:
    """Give the document a score."""
    document["scores"]["overall"] = {
        "value": value, "level": "good" if value > 80 else "average", "evidence": [], "reasons": [],
    }  # fmt: skip


def refuse(document: Document, code: str = "hidden", text: str = "the legs were not seen") -> None:
    """Turn the document into one of a recording that cannot be judged."""
    document["gate"] = {
        "usable": False, "limits": [],
        "reasons": [{"code": code, "text": text, "start_s": None, "end_s": None, "advice": ""}],
    }  # fmt: skip
    document["findings"] = []


def put(folder: Path, name: str, made: Document) -> Path:
    """Write the document as the results of a recording called ``name``."""
    place = folder / name
    place.mkdir(parents=True)
    (place / "analysis.json").write_text(json.dumps(made), encoding="utf-8")
    (place / "report.html").write_text("<!doctype html><title>A report</title>", encoding="utf-8")
    return place


def cohort(folder: Path, people: int, *, seed: int = 5, visits: int = 2, scores: bool = False,
           exercises: tuple[str, ...] = ("squat",), sensors: tuple[str, ...] = ("Kinect v2",),
           ) -> Path:  # fmt: skip
    """Results of so many people; every seventh recording cannot be judged."""
    rng = np.random.default_rng(seed)
    number = 0
    for person in range(people):
        group, level = ("patient", 0.85) if person % 3 else ("healthy", 1.0)
        for exercise in exercises:
            for visit in range(1, visits + 1):
                made = document(person, rng, exercise=exercise, group=group, level=level,
                                sensor=sensors[person % len(sensors)], visit=visit)  # fmt: skip
                number += 1
                if scores:
                    score(made, float(np.clip(rng.normal(90 * level, 9), 0, 100)))
                for which, chance in enumerate((0.4, 0.1, 0.2)):
                    if rng.random() < chance:
                        finding(made, which)
                if number % 7 == 0:
                    refuse(made)
                put(folder, f"P{person:04d}/{exercise}-{visit}", deepcopy(made))
    return folder
