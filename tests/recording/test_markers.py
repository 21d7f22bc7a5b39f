"""Markers become joint centres: rules with a known answer, sets that fit and that do not."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.recording.bodies import STANDING
from tests.sources import ROOT

from rehabkit import reading
from rehabkit.errors import SkeletonError
from rehabkit.kinematics.angles import compute
from rehabkit.kinematics.trust import sensor_of
from rehabkit.recording import Recording, Skeleton, Up
from rehabkit.recording.joint_centres import chord, hip
from rehabkit.recording.marker_rules import Chord, Hip, MarkerSet, Mean, from_plain, to_plain
from rehabkit.recording.marker_sets import MARKER_SETS, load_marker_set, marker_skeleton
from rehabkit.recording.plug_in_gait import PLUG_IN_GAIT


def standing(prefix: str = "", without: tuple[str, ...] = (), frames: int = 3) -> Recording:
    """A recording of Plug-in Gait's markers, made by hand."""
    kept = {name: at for name, at in STANDING.items() if name not in without}
    labels = [prefix + name for name in kept]
    positions = np.repeat(np.array(list(kept.values()))[None], frames, axis=0)
    return Recording(np.arange(frames) / 100, marker_skeleton(labels), positions)


def at(recording: Recording, joint: str) -> NDArray[np.float64]:
    return np.asarray(recording.joint(joint)[0], dtype=np.float64)


def test_the_chord_lies_at_a_right_angle_and_at_its_depth() -> None:
    proximal, marker = np.array([[0.0, 0.1, 0.9]]), np.array([[0.0, 0.15, 0.48]])
    line = (marker - proximal) / np.linalg.norm(marker - proximal)
    outward = np.array([[0.0, 1.0, 0.0]]) - line * line[0, 1]
    centre = chord(proximal, marker, outward / np.linalg.norm(outward), 0.06)
    assert np.linalg.norm(centre - marker) == pytest.approx(0.06)
    assert ((centre - marker) * (centre - proximal)).sum() == pytest.approx(0, abs=1e-12)
    assert centre[0, 1] < 0.15, "on the medial side"


def test_the_hip_is_where_the_equations_put_it() -> None:
    """A pelvis of width 0.24 and depth 0.16 that lies in the axes."""
    left, right = np.array([[0.0, 0.12, 1.0]]), np.array([[0.0, -0.12, 1.0]])
    sacrum = np.array([[-0.16, 0.0, 1.0]])
    asis = ("LASI", "RASI")
    found = hip(left, right, sacrum, Hip(asis, ("SACR",), "right"), PLUG_IN_GAIT)
    np.testing.assert_allclose(found[0], (-0.0483, -0.0865, 1 - 0.0829), atol=1e-9)
    bell = Hip(asis, ("SACR",), "left", "bell-1989")
    found = hip(left, right, sacrum, bell, PLUG_IN_GAIT)
    np.testing.assert_allclose(found[0], (-0.0456, 0.0864, 1 - 0.072), atol=1e-9)
    davis = Hip(asis, ("SACR",), "right", "davis-1991")
    with pytest.raises(SkeletonError, match=r"needs body\.leg_length_m"):
        hip(left, right, sacrum, davis, PLUG_IN_GAIT)
    found = hip(left, right, sacrum, davis, PLUG_IN_GAIT.with_body(leg_length_m=0.9))
    assert np.linalg.norm(found - hip(left, right, sacrum, davis, PLUG_IN_GAIT.with_body(
        leg_length_m=0.8)))  < 0.02  # fmt: skip


def test_a_standing_person_has_joints_where_they_belong() -> None:
    canonical = standing().canonical()
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hip_, knee, ankle = (at(canonical, f"{j}_{side}") for j in ("hip", "knee", "ankle"))
        assert 0.85 < hip_[2] < 0.93
        assert 0.07 < sign * hip_[1] < 0.11
        assert sign * knee[1] == pytest.approx(0.15 - 0.0595, abs=0.005)
        assert sign * ankle[1] == pytest.approx(0.13 - 0.0445, abs=0.006)
        shoulder, elbow = at(canonical, f"shoulder_{side}"), at(canonical, f"elbow_{side}")
        assert shoulder[2] == pytest.approx(1.42 - 0.057, abs=0.006)
        assert sign * elbow[1] == pytest.approx(0.27 - 0.0445, abs=0.012)
    assert np.isnan(at(canonical, "thumb_left")).all()
    left, right = at(canonical, "elbow_left"), at(canonical, "elbow_right")
    np.testing.assert_allclose(left * (1, -1, 1), right, atol=1e-6)


