"""Reports of real recordings: valid, small, and without a missing value dressed as a number."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from rehabkit.pipeline import analyze
from rehabkit.report import write
from rehabkit.report.contract import ANALYSIS

RECORDINGS = {
    "healthy": "kimore/CG/Expert/*/Es5",
    "patient": "kimore/GPP/Stroke/*/Es1",
    "both sides": "kimore/GPP/Parkinson/*/Es2",
    "irds": "irds/Simplified/*.txt",
    "ui-prmd": "ui-prmd/Segmented Movements/Kinect/Positions/m01*",
}


@pytest.mark.data
@pytest.mark.parametrize("pattern", RECORDINGS.values(), ids=RECORDINGS)
def test_real_recordings(data_root: Path, pattern: str, tmp_path: Path) -> None:
    source = sorted(data_root.glob(pattern))[0]
    summary = write(analyze(source), tmp_path)
    document = json.loads((tmp_path / "analysis.json").read_text(encoding="utf-8"))
    assert not list(jsonschema.Draft202012Validator(ANALYSIS.current()).iter_errors(document))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert len(html) < 1_500_000
    visible = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.search(r"\b(nan|None|inf)\b", re.sub(r"<[^>]*>", " ", visible))
    assert not re.search(r'(="|[ML ])nan\b', visible)
    assert f"<b>{len(summary.repetitions)}</b>" in html or not summary.gate.usable
