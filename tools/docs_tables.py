"""Write the tables that documents take from the package: errors, what files hold, exercises.

``python tools/docs_tables.py`` writes them, ``--check`` fails where they are not up to date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from exercise_tables import exercises, findings

from rehabkit.formats.holds import ALL, HOLDS
from rehabkit.kinematics.error_table import Row, builtin

DOCS = Path(__file__).parent.parent / "docs"


def line(row: Row) -> str:
    """One row of the table as a line of Markdown."""
    if not row.trust.measurable:
        value = f"not measurable: {row.trust.reason}"
    else:
        value = figures(row)
        value += f"; {row.trust.reason}" if row.trust.reason else ""
    cells = [
        ", ".join(row.sensors) or "any",
        ", ".join(row.views) or "any",
        ", ".join(row.measures or row.angles) or "all",
        value,
        row.trust.error_source,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def figures(row: Row) -> str:
    """What a row gives: error, published detectable change, error of the range."""
    trust, parts = row.trust, []
    if trust.error_deg is not None:
        parts.append(f"{trust.error_deg:.3g} {row.unit}")
    if trust.mdc95_deg is not None:
        parts.append(f"detectable change {trust.mdc95_deg:g} {row.unit}")
    if trust.range_error_deg is not None:
        parts.append(f"range {trust.range_error_deg:g} deg")
    if trust.range_error_percent is not None:
        parts.append(f"range {trust.range_error_percent:g} % of it")
    return ", ".join(parts) or "not known"


def errors() -> str:
    """The table of errors; the first row that fits counts."""
    head = "| sensor | view | angles or measures | error of one reading | from |\n"
    rows = "\n".join(map(line, builtin().rows))
    return f"\nThe first row that fits counts.\n\n{head}|---|---|---|---|---|\n{rows}\n\n"


def holds() -> str:
    """The table of what each written format keeps."""
    names = sorted(HOLDS)
    head = f"\n| part | {' | '.join(names)} |\n|---|{'---|' * len(names)}\n"
    rows_ = (
        f"| {part} | " + " | ".join("yes" if part in HOLDS[n] else "" for n in names) + " |"
        for part in ALL
    )
    return head + "\n".join(rows_) + "\n\n"


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "errors": ("accuracy.md", errors),
    "holds": ("exchange.md", holds),
    "exercises": ("exercises.md", exercises),
    "findings": ("exercises.md", findings),
}
"""Mark -> the document that holds it, and what fills it."""


def filled(text: str, mark: str, table: Callable[[], str]) -> str:
    """The document with its table anew."""
    begin, end = f"<!-- {mark}: begin (tools/docs_tables.py) -->\n", f"<!-- {mark}: end -->"
    marked = re.compile(f"({re.escape(begin)}).*({re.escape(end)})", re.DOTALL)
    return marked.sub(lambda found: found[1] + table() + found[2], text)


def main() -> int:
    """Write or check, and give the exit status."""
    status = 0
    for mark, (name, table) in TABLES.items():
        present = (DOCS / name).read_text(encoding="utf-8")
        wanted = filled(present, mark, table)
        if "--check" not in sys.argv:
            (DOCS / name).write_text(wanted, encoding="utf-8")
        elif present != wanted:
            print(f"docs/{name} is not up to date: run python tools/docs_tables.py")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
