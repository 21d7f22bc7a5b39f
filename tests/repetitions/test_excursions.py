"""One signal cut into excursions: pauses, trembling, edges, part repetitions."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.recording.arrays import Float
from rehabkit.repetitions.excursions import (
    Excursion,
    Rules,
    Scale,
    find_excursions,
    typical_stroke,
)

RATE = 30.0
RULES = Rules()


def rise(seconds: float, size: float = 1.0) -> Float:
    """A smooth way out, rest to extreme."""
    share = np.linspace(0, 1, round(seconds * RATE))
    return size * (10 * share**3 - 15 * share**4 + 6 * share**5)


def rest(seconds: float, level: float = 0.0) -> Float:
    return np.full(round(seconds * RATE), level)


def once(size: float = 1.0, hold_s: float = 0.3) -> Float:
    return np.concatenate([rise(1.0, size), rest(hold_s, size), rise(1.0, size)[::-1]])


def whole(values: Float) -> list[Excursion]:
    stroke = typical_stroke(values, 0.1, RULES)
    return find_excursions(values, Scale(stroke, RATE), RULES)[0] if stroke else []


def test_each_has_its_own_start_and_end_and_pauses_lie_outside() -> None:
    values = np.concatenate([rest(1.0), once(), rest(2.0), once(), rest(1.0)])
    first, second = whole(values)
    assert first.start / RATE == pytest.approx(1.0, abs=0.25)
    assert first.end / RATE == pytest.approx(3.3, abs=0.25)
    assert second.start / RATE == pytest.approx(5.3, abs=0.25)
    assert second.end / RATE == pytest.approx(7.6, abs=0.25)


def test_the_hold_at_the_extreme_is_found() -> None:
    (only,) = whole(np.concatenate([rest(1.0), once(hold_s=1.5), rest(1.0)]))
    assert (only.hold_end - only.hold_start) / RATE == pytest.approx(1.5, abs=0.6)


def test_trembling_at_the_extreme_counts_nothing(rng: np.random.Generator) -> None:
    values = np.concatenate([rest(1.0), once(hold_s=3.0), rest(1.0)])
    values += 0.12 * np.sin(2 * np.pi * 5.0 * np.arange(len(values)) / RATE)
    assert len(whole(values + rng.normal(0, 0.01, len(values)))) == 1


def test_a_hesitation_on_the_way_is_no_repetition() -> None:
    hesitating = np.concatenate([rise(0.6, 0.6), rest(0.3, 0.6), 0.6 - rise(0.2, 0.15),
                                 0.45 + rise(0.6, 0.55), rise(1.0)[::-1]])  # fmt: skip
    values = np.concatenate([rest(1.0), once(), rest(0.5), hesitating, rest(0.5), once(), rest(1)])
    assert len(whole(values)) == 3


def test_a_movement_that_begins_at_rest_at_the_edge_is_not_cut_off() -> None:
    values = np.concatenate([once(), rest(0.5), once(), rest(0.5), once()])
    assert [e.cut for e in whole(values)] == ["", "", ""]


@pytest.mark.parametrize("missing_s", [0.5, 0.8, 1.1])
def test_a_movement_cut_off_by_the_start_is_named(missing_s: float) -> None:
    values = np.concatenate([once(), rest(0.5), once(), rest(0.5), once(), rest(0.5)])
    assert [e.cut for e in whole(values[round(missing_s * RATE) :])] == ["start", "", ""]


@pytest.mark.parametrize("missing_s", [0.6, 0.9, 1.2])
def test_a_movement_cut_off_by_the_end_is_named(missing_s: float) -> None:
    values = np.concatenate([rest(0.5), once(), rest(0.5), once(), rest(0.5), once()])
    assert [e.cut for e in whole(values[: -round(missing_s * RATE)])] == ["", "", "end"]


def test_a_turned_time_line_gives_the_same_repetitions() -> None:
    values = np.concatenate([rest(0.7), once(), rest(0.4), once(0.8), rest(1.0)])
    forwards, backwards = whole(values), whole(values[::-1])
    last = len(values) - 1
    for a, b in zip(forwards, backwards[::-1], strict=True):
        assert abs(a.start - (last - b.end)) <= 1
        assert a.out == pytest.approx(b.back)


def test_a_person_who_stands_still_gives_no_stroke(rng: np.random.Generator) -> None:
    assert typical_stroke(rng.normal(0, 0.01, 300), 0.3, RULES) == 0.0
