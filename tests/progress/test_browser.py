"""The page in a real browser: it fits every width and paper, and no text covers another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.progress.conftest import Make, visits
from tests.report.test_browser import OVERLAPS, Shown, browser

from rehabkit.progress import build
from rehabkit.progress.page import render
from rehabkit.report.document import Summary

__all__ = ["browser"]
pytestmark = pytest.mark.browser


def written(summaries: list[Summary], dates: str | None, folder: Path) -> Path:
    file = folder / "progress.html"
    file.write_text(render(build(visits(summaries, dates))), encoding="utf-8")
    return file


def cases(made: Make, gain: list[Summary]) -> dict[str, tuple[list[Summary], str | None]]:
    days = [f"2026-{3 + i // 10:02d}-{1 + 2 * (i % 10):02d}" for i in range(30)]
    turned = made(3, 90.0, heading_deg=90.0)
    named = gain[0].subject.model_copy(update={"id": "<b>Ann</b> & a name that is rather long"})
    odd = [s.model_copy(update={"subject": named}) for s in gain[:2]]
    return {
        "two": (gain[:2], None),
        "three": (gain[:3], "2025-11-03,2026-01-10,2026-02-01"),
        "eight": (gain + gain[::-1], ",".join(days[:8])),
        "thirty": ((gain * 8)[:30], ",".join(days)),
        "apart": ([*gain[:2], turned, made(5, exercise="sit-to-stand")], None),
        "one day": (odd, "2026-05-01,2026-05-01"),
    }


@pytest.mark.parametrize("case", ["two", "three", "eight", "thirty", "apart", "one day"])
def test_fits(
    browser: Browser,
    made: Make,
    gain: list[Summary],
    case: str,
    tmp_path: Path,
) -> None:
    file = written(*cases(made, gain)[case], tmp_path)
    paper: Any = b""
    for width in (1180, 820, 390, 320):
        shown = Shown(browser, file, width, script=True)
        assert shown.errors == []
        assert [u for u in shown.requests if not u.startswith("file:")] == []
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.page.evaluate(OVERLAPS) == [], f"at {width} px"
        if width == 1180:
            paper = shown.page.pdf(prefer_css_page_size=True)
        shown.close()
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
    assert 1 <= pages <= 4


def test_reads_without_script(
    browser: Browser,
    gain: list[Summary],
    tmp_path: Path,
) -> None:
    dates = "2026-05-03,2026-05-10,2026-05-17,2026-05-24"
    shown = Shown(browser, written(gain, dates, tmp_path), 1180, script=False)
    text = shown.page.inner_text("main")
    for words in ("left knee bends", "More than chance", "chance", "3 May", "24 May 2026",
                  "Ordered by dates from --dates", "smallest real difference",
                  "Not a diagnosis"):  # fmt: skip
        assert words in text
    drawn = shown.page.locator("figure svg[role=img]").all()
    labels = [svg.get_attribute("aria-label") or "" for svg in drawn]
    knee = next(label for label in labels if label.startswith("Knee flexion, left: largest"))
    assert re.search(r"at visit 1, .* at visit 4: more than chance", knee)
    shown.close()
