"""Azure Kinect body tracking: units, bodies by number, levels, and every way it can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.formats import samples_azure as made

from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.recording import Recording
from rehabkit.recording.skeletons import AZURE_KINECT


def written(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "bodies.json"
    path.write_text(json.dumps(document))
    return path


def step(recording: Recording, name: str) -> str:
    return next(s.touched for s in recording.history if s.name == name)


def test_millimetres_of_the_depth_camera_become_metres(tmp_path: Path) -> None:
    recording = reading.read(made.azure_bodies(tmp_path))
    assert recording.skeleton is AZURE_KINECT
    np.testing.assert_allclose(recording.joint("head")[0], (0, -0.7, 2.5), atol=1e-6)
    assert recording.up.vector == (0, -1, 0)
    assert recording.source.start_s == pytest.approx(0.800222)
    assert recording.source.clock == "Azure Kinect device time"
    assert recording.time[1] == pytest.approx(0.033333)
    assert np.isnan(recording.joint("pelvis")[6]).all()
    assert recording.confidence is not None
    assert recording.confidence[0, 0] == 1.0
    assert recording.confidence[0, -1] == 0.5
    assert "2 bodies were tracked; number 1 was followed" in step(recording, "pick person")
    assert step(recording, "mark unseen").startswith("the person was not found in 1 of 12")


def test_the_chest_lies_at_the_height_of_the_shoulders(tmp_path: Path) -> None:
    canonical = reading.read(made.azure_bodies(tmp_path)).canonical()
    assert canonical.joint("chest")[0, 1] == pytest.approx(-0.5)
    assert canonical.joint("spine")[0, 1] == pytest.approx(-0.275)


def test_another_body_by_its_number(tmp_path: Path) -> None:
    path = made.azure_bodies(tmp_path)
    recording = reading.read(path, person=2)
    assert np.isfinite(recording.joint("pelvis")[:, 0]).sum() == 1
    with pytest.raises(FormatError, match=r"person of 1 \(11 frames\), 2 \(1 frames\)|person of 2"):
        reading.read(path, person=9)


def test_a_new_number_at_the_same_place_is_the_same_person(tmp_path: Path) -> None:
    points = made.joints()
    frames = [[made.body(1 if i < 7 else 4, p)] for i, p in enumerate(points)]
    frames[9].append(made.body(5, made.joints(x=1.0)[9]))
    recording = reading.read(written(tmp_path, made.document(frames)))
    assert np.isfinite(recording.joint("pelvis")).all()
    assert "5 frames under another number" in step(recording, "pick person")


def test_somebody_else_at_the_place_is_not_taken(tmp_path: Path) -> None:
    points, others = made.joints(), made.joints(x=0.4)
    frames = [[made.body(1, p), made.body(2, o)] for p, o in zip(points, others, strict=True)]
    frames[8:10] = [[made.body(2, others[8])], [made.body(2, others[9])]]
    recording = reading.read(written(tmp_path, made.document(frames)))
    chosen = recording.joint("pelvis")[:, 0]
    assert np.isfinite(chosen).all()  # 2 is there longest
    assert chosen[0] == pytest.approx(0.4)
    assert np.isnan(reading.read(tmp_path / "bodies.json", person=1).joint("pelvis")[8, 0])


def test_joints_in_another_order_and_without_levels_or_times(tmp_path: Path) -> None:
    document = made.document([[made.body(1, p, levels=False)] for p in made.joints()])
    document["joint_names"] = document["joint_names"][::-1]
    document["joint_names"][30] = "SPINE_NAVAL"
    for frame in document["frames"]:
        frame["bodies"][0]["joint_positions"].reverse()
        frame["bodies"][0]["joint_orientations"].reverse()
        del frame["timestamp_usec"]
    recording = reading.read(written(tmp_path, document))
    np.testing.assert_allclose(recording.joint("head")[0], (0, -0.7, 2.5), atol=1e-6)
    assert recording.confidence is None
    assert step(recording, "assume frame rate") == "frames without time stamps"
    assert reading.read(tmp_path / "bodies.json", rate_hz=15).time[1] == pytest.approx(1 / 15)


def broken(**changes: Any) -> dict[str, Any]:
    return made.document([[made.body(1, made.joints()[0]) | changes]])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"frames": []}, "a list 'frames', found none"),
        ({"frames": [3]}, "frame 0: expected a list 'bodies'"),
        ({"frames": [{"bodies": []}]}, "a body in at least one frame, found none"),
        (broken(joint_positions=[[1, 2, 3]] * 31), "'joint_positions': expected 32 joints, fo"),
        (broken(joint_positions=[[1, 2]] * 32), "joint 0: expected 3 numbers, found 2"),
        (broken(joint_positions=[[1, 2, 1e6]] * 32), "value 3: expected a number up to 100000"),
        (broken(joint_confidence=[7] * 32), "a level 0, 1, 2 or 3"),
        (broken(body_id="x"), "'body_id': expected a number"),
        (
            made.document([]) | {"frames": [{"bodies": []}], "joint_names": ["A"]},
            "32 joints of the",
        ),
        (
            {"frames": [{"bodies": [], "timestamp_usec": "x"}]},
            "'timestamp_usec': expected a number",
        ),
    ],
)
def test_wrong_files_say_where(document: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        reading.read(written(tmp_path, document), format="azure-kinect")


def test_a_rate_must_be_above_0(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rate_hz above 0"):
        reading.read(made.azure_bodies(tmp_path), rate_hz=0.0)
