"""Sentences about a summary that HTML, Markdown and figures share."""

from __future__ import annotations

import re

from rehabkit.assessment.words import digits_of
from rehabkit.report.document import CheckPart, FindingPart, ReasonPart, StepPart, Summary
from rehabkit.report.words import DASH, MINUS, count, number, sentence


def unit_of(unit: str) -> tuple[float, str, int]:
    """Factor, sign and digits with which a unit is shown: heights and ways in cm."""
    shown = {
        "deg": (1.0, "°", 0),
        "m": (100.0, " cm", 0),
        "s": (1.0, " s", 1),
        "%": (1.0, " %", 0),
        "deg/s": (1.0, "°/s", 0),
        "": (1.0, "", 2),
        "1": (1.0, "", 2),
    }
    return shown.get(unit, (1.0, f" {unit}", 2))


def with_unit(value: float, unit: str, *, sign: bool = False) -> str:
    """``"47°"``, ``"62 cm"``, ``"−3°"``."""
    factor, mark, usual = unit_of(unit)
    return number(value * factor, digits_of(value, unit, usual), sign=sign) + mark


def span(low: float, high: float, unit: str) -> str:
    """``"15–38°"``, ``"−4 to 9°"``."""
    factor, mark, digits = unit_of(unit)
    first, last = number(low * factor, digits), number(high * factor, digits)
    if first == last:
        return first + mark
    between = " to " if MINUS in first + last else DASH
    return f"{first}{between}{last}{mark}"


def with_signs(text: str) -> str:
    """``"48 deg"`` -> ``"48°"`` in sentences written elsewhere."""
    return re.sub(r"(\d) ?deg\b(?!/)", r"\1°", text)


def expected_words(finding: FindingPart | CheckPart) -> str:
    """``"15–38° expected"``, ``"at most 38° expected"``, ``"within ±8° expected"``."""
    low, high = finding.expected
    if low is None and high is None:
        return "no limit stated"
    if low is None:
        return f"at most {with_unit(high or 0.0, finding.unit)} expected"
    if high is None:
        return f"at least {with_unit(low, finding.unit)} expected"
    if abs(low + high) < 1e-9:
        return f"within ±{with_unit(high, finding.unit)} expected"
    return f"{span(low, high, finding.unit)} expected"


def gate_words(summary: Summary) -> tuple[str, str]:
    """The gate's verdict: the bold part, and the reasons and consequences after it."""
    gate = summary.gate
    if not gate.usable:
        return "Cannot be scored.", ""
    if not gate.limits:
        return "Can be used.", "No limits were found."
    number_of = "one limit" if len(gate.limits) == 1 else count(len(gate.limits), "limit")
    return f"Can be used, with {number_of}.", " ".join(reason_words(r) for r in gate.limits)


def reason_words(reason: ReasonPart) -> str:
    """A reason as a sentence, with its time where it has one that the text does not name."""
    text = sentence(with_signs(reason.text))
    if reason.start_s is None or reason.end_s is None or f"{reason.start_s:.1f}" in text:
        return text
    return f"{text[:-1]} ({number(reason.start_s, 1)}{DASH}{number(reason.end_s, 1)} s)."


def history_words(summary: Summary) -> list[str]:
    """What was done to the recording, a sentence a step; assumptions say that they are."""
    steps: dict[str, list[StepPart]] = {}
    for i, step in enumerate(summary.history):
        steps.setdefault(f"{i}" if step.assumed else step.name, []).append(step)
    return [_step(same[0]) if len(same) == 1 else _together(same) for same in steps.values()]


def history_in_short(summary: Summary) -> str:
    """The names of the steps, and every assumption in full, for where there is little room."""
    names = list(dict.fromkeys(step.name for step in summary.history if not step.assumed))
    assumed = [_step(step) for step in summary.history if step.assumed]
    steps = sentence(f"{', '.join(names)} (counts in analysis.json)") if names else ""
    return " ".join([steps, *assumed]).strip()


def _together(same: list[StepPart]) -> str:
    """Several runs of one step as one sentence; the settings are in analysis.json."""
    touched = [step.touched for step in same if step.touched]
    text = "; ".join(dict.fromkeys(touched)) or "nothing to change"
    return sentence(f"{same[0].name}: {_plural(with_signs(text))}")


def _plural(text: str) -> str:
    return re.sub(r"\b1 (point|joint|frame|value|place)s\b", r"1 \1", text)


def _step(step: StepPart) -> str:
    if step.assumed:
        what = step.touched or step.name.removeprefix("assume").strip()
        return sentence(f"Assumed: {what}")
    text = f"{step.name}: {step.touched}" if step.touched else f"{step.name}: nothing to change"
    known = {k: v for k, v in step.parameters.items() if v is not None and v != ""}
    settings = ", ".join(_setting(k, v) for k, v in known.items())
    text = _plural(with_signs(text))
    return sentence(f"{text} ({settings})" if settings else text)


# Longer endings first: ``speed_m_s`` is in m/s, not in s.
_UNITS = {"deg_s": "°/s", "m_s": " m/s", "hz": " Hz", "deg": "°", "px": " px", "m": " m", "s": " s"}


def _setting(name: str, value: object) -> str:
    for unit, mark in _UNITS.items():
        if name.endswith(f"_{unit}"):
            words = name.removesuffix(f"_{unit}").replace("_", " ")
            return f"{words} {_plain(value)}{mark}"
    return f"{name.replace('_', ' ')} {_plain(value)}"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
