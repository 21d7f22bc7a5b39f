"""The HTML page: one file, no network, readable without its script.

Each module makes one section's values; the templates only place them. Everything that comes
from the recording is escaped by the templates or by :mod:`rehabkit.report.page.svg`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rehabkit.report.curves import Curves
from rehabkit.report.document import FindingPart, Summary
from rehabkit.report.page import dots, head, people, scene, scores, sides, table, timeline, trust
from rehabkit.report.page.clinical import clinical
from rehabkit.report.page.looked import looked
from rehabkit.report.page.multiples import multiples
from rehabkit.report.page.replay import replay_data
from rehabkit.report.page.ways import ways
from rehabkit.report.phrases import expected_words, gate_words, reason_words, with_signs, with_unit
from rehabkit.report.poses import Poses
from rehabkit.report.words import count, day_in_words, number, sentence

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = Path(__file__).parent.parent / "static"
USE = "Supports a professional’s judgement. Not a diagnosis."
SHOWN_FINDINGS = 5
# With more findings than these, the printed page is set tighter: first the evidence, then all.
FULL, CROWDED = 2, 3
# Up to so many findings, rows and limits the printed page has room for the scores' table.
ROOMY = ((1, 11, 99), (2, 6, 1))


@dataclass(frozen=True)
class FindingView:
    """One finding as the template shows it."""

    number: int
    title: str
    patient: str
    therapist: str
    measured: str
    expected: str
    quantity: str
    source: str
    at: str
    picture: scene.Scene | None
    dots: Markup
    dots_px: int


def render(summary: Summary, curves: Curves) -> str:
    """The whole page as text."""
    poses = Poses.of(curves.recording)
    line = timeline.timeline(summary, curves)
    panels = multiples(summary, curves)
    data, notes = replay_data(summary, curves, poses, line, panels)
    usable = summary.gate.usable
    bold, rest = gate_words(summary)
    title, subtitle = head.title(summary)
    values: dict[str, Any] = {
        "s": summary,
        "use": USE,
        "title": title,
        "subtitle": subtitle,
        "facts": head.facts(summary),
        "gate_bold": bold,
        "gate_rest": rest,
        "reasons": [(reason_words(r), sentence(r.advice)) for r in summary.gate.reasons],
        "counted": _counted(summary),
        "people": people.people(summary, curves, poses) if usable else None,
        "findings": _findings(summary, curves, poses) if usable else [],
        "also": [f.title for f in summary.findings[SHOWN_FINDINGS:]],
        "score": scores.scores(summary),
        "clinical": clinical(summary.clinical_score),
        "line": line,
        "panels": panels,
        "table": table.table(summary) if usable else None,
        "sides": sides.sides(summary, curves) if usable else None,
        "ways": ways(summary) if usable else None,
        "looked": looked(summary) if usable else None,
        "trust": trust.trust(summary, curves, notes),
        "data": Markup(data),  # noqa: S704 - JSON with <, > and & escaped
        "style": asset("report.css"),
        "script": asset("report.js"),
        "page_left": _css(f"{title}, {summary.subject.id or 'not named'}, "
                          f"{day_in_words(summary.software.made_on)}"),
        "page_use": _css(USE),
        "needed_range": _needed(summary),
        "crowded": len(summary.findings) > CROWDED,
        "full": len(summary.findings) > FULL,
        "roomy": _roomy(summary),
        "day": day_in_words(summary.software.made_on),
    }  # fmt: skip
    return environment().get_template("report.html.j2").render(values)


@cache
def environment() -> Environment:
    """The templates, which escape everything that comes from a recording."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset(name: str) -> Markup:
    """A file of the package to be set into a page as it is."""
    return Markup((STATIC / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def _css(text: str) -> Markup:
    return Markup(head.css_string(text))  # noqa: S704 - every odd character is escaped


def _roomy(summary: Summary) -> bool:
    """Whether two printed pages hold the scores' table too; else they are one line there."""
    repetitions = len(summary.repetitions)
    shown = repetitions + len(summary.partial_repetitions)
    rows = shown if repetitions <= table.MANY else table.SHOWN_OF_MANY
    found = (len(summary.findings), rows, len(summary.gate.limits))
    return any(all(map(int.__le__, found, most)) for most in ROOMY)


def _needed(summary: Summary) -> str:
    return with_unit(summary.drivers[0].needed, summary.drivers[0].unit) if summary.drivers else ""


def _counted(summary: Summary) -> tuple[str, str, str]:
    """The number, its word, and the line below it."""
    n, partial = len(summary.repetitions), len(summary.partial_repetitions)
    sides = {s: sum(r.side == s for r in summary.repetitions) for s in ("left", "right", "both")}
    parts = []
    if n and n in (sides["left"], sides["right"]):
        parts.append(f"{'left' if sides['left'] else 'right'} side")
    elif sides["left"] or sides["right"]:
        parts.append(", ".join(f"{k} {s}" for s, k in sides.items() if k))
    if partial:
        parts.append(f"and {partial} not complete")
    return str(n), count(n, "repetition").split(" ", 1)[1], " ".join(parts)


def _findings(summary: Summary, curves: Curves, poses: Poses) -> list[FindingView]:
    shown = summary.findings[:SHOWN_FINDINGS]
    return [_finding(i, f, summary, curves, poses) for i, f in enumerate(shown, 1)]


def _finding(
    i: int, finding: FindingPart, summary: Summary, curves: Curves, poses: Poses
) -> FindingView:
    # Many findings with many rows each would not fit the first printed page.
    most = 12 if len(summary.findings) <= CROWDED else 6
    drawn, tall = dots.dot_plot(finding, most)
    signed = finding.expected[0] is not None and finding.expected[0] < 0
    return FindingView(
        number=i,
        title=finding.title,
        patient=sentence(finding.patient),
        therapist=sentence(with_signs(finding.therapist)),
        measured=with_unit(finding.measured, finding.unit, sign=signed),
        expected=expected_words(finding),
        quantity=finding.quantity,
        source=finding.expected_source,
        at=f"{number(scene.moment(finding, summary), 1)} s",
        picture=scene.scene(finding, summary, curves, poses),
        dots=drawn,
        dots_px=tall,
    )
