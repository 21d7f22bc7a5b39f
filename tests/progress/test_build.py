"""Known changes are found, none is made up, and what may not be joined is kept apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.progress.conftest import Make, visits, with_person, with_source

from rehabkit.comparison import compare_visits
from rehabkit.comparison.documents import readings_of, telling_of
from rehabkit.comparison.readings import Reading, readings, telling
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.pipeline import analyze
from rehabkit.progress import build, load, write
from rehabkit.progress.document import MeasurePart, Progress, SeriesPart
from rehabkit.progress.series import NO_SCORE_ERROR, measure
from rehabkit.report import write as write_report
from rehabkit.report.document import ScorePart, Summary
from rehabkit.report.summary import summarize
from rehabkit.report.view import facing_in_words
from rehabkit.simulate import generate

KNEE = "knee_flexion_left.max"


def only(found: Progress) -> SeriesPart:
    (section,) = found.sections
    (series,) = section.series
    return series


def row(series: SeriesPart, key: str) -> MeasurePart:
    return next(m for m in series.measures if m.key == key)


def test_a_gain_is_found_and_what_did_not_change_is_not(gain: list[Summary]) -> None:
    series = only(build(visits(gain)))
    knee = row(series, KNEE)
    assert knee.verdict == "real"
    assert knee.change == pytest.approx(18, abs=3)
    assert knee.mdc95 is not None
    assert 0 < knee.mdc95 < 6
    assert knee.points[0].verdict is None
    assert row(series, "duration").verdict == "within measurement error"
    assert "left knee bends" in series.answer.patient
    assert "from 88° to 106°" in series.answer.patient or "further" in series.answer.patient
    assert "more than chance" in series.answer.therapist


def test_no_change_says_keep_on(made: Make) -> None:
    series = only(build(visits([made(seed, 90.0) for seed in (0, 11)])))
    assert row(series, KNEE).verdict == "within measurement error"
    assert series.answer.therapist.startswith("No measure changed by more than the error")
    assert series.answer.patient.endswith("keep on.")


def test_two_visits_are_judged_as_compare_judges_them() -> None:
    first, second = (
        analyze(generate("squat", repetitions=3, noise_m=0.003, seed=s).recording, exercise="squat")
        for s in (1, 2)
    )
    series = only(build(visits([summarize(first), summarize(second)])))
    for want in compare_visits(first, second).rows:
        have = row(series, want.key)
        assert have.verdict == want.verdict, want.key
        if want.mdc95 is not None:
            assert have.mdc95 == pytest.approx(want.mdc95, rel=1e-3, abs=2e-3)
    of_summary, of_analysis = readings_of(summarize(first)), readings(first)
    assert list(of_summary) == list(of_analysis)
    keys = list(of_analysis)
    assert telling_of(keys, summarize(first)) == telling(keys, first)


def test_the_spread_of_all_visits_counts() -> None:
    found = measure(
        "x.max",
        [
            (1, Reading("x.max", "X", "deg", np.array([10.0, 12.0]), 0.0)),
            (2, Reading("x.max", "X", "deg", np.array([11.0, 13.0]), 0.0)),
            (4, Reading("x.max", "X", "deg", np.array([20.0, 22.0]), 0.0)),
        ],
        shown=True,
    )
    student, spread = 3.182446, np.sqrt(2.0)  # three degrees of freedom
    assert found.mdc95 == pytest.approx(student * spread, abs=1e-3)
    assert (found.first_visit, found.last_visit, found.change) == (1, 4, 10.0)
    assert [p.verdict for p in found.points] == [None, "within measurement error", "real"]


def test_where_nothing_is_known_nothing_is_said() -> None:
    def reading(*values: float, error: float | None = None) -> Reading:
        reason = "" if values else "not seen"
        return Reading("x.max", "X", "deg", np.array(values), error, reason=reason)

    large = measure("x", [(1, reading(1.0, 1.1)), (2, reading(9.0, 9.1))], shown=True)
    assert (large.verdict, large.mdc95) == ("cannot be said", None)
    assert "no error of this measure is known" in str(large.because)
    gone = measure("x", [(1, reading(1.0, 2.0)), (2, reading())], shown=True)
    assert (gone.verdict, gone.because) == ("cannot be said", "measured at visit 1 only")
    never = measure("x", [(1, reading()), (2, reading())], shown=True)
    assert (never.first, never.because) == (None, "not seen")


def test_scores_are_drawn_without_a_made_up_band(gain: list[Summary]) -> None:
    scored = []
    for value, summary in zip((50.0, 51.0, 52.0, 80.0), gain, strict=True):
        part = ScorePart(value=value, by_repetition=[value - 4, value + 4, None])
        scores = summary.scores.model_copy(update={"overall": part})
        scored.append(summary.model_copy(update={"scores": scores}))
    found = row(only(build(visits(scored))), "scores.overall")
    assert [p.mean for p in found.points] == [50, 51, 52, 80]
    assert found.points[1].verdict == "within measurement error"
    assert (found.verdict, found.mdc95, found.because) == ("cannot be said", None, NO_SCORE_ERROR)


def test_exercises_sensors_and_views_are_kept_apart(made: Make) -> None:
    turned = [made(seed, 90.0, heading_deg=90.0) for seed in (3, 4)]
    front = [made(seed, 90.0) for seed in (0, 1)]
    other = made(5, exercise="sit-to-stand")
    found = build(visits([front[0], turned[0], other, front[1], turned[1]]))
    assert [(s.exercise, [x.visits for x in s.series]) for s in found.sections] == [
        ("squat", [[1, 4], [2, 5]]), ("sit-to-stand", [[3]]),
    ]  # fmt: skip
    assert "never joined" in found.sections[0].notes[0]
    assert found.answer.patient.count("Squat: ") == 2


def test_only_one_visit_of_each_exercise(made: Make) -> None:
    found = build(visits([made(0), made(5, exercise="sit-to-stand")]))
    assert found.answer.patient.startswith("There is nothing to compare yet")


def test_unusable_and_doubled_recordings_are_left_out(made: Make, gain: list[Summary]) -> None:
    none = gain[1].model_copy(update={"repetitions": []})
    same = with_source(gain[0], sha256="ab")
    found = build(visits([same, none, gain[2], same]))
    assert [v.left_out for v in found.visits] == [
        None, "no whole repetition was counted", None, "the same file as visit 1",
    ]  # fmt: skip
    assert only(found).visits == [1, 3]


def test_findings_come_and_go(made: Make, gain: list[Summary]) -> None:
    from rehabkit.simulate import Faults

    lean = summarize(
        analyze(
            generate(
                "squat", repetitions=3, seed=7, noise_m=0.003,
                faults=Faults(lean=(1, 2, 3), lean_deg=35.0),
            ).recording,
            exercise="squat",
        )
    )  # fmt: skip
    name = "trunk-forward"
    courses = {
        order: {f.id: f.course for f in only(build(visits([*order_of]))).findings}.get(name)
        for order, order_of in {
            "went": [lean, gain[0]], "came": [gain[0], lean], "came and went":
            [gain[0], lean, gain[1]], "stayed": [lean, gain[0], lean],
        }.items()
    }  # fmt: skip
    assert courses == {key: key for key in courses}


def test_different_people_are_refused(made: Make) -> None:
    two = [with_person(made(0), "anna"), with_person(made(1), "bert")]
    with pytest.raises(RehabkitError, match=r"one person, found 'anna', 'bert'.*--same-person"):
        visits(two)
    found = build(visits(two, same_person=True))
    assert "The files name anna and bert; that they are one person was stated." in found.notes
    nobody = build(visits([with_person(made(0), None), with_person(made(1), None)]))
    assert any("No file names the person" in n for n in nobody.notes)


def test_one_recording_is_refused(made: Make) -> None:
    with pytest.raises(RehabkitError, match="at least two recordings of one person, found 1"):
        visits([made(0)])


def test_written_files_and_reading_them_back(gain: list[Summary], tmp_path: Path) -> None:
    found = build(visits(gain, "2026-05-01,2026-05-08,2026-05-15,2026-05-22"))
    write(found, tmp_path / "out")
    text = (tmp_path / "out/progress.json").read_text(encoding="utf-8")
    assert Progress.model_validate_json(text) == found
    assert json.loads(text)["schema_version"] == "1.0"
    table = (tmp_path / "out/progress.csv").read_text(encoding="utf-8").splitlines()
    assert len(table) == 1 + 4 * len(only(found).measures)
    line = next(x for x in table if KNEE in x and "2026-05-22" in x)
    assert ",real," in line
    html = (tmp_path / "out/progress.html").read_text(encoding="utf-8")
    assert "22 May 2026" in html
    assert "<script" not in html


def test_an_analysed_folder_is_read(tmp_path: Path) -> None:
    done = analyze(generate("squat", repetitions=2, seed=1).recording, exercise="squat")
    written = write_report(done, tmp_path, parts=("report",))
    assert load(tmp_path) == load(tmp_path / "analysis.json") == written
    assert load(tmp_path / "report.html") is None
    file = tmp_path / "analysis.json"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace('"schema_version": "1', '"schema_version": "9'), encoding="utf-8")
    with pytest.raises(FormatError, match="schema_version: expected version 1"):
        load(tmp_path)
    file.write_text('{"schema_version": "1.0", "software": 3}', encoding="utf-8")
    with pytest.raises(FormatError, match=r"expected a whole analysis\.json"):
        load(tmp_path)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(FormatError, match="expected JSON"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("words", "coarse"),
    [
        ("from the front", "from the front"), ("front left, about 20°", "from the front"),
        ("front left, about 45°", "from the front left"),
        ("front right, about 65°", "from the right"), ("back left, about 20°", "from behind"),
        ("from the person’s left", "from the left"), ("", ""),
    ],
)  # fmt: skip
def test_views_are_told_apart_coarsely(words: str, coarse: str) -> None:
    assert facing_in_words(words) == coarse
