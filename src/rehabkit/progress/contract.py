"""JSON Schemas of ``progress.json``, one file a version; old ones stay."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rehabkit.progress.document import SCHEMA_VERSION, Progress
from rehabkit.report.contract import Contract

PROGRESS: Final = Contract("progress", SCHEMA_VERSION, Progress, Path(__file__).parent / "schema")
"""What ``rehabkit.progress.write`` writes; ``python -m rehabkit.progress.contract`` keeps it."""


if __name__ == "__main__":
    PROGRESS.write()
