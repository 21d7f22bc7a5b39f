"""The clinical score is given where the scorer knows its way, and a reason everywhere else."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rehabkit as rk
from rehabkit import reading
from rehabkit.assessment import clinical
from rehabkit.assessment.clinical import ClinicalScore, clinical_score, score_together
from rehabkit.exercises import catalogue
from rehabkit.models import clinical_store, recogniser_store
from rehabkit.models.clinical import ClinicalScorer
from rehabkit.recording import Recording
from rehabkit.report.analysis import Analysis
from rehabkit.simulate import generate


@pytest.fixture(scope="module")
def squat() -> Analysis:
    return rk.analyze(generate("squat", repetitions=3, noise_m=0.005).recording,
                      exercise="kimore-es5")  # fmt: skip


@pytest.fixture
def weights() -> clinical_store.Shipped:
    model = clinical_store.shipped()
    if model is None:
        pytest.skip("the weights of the clinical scorer were left out")
    return model


def asked(found: Analysis, **changes: object) -> ClinicalScore:
    """The score of an analysis as of a Kinect v2, something changed."""
    given = {
        "case": replace(found.case, kinematics=replace(found.kinematics, sensor="kinect-v2")),
        "exercise": found.exercise, "gate": found.gate, "scores": found.scores,
    }  # fmt: skip
    return clinical_score(**(given | changes))  # type: ignore[arg-type]


def test_no_exercise(squat: Analysis) -> None:
    assert asked(squat, exercise=None).reasons == (clinical.NO_EXERCISE,)


def test_no_weights(squat: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clinical_store, "shipped", lambda: None)
    found = asked(squat)
    assert found.total is None
    assert found.reasons == (clinical.NO_WEIGHTS,)


@pytest.mark.usefixtures("weights")
def test_another_exercise(squat: Analysis) -> None:
    found = asked(squat, exercise=catalogue.load("squat"))
    assert "learned for KIMORE's kimore-es1 to kimore-es5 alone" in found.reasons[0]


@pytest.mark.usefixtures("weights")
def test_what_may_not_be_judged(squat: Analysis) -> None:
    assert asked(squat, gate=replace(squat.gate, usable=False)).reasons == (
        "the recording is not usable",
    )
    empty = replace(squat.case, segmentation=replace(squat.segmentation, repetitions=()))
    assert asked(squat, case=empty).reasons == ("no whole repetition was counted",)


@pytest.mark.usefixtures("weights")
def test_another_sensor(squat: Analysis) -> None:
    assert "from another sensor (generated)" in squat.clinical.reasons[0]


@pytest.mark.usefixtures("weights")
def test_a_body_that_was_not_seen(squat: Analysis) -> None:
    there = np.array(squat.recording.positions)
    there[:, squat.recording.skeleton.joints.index("wrist_left")] = np.nan
    unseen = replace(
        squat.case, recording=squat.recording.replace(positions=there),
        kinematics=replace(squat.kinematics, sensor="kinect-v2"),
    )  # fmt: skip
    assert asked(squat, case=unseen).reasons[0].startswith("Places of joints need wrist_left")


def test_a_movement_far_away(squat: Analysis, weights: clinical_store.Shipped) -> None:
    near = replace(weights, scorer=_with_limit(weights, 1e-3))
    found = asked(squat, model=near)
    assert found.total is None
    assert "too far from those that were learned from" in found.reasons[0]
    assert found.far is not None
    assert found.far > 1


def _with_limit(model: clinical_store.Shipped, limit: float) -> ClinicalScorer:
    scorer = copy.copy(model.scorer)
    scorer.known_within_ = limit
    return scorer


def kimore(data_root: Path, person: str, exercise: int) -> Recording:
    return reading.read(next((data_root / "kimore").glob(f"*/*/{person}/Es{exercise}")))


@pytest.mark.usefixtures("weights")
def test_a_person_of_kimore_is_scored(data_root: Path) -> None:
    found = rk.analyze(kimore(data_root, "S_ID2", 1))
    again = rk.analyze(kimore(data_root, "S_ID2", 1)).clinical
    score = found.clinical
    assert score == again
    assert score.total is not None
    assert 0 <= score.total.low < score.total.value < score.total.high <= 50
    assert score.primary is not None
    assert 0 <= score.primary.low <= score.primary.value <= score.primary.high <= 15
    assert score.moved_by
    assert score_together([score]) == (score,)
    assert score_together([score, ClinicalScore(None, reasons=("x",))])[1].total is None


@pytest.mark.usefixtures("weights")
def test_another_movement_under_the_same_name(data_root: Path) -> None:
    found = rk.analyze(kimore(data_root, "S_ID2", 2), exercise="kimore-es1").clinical
    assert found.total is None
    assert found.reasons


@pytest.mark.usefixtures("weights")
def test_a_noisy_sensor(data_root: Path) -> None:
    recording = kimore(data_root, "S_ID2", 1)
    assert recording.positions is not None
    noise = np.random.default_rng(0).normal(scale=0.04, size=recording.positions.shape)
    found = rk.analyze(recording.replace(positions=recording.positions + noise)).clinical
    assert found.total is None
    assert "too noisy" in found.reasons[0] or "too far" in found.reasons[0]


def test_no_weights_of_the_recogniser(squat: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser_store, "shipped", lambda: None)
    found = asked(squat)
    if clinical_store.shipped() is not None:
        assert found.reasons == (clinical.NO_RECOGNISER,)


class Sure:
    """A recogniser that always names one exercise, as surely as it is told."""

    def __init__(self, name: str, chance: float) -> None:
        self.classes_ = np.array([name, "another"])
        self.chance = chance

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.tile([self.chance, 1 - self.chance], (len(X), 1))


@pytest.mark.usefixtures("weights")
def test_what_is_recognised_as_another_exercise(squat: Analysis) -> None:
    found = asked(squat, recogniser=Sure("ui-prmd-m01", 0.97))
    assert found.total is None
    assert found.reasons[0].startswith("the movement is recognised as ui-prmd-m01 (97 % sure)")
    assert asked(squat, recogniser=Sure("ui-prmd-m01", 0.7)).total is not None
    assert asked(squat, recogniser=Sure("kimore-es5", 0.97)).total is not None


def test_limbs_that_hardly_anybody_has(squat: Analysis, weights: clinical_store.Shipped) -> None:
    found = asked(squat, model=_with_familiar(weights, within_=np.array(1e-6)))
    assert found.total is None
    assert "times as long as legs, which hardly anybody's are" in found.reasons[0]
    assert asked(squat, model=replace(weights, familiar=None)).total is not None


def test_time_that_runs_backwards(squat: Analysis, weights: clinical_store.Shipped) -> None:
    found = asked(squat, model=_with_familiar(weights, least_=np.full(5, np.inf)))
    assert found.total is None
    assert "as if it ran backwards in time" in found.reasons[0]


def _with_familiar(model: clinical_store.Shipped, **limits: np.ndarray) -> clinical_store.Shipped:
    changed = copy.copy(model.familiar)
    for name, value in limits.items():
        setattr(changed, name, value)
    return replace(model, familiar=changed)
