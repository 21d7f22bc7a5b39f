"""BVH: known poses, names of suits and exporters, and what is written is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import full_recording
from tests.formats.samples_mocap import bvh, bvh_text, suit_tree

from rehabkit import reading
from rehabkit.errors import FormatError, RecordingError, RehabkitError
from rehabkit.formats.bvh.names import skeleton_of, word_of
from rehabkit.formats.bvh.parse import Node, parse
from rehabkit.geometry import quaternions
from rehabkit.recording import Recording, Skeleton, Stream
from rehabkit.recording.skeletons import SMPL
from rehabkit.simulate import generate


def at(recording: Recording, joint: str) -> np.ndarray:
    return recording.joint(joint) * 100  # cm, as the file


def test_a_pose_known_by_hand(tmp_path: Path) -> None:
    recording = reading.read(bvh(tmp_path))
    assert recording.time[1] == 0.008333
    np.testing.assert_allclose(at(recording, "Hips"), [[1, 95, 2]] * 12, atol=1e-4)
    elbow, wrist = at(recording, "LeftForeArm"), at(recording, "LeftHand")
    np.testing.assert_allclose(elbow[0], (1 + 3 + 15 + 28, 95 + 10 + 30 + 12, 2), atol=1e-4)
    # 11 frames on, the hips have turned by 11 deg about y and the elbow by -55 in their frame.
    angle = np.radians(11.0 - 55.0)
    bone = 25 * np.array([np.cos(angle), 0, -np.sin(angle)])
    np.testing.assert_allclose(wrist[11] - elbow[11], bone, atol=1e-3)
    expected = quaternions.from_axis_angle(np.array([0.0, 1.0, 0.0]), -44.0)
    found = recording.orientations
    assert found is not None
    hand = found[11, recording.skeleton.index("LeftForeArm")]
    assert abs(float(hand @ expected)) == pytest.approx(1, abs=1e-6)


def test_channels_turn_in_the_order_in_which_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.bvh"
    path.write_text(
        "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 4 Zrotation Yposition Xrotation Zposition\n"
        "JOINT b\n{\nOFFSET 0 100 0\nCHANNELS 1 Xrotation\nEnd Site\n{\nOFFSET 0 0 50\n}\n}\n}\n"
        "MOTION\nFrames: 1\nFrame Time: 0.01\n90 5 90 7 0\n"
    )
    recording = reading.read(path, unit="cm")
    # About x first (y to z), then about z.
    np.testing.assert_allclose(at(recording, "a")[0], (0, 5, 7), atol=1e-4)
    np.testing.assert_allclose(at(recording, "b")[0], (0, 5, 107), atol=1e-4)
    np.testing.assert_allclose(at(recording, "b_end")[0], (50, 5, 107), atol=1e-4)
    assert recording.orientations is not None
    assert np.isnan(recording.orientations[0, 2]).all()
    assert recording.skeleton.canonical == {}


@pytest.mark.parametrize(("added", "count"), [(0.0, "from the offset"), (20.0, "instead of")])
def test_position_channels_below_the_root(added: float, count: str, tmp_path: Path) -> None:
    path = tmp_path / "a.bvh"
    path.write_text(
        "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\nJOINT b\n{\nOFFSET 20 0 0\n"
        f"CHANNELS 1 Xposition\n}}\n}}\nMOTION\nFrames: 2\nFrame Time: 0.01\n3 {added}\n"
        f"3 {added + 1}\n"
    )
    recording = reading.read(path, unit="cm")
    np.testing.assert_allclose(at(recording, "b")[:, 0], [23, 24], atol=1e-4)
    step = next(s for s in recording.history if s.name == "assume position channels")
    assert step.parameters["count"].startswith(count)


@pytest.mark.parametrize(("scale", "unit"), [(1.0, "cm"), (0.01, "m"), (10.0, "mm"),
                                             (1 / 2.54, "inch"), (0.45 / 2.54, "cmu")])  # fmt: skip
def test_the_unit_is_told_by_the_body(scale: float, unit: str, tmp_path: Path) -> None:
    tree = {k: (p, (x * scale, y * scale, z * scale)) for k, (p, (x, y, z)) in suit_tree().items()}
    path = tmp_path / "a.bvh"
    path.write_text(bvh_text(tree, {}))
    recording = reading.read(path)
    assumed = next(s for s in recording.history if s.name == "assume unit")
    assert assumed.parameters == {"unit": unit}
    forearm = recording.joint("LeftHand") - recording.joint("LeftForeArm")
    assert np.linalg.norm(forearm[0]) == pytest.approx(0.25, abs=1e-4)
    with pytest.raises(RehabkitError, match="unit as one of 'cm', 'cmu', 'inch', 'm', 'mm'"):
        reading.read(path, unit="ell")


NAMES = {
    "mixamorig:LeftUpLeg": ("left", "upleg"), "RightForeArm": ("right", "forearm"),
    "lShldr": ("left", "shldr"), "LThumb": ("left", "thumb"), "Foot.R": ("right", "foot"),
    "Bip01 L Thigh": ("left", "thigh"), "shoulder_l": ("left", "shoulder"), "Leg": ("", "leg"),
    "ShoulderLeft": ("left", "shoulder"), "LowerBack": ("", "lowerback"), "Hips": ("", "hips"),
    "Character1_RightHand": ("right", "hand"), "left_hip": ("left", "hip"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "word"), NAMES.items())
def test_names_without_prefix_case_and_side(name: str, word: tuple[str, str]) -> None:
    assert word_of(name) == word


def body(trunk: str, arm: str, leg: str) -> list[Node]:
    """A tree of the given words; ``*`` marks where the side goes."""
    nodes: list[Node] = []

    def hang(names: str, parent: int, side: str = "") -> int:
        for name in names.split():
            nodes.append(Node(name.replace("*", side), parent, offset=(0.0, 1.0, 0.0)))
            parent = len(nodes) - 1
        return parent

    hang(trunk, -1)
    chest = len(nodes) - 3
    for side in ("Left", "Right"):
        hang(arm, chest, side)
        foot = hang(leg, 0, side)
        nodes.append(Node(f"{nodes[foot].name}_end", foot, end=True, offset=(0.0, 0.0, 1.0)))
    return nodes


CONVENTIONS = {
    "Perception Neuron, Axis Studio": ("Hips Spine Spine1 Spine2 Neck Head",
                                       "*Shoulder *Arm *ForeArm *Hand", "*UpLeg *Leg *Foot",
                                       "*Shoulder", "*Arm", "*Foot_end"),
    "Rokoko": ("Hips Spine1 Spine2 Spine3 Spine4 Neck Head", "*Shoulder *Arm *ForeArm *Hand",
               "*Thigh *Shin *Foot *Toe", "*Shoulder", "*Arm", "*Toe"),
    "Xsens BVH": ("Hips Chest Chest2 Chest3 Chest4 Neck Head", "*Collar *Shoulder *Elbow *Wrist",
                  "*Hip *Knee *Ankle *Toe", "*Collar", "*Shoulder", "*Toe"),
    "Xsens MVN": ("Pelvis L5 L3 T12 T8 Neck Head", "*Shoulder *UpperArm *ForeArm *Hand",
                  "*UpperLeg *LowerLeg *Foot *Toe", "*Shoulder", "*UpperArm", "*Toe"),
    "Mixamo": ("mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Spine2 mixamorig:Neck "
               "mixamorig:Head", "mixamorig:*Shoulder mixamorig:*Arm mixamorig:*ForeArm "
               "mixamorig:*Hand", "mixamorig:*UpLeg mixamorig:*Leg mixamorig:*Foot "
               "mixamorig:*ToeBase", "mixamorig:*Shoulder", "mixamorig:*Arm",
               "mixamorig:*ToeBase"),
    "CMU": ("Hips LowerBack Spine Spine1 Neck Neck1 Head", "*Shoulder *Arm *ForeArm *Hand",
            "*HipJoint *UpLeg *Leg *Foot *ToeBase", "*Shoulder", "*Arm", "*ToeBase"),
}  # fmt: skip


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_names_of_suits_and_exporters(convention: str) -> None:
    trunk, arm, leg, collar, shoulder, toe = CONVENTIONS[convention]
    skeleton, _ = skeleton_of(body(trunk, arm, leg))
    meaning = skeleton.canonical
    for side in ("left", "right"):
        word = side.capitalize()
        assert meaning[f"shoulder_{side}"] == (shoulder.replace("*", word),)
        assert meaning[f"toe_{side}"] == (toe.replace("*", word),)
        parts = leg.replace("*", word).split()
        hip = next(p for p in parts if "HipJoint" not in p)
        assert meaning[f"hip_{side}"] == (hip,)
        assert meaning[f"knee_{side}"] == (parts[parts.index(hip) + 1],)
        assert meaning[f"ankle_{side}"] == (parts[parts.index(hip) + 2],)
        assert meaning[f"wrist_{side}"] == (arm.replace("*", word).split()[-1],)
    assert meaning["chest"] == tuple(collar.replace("*", s) for s in ("Left", "Right"))
    assert meaning["pelvis"] == (trunk.split()[0],)
    assert meaning["head"] == (trunk.split()[-1],)
    assert meaning["spine"][0] in trunk.split()[1:-2]


def test_names_without_a_known_word_have_no_meaning() -> None:
    nodes = [Node("Prop", -1), Node("Handle", 0), Node("LeftLeg", 0)]
    assert dict(skeleton_of(nodes)[0].canonical) == {"knee_left": ("LeftLeg",)}


def test_the_tree_of_a_known_skeleton_is_that_skeleton() -> None:
    at = {name: i for i, name in enumerate(sorted(SMPL.joints, key=lambda n: n != "pelvis"))}
    nodes = [Node(name, at[SMPL.joints[p]] if p >= 0 else -1)
             for name in at for p in [SMPL.parents[SMPL.index(name)]]]  # fmt: skip
    skeleton, order = skeleton_of(nodes)
    assert skeleton is SMPL
    assert tuple(nodes[i].name for i in order) == SMPL.joints


WRONG = {
    "no motion": ("MOTION", "EMOTION", "a line MOTION"),
    "cut off": ("Frames: 12", "Frames: 13", "13 rows.*found 12"),
    "no frame time": ("Frame Time: 0.008333", "Frame Time: 0", "frame time above 0"),
    "no key": ("Frame Time:", "Fame Time:", "'Frame Time', a colon"),
    "no number": ("0.008333", "fast", "'Frame Time', a colon"),
    "word": ("OFFSET 10.0 -5.0", "OFFSET ten -5.0", "an offset of three numbers.*'ten'"),
    "channel": ("Xrotation", "Wrotation", "a channel such as.*'Wrotation'"),
    "twice": ("Yrotation Xrotation", "Xrotation Xrotation", "each channel once"),
    "same name": ("JOINT LeftLeg", "JOINT RightLeg", "each joint's name once"),
    "no brace": ("JOINT RightLeg\n{", "JOINT RightLeg\n", "'{'|each joint"),
    "many": ("CHANNELS 3", "CHANNELS 300", "0 to 6 channels"),
    "narrow": ("1.000000 95.000000", "1.000000", "columns"),
    "nan": ("1.000000 95.000000", "nan 95.000000", "frame 1, channel 1: expected a number"),
    "huge": ("1.000000 95.000000", "1e30 95.000000", "line .*column 1"),
    "unknown": ("End Site", "Site", "OFFSET, CHANNELS, JOINT"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    old, new, message = WRONG[case]
    path = bvh(tmp_path)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(FormatError, match=rf"(?s)suit\.bvh.*({message})"):
        reading.read(path, format="bvh")


def test_deep_trees_are_no_trouble(tmp_path: Path) -> None:
    joints = "".join(f"JOINT j{i} {{ OFFSET 0 1 0\n" for i in range(1999))
    text = f"HIERARCHY ROOT a {{ CHANNELS 1 Xposition\n{joints}{'} ' * 2000}\nMOTION\n"
    path = tmp_path / "a.bvh"
    path.write_text(text + "Frames: 1\nFrame Time: 1\n0\n")
    assert len(reading.read(path).skeleton) == 2000
    path.write_text(text.replace("a {", "a { JOINT z { }", 1) + "Frames: 1\nFrame Time: 1\n0\n")
    with pytest.raises(FormatError, match="at most 2000 joints"):
        reading.read(path)


def test_joints_without_channels_fill_no_memory(tmp_path: Path) -> None:
    joints = "".join(f"JOINT j{i} {{ OFFSET 0 1 0 }}\n" for i in range(1500))
    path = tmp_path / "a.bvh"
    head = f"HIERARCHY ROOT a {{ CHANNELS 1 Xposition\n{joints}}}\nMOTION\nFrames: 5000\n"
    path.write_text(head + "Frame Time: 1\n" + "0\n" * 5000)
    with pytest.raises(
        FormatError, match="joints with channels; of others at most 200, found 1501"
    ):
        reading.read(path)


def test_long_recordings_are_chained_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reading.read(bvh(tmp_path))
    monkeypatch.setattr("rehabkit.formats.bvh.chaining._PART", 50)
    parts = reading.read(bvh(tmp_path))
    np.testing.assert_array_equal(parts.positions, whole.positions)
    np.testing.assert_array_equal(parts.orientations, whole.orientations)


def back(recording: Recording, path: Path, **options: Any) -> Recording:
    """What is read after writing, with the joints that were written, in their order."""
    reading.write(recording, path, **options)
    again = reading.read(path, unit=options.get("unit", "cm"))
    order = [again.skeleton.index(joint) for joint in recording.skeleton.joints]
    assert again.positions is not None
    assert again.orientations is not None
    return again.replace(
        skeleton=recording.skeleton,
        positions=again.positions[:, order],
        orientations=again.orientations[:, order],
    )


def test_a_read_file_is_written_as_it_was(tmp_path: Path) -> None:
    first = reading.read(bvh(tmp_path))
    again = back(first, tmp_path / "b.bvh")
    assert again.positions is not None
    assert first.positions is not None
    np.testing.assert_allclose(again.positions, first.positions, atol=1e-6)
    text = (tmp_path / "b.bvh").read_text()
    assert text.count("Xposition") == 1, "rigid bones need no position channels"
    assert text.count("End Site") == 5
    assert reading.read(tmp_path / "b.bvh").skeleton.joints == first.skeleton.joints


@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("unit", ["cm", "m", "mm"])
def test_a_sensors_joints_come_back(turned: bool, unit: str, tmp_path: Path) -> None:
    recording = full_recording()
    if not turned:
        recording = recording.replace(orientations=None)
    again = back(recording, tmp_path / "a.bvh", unseen="offset", unit=unit)
    assert again.positions is not None
    assert recording.positions is not None
    assert np.nanmax(np.abs(again.positions - recording.positions)) < 1e-6
    np.testing.assert_allclose(again.time, recording.time, atol=1e-6)
    if recording.orientations is not None and again.orientations is not None:
        same = np.abs((again.orientations * recording.orientations).sum(axis=-1))
        assert np.nanmin(same) > 1 - 1e-5


def test_simulated_squats_come_back(tmp_path: Path) -> None:
    recording = generate("squat", repetitions=1, noise_m=0.003).recording
    again = back(recording, tmp_path / "a.bvh", unseen="offset")
    assert again.positions is not None
    assert recording.positions is not None
    assert np.nanmax(np.abs(again.positions - recording.positions)) < 1e-5


@settings(max_examples=25, deadline=None)
@given(
    parents=st.integers(1, 7).flatmap(
        lambda n: st.tuples(*[st.integers(-1, i - 1) for i in range(n)])
    ),
    frames=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
    still=st.booleans(),
)
def test_any_tree_comes_back(
    tmp_path_factory: pytest.TempPathFactory, parents: tuple[int, ...], frames: int, seed: int,
    still: bool,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    positions = rng.normal(0, 0.5, (frames, len(parents), 3))
    if still:
        positions[:] = positions[0]
    joints = tuple(f"j{i}" for i in range(len(parents)))
    recording = Recording(
        np.arange(frames) / 100, Skeleton("own", joints, (-1, *parents[1:])), positions
    )
    again = back(recording, tmp_path_factory.mktemp("bvh") / "a.bvh")
    assert again.positions is not None
    assert recording.positions is not None
    np.testing.assert_allclose(again.positions, recording.positions, atol=1e-5)


def test_what_bvh_cannot_hold_is_refused(tmp_path: Path) -> None:
    recording = full_recording()
    path = tmp_path / "a.bvh"
    with pytest.raises(RecordingError, match=r"not seen: '\w+' in 1 of 12 frames, 1 joints in all"):
        reading.write(recording, path)
    with pytest.raises(RecordingError, match=r"an even step\. Give rate_hz=\d+"):
        reading.write(recording.replace(time=np.arange(12) ** 1.5 / 30), path, unseen="offset")
    with pytest.raises(RecordingError, match="Expected unit 'm', 'cm' or 'mm'"):
        reading.write(recording, path, unit="ell")
    streams = {"emg": Stream(np.arange(2.0), np.zeros((2, 1)), ("a",), "mV", "emg")}
    with pytest.raises(RecordingError, match="no place for the streams emg"):
        reading.write(recording.replace(streams=streams), path)
    with pytest.raises(RecordingError, match="needs positions"):
        reading.write(recording.replace(positions=None), path)
    assert not path.exists()


def test_uneven_times_are_interpolated_on_request(tmp_path: Path) -> None:
    recording = full_recording().replace(time=np.arange(12) ** 1.2 / 30)
    again = back(recording, tmp_path / "a.bvh", unseen="offset", rate_hz=60)
    assert again.rate_hz == pytest.approx(60, abs=1e-3)
    assert again.duration_s == pytest.approx(recording.duration_s, abs=1 / 60)
    first, last = again.joint("Head"), recording.joint("Head")
    np.testing.assert_allclose(first[0], last[0], atol=1e-5)
    at = int(np.abs(again.time - recording.time[6]).argmin())
    assert np.abs(first[at] - last[6]).max() < 0.02
    with pytest.raises(RecordingError, match="rate_hz above 0"):
        reading.write(recording, tmp_path / "a.bvh", rate_hz=0)


def test_names_with_blanks(tmp_path: Path) -> None:
    skeleton = Skeleton("own", ("Left Leg", "b"), (-1, 0))
    recording = Recording(np.arange(2) / 10, skeleton, np.ones((2, 2, 3)))
    reading.write(recording, tmp_path / "a.bvh")
    assert reading.read(tmp_path / "a.bvh").skeleton.joints == ("Left_Leg", "b")
    same = recording.replace(skeleton=Skeleton("own", ("a b", "a_b"), (-1, 0)))
    with pytest.raises(RecordingError, match="Rename the joints"):
        reading.write(same, tmp_path / "b.bvh")


def test_names_with_blanks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.bvh"
    text = "HIERARCHY\nROOT Bip01 L Thigh\n{\nCHANNELS 1 Xposition\n}\nMOTION\nFrames: 1\n"
    motion = parse(path, text + "Frame Time: 0.1\n0\n")
    assert motion.nodes[0].name == "Bip01 L Thigh"
