"""Repeatability of one person's repetitions and sessions, ICCs over people, and two sensors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.comparison.conftest import Visit

from rehabkit.comparison import compare_sensors, over_people, over_sessions, within_session
from rehabkit.comparison.people import Entry, read_table
from rehabkit.comparison.sensors import match
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.kinematics.reliability import MDC_FACTOR
from rehabkit.pipeline import analyze
from rehabkit.recording import ExerciseLabel, Source, Subject
from rehabkit.repetitions.types import Repetition
from rehabkit.simulate import Tempo, generate

KNEE = "knee_flexion_left.max"


def test_within_one_recording(visit: Visit) -> None:
    found = within_session(visit(1))
    rows = {r.key: r for r in found.rows}
    knee = rows[KNEE]
    assert knee.n == 5
    assert knee.sem.value == knee.sd
    assert knee.mdc95 == pytest.approx(MDC_FACTOR * knee.sd)
    assert knee.sem.low < knee.sem.value < knee.sem.high
    assert knee.sem_of_mean == pytest.approx(knee.sd / np.sqrt(5))
    assert knee.cmc > 0.98
    assert knee.sensor_error == 0.5
    assert any("needs several people" in note for note in found.notes)


def test_too_few_repetitions_have_no_spread() -> None:
    made = analyze(generate("squat", repetitions=2).recording, exercise="squat")
    knee = next(r for r in within_session(made).rows if r.key == KNEE)
    assert np.isnan(knee.sd)
    assert np.isnan(knee.mdc95)
    assert knee.reason == "2 of at least 3 repetitions"


def test_no_repetitions_are_refused() -> None:
    still = analyze(generate("squat", repetitions=0).recording, exercise="squat")
    with pytest.raises(RehabkitError, match=r"Expected repetitions, found none: .*no whole"):
        within_session(still)


def test_over_sessions(visit: Visit) -> None:
    found = over_sessions([visit(1), visit(2, knee_flexion=110.0)])
    knee = next(r for r in found.rows if r.key == KNEE)
    apart = knee.sessions[1] - knee.sessions[0]
    assert knee.sem.value == pytest.approx(abs(apart) / np.sqrt(2))
    assert knee.agreement is not None
    assert knee.agreement.bias.value == pytest.approx(apart)
    assert len(knee.pairs) == 5
    assert knee.cmc > 0.9
    three = over_sessions([visit(1), visit(2), visit(3)])
    knee = next(r for r in three.rows if r.key == KNEE)
    assert knee.agreement is None
    assert knee.sem.high < 20 * knee.sem.value


def test_what_sessions_refuse(visit: Visit) -> None:
    with pytest.raises(RehabkitError, match="two recordings or more, found 1"):
        over_sessions([visit(1)])
    made = generate("squat", repetitions=3).recording
    two = [analyze(made.replace(subject=Subject(i)), exercise="squat") for i in ("anna", "bert")]
    with pytest.raises(RehabkitError, match=r"one person, found 'anna', 'bert'.*--table"):
        over_sessions(two)


def test_people_who_differ_have_a_high_icc(visit: Visit) -> None:
    reach = {"a": 85.0, "b": 95.0, "c": 105.0, "d": 115.0}
    made = {
        Path(f"{who}{day}"): visit(10 * day + i, knee_flexion=knee)
        for i, (who, knee) in enumerate(reach.items())
        for day in (1, 2)
    }
    entries = [Entry(path, path.name[0], path.name[1]) for path in made]
    found = over_people(entries, made.__getitem__)
    knee = next(r for r in found.rows if r.key == KNEE).found
    assert knee is not None
    assert knee.people == 4
    assert knee.icc_2_1.value > 0.95
    assert knee.sem < 2
    duration = next(r for r in found.rows if r.key == "duration")
    assert duration.values.shape == (4, 2)
    with pytest.raises(RehabkitError, match="two people with two sessions each, found 1 and 2"):
        over_people(entries[:2], made.__getitem__)


def test_the_table_of_people(tmp_path: Path) -> None:
    for name in ("a1.csv", "a2.csv"):
        (tmp_path / name).touch()
    table = tmp_path / "subjects.csv"
    table.write_text("Subject; session ;path\nanna;1;a1.csv\nanna;2;a2.csv\n")
    assert read_table(table)[1] == Entry(tmp_path / "a2.csv", "anna", "2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,who\na.csv,x\n", "line 1: expected the columns path, subject, session, found"),
        ("path,subject,session\na.csv,,1\n", "line 2: expected a subject, found an empty cell"),
        ("path,subject,session\nno.csv,x,1\n", "line 2, path: expected a recording.*relative"),
        ("path,subject,session\na.csv,x,1\na.csv,x,1\n", "subject x, session 1: .*found 2"),
        ("path,subject,session\na.csv,x,1\n\0,x,2\n", "expected"),
        ("", "found"),
    ],
)
def test_what_is_wrong_with_a_table(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    table = tmp_path / "subjects.csv"
    table.write_text(text)
    with pytest.raises(FormatError, match=message):
        read_table(table)


def test_two_sensors_of_one_movement() -> None:
    made = generate("squat", repetitions=5, seed=2).recording
    assert made.positions is not None
    noise = np.random.default_rng(0).normal(0, 0.01, made.positions.shape)
    other = made.replace(
        positions=made.positions + noise, source=Source(device="Kinect v2", format="csv")
    )
    found = compare_sensors(*(analyze(r, exercise="squat") for r in (made, other)))
    knee = next(r for r in found.rows if r.angle == "knee_flexion_left")
    assert found.sensors == ("generated", "kinect-v2")
    assert found.repetitions == 5
    assert knee.rmse < 5
    assert knee.correlation > 0.98
    assert knee.cmc > 0.98
    assert knee.rmse_without_offset <= knee.rmse
    assert knee.measures["range"].pairs == 5
    refused = dict(found.refused)
    assert "foot point jumps" in refused["Ankle dorsiflexion, left"]


def test_two_different_movements_are_doubted(visit: Visit) -> None:
    squat = visit(1)
    slow = generate("shoulder-flexion", repetitions=5, tempo=Tempo(3.0, 1.0, 3.0)).recording
    notes = compare_sensors(squat, analyze(slow.replace(exercise=ExerciseLabel()))).notes
    assert "times as long in the first" in " ".join(notes)


def rep(peak: float) -> Repetition:
    return Repetition(peak - 1, peak + 1, peak, "both", 1.0, 90, 0, 90, peak, peak)


def test_repetitions_are_matched_by_their_times() -> None:
    first = [rep(t) for t in (3.0, 7.0, 12.0)]
    second = [rep(t) for t in (101.1, 105.0, 110.1, 116.0)]
    assert [(a.peak_s, b.peak_s) for a, b in match(first, second)] == [
        (3.0, 101.1), (7.0, 105.0), (12.0, 110.1)
    ]  # fmt: skip
    slow = [rep(2 * t) for t in (3.0, 7.0, 12.0)]
    assert [b.peak_s for _, b in match(first, slow)] == [6.0, 14.0, 24.0]


def test_sensors_without_a_common_repetition_are_refused(visit: Visit) -> None:
    still = analyze(generate("squat", repetitions=0).recording, exercise="squat")
    with pytest.raises(RehabkitError, match=r"no match between 5 in .* and 0"):
        compare_sensors(visit(1), still)
