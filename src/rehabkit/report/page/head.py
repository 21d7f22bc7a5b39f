"""The head: who, what, when, and from where it was seen."""

from __future__ import annotations

from pathlib import PurePath

from rehabkit.report.document import Summary
from rehabkit.report.words import day_in_words, number, recognised_words

Fact = tuple[str, str, str]


def facts(summary: Summary) -> list[Fact]:
    """(title, value, small print) of the four facts."""
    source = summary.source
    view, sensor = source.view, _sensor(summary)
    return [
        ("Person", summary.subject.id or "not named", _person(summary)),
        ("Analysed", day_in_words(summary.software.made_on), ""),
        ("Recording", _short(PurePath(source.path).name) or "in memory", _length(summary)),
        ("View and sensor", view[:1].upper() + view[1:] if view else "View not known", sensor),
    ]


def _short(name: str) -> str:
    """A long file name without its middle; analysis.json has the whole."""
    return name if len(name) <= 40 else f"{name[:24]}…{name[-14:]}"


def _person(summary: Summary) -> str:
    who = summary.subject
    parts = [who.group or "", who.sex or ""]
    parts.append(f"{number(who.age_years)}\u00a0years" if who.age_years is not None else "")
    parts.append(f"{number(who.height_m, 2)}\u00a0m" if who.height_m is not None else "")
    return ", ".join(p for p in parts if p)


def _length(summary: Summary) -> str:
    source = summary.source
    seconds = source.duration_s
    if seconds >= 180:
        minutes, rest = divmod(round(seconds), 60)
        length = f"{minutes}:{rest:02d} min"
    else:
        length = f"{number(seconds, 1)} s"
    rate = source.rate_hz
    return f"{length}, {number(rate, 0 if rate >= 10 else 1)} frames a second" if rate else length


def _sensor(summary: Summary) -> str:
    source = summary.source
    parts = [source.device or source.skeleton]
    if source.projected:
        parts.append("angles of the picture, not of space")
    elif source.origin == "pelvis":
        parts.append("depth estimated")
    if source.mirrored == "yes":
        parts.append("mirrored picture")
    return "; ".join(parts)


def title(summary: Summary) -> tuple[str, str]:
    """The page's title, and below it what was counted by where no exercise is known."""
    if summary.exercise.name:
        return summary.exercise.name, recognised_words(summary.exercise)
    by = summary.drivers[0].label if summary.drivers else ""
    words = f"driven by: {by[0].lower() + by[1:]}" if by else "nothing was counted by"
    if summary.exercise.how == "unknown":
        return "Exercise not named", words if by else ""
    return "Exercise not recognised", words


def css_string(text: str) -> str:
    """``text`` as a CSS string in which nothing can end the string or the style sheet."""
    # The space ends an escape and is part of it.
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in text) + '"'