def test_the_history_says_what_was_done_and_assumed() -> None:
    done, assumed = standing().canonical().history
    assert done.parameters["marker_set"] == "plug-in-gait"
    assert "Harrington" in done.touched
    assert "left over: RBAK, LUPA" in done.touched
    assert assumed.is_assumption
    assert assumed.parameters["knee_width_m"] == 0.105
    skeleton = standing().skeleton
    assert skeleton.marker_set is not None
    stated = skeleton.marker_set.with_body(knee_width_m=0.09, marker_radius_m=0.0125)
    known = standing().replace(skeleton=marker_skeleton(skeleton.joints, stated)).canonical()
    assert "knee_width_m" not in known.history[-1].parameters
    assert at(known, "knee_left")[1] == pytest.approx(0.15 - 0.0575, abs=0.004)


@pytest.mark.parametrize("prefix", ["", "Anna:", "a:b:"])
def test_prefix_and_case_do_not_matter(prefix: str) -> None:
    recording = standing(prefix)
    lower = [label.lower() for label in recording.skeleton.joints]
    again = recording.replace(skeleton=marker_skeleton(lower)).canonical()
    np.testing.assert_array_equal(again.positions, standing().canonical().positions)


def test_legs_alone_are_a_set_of_their_own() -> None:
    kept = ("ASI", "PSI", "THI", "KNE", "TIB", "ANK", "HEE", "TOE")
    others = tuple(name for name in STANDING if name[1:] not in kept)
    canonical = standing(without=others).canonical()
    assert canonical.history[0].parameters["marker_set"] == "plug-in-gait-legs"
    assert np.isfinite(at(canonical, "ankle_left")).all()
    assert np.isnan(at(canonical, "chest")).all()


def test_labels_that_fit_no_set_say_what_is_lacking() -> None:
    recording = standing(without=("LKNE", "RASI"))
    labels = ["LOWB" if label == "C7" else label for label in recording.skeleton.joints]
    odd = recording.replace(skeleton=marker_skeleton(labels))
    with pytest.raises(SkeletonError, match="'plug-in-gait' lacks 'C7', 'LKNE', 'RASI'") as e:
        odd.canonical()
    for part in (
        "'plug-in-gait-legs' lacks 'LKNE', 'RASI'.",
        "Labels left over: LOWB, RBAK, LUPA, LFRM,",
        "markers='markers.toml'",
    ):
        assert part in str(e.value)


def test_an_unseen_marker_is_no_joint() -> None:
    recording = standing()
    positions = np.array(recording.positions)
    positions[1, recording.skeleton.index("LKNE")] = np.nan
    canonical = recording.replace(positions=positions).canonical()
    assert np.isnan(canonical.joint("knee_left")[1]).all()
    assert np.isfinite(canonical.joint("knee_left")[[0, 2]]).all()
    assert np.isfinite(canonical.joint("knee_right")).all()


def test_sets_survive_json_and_pickle() -> None:
    for known in MARKER_SETS:
        assert from_plain(to_plain(known)) == known
        assert pickle.loads(pickle.dumps(known)) == known
    skeleton = standing().skeleton
    assert pickle.loads(pickle.dumps(skeleton)) == skeleton


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_written_and_read_again_it_still_knows_its_set(suffix: str, tmp_path: Path) -> None:
    reading.write(standing(), tmp_path / f"a{suffix}")
    again = reading.read(tmp_path / f"a{suffix}")
    assert again.skeleton == standing().skeleton
    np.testing.assert_array_equal(again.canonical().positions, standing().canonical().positions)


def test_targets_with_a_map_of_their_own_keep_it() -> None:
    skeleton = Skeleton("targets", ("a", "b"), (-1, -1), {"head": ("a", "b")}, markers=True)
    recording = Recording(np.zeros(1), skeleton, np.array([[[0, 0, 1.0], [0, 0, 2.0]]]))
    assert at(recording.canonical(), "head")[2] == 1.5


