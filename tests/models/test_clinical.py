"""The scorer learns, says how sure it is, and comes back from its file as it was."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.models.people import EXERCISES, WORSE, people
from tests.test_imports import python

from rehabkit.errors import ModelError
from rehabkit.kinematics.movement_features import mirrored_features
from rehabkit.models import clinical_store, weights
from rehabkit.models.clinical import FIGURES, MOVEMENT, ClinicalScorer

FACTS = {"name": "made up 1", "data": "made up", "people": 40, "exercises": ["one", "two"]}
USED = """
import json, sys
import numpy as np
from rehabkit.models.clinical import FIGURES
from rehabkit.models.clinical_store import shipped
model = shipped()
row = np.concatenate([np.zeros(len(FIGURES)), np.eye(len(model.exercises))[0]])[None]
scores = model.scorer.predict(row)
model.scorer.half_widths(scores), model.scorer.distances(row)
model.scorer.explained(row, [np.arange(3)])
loaded = {name.split(".")[0] for name in sys.modules}
print(json.dumps([sorted(loaded & {"torch", "numba", "sklearn", "pandas"}), scores.shape]))
"""


def test_it_learns_people_never_seen(scorer: ClinicalScorer, rng: np.random.Generator) -> None:
    new = people(100, rng)
    off = np.abs(scorer.predict(new.X) - new.y)[:, 0].mean()
    constant = np.abs(scorer.usual(new.X) - new.y)[:, 0].mean()
    assert off < 0.5 * constant


def test_a_mirrored_movement_gets_the_same_score(
    scorer: ClinicalScorer, rng: np.random.Generator
) -> None:
    new, count = people(10, rng), len(MOVEMENT)
    mirrored = new.X.copy()
    mirrored[:, :count] = mirrored_features(new.X[:, :count])
    assert not np.allclose(mirrored, new.X)
    np.testing.assert_allclose(scorer.predict(mirrored), scorer.predict(new.X), atol=1e-9)


def test_a_session_of_one_is_the_recording_alone(
    scorer: ClinicalScorer, rng: np.random.Generator
) -> None:
    new = people(6, rng)
    one, persons = new.X[::EXERCISES], new.subjects[::EXERCISES]
    np.testing.assert_array_equal(scorer.predict_session(one, persons), scorer.predict(one))


def test_what_a_person_does_elsewhere_counts(
    scorer: ClinicalScorer, rng: np.random.Generator
) -> None:
    new = people(100, rng, noise=4.0)
    alone = scorer.predict(new.X)
    together = scorer.predict_session(new.X, new.subjects)
    off = [np.abs(found - new.y)[:, 0].mean() for found in (alone, together)]
    assert off[1] < off[0]
    assert scorer.session_.others > 0


@pytest.mark.parametrize("session", [False, True])
def test_intervals_cover(
    scorer: ClinicalScorer, rng: np.random.Generator, session: bool
) -> None:  # fmt: skip
    new = people(300, rng)
    found = scorer.predict_session(new.X, new.subjects) if session else scorer.predict(new.X)
    half = scorer.half_widths(found, session=np.full(len(found), session))
    assert half.shape == new.y.shape
    for inside in (np.abs(found - new.y) <= half).mean(axis=0):
        assert 0.8 <= inside <= 0.99


def test_what_moved_the_score(scorer: ClinicalScorer, rng: np.random.Generator) -> None:
    new = people(50, rng)
    ill = new.X[~new.healthy]
    other = [i for i in range(len(MOVEMENT)) if "ankle" in MOVEMENT[i]]
    found, moved = scorer.explained(ill, [np.array(WORSE), np.array(other[:2])])
    np.testing.assert_allclose(found, scorer.predict(ill))
    assert moved.shape == (len(ill), 2, 3)
    assert moved[:, 0, 0].mean() < 0
    assert abs(moved[:, 0, 0].mean()) > 3 * abs(moved[:, 1, 0].mean())
    unseen = ill.copy()
    unseen[:, WORSE] = np.nan  # not seen counts as healthy people's
    # Asked as it is and mirrored: machines that learned both say the same, within their optimiser.
    np.testing.assert_allclose(moved[:, 0], found - scorer.predict(unseen), atol=0.01)


def test_people_far_away_are_far(scorer: ClinicalScorer, rng: np.random.Generator) -> None:
    new = people(100, rng)
    near = scorer.distances(new.X) / scorer.known_within_
    assert (near > 1).mean() <= 0.05
    strange = new.X.copy()
    strange[:, : len(MOVEMENT)] += rng.normal(scale=1.0, size=(len(strange), len(MOVEMENT)))
    assert (scorer.distances(strange) > scorer.known_within_).all()


def test_intervals_need_people(rng: np.random.Generator) -> None:
    few = people(8, rng)
    with pytest.raises(ModelError, match="learned from 5 folds of people, found 4"):
        ClinicalScorer(EXERCISES).fit(few.X, few.y, subjects=np.repeat(list("abcd"), 4))


def test_scikit_learn_takes_it() -> None:
    from sklearn.base import clone

    there = ClinicalScorer(3, cost=7.0, shared=0.25)
    again = clone(there)
    assert again is not there
    assert again.get_params() == there.get_params()
    assert again.set_params(width=2.0).width == 2.0
    with pytest.raises(ModelError, match="No settings are called 'depth'"):
        again.set_params(depth=3)


def test_weights_come_back_as_they_were(
    scorer: ClinicalScorer, rng: np.random.Generator, tmp_path: Path
) -> None:
    file = tmp_path / "made-up.safetensors"
    digest = clinical_store.write(file, scorer, FACTS)
    assert len(digest) == 64
    again = clinical_store.read(file)
    assert again.exercises == ("one", "two")
    assert again.facts["people"] == 40
    new = people(10, rng)
    found = scorer.predict_session(new.X, new.subjects)
    np.testing.assert_allclose(again.scorer.predict_session(new.X, new.subjects), found, atol=1e-9)
    np.testing.assert_allclose(again.scorer.half_widths(found), scorer.half_widths(found))
    np.testing.assert_allclose(again.scorer.distances(new.X), scorer.distances(new.X))
    np.testing.assert_allclose(again.scorer.usual(new.X), scorer.usual(new.X))
    assert again.scorer.known_within_ == scorer.known_within_


def test_weights_of_other_figures_are_refused(
    scorer: ClinicalScorer, tmp_path: Path
) -> None:  # fmt: skip
    file = tmp_path / "made-up.safetensors"
    clinical_store.write(file, scorer, FACTS)
    arrays, facts = weights.read(file)
    facts["learned"]["figures"] = facts["learned"]["figures"][1:]
    weights.write(file, arrays, facts)
    with pytest.raises(ModelError, match="learned from other figures than this RehabKit"):
        clinical_store.read(file)


def test_what_is_no_file_of_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="no file of weights that RehabKit wrote"):
        weights.read(tmp_path / "x.safetensors")
    with pytest.raises(ModelError, match="Expected a file of weights at"):
        weights.read(tmp_path / "y.safetensors")


def test_changed_weights_are_refused(
    scorer: ClinicalScorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setattr(weights, "files", lambda _: tmp_path)
    assert not weights.there("made-up")
    digest = clinical_store.write(folder / "made-up", scorer, FACTS)
    weights.keep_checksum(folder / "another", "0" * 64)
    weights.keep_checksum(folder / "made-up", digest)
    kept = json.loads((folder / weights.CHECKSUMS).read_text())
    assert kept == {"another": "0" * 64, "made-up": digest}
    assert weights.there("made-up")
    assert weights.shipped("made-up")[1]["people"] == 40
    content = bytearray((folder / "made-up").read_bytes())
    content[-1] ^= 1
    (folder / "made-up").write_bytes(content)
    with pytest.raises(ModelError, match="not the ones that were shipped"):
        weights.shipped("made-up")


def test_the_shipped_scorer_needs_no_learning_package() -> None:
    if not weights.there(clinical_store.SHIPPED):
        pytest.skip("the weights of the clinical scorer were left out")
    loaded, shape = python(USED)
    assert loaded == []
    assert shape == [1, 3]


def test_the_shipped_scorer_knows_these_figures() -> None:
    model = clinical_store.shipped()
    if model is None:
        pytest.skip("the weights of the clinical scorer were left out")
    assert model.exercises == tuple(f"kimore-es{n}" for n in range(1, 6))
    assert model.facts["learned"]["figures"] == list(FIGURES)
    size = (Path(clinical_store.__file__).parent / "data" / clinical_store.SHIPPED).stat().st_size
    assert size < 4e6


def test_an_exercise_is_nearest_to_itself(scorer: ClinicalScorer, rng: np.random.Generator) -> None:
    new = people(20, rng)
    new.X[1::2, : len(MOVEMENT)] += 1.0  # the second exercise is another movement
    learned = ClinicalScorer(EXERCISES).fit(new.X, new.y, new.healthy, new.subjects)
    each = learned.distances_by_exercise(new.X) * learned.usual_distances_
    np.testing.assert_array_equal(each.argmin(axis=1), new.X[:, -1].astype(int))
    own = learned.distances(new.X)
    np.testing.assert_allclose(each[np.arange(len(own)), each.argmin(axis=1)], own)
    assert scorer.distances_by_exercise(new.X).shape == (len(own), EXERCISES)


def test_noise_is_unsteadiness_everywhere(scorer: ClinicalScorer, rng: np.random.Generator) -> None:
    new = people(50, rng)
    assert abs(scorer.unsteadiness(new.X).mean()) < 0.3
    noisy = new.X.copy()
    noisy[:, [i for i, name in enumerate(FIGURES) if name.endswith("unsteadiness")]] += 0.3
    assert (scorer.unsteadiness(noisy) > 2).all()
