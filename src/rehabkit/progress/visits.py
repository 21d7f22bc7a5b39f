"""``Visit``: one recording's summary with its date; the visits of one person in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Final

from pydantic import ValidationError

from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.json_text import load_json
from rehabkit.kinematics.trust import sensor_named
from rehabkit.progress import dates
from rehabkit.progress.dates import Dated
from rehabkit.report.document import SCHEMA_VERSION, Summary
from rehabkit.report.output import DOCUMENT
from rehabkit.report.view import facing_in_words

UNDATED: Final = Dated()


@dataclass(frozen=True)
class Visit:
    """One recording of the person.

    Parameters
    ----------
    summary
        Its analysis.
    given
        The path that was named; None for one in memory.
    dated
        When, and who says so.
    """

    summary: Summary
    given: Path | None = None
    dated: Dated = UNDATED

    @property
    def name(self) -> str:
        """The recording's file name; the results' folder where the name alone tells nothing."""
        own = PurePath(self.summary.source.path).name
        return own or (self.given.name if self.given else "recording in memory")

    @property
    def sensor(self) -> str:
        """What saw the movement, as tables of errors name it."""
        source = self.summary.source
        found = sensor_named(
            source.device, source.format, points_only=source.origin == "image", markers=False
        )
        return source.skeleton if found == "unknown" and source.skeleton else found

    @property
    def view(self) -> str:
        """From where, coarsely; ``"view not known"`` where nobody knows."""
        return facing_in_words(self.summary.source.view) or "view not known"

    @property
    def exercise(self) -> tuple[str, str]:
        """The exercise's key and name; the driving signals' where none was named."""
        found = self.summary.exercise
        if found.id:
            return found.id, found.name or found.id
        by = dict.fromkeys(d.label.partition(",")[0] for d in self.summary.drivers)
        driven = f" (driven by {', '.join(b[0].lower() + b[1:] for b in by)})" if by else ""
        return f"not named{driven}", f"Exercise not named{driven}"


def load(path: str | Path) -> Summary | None:
    """The summary in an analysed folder or an ``analysis.json``; None where ``path`` is neither.

    Raises
    ------
    FormatError
        Where it is one and cannot be read.
    """
    path = Path(path)
    file = path / DOCUMENT if path.is_dir() else path
    if file.name != DOCUMENT or not file.is_file():
        return None
    document = load_json(file, decode(file, read_bytes(file)))
    version = document.get("schema_version") if isinstance(document, dict) else None
    mine = SCHEMA_VERSION.partition(".")[0]
    if not isinstance(version, str) or version.partition(".")[0] != mine:
        raise FormatError(
            file, place="schema_version", expected=f"version {mine} of the document",
            found=repr(version), fix="Analyse the recording again with this version.",
        )  # fmt: skip
    try:
        return Summary.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise FormatError(
            file, place=".".join(map(str, first["loc"])), expected="a whole analysis.json",
            found=first["msg"][:120], fix="Analyse the recording again.",
        ) from error  # fmt: skip


def visits_of(
    summaries: Sequence[tuple[Summary, Path | None]],
    *,
    told_dates: str | None = None,
    same_person: bool = False,
) -> list[Visit]:
    """Recordings of one person as visits, in the order of their dates.

    Parameters
    ----------
    summaries
        Each with the path that was named for it.
    told_dates
        ISO dates parted by commas, in the order of ``summaries``.
    same_person
        Whether different subject ids are known to be one person's.

    Raises
    ------
    RehabkitError
        With fewer than two recordings, or of different people.
    """
    if len(summaries) < 2:
        raise RehabkitError(
            f"Expected at least two recordings of one person, found {len(summaries)}. "
            "For one recording use: rehabkit analyze."
        )
    check_person([s for s, _ in summaries], same_person=same_person)
    if told_dates is not None:
        dated = dates.told_all(told_dates, len(summaries))
    else:
        dated = [dates.date_of(s.source, given) for s, given in summaries]
    visits = [Visit(s, p, d) for (s, p), d in zip(summaries, dated, strict=True)]
    if all(v.dated.when for v in visits):
        return sorted(visits, key=lambda v: str(v.dated.when))
    return [replace(v, dated=Dated(note=v.dated.note)) for v in visits]


def people(summaries: Sequence[Summary]) -> list[str]:
    """The different subject ids that the recordings name."""
    return list(dict.fromkeys(s.subject.id for s in summaries if s.subject.id))


def check_person(summaries: Sequence[Summary], *, same_person: bool) -> None:
    """Refuse recordings of different people."""
    found = people(summaries)
    if len(found) > 1 and not same_person:
        raise RehabkitError(
            f"Expected recordings of one person, found {choices(found)}. If they are one person's "
            "under two names, say --same-person."
        )