GOOD = """
name = "my laboratory"
source = "protocol of 2024"
required = ["knee_left"]

[body]
knee_width_m = 0.1

[joints.hip_left]
rule = "hip"
asis = ["LASI", "RASI"]
psis = ["LPSI", "RPSI"]
side = "left"

[[joints.knee_left]]
rule = "mean"
of = ["LKNE", "LKNM"]

[[joints.knee_left]]
rule = "chord"
proximal = "hip_left"
marker = "LKNE"
plane = "LTHI"
width = "knee"

[joints.ankle_left]
rule = "offset"
start = "LANK"
along = ["LANK", "RANK"]
by_m = 0.04
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "markers.toml"
    path.write_text(text)
    return path


def test_a_users_set(tmp_path: Path) -> None:
    own = load_marker_set(write(tmp_path, GOOD))
    assert isinstance(own.rules["knee_left"][1], Chord)
    recording = standing()
    canonical = recording.replace(
        skeleton=marker_skeleton(recording.skeleton.joints, own)
    ).canonical()
    assert at(canonical, "ankle_left")[1] == pytest.approx(0.09)
    assert np.isnan(at(canonical, "knee_right")).all()
    with pytest.raises(SkeletonError, match=r"'my laboratory' lacks 'LKN"):
        marker_skeleton(["LASI", "RASI"], own)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('rule = "hip"', 'rule = "hips"', r"joints\.hip_left\.rule: expected one of 'chord'"),
        ('rule = "hip"', 'rule = ["hip"]', r"joints\.hip_left\.rule: expected one of 'chord'"),
        ("[joints.ankle_left]", "[joints.ancle]", r"'ancle' are no canonical joints; allowed"),
        ("by_m = 0.04", "by_m = 40", r"joints\.ankle_left\.by_m: expected a number in m.*found 40"),
        ("by_m = 0.04", "by = 0.04", r"'by' is no key of rule 'offset'; allowed: 'along', 'by_m'"),
        ('marker = "LKNE"', "", r"joints\.knee_left\[2\]: rule 'chord' lacks 'marker'"),
        ('plane = "LTHI"', "", r"either 'plane' or 'direction'"),
        ('asis = ["LASI", "RASI"]', 'asis = "LASI"', r"asis: expected \[left, right\]"),
        ("knee_width_m", "knee_mm", r"measures of the body 'knee_mm'; allowed: .*'knee_width_m'"),
        ('required = ["knee_left"]', 'required = ["head"]', r"required joints 'head'"),
        ("[body]", "[bodies]", r"'bodies' is no key here; allowed: 'body'"),
        ('name = "my', 'name = my', r"expected a marker set in TOML"),
        ('side = "left"', 'side = "port"', r"side: expected one of 'left', 'right', found 'port'"),
        ('proximal = "hip_left"', 'proximal = "ankle_left"', r"builds on 'ankle_left', which must"),
    ],
)  # fmt: skip
def test_a_wrong_set_names_file_key_and_what_is_allowed(
    old: str, new: str, match: str, tmp_path: Path
) -> None:
    assert old in GOOD
    with pytest.raises(SkeletonError, match=r"markers\.toml: (.|\n)*" + match):
        load_marker_set(write(tmp_path, GOOD.replace(old, new, 1)))


def test_a_set_without_joints_or_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SkeletonError, match="expected tables"):
        load_marker_set(write(tmp_path, 'name = "a"'))
    with pytest.raises(SkeletonError, match="No such file"):
        load_marker_set(tmp_path / "none.toml")
    with pytest.raises(SkeletonError, match="unknown joints 'kneecap'"):
        MarkerSet("a", {"kneecap": (Mean(("A",)),)})


def bent(flexion_deg: float, pelvis_deg: float = 0.0) -> Recording:
    """The standing person with both shins turned back about the line of the knees, or the trunk
    and pelvis turned forward about the line of the hips."""
    recording = standing()
    positions = np.array(recording.positions, dtype=np.float64)
    centres = recording.canonical()
    for below, joint, angle in (
        (("TIB", "ANK", "HEE", "TOE"), "knee", flexion_deg),
        (("ASI", "PSI"), "hip", pelvis_deg),
    ):
        turn = np.radians(angle)
        cos, sin = np.cos(turn), np.sin(turn)
        matrix = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
        for side in ("left", "right"):
            centre = at(centres, f"{joint}_{side}")
            for name in below:
                index = recording.skeleton.index(side[0].upper() + name)
                positions[:, index] = centre + (positions[:, index] - centre) @ matrix.T
    return recording.replace(positions=positions, up=Up((0, 0, 1), "floor"))


@pytest.mark.parametrize("flexion", [-15.0, 0.0, 40.0, 110.0])
def test_a_knee_bends_about_its_own_axis_with_a_sign(flexion: float) -> None:
    straight = compute(bent(0.0)).angles
    for side in ("left", "right"):
        found = compute(bent(flexion)).angles[f"knee_flexion_{side}"].values
        base = straight[f"knee_flexion_{side}"].values
        np.testing.assert_allclose(found - base, flexion, atol=1.5)


def test_the_pelvis_is_seen_tilting_on_its_own() -> None:
    """Without a change of the trunk: what joint centres alone cannot show."""
    upright, tilted = compute(bent(0.0)), compute(bent(0.0, 20.0))
    for name in ("pelvis_tilt", "hip_flexion_left", "hip_flexion_right"):
        change = tilted.angles[name].values - upright.angles[name].values
        np.testing.assert_allclose(change, 20.0, atol=0.5)
    np.testing.assert_allclose(
        tilted.angles["trunk_flexion"].values, upright.angles["trunk_flexion"].values, atol=0.5
    )
    assert "against the pelvis" in tilted.angles["hip_flexion_left"].reason
    assert tilted.angles["pelvis_tilt"].reason == ""


@pytest.mark.parametrize("turn_deg", [-40.0, 0.0, 30.0])
def test_a_turned_head_is_seen(turn_deg: float) -> None:
    recording = standing()
    positions = np.array(recording.positions, dtype=np.float64)
    angle = -np.radians(turn_deg)  # to the right: clockwise from above
    matrix = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    for name in ("LFHD", "RFHD", "LBHD", "RBHD"):
        index = recording.skeleton.index(name)
        positions[:, index, :2] = positions[:, index, :2] @ np.transpose(matrix)
    turned = recording.replace(positions=positions, up=Up((0, 0, 1), "floor"))
    found = compute(turned).angles["neck_rotation"]
    assert found.measurable
    np.testing.assert_allclose(found.values, turn_deg, atol=2.5)


def test_centres_from_markers_are_known_as_such() -> None:
    canonical = standing().canonical()
    assert sensor_of(canonical) == "marker"
    assert canonical.canonical() is canonical
    assert standing().skeleton.given >= {"pelvis", "knee_left", "hand_right"}


def test_two_peoples_markers_make_no_body() -> None:
    one = standing("Anna:")
    labels = [*one.skeleton.joints, "Ben:LKNE"]
    positions = np.concatenate([np.array(one.positions), np.zeros((len(one), 1, 3))], axis=1)
    both = Recording(one.time, marker_skeleton(labels), positions)
    with pytest.raises(SkeletonError, match="'Anna:LKNE' and 'Ben:LKNE' are the same marker"):
        both.canonical()


def test_the_documents_example(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "formats" / "markers.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    own = load_marker_set(write(tmp_path, example))
    assert own.body["knee_width_m"] == 0.098
    places = {
        "LASIS": "LASI", "RASIS": "RASI", "SACRUM": "LPSI", "R_knee_lat": "RKNE",
        "R_thigh": "RTHI", "R_mall_lat": "RANK", "R_heel_med": "RHEE", "C7": "C7",
        "JUGULUM": "CLAV", "R_acromion": "RSHO",
    }  # fmt: skip
    positions = np.array([[STANDING[name] for name in places.values()]])
    canonical = Recording(np.zeros(1), marker_skeleton(list(places), own), positions).canonical()
    for joint in own.rules:
        assert np.isfinite(at(canonical, joint)).all(), joint
    assert at(canonical, "shoulder_right")[2] < 1.42
    assert "knee_width_m" not in canonical.history[-1].parameters
