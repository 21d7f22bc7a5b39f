"""JSON Schemas of ``analysis.json`` and its like, one file a version; old ones stay."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from rehabkit.report.document import SCHEMA_VERSION, Summary


@dataclass(frozen=True)
class Contract:
    """A typed document and the files that hold its schemas.

    Parameters
    ----------
    name
        Of the document: ``"analysis"``.
    version
        Of its schema.
    model
        Its type.
    folder
        Where the schemas are kept.
    """

    name: str
    version: str
    model: type[BaseModel]
    folder: Path

    def current(self) -> dict[str, Any]:
        """The schema of what is written, made from the type."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:rehabkit:{self.name}:{self.version}",
            **self.model.model_json_schema(mode="serialization"),
        }

    def path(self, version: str = "") -> Path:
        """Where the schema of a version is kept; the current one where none is given."""
        return self.folder / f"{self.name}-{version or self.version}.schema.json"

    def as_text(self) -> str:
        """The current schema as it stands in its file."""
        return json.dumps(self.current(), indent=1, ensure_ascii=False) + "\n"

    def write(self) -> None:
        """Write the current schema into its file."""
        self.path().write_text(self.as_text(), encoding="utf-8")


ANALYSIS: Final = Contract("analysis", SCHEMA_VERSION, Summary, Path(__file__).parent / "schema")
"""What :func:`rehabkit.report.write` writes; ``python -m rehabkit.report.contract`` keeps it."""


if __name__ == "__main__":
    ANALYSIS.write()
