"""The page in a real browser: fits, prints, reads without a script, can be walked by a reader."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser
from tests.cohort.conftest import table
from tests.report.test_browser import OVERLAPS, Shown, browser  # noqa: F401 - a fixture

from rehabkit.cohort.page import render

pytestmark = pytest.mark.browser

MEETING = OVERLAPS.replace('[".tl"', '[".co tr", ".tally", ".tl"')
# What axe-core would ask of this page: headings in steps, named tables, links and ids.
FAULTS = """() => {
  const out = [], all = (s) => [...document.querySelectorAll(s)];
  if (all("h1").length !== 1) out.push("h1");
  let level = 0;
  for (const h of all("h1, h2, h3, h4")) {
    const now = +h.tagName[1];
    if (now > level + 1) out.push("heading skips a level: " + h.textContent);
    level = now;
  }
  const ids = all("[id]").map((e) => e.id);
  if (new Set(ids).size !== ids.length) out.push("an id twice");
  for (const t of all("table")) if (!t.caption?.textContent.trim()) out.push("table without name");
  for (const t of all("th")) if (!t.scope || !t.textContent.trim()) out.push("th: " + t.outerHTML);
  for (const a of all("a")) if (!a.textContent.trim() || !a.getAttribute("href")) out.push("link");
  for (const s of all("svg")) if (s.parentElement.closest("svg") === null
    && s.getAttribute("aria-hidden") !== "true") out.push("a drawing that is read out");
  for (const s of all("section")) if (!document.getElementById(s.getAttribute("aria-labelledby")))
    out.push("section without name");
  if (!document.documentElement.lang || !document.title) out.push("language or title");
  return out;
}"""
SMALL = """() => [...document.querySelectorAll("main *")].filter((e) => e.checkVisibility()
  && e.closest("svg") === null && e.textContent.trim()
  && parseFloat(getComputedStyle(e).fontSize) < 12).map((e) => e.textContent)"""


@pytest.fixture
def pages(three: Path, sixty: Path, thousand: pl.DataFrame) -> dict[str, str]:
    return {"3": render(table(three)), "60": render(table(sixty)), "1020": render(thousand)}


def written(pages: dict[str, str], case: str, folder: Path) -> Path:
    file = folder / "cohort.html"
    file.write_text(pages[case], encoding="utf-8")
    return file


@pytest.mark.parametrize("case", ["3", "60", "1020"])
def test_fits_every_width_and_has_no_fault(
    browser: Browser,  # noqa: F811
    pages: dict[str, str],
    case: str,
    tmp_path: Path,
) -> None:
    file = written(pages, case, tmp_path)
    for width in (1180, 820, 390, 320):
        shown = Shown(browser, file, width)
        assert shown.errors == []
        assert [u for u in shown.requests if not u.startswith(("file:", "data:"))] == []
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.page.evaluate(MEETING) == [], f"at {width} px"
        assert shown.page.evaluate(FAULTS) == []
        assert shown.page.evaluate(SMALL) == []
        shown.close()


def test_reads_without_script(browser: Browser, pages: dict[str, str], tmp_path: Path) -> None:  # noqa: F811
    shown = Shown(browser, written(pages, "3", tmp_path), 1180, script=False)
    text = shown.page.inner_text("main")
    shown.close()
    for words in ("3 people, 8 recordings", "Squat", "Knee flexion, range", "Not a diagnosis"):
        assert words in text


def test_links_open_the_report(browser: Browser, sixty: Path) -> None:  # noqa: F811
    shown = Shown(browser, sixty / "cohort.html", 1180)
    shown.page.locator("a").first.click()
    assert shown.page.title() == "A report"
    shown.close()


def test_prints_without_cutting_a_figure(
    browser: Browser,  # noqa: F811
    pages: dict[str, str],
    tmp_path: Path,
) -> None:
    shown = Shown(browser, written(pages, "1020", tmp_path), 1180)
    paper = shown.page.pdf(prefer_css_page_size=True)
    shown.close()
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) <= 6


def test_a_thousand_people_open_quickly(
    browser: Browser,  # noqa: F811
    pages: dict[str, str],
    tmp_path: Path,
) -> None:
    shown = Shown(browser, written(pages, "1020", tmp_path), 1180)
    elements = shown.page.evaluate("document.querySelectorAll('*').length")
    shown.close()
    assert elements < 4000
