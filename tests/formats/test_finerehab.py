"""FineRehab: names in both schemes, tolerant keys, what is assumed, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats import made
from tests.formats import samples_finerehab as samples

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats import finerehab
from rehabkit.formats.finerehab import naming
from rehabkit.recording import ExerciseLabel, Recording, Subject
from rehabkit.recording.skeletons import KINECT_V2


def written(folder: Path, document: object, name: str = "24_12SL_Cut01.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def assumed(recording: Recording) -> dict[str, Any]:
    steps = [step for step in recording.history if step.is_assumption]
    return {step.name.removeprefix("assume "): dict(step.parameters) for step in steps}


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("24_12SL_Cut01", ("24", "12", "left", 1)),
        ("24_12SR_Cut10", ("24", "12", "right", 10)),
        ("07_03_Cut02", ("7", "3", "", 2)),
        ("24_12_SL_01", ("24", "12", "left", 1)),
        ("24_12_R_3", ("24", "12", "right", 3)),
        ("5_1_both_2", ("5", "1", "both", 2)),
        ("E-ID1_kimore-es5SB_Cut03", ("E-ID1", "kimore-es5", "both", 3)),
        ("24_12SL_Cut01.finerehab", ("24", "12", "left", 1)),
    ],
)
def test_both_schemes_of_names(stem: str, expected: tuple[object, ...]) -> None:
    name = naming.parse(stem)
    assert name is not None
    assert name.key == expected


@pytest.mark.parametrize("stem", ["", "results", "24_12", "a_b_c_d", "m01_s01_e01", "a01_s01_e02"])
def test_other_names_are_not_taken(stem: str) -> None:
    assert naming.parse(stem) is None


@pytest.mark.parametrize(
    ("stem", "camera", "frame"),
    [("24_1_12_SL_01_0003", "1", 3), ("24_front_12SL_Cut01_17", "front", 17),
     ("24_2_12_SL_1_frame12", "2", 12)],
)  # fmt: skip
def test_names_of_pictures(stem: str, camera: str, frame: int) -> None:
    name = naming.parse_picture(stem)
    assert name is not None
    assert name.key == ("24", "12", "left", 1)
    assert (name.camera, name.frame) == (camera, frame)


_IDS = st.from_regex(r"[1-9][0-9]{0,3}|[A-Z]-[a-z]{1,4}[0-9]?", fullmatch=True)


@given(_IDS, st.integers(1, 99), st.sampled_from(["left", "right", "both"]), st.integers(1, 9999),
       st.sampled_from(["example", "stated"]))  # fmt: skip
def test_written_names_come_back(
    subject: str, movement: int, side: str, repetition: int, scheme: naming.Scheme
) -> None:
    stem = naming.name_of(subject, movement, side, repetition, scheme=scheme)
    name = naming.parse(stem)
    assert name is not None
    assert name.key == (subject, str(movement), side, repetition)


def test_the_papers_example_is_what_is_written() -> None:
    assert naming.name_of(24, 12, "left", 1) == "24_12SL_Cut01"
    assert naming.name_of(24, 12, "left", 1, scheme="stated") == "24_12_SL_01"
    assert naming.name_of("E_ID1", "kimore es5", "", 2) == "E-ID1_kimore-es5_Cut02"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((24, 12, "up", 1), "a side of 'both', 'left', 'right', found 'up'"),
        ((24, 12, "left", 0), "a repetition from 1"),
        (("_", 12, "left", 1), "ids of letters or digits"),
    ],
)
def test_names_that_cannot_be(arguments: tuple[Any, Any, Any, Any], message: str) -> None:
    with pytest.raises(RehabkitError, match=message):
        naming.name_of(*arguments)
    with pytest.raises(RehabkitError, match="a side of"):
        naming.name_of(24, 12, "", 1, scheme="stated")


def test_a_snippet_of_the_kinect(tmp_path: Path) -> None:
    recording = reading.read(samples.kinect(tmp_path))
    assert recording.skeleton.name == "blazepose"
    assert recording.source.device == "Azure Kinect"
    assert recording.source.start_s == pytest.approx(1.0)
    assert recording.rate_hz == pytest.approx(1 / 0.0333)
    assert recording.up.vector == (0, -1, 0)
    assert recording.exercise.extra == {"movement": "12", "side": "left", "repetition": 1}
    assert recording.subject.id == "24"
    assert assumed(recording)["time unit"] == {"unit": "ms"}


def test_a_snippet_of_the_suit(tmp_path: Path) -> None:
    recording = reading.read(samples.suit(tmp_path))
    assert recording.source.device == "inertial suit"
    assert recording.source.rate_hz == 96
    assert recording.orientations is not None
    canonical = recording.canonical()
    assert canonical.joint("knee_left")[0, 1] == pytest.approx(-0.45)
    assert canonical.joint("shoulder_right")[0, 0] == pytest.approx(0.2)
    assert assumed(recording)["unit"] == {"unit": "cm"}
    assert assumed(recording)["quaternion order"] == {"order": "wxyz"}
    assert (recording.exercise.extra["side"], recording.exercise.extra["repetition"]) == (
        "right", 2,
    )  # fmt: skip


def test_folders_say_the_sensor_and_lying_movements_no_up(tmp_path: Path) -> None:
    folder = tmp_path / "Skeleton" / "IMU"
    folder.mkdir(parents=True)
    document = samples.suit_document()
    del document["quaternions"]
    recording = reading.read(written(folder, document, "24_03SL_Cut01.json"))
    assert recording.source.device == "inertial suit"
    assert recording.up.known_by == "assumed"
    assert "done lying" in str(recording.history)
    upright = reading.read(written(folder, document, "24_12SL_Cut01.json"))
    assert upright.up.known_by == "body"


@pytest.mark.parametrize(
    ("count", "name"), [(33, "blazepose"), (32, "azure-kinect"), (25, "kinect-v2")]
)
def test_joints_without_names_are_told_by_their_number(
    count: int, name: str, tmp_path: Path
) -> None:
    points = np.random.default_rng(1).normal(size=(4, count * 3))
    recording = reading.read(written(tmp_path, {"positions": points.tolist()}))
    assert recording.skeleton.name == name
    assert assumed(recording)["frame rate"] == {"rate_hz": 30}


def test_joints_of_no_known_number_keep_no_meaning(tmp_path: Path) -> None:
    points = np.random.default_rng(1).normal(size=(4, 21, 3)).tolist()
    path = written(tmp_path, {"positions": points})
    recording = reading.read(path)
    assert recording.skeleton.joints[0] == "joint_01"
    assert not recording.skeleton.canonical
    with pytest.raises(FormatError, match="25 joints of 'kinect-v2', found 21"):
        reading.read(path, skeleton="kinect-v2")


def forms() -> dict[str, Any]:
    """The same two frames of the Kinect v2's joints in several layouts."""
    points = made.kinect_v2(2).tolist()
    names = list(KINECT_V2.joints)
    stamps = [0.0, 0.033]
    return {
        "columns": {"Time Stamps": stamps, "3D Spatial Coordinates": points, "JointNames": names},
        "list of frames": [
            {"t": t, "joints": frame} for t, frame in zip(stamps, points, strict=True)
        ],
        "by name": {"data": [
            {"time_s": t, "skeleton": dict(zip(names, frame, strict=True))}
            for t, frame in zip(stamps, points, strict=True)
        ]},
        "frames by number": {"frames": {
            str(i): {"timestamp": t, "position": frame}
            for i, (t, frame) in enumerate(zip(stamps, points, strict=True))
        }},
        "seven numbers": [
            {"t": t, "joints": [[*joint, 1, 0, 0, 0] for joint in frame]}
            for t, frame in zip(stamps, points, strict=True)
        ],
        "objects": [
            {"t": t, "joints": [
                {"name": n, "position": {"x": x, "y": y, "z": z},
                 "quaternion": {"w": 1, "x": 0, "y": 0, "z": 0}}
                for n, (x, y, z) in zip(names, frame, strict=True)
            ]}
            for t, frame in zip(stamps, points, strict=True)
        ],
    }  # fmt: skip


