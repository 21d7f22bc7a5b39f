"""What ``analyze`` prints of several recordings: what is usable, what is not, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from rehabkit.batch.addresses import is_remote, join
from rehabkit.batch.ledger import NAME
from rehabkit.cli.show import NARROW, USE, WIDEST, plain_table
from rehabkit.report.phrases import with_unit
from rehabkit.report.words import count

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rehabkit.batch.ledger import Entry
    from rehabkit.batch.sessions import Row, Sessions

RECORDINGS_SHOWN: Final = 40
NAMES_SHOWN: Final = 3
REFUSALS_TOLD: Final = 10
SESSIONS: Final = "Clinical estimates, a person's exercises together (of 50; 90 % interval)"
STYLES: Final = {"usable": "good", "not usable": "mild", "refused": "refused"}


def outcomes(console: Console, entries: Sequence[Entry], out: str, *, report: bool = True) -> None:
    """Print several recordings; nothing where all were refused."""
    if all(entry.status == "refused" for entry in entries):
        return
    width = min(console.width, WIDEST)
    console.print()
    for block in _blocks(entries, width):
        console.print(block, width=width)
        console.print()
    console.print(f"{'Reports' if report else 'Results'}: in the folders of {out}", soft_wrap=True)
    if not is_remote(out):
        console.print(f"Cohort: {join(out, 'cohort.html')}", soft_wrap=True)
    console.print(USE, style="quiet")


def sessions(console: Console, found: Sessions, out: str) -> None:
    """Print clinical estimates of persons with several exercises, and what is said of them."""
    width = min(console.width, WIDEST)
    if found.rows:
        console.print()
        console.print(SESSIONS, style="name", width=width)
        console.print(_sessions(found.rows[:RECORDINGS_SHOWN]), width=width)
        more = len(found.rows) - RECORDINGS_SHOWN
        if more > 0:
            console.print(f"{more} more in sessions.csv", style="quiet")
        console.print(f"Sessions: {join(out, 'sessions.csv')}", soft_wrap=True)
    for note in found.notes:
        console.print(note, style="mild", width=width)


def _sessions(rows: Sequence[Row]) -> Table:
    table = plain_table()
    table.add_column("Person", overflow="fold")
    table.add_column("Recording", overflow="fold", ratio=1)
    table.add_column("Alone", justify="right", no_wrap=True)
    table.add_column("Together", justify="right", no_wrap=True)
    table.add_column("Interval", no_wrap=True)
    before = ""
    for row in rows:
        interval = f"{row.total_low:.0f} to {row.total_high:.0f}"
        person = row.person if row.person != before else ""
        table.add_row(person, row.recording, f"{row.alone:.0f}", f"{row.total:.0f}", interval)
        before = row.person
    return table


def refusals(entries: Sequence[Entry], out: str) -> int:
    """Say on stderr why recordings were refused, and give the exit status."""
    from rehabkit.cli.main import refuse

    refused = [entry for entry in entries if entry.status == "refused"]
    status = max((refuse(entry.reasons[0]) for entry in refused[:REFUSALS_TOLD]), default=0)
    more = len(refused) - REFUSALS_TOLD
    if more > 0:
        refuse(f"{more} more were refused; {join(out, NAME)} has each with its reason.")
    return status


def _blocks(entries: Sequence[Entry], width: int) -> Iterator[RenderableType]:
    if len(entries) <= RECORDINGS_SHOWN:
        yield _each(entries, wide=width >= NARROW)
    yield tally(entries)
    reasons = _reasons(entries)
    if reasons is not None:
        yield reasons


def _each(entries: Sequence[Entry], *, wide: bool) -> Table:
    table = plain_table()
    table.add_column("Recording", overflow="fold", ratio=1)
    table.add_column("Rep.", justify="right", no_wrap=True)
    if wide:
        table.add_column("Range", justify="right", no_wrap=True)
        table.add_column("First finding", ratio=1)
    table.add_column("Usable", no_wrap=True)
    for entry in entries:
        table.add_row(*_row(entry, wide=wide))
    return table


def _row(entry: Entry, *, wide: bool) -> list[RenderableType]:
    refused = entry.status == "refused"
    word = {"usable": "yes", "not usable": "no"}.get(entry.status, entry.status)
    extent = with_unit(entry.extent, entry.unit) if entry.extent is not None else ""
    middle: list[RenderableType] = [extent, entry.finding] if wide else []
    usable = Text(word, style="good" if entry.status == "usable" else "refused")
    return [entry.name, "" if refused else str(entry.repetitions), *middle, usable]


def tally(entries: Sequence[Entry]) -> Text:
    """How many were analysed, how many of these are not usable, and how many were refused."""
    by_status = {status: sum(e.status == status for e in entries) for status in STYLES}
    analysed = len(entries) - by_status["refused"]
    text = Text.assemble((f"{count(analysed, 'recording')} analysed", "name"))
    if by_status["not usable"]:
        text.append(f", {by_status['not usable']} of them not usable")
    if by_status["refused"]:
        text.append(f"; {by_status['refused']} refused", "refused")
    twice = sum(entry.attempts > 1 for entry in entries)
    if twice:
        text.append(f"; {twice} took a second attempt, since the process was ended", "quiet")
    return text


def grouped(entries: Sequence[Entry]) -> list[tuple[str, str, list[Entry]]]:
    """(status, reason, entries) of each kind of reason, the most frequent of each status first.

    Why recordings are not usable is told by the first one's reason, with its figures; a
    recording with two reasons counts in both.
    """
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        for kind in dict.fromkeys(entry.kinds):
            groups[entry.status, kind].append(entry)
    order = list(STYLES)
    ranked = sorted(groups.items(), key=lambda item: (order.index(item[0][0]), -len(item[1])))
    return [(status, _words(kind, some), some) for (status, kind), some in ranked]


def _words(kind: str, entries: Sequence[Entry]) -> str:
    first = entries[0]
    return kind if first.status == "refused" else first.reasons[first.kinds.index(kind)]


def _reasons(entries: Sequence[Entry]) -> Table | None:
    found = grouped(entries)
    if not found:
        return None
    table = plain_table()
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Why", ratio=3)
    table.add_column("Such as", overflow="fold", ratio=2)
    for status, reason, some in found:
        names = ", ".join(entry.name for entry in some[:NAMES_SHOWN])
        more = len(some) - NAMES_SHOWN
        why = Text.assemble((f"{status.capitalize()}: ", STYLES[status]), reason)
        table.add_row(str(len(some)), why, f"{names} and {more} more" if more > 0 else names)
    return table
