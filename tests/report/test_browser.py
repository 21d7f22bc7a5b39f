"""The page in a real browser: nothing overlaps, nothing scrolls sideways, the keys work."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.report.clinical_scores import estimated
from tests.report.healthy_people import template_of

import rehabkit as rk
from rehabkit.repetitions.types import DrivingSignal, Segmentation
from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.page import render
from rehabkit.report.summary import summarize
from rehabkit.simulate import demo_recording

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Texts that share a figure must not meet.
OVERLAPS = """() => {
  const groups = [".tl", ".sm", ".dots", ".fig", ".bar", ".xax", ".reps tr", ".facts", ".folk"];
  const out = [];
  for (const name of groups) for (const group of document.querySelectorAll(name)) {
    const walk = document.createTreeWalker(group, NodeFilter.SHOW_TEXT), boxes = [];
    while (walk.nextNode()) {
      const node = walk.currentNode, parent = node.parentElement;
      if (!node.data.trim() || !parent.checkVisibility({visibilityProperty: true})) continue;
      if (parent.closest(".vh, .marks, .head-line")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const r of range.getClientRects())
        if (r.width > 1) boxes.push([node.data.trim(), r.left, r.top + r.height * .2, r.right,
                                     r.bottom - r.height * .2, parent]);
    }
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const a = boxes[i], b = boxes[j];
      if (a[5] === b[5]) continue;
      if (a[1] < b[3] - 1 && b[1] < a[3] - 1 && a[2] < b[4] - 1 && b[2] < a[4] - 1)
        out.push(`${name}: ${a[0]} | ${b[0]}`);
    }
  }
  return out;
}"""


def many(analysis: Analysis, build: Callable[..., Analysis]) -> Analysis:
    rng = np.random.default_rng(3)
    return build(tuple(70 + 30 * rng.random(34)), period_s=3.0)


def both_sides(analysis: Analysis) -> Analysis:
    reps = tuple(
        replace(r, side="left" if i % 2 else "right")
        for i, r in enumerate(analysis.segmentation.repetitions)
    )
    angles = analysis.kinematics.angles
    signals = tuple(
        DrivingSignal("knee_flexion", f"Knee flexion, {side}", "deg", analysis.kinematics.time,
                      angles[f"knee_flexion_{side}"].values, side, "up", 60.0)
        for side in ("left", "right")
    )  # fmt: skip
    cut = Segmentation(reps, analysis.segmentation.partial, signals, "each side")
    return replace(analysis, segmentation=cut)


def five_findings(analysis: Analysis) -> Analysis:
    first = analysis.findings[0]
    kinds = [("knee_flexion", "both"), ("knee_flexion_left", "left"), (None, "right"),
             ("hip_flexion_right", "right")]  # fmt: skip
    more = [
        replace(
            first, id=f"f{i}", angle=angle, side=side, title="A title that takes some room here"
        )
        for i, (angle, side) in enumerate(kinds)
    ]
    return replace(analysis, findings=(first, *more))


@pytest.fixture(scope="module")
def demo() -> Analysis:
    """All that a report can hold: scores, checks, and healthy people behind every curve."""
    recording = demo_recording()
    plain = rk.analyze(recording, exercise="squat")
    assert plain.template is not None
    drawn = template_of(plain)
    template = replace(
        plain.template, sensor=drawn.sensor, curves={**plain.template.curves, **drawn.curves}
    )
    return rk.analyze(recording, exercise="squat", template=template)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("REHABKIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        lacking = "no Chromium: install it, or name it in REHABKIT_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(lacking)
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def cases(
    squat: Analysis, refused: Analysis, demo: Analysis, build: Callable[..., Analysis]
) -> dict[str, Analysis]:
    return {
        "squat": squat,
        "refused": refused,
        "one": build((90.0,), partial=None),
        "eleven": build(tuple(70.0 + 2 * i for i in range(11)), partial=40.0),
        "many": many(squat, build),
        "sides": both_sides(squat),
        "five findings": five_findings(squat),
        "none": build((), partial=None),
        "no exercise": replace(squat, exercise=None, exercise_how="unknown", findings=()),
        "eleven, five findings": five_findings(build(tuple(70.0 + 2 * i for i in range(11)))),
        "compared": demo,
        "compared, five findings": five_findings(demo),
        "estimated": estimated(demo),
        "estimated, five findings": five_findings(estimated(demo)),
        "estimated, eleven": estimated(build(tuple(70.0 + 2 * i for i in range(11)), partial=40.0)),
    }


CASES = (
    "squat",
    "refused",
    "one",
    "eleven",
    "many",
    "sides",
    "five findings",
    "none",
    "no exercise",
    "eleven, five findings",
    "compared",
    "compared, five findings",
    "estimated",
    "estimated, five findings",
    "estimated, eleven",
)


class Shown:
    """One page, its console errors and what it asked the network for."""

    def __init__(self, browser: Browser, file: Path, width: int, *, script: bool = True) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(file.resolve().as_uri())

    def close(self) -> None:
        self.page.context.close()


def written(analysis: Analysis, folder: Path) -> Path:
    file = folder / "report.html"
    file.write_text(render(summarize(analysis), Curves.of(analysis)), encoding="utf-8")
    return file


@pytest.mark.parametrize("case", CASES)
def test_fits_every_width(
    browser: Browser, cases: dict[str, Analysis], case: str, tmp_path: Path
) -> None:
    file = written(cases[case], tmp_path)
    for width in (1180, 820, 390, 320):
        shown = Shown(browser, file, width)
        assert shown.errors == []
        assert [u for u in shown.requests if not u.startswith(("file:", "data:"))] == []
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.page.evaluate(OVERLAPS) == [], f"at {width} px"
        shown.close()


@pytest.mark.parametrize("case", CASES)
def test_prints_on_two_pages(
    browser: Browser, cases: dict[str, Analysis], case: str, tmp_path: Path
) -> None:
    shown = Shown(browser, written(cases[case], tmp_path), 1180)
    paper = shown.page.pdf(prefer_css_page_size=True)
    shown.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) <= 2


def test_reads_without_script(browser: Browser, squat: Analysis, tmp_path: Path) -> None:
    shown = Shown(browser, written(squat, tmp_path), 1180, script=False)
    text = shown.page.inner_text("main")
    for words in (
        "Squat",
        "repetitions",
        "Keep your chest up",
        "Left and right",
        "Not a diagnosis",
    ):
        assert words in text
    for hidden in ("#figure", "#scrub", "#play", "#print", ".show"):
        assert not shown.page.locator(hidden).first.is_visible()
    shown.close()


def test_the_clock_follows_keys(browser: Browser, squat: Analysis, tmp_path: Path) -> None:
    shown = Shown(browser, written(squat, tmp_path), 1180)
    page, scrub = shown.page, shown.page.locator("#scrub")

    def spoken() -> str:
        return scrub.get_attribute("aria-valuetext") or ""

    assert spoken() == "2.7 seconds, repetition 1"
    scrub.focus()
    page.keyboard.press("3")
    assert spoken() == "7.9 seconds, repetition 3"
    page.keyboard.press("Shift+ArrowRight")
    assert spoken() == "8.9 seconds, repetition 3"
    assert page.locator('tr[data-rep="3"]').get_attribute("class") == "on"
    assert page.locator("#now span").inner_text().startswith("repetition 3, 3")
    page.locator("#figure").focus()
    page.keyboard.press(".")
    assert scrub.input_value() == "268"
    page.keyboard.press("ArrowLeft")
    assert page.locator("#views [aria-pressed=true]").count() == 0
    page.keyboard.press("Space")
    assert page.locator("#play").inner_text().strip() == "Pause"
    page.keyboard.press("Space")
    page.locator("button.jump").first.click()
    assert spoken() == "2.7 seconds, repetition 1"
    assert page.evaluate("document.activeElement.id") == "figure"
    assert shown.errors == []
    shown.close()


def test_the_figure_is_drawn(browser: Browser, squat: Analysis, tmp_path: Path) -> None:
    shown = Shown(browser, written(squat, tmp_path), 1180)
    inked = shown.page.evaluate("""() => {
      const c = document.querySelector("#figure");
      const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      let n = 0;
      for (let i = 3; i < d.length; i += 4) n += d[i] > 0;
      return n / (d.length / 4);
    }""")
    shown.close()
    assert 0.03 < inked < 0.9


def test_the_distances_and_what_was_looked_for_are_for_the_screen(
    browser: Browser, demo: Analysis, tmp_path: Path
) -> None:
    shown = Shown(browser, written(demo, tmp_path), 1180)
    sections = [shown.page.locator(f"section[aria-labelledby={name}]")
                for name in ("h-ways", "h-looked")]  # fmt: skip
    assert all(section.is_visible() for section in sections)
    shown.page.emulate_media(media="print")
    assert not any(section.is_visible() for section in sections)
    text = shown.page.inner_text("main")
    shown.close()
    assert "Looked for and not found: " in text
    assert "Distance from the start" in text


def test_findings_and_scores_jump_to_their_moment(
    browser: Browser, demo: Analysis, tmp_path: Path
) -> None:
    shown = Shown(browser, written(demo, tmp_path), 1180)
    scrub = shown.page.locator("#scrub")
    summary = summarize(demo)
    score = next(e for d in summary.scores.dimensions.values() for e in d.evidence)
    shown.page.locator("section.scores .dimension button").first.click()
    assert (scrub.get_attribute("aria-valuetext") or "").startswith(f"{score.at_s:.1f} seconds")
    shown.page.locator("button.jump").first.click()
    finding = summary.findings[0]
    at = next(e.at_s for e in finding.evidence if e.repetition == finding.repetition)
    assert (scrub.get_attribute("aria-valuetext") or "").startswith(f"{at:.1f} seconds")
    assert shown.errors == []
    shown.close()


def test_the_overlap_check_sees_overlaps(browser: Browser, squat: Analysis, tmp_path: Path) -> None:
    shown = Shown(browser, written(squat, tmp_path), 1180)
    shown.page.evaluate("document.querySelectorAll('.heads span')[1].style.left = '13%'")
    found = shown.page.evaluate(OVERLAPS)
    shown.close()
    assert any(line.startswith(".tl: ") for line in found)
