"""The one contract that every reader passes, on a tiny file of its format."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest
from tests.formats.sample import Sample
from tests.formats.samples import SAMPLES

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.recording import CANONICAL, Recording

ARRAYS = ("positions", "orientations", "confidence", "image_points")
NAMES = [f.name for f in reading.FORMATS]


@pytest.fixture(params=list(SAMPLES.values()), ids=list(SAMPLES))
def sample(request: pytest.FixtureRequest) -> Sample:
    made: Sample = request.param
    return made


@pytest.fixture
def path(sample: Sample, tmp_path: Path) -> Path:
    return sample.make(tmp_path)


@pytest.fixture
def recording(path: Path) -> Recording:
    return reading.read(path)


def file_of(sample: Sample, path: Path) -> Path:
    """The file whose hash a recording names."""
    return sorted(path.glob(sample.hashed))[0] if path.is_dir() else path


def test_every_reader_but_videos_has_a_sample() -> None:
    assert {s.format for s in SAMPLES.values()} == set(NAMES) - {"video"}


def test_it_is_told_by_its_content(sample: Sample, path: Path) -> None:
    assert reading.identify(path).name == sample.format


def test_it_is_told_without_its_name(sample: Sample, path: Path, tmp_path: Path) -> None:
    if sample.named:
        pytest.skip(f"{sample.format} is told by its name and by what lies beside it")
    renamed = tmp_path / "something.dat"
    renamed.write_bytes(file_of(sample, path).read_bytes())
    assert reading.identify(renamed).name == sample.format


def test_text_and_path_give_the_same(path: Path, recording: Recording) -> None:
    again = reading.read(str(path), format=None)
    assert again.source == recording.source
    np.testing.assert_array_equal(again.time, recording.time)


def test_time_starts_at_zero_and_increases(sample: Sample, recording: Recording) -> None:
    assert len(recording) == sample.frames
    assert recording.time.dtype == np.float64
    assert recording.time[0] == 0
    assert (np.diff(recording.time) > 0).all()


def test_arrays_are_frozen(recording: Recording) -> None:
    for name in ("time", *ARRAYS):
        values = getattr(recording, name)
        if values is not None:
            assert not values.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                values[0] = 0


def test_arrays_are_float32_and_finite_or_nan(recording: Recording) -> None:
    for name in ARRAYS:
        values = getattr(recording, name)
        assert values is None or values.dtype == np.float32
        assert values is None or not np.isinf(values).any()


def test_what_was_not_seen_is_nan_and_never_zero(recording: Recording) -> None:
    for name in ("positions", "orientations"):
        values = getattr(recording, name)
        if values is not None:
            assert not (values == 0).all(axis=-1).any()


def test_confidence_is_a_share(recording: Recording) -> None:
    if recording.confidence is not None:
        assert ((recording.confidence >= 0) & (recording.confidence <= 1)).all()


def test_orientations_are_unit_quaternions(recording: Recording) -> None:
    if recording.orientations is not None:
        length = np.linalg.norm(recording.orientations, axis=-1)
        assert np.nanmax(np.abs(length - 1)) < 1e-5


def test_source_names_the_file(sample: Sample, path: Path, recording: Recording) -> None:
    file = file_of(sample, path)
    assert recording.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert recording.source.path == str(file)
    assert recording.source.format == sample.format


def test_history_says_that_it_was_read(sample: Sample, recording: Recording) -> None:
    reads = [s for s in recording.history if s.name == "read"]
    assert reads[-1].parameters["format"] == sample.format
    assert all(isinstance(str(step), str) for step in recording.history)


def test_it_has_canonical_joints(sample: Sample, recording: Recording) -> None:
    if sample.holds not in ("body", "image"):
        assert recording.streams or any(getattr(recording, n) is not None for n in ARRAYS)
        return
    canonical = recording.canonical()
    assert canonical.skeleton.joints == CANONICAL
    points = canonical.positions if sample.holds == "body" else canonical.image_points
    assert points is not None
    seen = np.isfinite(points).all(axis=-1).any(axis=0)
    assert seen.sum() >= 12


def test_streams_are_whole(recording: Recording) -> None:
    for name, stream in recording.streams.items():
        assert (np.diff(stream.time) > 0).all(), name
        assert stream.unit, name
        assert not stream.values.flags.writeable
        assert not np.isinf(stream.values).any()


def test_the_head_is_above_the_pelvis(sample: Sample, recording: Recording) -> None:
    if sample.holds == "body":
        check_the_head_is_above_the_pelvis(recording)
    elif sample.holds == "image":
        points = recording.canonical().image_points
        assert points is not None
        head, pelvis = (CANONICAL.index(name) for name in ("head", "pelvis"))
        assert np.nanmedian(points[:, head, 1]) < np.nanmedian(points[:, pelvis, 1])


def check_the_head_is_above_the_pelvis(recording: Recording) -> None:
    canonical = recording.canonical()
    height = (canonical.joint("head") - canonical.joint("pelvis")) @ np.array(recording.up.vector)
    assert np.nanmedian(height) > 0.3


def test_left_is_to_the_left_of_one_who_faces_the_sensor(
    sample: Sample, recording: Recording
) -> None:
    if sample.holds == "body":
        check_left_is_to_the_left(recording)


def check_left_is_to_the_left(recording: Recording) -> None:
    """Left x up x forward is right-handed: a mirrored skeleton has it the other way round."""
    canonical = recording.canonical()
    left = canonical.joint("hip_left") - canonical.joint("hip_right")
    forward = np.cross(left, recording.up.vector)
    toes = canonical.joint("toe_left") - canonical.joint("ankle_left")
    assert np.nanmedian((forward * toes).sum(axis=1)) > 0


def test_it_pickles(recording: Recording) -> None:
    again = pickle.loads(pickle.dumps(recording))
    np.testing.assert_array_equal(again.time, recording.time)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(recording, name))
    assert (again.history, again.source) == (recording.history, recording.source)
    assert again.events == recording.events


def test_unknown_options_are_refused_with_the_known_ones(sample: Sample, path: Path) -> None:
    with pytest.raises(RehabkitError, match=f"reader of '{sample.format}' has no option 'nonsens'"):
        reading.read(path, nonsens=1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content",
    [b"", b" \n\n", b"hello\nworld\n", bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(200)],
    ids=["empty", "blank", "text", "bytes", "picture"],
)
def test_wrong_files_are_refused(name: str, content: bytes, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(content)
    with pytest.raises(RehabkitError, match="expected"):
        reading.read(wrong, format=name)


@pytest.mark.parametrize("name", NAMES)
def test_missing_files_and_empty_folders_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"nothing\.txt: expected a file.*nothing there"):
        reading.read(tmp_path / "nothing.txt", format=name)
    with pytest.raises(FormatError, match="expected"):
        reading.read(tmp_path, format=name)


REAL = {
    "kimore": "kimore/GPP/Stroke/S_ID2/Es2",
    "ui-prmd": "ui-prmd/Segmented Movements/Kinect/Positions/m05_s04_e02_positions.txt",
    "irds": "irds/Simplified/213_18_7_2_1_stand.txt",
    "utkinect": "utkinect/joints_s03_e01.txt",
}


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_real_recordings_hold_to_it_too(name: str, data_root: Path, tmp_path: Path) -> None:
    recording = reading.read(data_root / REAL[name])
    assert recording.source.format == name
    test_what_was_not_seen_is_nan_and_never_zero(recording)
    test_orientations_are_unit_quaternions(recording)
    check_the_head_is_above_the_pelvis(recording)
    check_left_is_to_the_left(recording)
    test_it_pickles(recording)
    for suffix in (".csv", ".parquet"):
        reading.write(recording, tmp_path / f"a{suffix}")
        again = reading.read(tmp_path / f"a{suffix}")
        np.testing.assert_array_equal(again.time, recording.time)
        np.testing.assert_array_equal(again.positions, recording.positions)
        assert again.history[:-1] == recording.history
