"""Write the tables that documents take from the package: docs/accuracy.md's errors.

``python tools/docs_tables.py`` writes them, ``--check`` fails where they are not up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from rehabkit.kinematics.trust import Row, rows

ACCURACY = Path(__file__).parent.parent / "docs" / "accuracy.md"
MARKED = re.compile(
    r"(<!-- errors: begin \(tools/docs_tables\.py\) -->\n).*(<!-- errors: end -->)", re.DOTALL
)


def line(row: Row) -> str:
    """One row of the table as a line of Markdown."""
    error = row.trust.error_deg
    if not row.trust.measurable:
        value = f"not measurable: {row.trust.reason}"
    else:
        value = f"{error:g} deg" if error is not None else "not known"
        value += f"; {row.trust.reason}" if row.trust.reason else ""
    cells = [
        ", ".join(row.sensors) or "any",
        ", ".join(row.views) or "any",
        ", ".join(row.angles) or "all",
        value,
        row.trust.error_source,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def errors() -> str:
    """The table of errors; the first row that fits counts."""
    head = "| sensor | view | angles | error of one reading | from |\n|---|---|---|---|---|\n"
    return "\nThe first row that fits counts.\n\n" + head + "\n".join(map(line, rows())) + "\n\n"


def filled(text: str) -> str:
    """The document with its table anew."""
    return MARKED.sub(lambda found: found[1] + errors() + found[2], text)


def main() -> int:
    """Write or check, and give the exit status."""
    present = ACCURACY.read_text(encoding="utf-8")
    wanted = filled(present)
    if "--check" not in sys.argv:
        ACCURACY.write_text(wanted, encoding="utf-8")
    elif present != wanted:
        print("docs/accuracy.md is not up to date: run python tools/docs_tables.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
