"""``progress.json`` follows its schema, which is that of its types."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from tests.progress.conftest import Make, visits

from rehabkit.progress import build, write
from rehabkit.progress.contract import PROGRESS
from rehabkit.report.document import Summary


def test_the_schema_file_is_up_to_date() -> None:
    assert PROGRESS.path().read_text(encoding="utf-8") == PROGRESS.as_text(), (
        "run: python -m rehabkit.progress.contract"
    )


def test_documents_follow_the_schema(gain: list[Summary], made: Make, tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(PROGRESS.current())
    write(build(visits(gain)), tmp_path / "dull")
    write(build(visits([*gain[:2], made(3, exercise="knee-lift")])), tmp_path / "two")
    for name in ("dull", "two"):
        written = json.loads((tmp_path / name / "progress.json").read_text(encoding="utf-8"))
        assert written["schema_version"] == PROGRESS.version
        assert not list(validator.iter_errors(written))
    del written["visits"][0]["sha256"]
    assert list(validator.iter_errors(written))
