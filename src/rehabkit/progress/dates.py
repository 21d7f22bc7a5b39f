"""When a recording was made: as told, by the file's clock, or by an ISO date in its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from typing import Final

from rehabkit.errors import RehabkitError
from rehabkit.report.document import SourcePart

TOLD: Final = "--dates"
CLOCK: Final = "the file's clock"
FILE_NAME: Final = "the file's name"
FOLDER_NAME: Final = "the folder's name"
ORDER: Final = "as given"
# 2026-05-14, with or without a time of day: 2026-05-14T09-30; 20260514 standing by itself.
_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})(-?)(\d{2})\2(\d{2})(?:[T_ ](\d{2})[-:.]?(\d{2})(?:[-:.]?\d{2})?)?(?!\d)"
)
_YEARS: Final = range(1970, 2101)
# A clock that counts from 1970 says so: a device's own counter may hold any number.
_SINCE_1970: Final = re.compile(r"\b(since 1970|unix|epoch)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Dated:
    """A moment and who says so; ``by`` is empty where nobody does."""

    when: datetime | None = None
    by: str = ""
    note: str = ""

    @property
    def day(self) -> date | None:
        """The day alone."""
        return self.when.date() if self.when else None


def told(text: str) -> Dated:
    """An ISO date, with or without a time of day, from the user."""
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise RehabkitError(
            f"Expected an ISO date such as 2026-05-14, found {text.strip()!r} in --dates."
        ) from None
    return Dated(when.replace(tzinfo=None), TOLD)


def told_all(text: str, count: int) -> list[Dated]:
    """``"2026-05-14,2026-06-02"``: one for each of ``count`` recordings, in their order."""
    found = [told(part) for part in text.split(",") if part.strip()]
    if len(found) != count:
        raise RehabkitError(
            f"Expected {count} dates in --dates, one for each recording in the order given, found "
            f"{len(found)}."
        )
    return found


def date_of(source: SourcePart, given: PurePath | None = None) -> Dated:
    """The date that a recording tells of itself.

    Parameters
    ----------
    source
        Its clock, first stamp and path.
    given
        The path that the user named, where it is another (a folder of results).

    Raises
    ------
    RehabkitError
        Where a name holds two different dates.
    """
    clock, name = by_clock(source), by_name(source, given)
    if clock.when is None:
        return name
    if name.day is None or abs((name.day - clock.when.date()).days) <= 1:
        return clock
    note = f"its clock says {clock.day} and {name.by} {name.day}: the clock was taken"
    return Dated(clock.when, clock.by, note)


def by_clock(source: SourcePart) -> Dated:
    """The date of the first stamp, where the clock is known to count from 1970 (in UTC)."""
    if not _SINCE_1970.search(source.clock) or source.start_s <= 0:
        return Dated()
    try:
        when = datetime.fromtimestamp(source.start_s, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return Dated()
    return Dated(when, CLOCK) if when.year in _YEARS else Dated()


def by_name(source: SourcePart, given: PurePath | None = None) -> Dated:
    """The ISO date nearest to the end of the path: the file's name before its folders'."""
    paths = [p for p in (given, PurePath(source.path) if source.path else None) if p is not None]
    for path in paths:
        for depth, part in enumerate(reversed(path.parts)):
            found = in_text(part)
            if len(found) > 1:
                raise RehabkitError(
                    f"Expected one date in the name {part!r}, found "
                    f"{' and '.join(str(w.date()) for w in found)}. Say which with --dates."
                )
            if found:
                is_file = depth == 0 and bool(path.suffix)
                return Dated(found[0], FILE_NAME if is_file else FOLDER_NAME)
    return Dated()


def in_text(text: str) -> list[datetime]:
    """The different days named in a text, each with its time of day where it has one."""
    found: dict[date, datetime] = {}
    for match in _ISO.finditer(text):
        year, _, month, day, hour, minute = match.groups()
        try:
            what = date(int(year), int(month), int(day))
            at = time(int(hour), int(minute)) if hour else time()
        except ValueError:
            continue
        if what.year in _YEARS:
            found.setdefault(what, datetime.combine(what, at))
    return list(found.values())


def how_ordered(dated: Sequence[Dated]) -> str:
    """By what the recordings are put in order, in words."""
    if all(d.when for d in dated):
        by = dict.fromkeys(d.by for d in dated)
        return "by dates from " + " and ".join(by)
    known = sum(d.when is not None for d in dated)
    if known:
        return f"{ORDER}, since a date is known of {known} of {len(dated)} only"
    return f"{ORDER}, since no date is known"
