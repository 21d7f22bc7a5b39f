"""Movements too small to be counted: a finding all the same."""

from __future__ import annotations

import pytest
from tests.assessment.conftest import made

ALL = (1, 2, 3, 4, 5, 6)


def test_without_a_counted_repetition_the_finding_stands() -> None:
    judged = made("knee-lift", repetitions=6, short_range=ALL, short_share=0.24, noise_m=0.003)
    assert judged.segmentation.repetitions == ()
    finding = judged.finding("too-small-hip-flexion")
    assert finding.side == "both"
    assert finding.measured == pytest.approx(22.0, abs=4.0)
    assert finding.expected == (75.0, None)
    assert finding.repetition is None
    assert [(e.repetition, e.outside) for e in finding.evidence] == [(0, "outside")] * 6
    assert any(p.start_s == finding.start_s for p in judged.segmentation.partial)
    assert not any(i.startswith("short") for i in judged.ids)


def test_both_arms_are_one_try() -> None:
    judged = made("shoulder-flexion", repetitions=6, short_range=ALL, short_share=0.15)
    assert [p.side for p in judged.segmentation.partial] == ["both"] * 6
    assert judged.finding("too-small-shoulder-elevation").side == "both"


def test_a_counted_one_keeps_its_number() -> None:
    judged = made("knee-lift", repetitions=6, short_range=ALL[1:], short_share=0.24)
    numbers = [e.repetition for e in judged.finding("too-small-hip-flexion").evidence]
    assert numbers == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("partial", [1, 2])
def test_a_few_small_ones_beside_whole_ones_are_no_finding(partial: int) -> None:
    assert made("squat", repetitions=5, partial=partial, noise_m=0.003).findings == ()


def test_without_a_definition_nothing_says_how_far() -> None:
    judged = made("knee-lift", None, repetitions=6, short_range=ALL, short_share=0.24)
    assert not any(i.startswith("too-small") for i in judged.ids)
