"""``Row``: one recording of a data set with what the set says of it; ``Dataset``: all of them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rehabkit.errors import RehabkitError, choices
from rehabkit.formats.files import read_bytes, sha256
from rehabkit.recording import Recording

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Span:
    """A repetition marked by hand: rows [start, end) of the file, counted from 0."""

    start: int
    end: int
    side: str = ""


@dataclass(frozen=True)
class Row:
    """One recording, or one labelled part of one.

    Parameters
    ----------
    path
        What the format's reader is given.
    format
        Name of the format (``"kimore"``); its reader is ``rehabkit.formats.<format>``.
    options
        What the reader is given besides the path (``{"action": "walk"}``).
    subject, group
        Who moved, and to which group of people the set counts them. ``subject`` is what keeps
        people apart when a set is split.
    session
        Day, trial or setup; empty where the set knows none.
    side
        ``"left"``, ``"right"``, ``"both"`` or empty.
    exercise
        Id of RehabKit's catalogue or of the set; empty where neither has one.
    repetition
        Number of the repetition or trial in the set's own counting.
    sensor
        What recorded it (``"kinect-v2"``, ``"vicon"``).
    labels
        What the set says: texts, numbers, truth values, None.
    scores
        Points given by experts; None where they gave none.
    spans
        Repetitions marked by hand.
    fingerprint
        SHA-256 of the content; of one file the file's own.
    notes
        What is odd about this recording, in words.
    """

    path: Path
    format: str
    options: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    group: str = ""
    session: str = ""
    side: str = ""
    exercise: str = ""
    repetition: int | None = None
    sensor: str = ""
    labels: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float | None] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    fingerprint: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("options", "labels", "scores"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __hash__(self) -> int:
        return hash((self.path, self.format, tuple(self.options.items())))

    def __reduce__(self) -> tuple[object, ...]:
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        for name in ("options", "labels", "scores"):
            values[name] = dict(values[name])
        return _rebuilt, (values,)


def _rebuilt(values: dict[str, Any]) -> Row:
    return Row(**values)


@dataclass(frozen=True)
class Dataset:
    """Every recording of one data set; read one at a time.

    ``notes`` say what is missing or odd about the set as a whole.
    """

    name: str
    root: Path
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The people, sorted."""
        return tuple(sorted({row.subject for row in self.rows}))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all rows: paths below the root, contents, labels, scores and spans."""
        digest = hashlib.sha256(self.name.encode())
        for row in sorted(self.rows, key=lambda r: (str(r.path), str(dict(r.options)))):
            digest.update(json.dumps(self._plain(row), sort_keys=True, default=str).encode())
        return digest.hexdigest()

    def _plain(self, row: Row) -> dict[str, Any]:
        return {
            "path": self._relative(row),
            "options": dict(row.options),
            "content": row.fingerprint,
            "who": [row.subject, row.group, row.session, row.side, row.exercise, row.repetition],
            "labels": dict(row.labels),
            "scores": dict(row.scores),
            "spans": [dataclasses.astuple(span) for span in row.spans],
        }

    def _relative(self, row: Row) -> str:
        return row.path.relative_to(self.root).as_posix()

    def read(self, row: Row) -> Recording:
        """The recording of one row, with what the table knows of the person.

        Raises
        ------
        FormatError
            Where the recording is damaged, or refused for the reason it gives.
        """
        module = import_module(f"rehabkit.formats.{row.format.replace('-', '_')}")
        recording: Recording = module.read(row.path, **row.options)
        return _with_person(recording, row)

    def recordings(self) -> Iterator[tuple[Row, Recording]]:
        """Every row with its recording, one after the other; nothing is kept."""
        for row in self.rows:
            yield row, self.read(row)

    def select(self, **wanted: Any) -> Dataset:
        """The rows whose fields have these values: ``select(exercise="kimore-es5")``.

        Raises
        ------
        RehabkitError
            For a name that is no field of a row.
        """
        fields = {f.name for f in dataclasses.fields(Row)}
        unknown = wanted.keys() - fields
        if unknown:
            raise RehabkitError(f"Rows have no {choices(unknown)}; they have {choices(fields)}.")
        kept = (r for r in self.rows if all(getattr(r, k) == v for k, v in wanted.items()))
        return dataclasses.replace(self, rows=tuple(kept))

    def of_sensor(self, sensor: str) -> tuple[Row, ...]:
        """Rows of a sensor and those that name none; empty: all."""
        return tuple(row for row in self.rows if not sensor or row.sensor in ("", sensor))

    def to_polars(self) -> pl.DataFrame:
        """A table with a row for each; labels and scores are columns of their own."""
        import polars as pl

        columns = {key: None for row in self.rows for key in self._cells(row)}
        cells = [columns | self._cells(row) for row in self.rows]
        return pl.DataFrame(cells, infer_schema_length=None, strict=False)

    def _cells(self, row: Row) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "dataset": self.name,
            "path": self._relative(row),
            "format": row.format,
            "options": json.dumps(dict(row.options), default=str) if row.options else "",
            "subject": row.subject,
            "group": row.group,
            "session": row.session,
            "side": row.side,
            "exercise": row.exercise,
            "repetition": row.repetition,
            "sensor": row.sensor,
        }
        plain |= {f"label_{name}": value for name, value in row.labels.items()}
        plain |= {f"score_{name}": value for name, value in row.scores.items()}
        spans = [dataclasses.astuple(span) for span in row.spans]
        return plain | {
            "spans": json.dumps(spans) if spans else "",
            "fingerprint": row.fingerprint,
            "notes": "; ".join(row.notes),
        }


def _with_person(recording: Recording, row: Row) -> Recording:
    """Age and sex stand in tables of the set, not in the recording's file."""
    known = {
        name: row.labels[name]
        for name in ("age_years", "sex", "height_m")
        if row.labels.get(name) is not None and not getattr(recording.subject, name)
    }
    if not known:
        return recording
    subject = dataclasses.replace(recording.subject, **known)
    return recording.with_step(
        "take from table", "what the data set's tables say of the person",
        changes={"subject": subject}, **known,
    )  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """What a data set's module finds: its rows, and what is odd about the whole."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def fingerprint_of(paths: Iterable[Path]) -> str:
    """SHA-256 of a file's content; of several files, of their names and hashes."""
    files = sorted(path for path in paths if path.is_file())
    digests = [sha256(read_bytes(path)) for path in files]
    if len(digests) == 1:
        return digests[0]
    lines = (f"{path.name} {digest}\n" for path, digest in zip(files, digests, strict=True))
    return sha256("".join(lines).encode())
