"""The picture of an exercise: it stands still where it must, and moves where it may."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rehabkit.errors import RehabkitError
from rehabkit.exercises import catalogue
from rehabkit.report.movement import OUT_S, shown, to_svg, write_picture

SQUAT = catalogue.load("squat")


def test_svg_is_whole_and_by_itself() -> None:
    text = to_svg(SQUAT)
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not re.search(r"https?://(?!www.w3.org/2000/svg)", text)
    assert "<script" not in text
    assert len(text) < 150_000


def test_still_strip_of_five_poses_is_what_stands_without_animation() -> None:
    text = to_svg(SQUAT)
    labels = re.findall(r'class="l">([^<]+)<', text)
    assert labels[:5] == ["rest", "lowering", "furthest", "rising", "rest"]
    before, moving = text.split("@media screen and (prefers-reduced-motion:no-preference)")
    assert ".rk .g{display:none}" in before
    assert moving.startswith("{.rk .s{display:none}")


def test_every_moment_shows_one_pose() -> None:
    spans = sorted(span for pose in shown(13) for span in pose)
    assert spans[0][0] == 0.0
    for one, after in itertools.pairwise(spans):
        assert one[1] == pytest.approx(after[0])
    assert any(start < OUT_S < end for start, end in shown(13)[-1])


def test_files(tmp_path: Path) -> None:
    for suffix in (".svg", ".html", ".gif"):
        notes = write_picture(SQUAT, tmp_path / f"a{suffix}", {"Id": ["squat"]})
        assert notes[0].startswith("Drawn with a made body")
    assert (tmp_path / "a.gif").read_bytes().startswith(b"GIF89a")
    assert "<dd>squat</dd>" in (tmp_path / "a.html").read_text()
    assert len(list(tmp_path.iterdir())) == 3


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RehabkitError, match=r"Expected a picture that ends in .svg, .html or .gif"):
        write_picture(SQUAT, tmp_path / "a.png")
