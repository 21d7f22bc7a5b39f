"""Figures that papers print, beside ours: the protocol named, and what their texts lost."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from rehabkit.bench import markdown_lines
from rehabkit.errors import ModelError, choices

FILE: Final = "published.toml"
LEAKY: Final = "by sample"
APART: Final = "by subject"
SPLITS: Final = (APART, "unknown", LEAKY)
SCALES: Final = ("", "0-50", "0-100", "not given")
LOST: Final = "lost"
KIMORE: Final = 50.0
"""Where KIMORE's total ends; papers also print it as 0-100."""


@dataclass(frozen=True)
class Row:
    """A figure as a paper prints it.

    Parameters
    ----------
    task
        One of :data:`rehabkit.bench.tasks.TASKS`, or of :attr:`Published.elsewhere`.
    paper
        A key of :attr:`Published.papers`.
    split
        One of ``SPLITS``: whether people were kept apart.
    figures
        As printed; several where there is one an exercise. None: lost.
    scale
        Of errors of scores, one of ``SCALES``.
    second_hand
        Whether the figure is not from one of the papers' own texts.
    """

    task: str
    model: str
    paper: str
    where: str
    split: str
    figures: Mapping[str, float | list[float]]
    protocol: str = ""
    scale: str = ""
    note: str = ""
    second_hand: bool = False

    def __post_init__(self) -> None:
        for name, known in (("split", SPLITS), ("scale", SCALES)):
            if getattr(self, name) not in known:
                raise ModelError(
                    f"{FILE}, {self.model}: expected {name} as one of {choices(known)}, found "
                    f"{getattr(self, name)!r}."
                )

    @property
    def leaky(self) -> bool:
        """Whether a person is on both sides."""
        return self.split == LEAKY

    @property
    def absent(self) -> str:
        """What stands in place of a figure that is not there."""
        return "" if self.second_hand else LOST

    def mean(self, name: str) -> float | None:
        """A figure, the mean over exercises where each has its own; None: lost."""
        found = self.figures.get(name)
        if isinstance(found, list):
            return sum(found) / len(found)
        return found

    def on_both_scales(self, name: str) -> tuple[str, str]:
        """An error on 0-50 and on 0-100; where its scale is not given, what either would mean."""
        found = self.mean(name)
        if found is None:
            return self.absent, self.absent
        half, double = f"{found * KIMORE / 100:.3f}", f"{found * 100 / KIMORE:.3f}"
        own = f"{found:.3f}"
        readings = {"0-50": (own, double), "0-100": (half, own)}
        return readings.get(self.scale, (f"{own} or {half}", f"{double} or {own}"))


@dataclass(frozen=True)
class Published:
    """All that is collected.

    Parameters
    ----------
    papers
        Key -> who wrote it.
    elsewhere
        Tasks of papers that are none of ours -> words.
    lost
        (paper, what, what it holds).
    """

    rows: tuple[Row, ...]
    papers: Mapping[str, str]
    elsewhere: Mapping[str, str]
    lost: tuple[tuple[str, str, str], ...]


@cache
def published() -> Published:
    """The figures in the package.

    Raises
    ------
    ModelError
        Where the file names a split or scale that is not known.
    """
    content = tomllib.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    lost = tuple((one["paper"], one["what"], one["holds"]) for one in content["lost"])
    rows = tuple(Row(**row) for row in content["row"])
    return Published(rows, content["papers"], content["elsewhere"], lost)


def of_task(name: str) -> tuple[Row, ...]:
    """Rows of a task, in which people are kept apart first."""
    rows = [row for row in published().rows if row.task == name]
    return tuple(sorted(rows, key=lambda row: SPLITS.index(row.split)))


SCORE_HEAD: Final = ("model", "split", "MAD, 0-50", "MAD, 0-100", "RMSE, 0-50", "Spearman",
                     "source", "to be read with")  # fmt: skip
OTHER_HEAD: Final = ("model", "split", "figures as printed", "source", "to be read with")


def lines(rows: tuple[Row, ...], kind: str, controls: tuple[str, ...] = ()) -> list[str]:
    """A table in Markdown and the empty line that ends it.

    Parameters
    ----------
    kind
        ``"score"``, or another.
    controls
        Lines of the same table with our rows that see no movement: they stand first.
    """
    head = SCORE_HEAD if kind == "score" else OTHER_HEAD
    shown = _score if kind == "score" else _other
    return markdown_lines.table(
        head, [*controls, *(markdown_lines.row(shown(one)) for one in rows)]
    )


def _score(row: Row) -> tuple[str, ...]:
    rank = row.mean("Spearman")
    return (
        row.model, split_words(row), *row.on_both_scales("MAD"), row.on_both_scales("RMSE")[0],
        row.absent if rank is None else f"{rank:.3f}", source(row), row.note,
    )  # fmt: skip


def _other(row: Row) -> tuple[str, ...]:
    said = "; ".join(f"{name.removesuffix(', %')} {_said(name, row)}" for name in row.figures)
    return row.model, split_words(row), said or LOST, source(row), row.note


def _said(name: str, row: Row) -> str:
    found = row.figures[name]
    text = ", ".join(f"{value:g}" for value in (found if isinstance(found, list) else [found]))
    return f"{text} %" if name.endswith("%") else text


def split_words(row: Row) -> str:
    """Whether people are kept apart, and the paper's own words."""
    kind = {"by sample": "**leaky**, by sample", "unknown": "not said"}.get(row.split, row.split)
    return f"{kind}: {row.protocol}" if row.protocol and row.protocol != row.split else kind


def source(row: Row) -> str:
    """Who printed it, and where."""
    return f"{published().papers[row.paper]}, {row.where}"


def markdown() -> str:
    """All rows, those of tasks that are none of ours too, and what was lost."""
    found = published()
    names = list(dict.fromkeys(row.task for row in found.rows))
    parts = [
        "Figures as printed. **leaky**: a person is on both sides of the split; `rehabkit bench "
        "table` shows beside them what predictors reach there that see no movement.\n"
    ]
    for name in names:
        kind = "score" if any(row.scale for row in of_task(name)) else "other"
        parts += [f"### {found.elsewhere.get(name, name)}\n", *lines(of_task(name), kind)]
    lost = [markdown_lines.row((found.papers[p], what, holds)) for p, what, holds in found.lost]
    head = ("paper", "what", "what it holds")
    return "\n".join([*parts, "### Lost in the papers' texts\n", *markdown_lines.table(head, lost)])
