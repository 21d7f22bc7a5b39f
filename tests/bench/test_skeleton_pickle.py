"""A task's samples go to PYSKL's skeleton pickle and come back as they were."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.bench import made_task

from rehabkit.bench import skeleton_pickle
from rehabkit.bench.protocols import protocol
from rehabkit.bench.tasks import TaskData, task
from rehabkit.errors import FormatError, ModelError
from rehabkit.formats import pyskl


def data(kind: str = "score", *, turned: bool = False) -> TaskData:
    made = made_task.data(kind)
    if not turned:
        return made
    random = np.random.default_rng(1)
    turns = random.normal(size=(*made.arrays.positions.shape[:3], 4)).astype(np.float32)
    return replace(made, arrays=replace(made.arrays, orientations=turns))


@pytest.mark.parametrize("kind", ["score", "classes"])
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_written_comes_back(kind: str, turned: bool, tmp_path: Path) -> None:
    given, path = data(kind, turned=turned), tmp_path / "samples.pkl"
    skeleton_pickle.write(path, given, "subject-5fold", seed=1)
    found = skeleton_pickle.read(path)
    assert np.array_equal(found.arrays.positions, given.arrays.positions)
    if given.arrays.orientations is None:
        assert found.arrays.orientations is None
    else:
        assert found.arrays.orientations is not None
        assert np.array_equal(found.arrays.orientations, given.arrays.orientations)
    assert found.arrays.samples == given.arrays.samples
    assert found.arrays.joints == given.arrays.joints
    assert np.array_equal(found.truth, given.truth)
    expected = protocol("subject-5fold").splits(given.arrays.who, 1)
    assert [s.name for s in found.splits] == [s.name for s in expected]
    for one, other in zip(found.splits, expected, strict=True):
        assert np.array_equal(one.train, other.train)
        assert np.array_equal(one.test, other.test)
    found.check()


def test_it_is_what_pyskl_reads(tmp_path: Path) -> None:
    """Its data sets take ``split`` and ``annotations``, and of these keypoint, label, frames."""
    given, path = data("classes"), tmp_path / "samples.pkl"
    skeleton_pickle.write(path, given, "subject-5fold")
    content = pickle.loads(path.read_bytes())  # written here
    one = content["annotations"][0]
    frames, joints = given.arrays.positions.shape[1:3]
    assert one["keypoint"].shape == (1, frames, joints, 3)
    assert one["keypoint"].dtype == np.float32
    assert one["total_frames"] == frames
    assert {a["label"] for a in content["annotations"]} == {0, 1}
    known = {a["frame_dir"] for a in content["annotations"]}
    assert len(known) == len(given.truth)
    assert set(content["split"]["seed 0, fold 0 train"]) < known
    recording = pyskl.read(path, item=one["frame_dir"])
    assert recording.positions is not None
    np.testing.assert_allclose(recording.positions, given.arrays.positions[0])


def test_a_leak_comes_back_as_one(tmp_path: Path) -> None:
    path = tmp_path / "samples.pkl"
    skeleton_pickle.write(path, data(), "sample-70-30")
    with pytest.raises(ModelError, match="subjects are on both sides"):
        skeleton_pickle.read(path).check()


def broken(path: Path, **changes: Any) -> Path:
    """A file with its first annotation, or the whole, changed."""
    skeleton_pickle.write(path, data("classes"), "subject-5fold")
    content = pickle.loads(path.read_bytes())
    for key, value in changes.items():
        target = content if key in content else content["annotations"][0]
        if value is None:
            del target[key]
        else:
            target[key] = value
    path.write_bytes(pickle.dumps(content))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": None}, "annotation 0: expected subject, found none"),
        ({"row": "first"}, "annotation 0, 'row': expected int, found str"),
        ({"joints": None}, "the file: expected joints, found none"),
        ({"label": 7}, "annotation 0, 'label': expected a class from 0 to 1, found 7"),
        ({"keypoint": np.zeros((2, 12, 17, 3))}, "annotation 0, 'keypoint'"),
        ({"split": {"a train": ["nobody"]}}, "split 'a': expected names of samples, found nobody"),
    ],
)
def test_what_is_lacking_is_said(changes: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=words):
        skeleton_pickle.read(broken(tmp_path / "a.pkl", **changes))


def test_a_file_without_sides_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no split of two sides"):
        skeleton_pickle.read(broken(tmp_path / "a.pkl", split={"all": []}))


def test_no_file_is_executed(tmp_path: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "executed",))

    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps({"annotations": [Attack()], "split": {}}))
    with pytest.raises(FormatError, match="not executed"):
        skeleton_pickle.read(path)
    assert not (tmp_path / "executed").exists()


def test_labels_that_a_split_decides_are_not_exported(tmp_path: Path) -> None:
    given = data()
    levels = replace(given, task=replace(task("kimore-level"), name="made"))
    with pytest.raises(ModelError, match="decided by each split's training part"):
        skeleton_pickle.write(tmp_path / "a.pkl", levels, "subject-5fold")
