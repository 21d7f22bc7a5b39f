"""Key points in pictures: who is followed, what is assumed, and every way a file can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats import samples_keypoints as made

import rehabkit
from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.formats.keypoints.build import body
from rehabkit.formats.keypoints.people import Points, find_tracks, follow
from rehabkit.recording import Recording
from rehabkit.recording.skeletons import COCO, HALPE_26, OPENPOSE_18, OPENPOSE_25


def step(recording: Recording, name: str) -> str:
    return next(s.touched for s in recording.history if s.name == name)


def image(recording: Recording, joint: str) -> np.ndarray:
    assert recording.image_points is not None
    return recording.image_points[:, recording.skeleton.index(joint)]


# --- OpenPose -----------------------------------------------------------------------------------


def test_a_folder_of_openpose_is_one_recording(tmp_path: Path) -> None:
    path = made.openpose(tmp_path)
    assert reading.find_recordings(tmp_path) == [path]
    recording = reading.read(path, image_size=made.SIZE)
    assert recording.skeleton is OPENPOSE_25
    assert recording.image_size == made.SIZE
    assert recording.mirrored == "unknown"
    assert recording.source.start_s == pytest.approx(100 / 30)
    np.testing.assert_allclose(recording.time, np.arange(12) / 30)
    neck = image(recording, "neck")
    assert np.isnan(neck[5]).all()
    np.testing.assert_allclose(np.delete(neck[:, 0], 5), 300.0)
    assert np.isnan(image(recording, "left_ankle")[2]).all()
    assert recording.confidence is not None
    assert recording.confidence[2, OPENPOSE_25.index("left_ankle")] == 0
    assert "not found in 1 of 12" in step(recording, "mark unseen")
    assert "11 of 12 frames hold several people" in step(recording, "pick person")


def test_the_other_person_by_number_or_place(tmp_path: Path) -> None:
    path = made.openpose(tmp_path)
    for person in (0, (500, 240), (450, 50, 100, 400)):
        recording = reading.read(path, person=person)
        assert np.nanmedian(image(recording, "neck")[:, 0]) == 500
    with pytest.raises(FormatError, match=r"person of those seen: 0 \(11 frames\), 1.*person=7"):
        reading.read(path, person=7)
    with pytest.raises(FormatError, match=r"person as a number, \(x, y\)"):
        reading.read(path, person=(1, 2, 3))


def test_the_size_and_the_rate_are_assumed_or_given(tmp_path: Path) -> None:
    path = made.openpose(tmp_path)
    recording = reading.read(path)
    assert recording.image_size == (548, 435)
    assert "as far as points reach" in step(recording, "assume picture size")
    assert step(recording, "assume frame rate") == "the files hold frame numbers and no time"
    assert reading.read(path, rate_hz=60).duration_s == pytest.approx(11 / 60)
    with pytest.raises(FormatError, match="rate_hz above 0"):
        reading.read(path, rate_hz=-1)
    with pytest.raises(FormatError, match="in px, found image_size"):
        reading.read(path, image_size=(0, 5))


def test_one_file_is_a_recording_of_one_frame(tmp_path: Path) -> None:
    recording = reading.read(made.openpose_one(tmp_path))
    assert (len(recording), recording.skeleton) == (1, OPENPOSE_18)
    assert recording.source.start_s == 0


def test_frames_of_several_videos_are_told_apart_by_name(tmp_path: Path) -> None:
    for video in ("a", "b"):
        for i in range(3):
            points = made.points(OPENPOSE_25, x=300.0 if video == "a" else 200.0)
            made.openpose_file(tmp_path / f"{video}_{i:012d}_keypoints.json", [points[i]])
    with pytest.raises(FormatError, match=r"frames of one video.*2: a, b.*recording='a'"):
        reading.read(tmp_path)
    assert image(reading.read(tmp_path, recording="b"), "neck")[0, 0] == 200
    with pytest.raises(FormatError, match=r"begin with 'c'.*none"):
        reading.read(tmp_path, recording="c")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"people": 3}, "expected a list 'people', found int"),
        ({"people": [{}]}, "person 0: expected 'pose_keypoints_2d'"),
        ({"people": [{"pose_keypoints_2d": [1.0] * 45}]}, "found 45 numbers.*MPI"),
        ({"people": [{"pose_keypoints_2d": ["a"] * 54}]}, "value 1: expected a number.*'a'"),
        ({"people": [{"pose_keypoints_2d": [1e9] * 54}]}, "expected a number up to 1e"),
        ({"people": [{"pose_keypoints_2d": {}}]}, "expected a list of numbers, found dict of 0"),
        ({"people": []}, "somebody in at least one frame, found nobody"),
        ({"people": [{"pose_keypoints_2d": [0.0] * 75}]}, "found nobody"),
    ],
)
def test_wrong_openpose_files_say_where(document: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a_keypoints.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=message):
        reading.read(path, format="openpose")


def test_shares_need_a_size_and_mixed_skeletons_are_refused(tmp_path: Path) -> None:
    points = made.points(OPENPOSE_25)[0] / [640, 480, 1]
    path = made.openpose_file(tmp_path / "a_000000000001_keypoints.json", [points])
    with pytest.raises(FormatError, match=r"shares and no size.*image_size"):
        reading.read(path)
    recording = reading.read(path, image_size=made.SIZE, person=(300, 240))
    np.testing.assert_allclose(image(recording, "neck")[0], (300, 120), rtol=1e-5)
    centred = made.openpose_file(tmp_path / "b.json", [points * [2, 2, 1] - [1, 1, 0]])
    with pytest.raises(FormatError, match="shares of the picture from 0 to 1, found numbers ar"):
        reading.read(centred, image_size=made.SIZE)
    made.openpose_file(tmp_path / "a_000000000002_keypoints.json", [made.points(OPENPOSE_18)[0]])
    with pytest.raises(
        FormatError, match=r"one skeleton in all frames.*openpose-18 and openpose-2"
    ):
        reading.read(tmp_path)


# --- AlphaPose, MMPose, MoveNet -----------------------------------------------------------------


def test_alphapose_follows_its_own_numbers(tmp_path: Path) -> None:
    path = made.alphapose(tmp_path)
    recording = reading.read(path, person=4)
    assert recording.skeleton is COCO
    assert set(image(recording, "nose")[:, 0]) == {500.0}
    with pytest.raises(FormatError, match=r"seen: 3 \(12 frames\), 4 \(12 frames\)"):
        reading.read(path, person=0)


def test_alphapose_keeps_the_numbers_of_its_pictures(tmp_path: Path) -> None:
    entries = json.loads(made.alphapose(tmp_path).read_text())
    kept = [e for e in reversed(entries) if e["image_id"] not in ("4.jpg", "5.jpg")]
    path = tmp_path / "some.json"
    path.write_text(json.dumps(kept))
    recording = reading.read(path)
    assert len(recording) == 10
    assert np.diff(recording.time).max() == pytest.approx(3 / 30)
    assert step(recording, "note missing frames").startswith("2 pictures between")


def test_alphapose_with_face_and_hands_keeps_the_body(tmp_path: Path) -> None:
    points = np.ones((136, 3)) * 50
    points[:26] = made.points(HALPE_26)[0]
    points[3, 2] = 2.5
    entry = {"image_id": "x.png", "category_id": 1, "keypoints": points.ravel().tolist()}
    path = tmp_path / "r.json"
    path.write_text(json.dumps([entry]))
    recording = reading.read(path)
    assert recording.skeleton is HALPE_26
    assert step(recording, "leave out points").startswith("the first 26 of 136")
    assert step(recording, "limit confidence").startswith("1 confidences above 1")
    assert step(recording, "assume frame numbers")


def test_alphapose_files_by_picture(tmp_path: Path) -> None:
    folder = tmp_path / "sep-json"
    folder.mkdir()
    for i, p in enumerate(made.points(OPENPOSE_18)):
        document = {"version": "AlphaPose v0.3", "bodies": [{"joints": p.ravel().tolist()}]}
        (folder / f"{i}.json").write_text(json.dumps(document))
    recording = reading.read(folder)
    assert recording.source.format == "alphapose"
    assert (len(recording), recording.skeleton) == (12, OPENPOSE_18)
    assert reading.identify(folder / "3.json").name == "alphapose"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([{"image_id": None, "keypoints": []}], "entry 0: expected 'image_id'"),
        ([{"image_id": "a", "keypoints": [1.0] * 50}], "x, y, confidence of each point.*50"),
        ([{"image_id": "a", "keypoints": [1.0] * 33}], "17 .COCO., 26 .Halpe.*found 11"),
        ([], "somebody in at least one picture, found nobody"),
        (3, "a list of entries, found int"),
        ({"a.png": {"version": "x"}}, "picture 'a.png': expected 'bodies' or 'people'"),
        (
            [{"image_id": 1, "keypoints": [1.0] * 51}, {"image_id": 2, "keypoints": [1.0] * 78}],
            "one number of points in all entries, found 17 and 26",
        ),
    ],
)
def test_wrong_alphapose_files_say_where(document: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=message):
        reading.read(path, format="alphapose")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"instance_info": []}, "a list of frames in 'instance_info'"),
        ([{"frame_id": 0, "instances": 1}], "frame 0: expected a list 'instances', found int"),
        ([{"frame_id": 0, "instances": [{}]}], "person 0: expected a list 'keypoints'"),
        ([{"frame_id": 0, "instances": []}], "found nobody"),
        ([{"instances": [{"keypoints": [[1]] * 17}]}], "x and y of each point"),
        (
            [{"instances": [{"keypoints": [[1, 2]] * 17, "keypoint_scores": [1]}]}],
            "expected 17 scores, found 1",
        ),
        (
            [{"frame_id": "a", "instances": [{"keypoints": [[1, 2]] * 17}]}],
            "'frame_id': expected a number",
        ),
    ],
)
def test_wrong_mmpose_files_say_where(document: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=message):
        reading.read(path, format="mmpose")


def test_movenet_takes_shares_of_a_picture_16_to_9(tmp_path: Path) -> None:
    recording = reading.read(made.movenet(tmp_path))
    assert recording.image_size == (1920, 1080)
    assert "wrong angles: give image_size" in step(recording, "assume picture size")
    assert (recording.mirrored, recording.exercise.id) == ("yes", "kimore-es5")
    assert recording.subject.id == "E_ID1"
    given = reading.read(tmp_path / "E_ID1_Es5.csv", image_size=made.SIZE)
    np.testing.assert_allclose(image(given, "nose")[0], (300, 85), rtol=1e-5)
    other = reading.read(made.movenet(tmp_path, "mine.csv"))
    assert (other.mirrored, other.exercise.id) == ("unknown", "")


def test_movenet_of_a_header_without_all_points_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nose_y,nose_x\n1,2\n")
    with pytest.raises(FormatError, match=r"header: expected x, y .and confidence. of COCO's 17"):
        reading.read(path, format="movenet")


# --- Following ----------------------------------------------------------------------------------


def person_at(x: float, y: float = 200.0) -> Points:
    grid = np.array([(0, 0), (20, 0), (0, 100), (20, 100), (10, 150)], dtype=float)
    return np.concatenate([grid + np.array((x, y)), np.full((5, 1), 0.9)], axis=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=12, max_size=12), st.integers(0, 1))
def test_two_people_in_any_order_stay_who_they_are(swapped: list[bool], person: int) -> None:
    """One walks, one stands: whatever the order in each frame, each is followed."""
    pairs = [[person_at(100 + 3 * i), person_at(300)] for i in range(12)]
    frames = [pair[::-1] if swap else pair for pair, swap in zip(pairs, swapped, strict=True)]
    chosen, _ = follow(Path("x"), frames, person)
    wanted = (person == 0) ^ swapped[0]  # 0 is the first of the first frame
    xs = [frames[i][c][0, 0] for i, c in enumerate(chosen)]
    assert xs == ([100 + 3 * i for i in range(12)] if wanted else [300] * 12)


def test_a_lost_person_is_not_exchanged_for_another() -> None:
    frames = [[person_at(100), person_at(180)]] * 5 + [[person_at(180)]] * 5
    chosen, history = follow(Path("x"), frames, 0)
    assert chosen.tolist() == [0] * 5 + [-1] * 5
    assert "5 of 10 frames hold several people" in history[0].touched


def test_who_comes_back_elsewhere_is_joined_where_nobody_else_is() -> None:
    frames = [[person_at(100)]] * 5 + [[]] * 3 + [[person_at(900)]] * 5
    assert len(find_tracks(frames)) == 2
    chosen, history = follow(Path("x"), frames)
    assert (chosen >= 0).sum() == 10
    assert "found again 1 times" in history[0].touched


def test_unseen_points_are_nan_and_of_no_confidence() -> None:
    points = body(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.3], [5.0, 6.0, 0.0], [0.0, 6.0, 0.5]]))
    assert np.isnan(points[:3, :2]).all()
    assert points[:, 2].tolist() == [0, 0, 0, 0.5]
    assert points[3, :2].tolist() == [0, 6]


# --- Real files ---------------------------------------------------------------------------------


@pytest.mark.data
def test_the_real_openpose_folder(data_root: Path) -> None:
    """Two people, one of whom gets up from a chair and walks to the camera."""
    recording = reading.read(data_root / "formats" / "openpose")
    assert (len(recording), recording.skeleton) == (299, OPENPOSE_25)
    assert recording.source.start_s == pytest.approx(3531 / 30)
    neck = image(recording, "neck")
    assert np.isnan(neck[:, 0]).sum() < 20
    assert np.nanmax(np.linalg.norm(np.diff(neck, axis=0), axis=1)) < 60
    assert neck[0, 1] - np.nanmin(neck[:, 1]) > 150  # gets up
    sits = reading.read(data_root / "formats" / "openpose", person=1)
    assert np.nanstd(image(sits, "neck")[:240, 0]) < 6


@pytest.mark.data
@pytest.mark.parametrize(
    "name", ["E_ID12_Es2", "E_ID12_Es3", "E_ID15_Es1", "E_ID1_Es4", "E_ID1_Es5"]
)
def test_real_movenet_fits_the_kinect_at_16_to_9_mirrored(name: str, data_root: Path) -> None:
    """Shoulders to hips against the Kinect's joints: one scale for both axes, left at the left."""
    recording = reading.read(data_root / "formats" / "movenet" / f"{name}.csv")
    assert recording.exercise.id == f"kimore-es{name[-1]}"
    assert recording.image_points is not None
    person, exercise = name.rsplit("_", 1)
    (folder,) = (data_root / "kimore" / "CG" / "Expert").glob(f"{person}/{exercise}")
    kinect = reading.read(folder).canonical()
    assert kinect.positions is not None
    count = min(len(kinect), len(recording) - 14)
    points = recording.canonical().image_points
    assert points is not None
    names = [f"{j}_{s}" for j in ("shoulder", "hip", "knee", "ankle") for s in ("left", "right")]
    columns = [kinect.skeleton.index(n) for n in names]
    space = kinect.positions[:count, columns]
    shown = points[14 : 14 + count, [kinect.skeleton.index(n) for n in _crossed(names)]]
    x, y = (space[..., 0] / space[..., 2]).ravel(), (-space[..., 1] / space[..., 2]).ravel()
    across, down = (np.polyfit(a, shown[..., k].ravel(), 1)[0] for k, a in enumerate((x, y)))
    assert across > 0  # the picture is mirrored: the Kinect's x, and sides as MoveNet saw them
    assert down / across == pytest.approx(1.0, abs=0.15)  # 4:3 would give 1.33


@pytest.mark.data
def test_movenets_side_bends_are_the_kinects(data_root: Path) -> None:
    """The same repetitions to the same sides, in a film that is mirrored; angles are projected."""
    film = rehabkit.analyze(data_root / "formats" / "movenet" / "E_ID12_Es2.csv")
    kinect = rehabkit.analyze(data_root / "kimore" / "CG" / "Expert" / "E_ID12" / "Es2")
    sides = [[r.side for r in a.segmentation.repetitions] for a in (film, kinect)]
    assert sides[0] == sides[1] == ["left", "right"] * 5
    assert film.kinematics.projected
    assert "projected" in {limit.code for limit in film.gate.limits}


def _crossed(names: list[str]) -> list[str]:
    return [n.replace("left", "L").replace("right", "left").replace("L", "right") for n in names]
