"""JSON Schemas of ``analysis.json``, one file a version; old ones stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rehabkit.report.document import SCHEMA_VERSION, Summary

FOLDER = Path(__file__).parent / "schema"


def current() -> dict[str, Any]:
    """The schema of what :func:`rehabkit.report.write` writes, made from the types."""
    schema = Summary.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rehabkit:analysis:{SCHEMA_VERSION}",
        **schema,
    }


def path() -> Path:
    """Where the current schema is kept; ``python -m rehabkit.report.contract`` writes it."""
    return FOLDER / f"analysis-{SCHEMA_VERSION}.schema.json"


def as_text() -> str:
    """The current schema as it stands in its file."""
    return json.dumps(current(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    path().write_text(as_text(), encoding="utf-8")