@pytest.mark.parametrize("form", forms())
def test_layouts_mean_the_same(form: str, tmp_path: Path) -> None:
    recording = reading.read(written(tmp_path, forms()[form]), up="y")
    assert recording.skeleton.name == "kinect-v2"
    assert recording.positions is not None
    np.testing.assert_allclose(recording.positions, made.kinect_v2(2), atol=1e-6)
    np.testing.assert_allclose(recording.time, [0, 0.033])
    if form in ("seven numbers", "objects"):
        assert recording.orientations is not None
        assert (recording.orientations[..., 0] == 1).all()


def test_options_overrule_what_would_be_assumed(tmp_path: Path) -> None:
    document = samples.suit_document()
    del document["timestamps"]
    document["quaternions"] = np.roll(np.array(document["quaternions"]), -1, axis=-1).tolist()
    recording = reading.read(
        written(tmp_path, document),
        sensor="imu", unit="mm", up="z", rate_hz=48, quaternion_order="xyzw",
    )  # fmt: skip
    assert recording.rate_hz == pytest.approx(48)
    assert recording.up.vector == (0, 0, 1)
    assert recording.joint("Head")[0, 1] == pytest.approx(0.07)
    assert recording.orientations is not None
    assert (recording.orientations[..., 0] == 1).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"joints_number": 33}, "the number of joints it states: expected 20.*found 33"),
        ({"joint_names": ["a"]}, "joint names: expected 20.*found 1"),
        ({"timestamps": [0, 1]}, "time stamps: expected 12, one a frame, found 2"),
        ({"timestamps": ["a"] * 12}, "time stamps: expected numbers"),
        ({"coordinates": [[[0, 0]]]}, "coordinates, frame 1: expected 3 numbers a joint"),
        ({"coordinates": [[[0, 0, "a"]]]}, "coordinates, frame 1: expected 3 numbers a joint"),
        ({"coordinates": [[[1, 2, 3]], []]}, "as many joints in every frame, found 0, 1"),
        ({"coordinates": None}, "coordinates of joints, found the keys"),
        ({"quaternions": [[[1, 0, 0, 0]]]}, "quaternions: expected"),
        ({"coordinates": [[None] * 20] * 12}, "a joint with coordinates, found none"),
    ],
)
def test_damage_is_named(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        reading.read(written(tmp_path, samples.suit_document() | changes))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "a JSON object of a snippet, found a list of 0"),
        ([{"t": 0, "joints": 3}], "frame 1: expected joints with coordinates, found 3"),
        (
            [{"joints": {"a": [1, 2, 3]}}, {"joints": {"b": [1, 2, 3]}}],
            "frame 2: expected the joints of the first frame, found b",
        ),
    ],
)
def test_frames_that_are_not_right(document: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        reading.read(written(tmp_path, document), format="finerehab")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sensor": "radar"}, "sensor 'kinect' or 'imu'"),
        ({"unit": "ft"}, "unit as one of 'cm', 'm', 'mm'"),
        ({"quaternion_order": "zyx"}, "quaternion_order 'wxyz' or 'xyzw'"),
        ({"rate_hz": 0}, "rate_hz above 0"),
        ({"skeleton": "nobody"}, "No skeleton is called 'nobody'"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    document = samples.suit_document()
    del document["coordinates"][0][0]
    document["coordinates"][0].insert(0, [0.0, 1.0, 2.0])
    with pytest.raises(RehabkitError, match=message):
        reading.read(written(tmp_path, document), **options)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    label = ExerciseLabel("kimore-es5", "Es5", None, {"side": "left", "repetition": 3})
    recording = made.full_recording().replace(exercise=label)
    path = tmp_path / (naming.name_of("p1", "kimore-es5", "left", 3) + ".json")
    finerehab.write(recording, path)
    again = reading.read(path)
    assert again.source.format == "finerehab"
    np.testing.assert_array_equal(again.positions, recording.positions)
    assert again.orientations is not None
    assert recording.orientations is not None
    assert np.abs(again.orientations - recording.orientations).max() < 2e-7
    np.testing.assert_allclose(again.time, recording.time, atol=1e-12)
    assert again.source.start_s == recording.source.start_s
    assert again.skeleton == recording.skeleton
    assert (again.up.known_by, again.subject.id) == ("sensor", "p1")
    np.testing.assert_allclose(again.up.vector, recording.up.vector)
    assert again.exercise.id == "kimore-es5"
    assert again.exercise.extra["side"] == "left"
    assert again.exercise.extra["repetition"] == 3
    assert not assumed(again)


def test_name_and_content_agree(tmp_path: Path) -> None:
    recording = made.full_recording()
    path = tmp_path / "24_12SR_Cut07.finerehab.json"
    reading.write(recording, path)
    document = json.loads(path.read_text())
    keys = ("SubjectID", "MovementID", "SideID", "RepetitionNo")
    assert [document[key] for key in keys] == ["24", "12", "SR", 7]
    own = recording.replace(subject=Subject("E_ID1"), exercise=ExerciseLabel("kimore-es5"))
    path = tmp_path / (naming.name_of("E_ID1", "kimore-es5", "left", 1) + ".finerehab.json")
    reading.write(own, path)
    document = json.loads(path.read_text())
    assert [document[key] for key in keys] == ["E_ID1", "kimore-es5", "SL", 1]


def test_the_suffix_chooses_the_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.finerehab.json"
    reading.write(made.full_recording(), path, side="right", repetition=2)
    document = json.loads(path.read_text())
    assert (document["SideID"], document["RepetitionNo"]) == ("SR", 2)
    assert reading.identify(path).name == "finerehab"


def test_image_points_alone_are_not_written(tmp_path: Path) -> None:
    recording = made.full_recording().replace(positions=None)
    with pytest.raises(RehabkitError, match="hold positions in space"):
        reading.write(recording, tmp_path / "a.finerehab.json")
