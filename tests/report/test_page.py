"""The page as text: nothing fetched, everything escaped, numbers that agree."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.clinical_scores import estimated

from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.page import STATIC, render
from rehabkit.report.page.head import css_string
from rehabkit.report.page.labels import Wish, fitting
from rehabkit.report.page.replay import decode, encode, frame_times, resample
from rehabkit.report.page.svg import path_data, simplify, tag, thin_out
from rehabkit.report.phrases import span, with_signs, with_unit
from rehabkit.report.scales import inner, scale, time_ticks
from rehabkit.report.summary import summarize
from rehabkit.report.words import number, seconds

WEB = Path(__file__).parents[2] / "web"


def page(analysis: Analysis) -> str:
    return render(summarize(analysis), Curves.of(analysis))


def test_no_network(squat: Analysis) -> None:
    html = page(squat)
    without_names = re.sub(r"https?://(www\.w3\.org|json-schema\.org)/\S*", "", html)
    assert "http:" not in without_names
    assert "https:" not in without_names
    assert not re.search(r"<(link|img|iframe|object)\b|@import|url\((?!#)", html)
    assert "default-src 'none'" in html


def test_hostile_names_stay_text(squat: Analysis) -> None:
    evil = "<script>alert(1)</script>\"'&</style>{{ 7*7 }}"
    subject = replace(squat.recording.subject, id=evil)
    source = replace(squat.recording.source, path=f"/x/{evil.replace('/', '')}.csv", device=evil)
    assert squat.exercise is not None
    finding = replace(squat.findings[0], title=evil, patient=evil, therapist=evil, quantity=evil)
    hostile = replace(
        squat,
        original=squat.original.replace(subject=subject, source=source),
        recording=squat.recording.replace(subject=subject, source=source),
        exercise=replace(squat.exercise, name=evil),
        findings=(finding,),
    )
    html = page(hostile)
    assert "<script>alert" not in html
    assert html.count("</style>") == 2
    assert html.count("<script") == 2
    assert "{{ 7*7 }}" in html


def test_css_strings_cannot_be_left() -> None:
    assert css_string('a"}</style>') == '"a\\000022 \\00007d \\00003c \\00002f style\\00003e "'


def test_scores_and_healthy_bands_are_absent_not_empty(squat: Analysis) -> None:
    html = page(squat)
    assert "of 100" not in html
    assert "Completeness" not in html
    assert '<p class="small">No estimate. Not scored.</p>' in html
    assert "might give" not in html
    assert "Supports a professional’s judgement. Not a diagnosis." in html


def test_a_clinical_estimate_says_what_it_is(squat: Analysis) -> None:
    html = page(estimated(squat))
    assert "<b>16</b><span>of 50<br>1 to 30</span>" in html
    assert "Tall mark: 42, the median of all who were" in html
    assert "own scores −12; pelvis&#39; travel: posture and reach −7; trunk" in html
    assert "steadiness" not in html  # 0.4 points would read as 0
    assert "arms: pace" not in html  # and so would 0.5
    assert "Clinical estimate 16 of 50, 1 to 30 in nine of ten people" in html


def test_numbers_agree_wherever_they_recur(squat: Analysis) -> None:
    html = page(squat)
    assert "<b>43°</b> measured, at most 38° expected" in html
    for depth in ("98°", "97°", "93°", "96°", "78°"):
        assert len(re.findall(rf">{depth}<", html)) >= 2


def test_refused_leaves_out_what_would_be_empty(refused: Analysis) -> None:
    html = page(refused)
    assert "Not scored" in html
    assert "The legs were not in the picture (3.0–12.0 s)." in html
    assert "Film from the side, the whole body in the picture." in html
    for absent in ("h-findings", "h-reps", "h-sides", 'class="folk'):
        assert absent not in html
    assert "h-rec" in html
    assert "h-trust" in html


def test_missing_angle_keeps_its_title_and_reason(squat: Analysis) -> None:
    angles = dict(squat.kinematics.angles)
    gone = np.full(len(squat.kinematics.time), np.nan)
    angles["hip_flexion_right"] = replace(
        angles["hip_flexion_right"], values=gone, measurable=False, reason="behind the chair"
    )
    html = page(replace(squat, kinematics=replace(squat.kinematics, angles=angles)))
    assert '<span class="empty">behind the chair</span>' in html


def test_height_is_shown_from_rest_in_cm(squat: Analysis) -> None:
    signal = squat.segmentation.signals[0]
    height = 0.9 - np.asarray(signal.values) / 500
    lowered = replace(
        signal, name="pelvis_height", label="Height of the pelvis", unit="m", values=height,
        direction="down", needed=0.05, threshold=None,
    )  # fmt: skip
    reps = tuple(
        replace(r, extent=(r.extreme - 10) / 500, rest=0.88, extreme=0.9 - r.extreme / 500)
        for r in squat.segmentation.repetitions
    )
    cut = replace(squat.segmentation, signals=(lowered,), repetitions=reps)
    html = page(replace(squat, segmentation=cut))
    assert "Height of the pelvis, from its place at rest" in html
    assert "needed 5 cm" in html
    assert "18 cm" in html


def test_built_script_comes_from_its_source() -> None:
    folder = WEB / "src"
    if not folder.is_dir():
        pytest.skip("the script's source is not in an installed package")
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name}\n{path.read_text(encoding='utf-8')}".encode())
    built = (STATIC / "report.js").read_text(encoding="utf-8")
    assert digest.hexdigest() in built.splitlines()[1] + built.splitlines()[0], (
        "run `npm run build` in web/"
    )


@given(st.lists(st.one_of(st.none(), st.floats(-60, 60)), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_packed_series_come_back(values: list[float | None]) -> None:
    series = np.array([np.nan if v is None else v for v in values])
    back = decode(encode(series, 0.004), 0.004)
    assert np.array_equal(np.isnan(back), np.isnan(series))
    assert np.nanmax(np.abs(back - series), initial=0) <= 0.0021


@given(st.lists(st.floats(0, 100), max_size=40), st.floats(100, 900))
@settings(max_examples=60, deadline=None)
def test_labels_never_meet(places: list[float], width: float) -> None:
    wishes = [Wish(p, 30.0, weight=i % 3) for i, p in enumerate(places)]
    kept = [w.span(width) for w, k in zip(wishes, fitting(wishes, width), strict=True) if k]
    kept.sort()
    assert all(a[1] < b[0] for a, b in pairwise(kept))


@given(st.floats(-500, 500), st.floats(0.01, 900))
@settings(max_examples=60, deadline=None)
def test_ticks_are_round_and_inside(low: float, extent: float) -> None:
    for axis in (scale(low, low + extent, zero=False), inner(low, low + extent)):
        assert axis.low <= low + 1e-6
        assert axis.high >= low + extent - 1e-6
        assert len(axis.ticks) <= 7
        assert all(axis.low - 1e-6 <= t <= axis.high + 1e-6 for t in axis.ticks)


def test_long_recordings_are_thinned(squat: Analysis) -> None:
    hour = squat.recording.replace(time=np.linspace(0, 3600, len(squat.recording.time)))
    at, rate = frame_times(hour)
    assert len(at) <= 6001
    assert rate < 2
    assert frame_times(squat.recording)[1] == pytest.approx(30, rel=0.01)


def test_resampling_never_bridges_a_break() -> None:
    time = np.array([0.0, 0.1, 0.2, 5.0, 5.1])
    values = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    out = resample(time, values, np.array([0.05, 2.0, 5.05]))
    assert out[:, 0] == pytest.approx([0.5, np.nan, 3.5], nan_ok=True)


def test_svg_text() -> None:
    assert tag("text", "<b>", x=1, fill='"') == '<text x="1" fill="&#34;">&lt;b&gt;</text>'
    x = np.arange(5.0)
    assert path_data(x, np.array([0, 1, np.nan, 3, 4])) == "M0 0L1 1M3 3L4 4"
    kept, _ = simplify(x, x * 2, 0.01)
    assert kept.tolist() == [0, 4]
    a, b = thin_out(np.arange(10_000.0), np.sin(np.arange(10_000.0)), 400)
    assert len(a) <= 500
    assert b.max() > 0.999


def test_words() -> None:
    assert number(-0.3) == "0"
    assert number(-3.2, 1) == "−3.2"
    assert number(3, sign=True) == "+3"
    assert seconds(9.24) == "9.2 s"
    assert seconds(125) == "2:05 min"
    assert span(-4.2, 9, "deg") == "−4 to 9°"
    assert span(10, 96, "deg") == "10–96°"
    assert with_unit(0.62, "m") == "62 cm"
    assert with_signs("reached 48 deg at 30 deg/s") == "reached 48° at 30 deg/s"
    assert time_ticks(20) == tuple(float(t) for t in range(0, 21, 2))
