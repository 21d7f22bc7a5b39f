"""PYSKL: the layout, what is written is read back, and no file is ever executed."""

from __future__ import annotations

import contextlib
import pickle
from collections import OrderedDict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import full_recording
from tests.formats.samples_mocap import pyskl

from rehabkit import reading
from rehabkit.errors import FormatError, RecordingError, RehabkitError
from rehabkit.formats import pyskl as module
from rehabkit.formats.pyskl.layout import parse
from rehabkit.formats.pyskl.opcodes import load
from rehabkit.recording import Recording
from rehabkit.recording.skeletons import COCO, KINECT_V2

HERE = Path("a.pkl")


def item(**changes: Any) -> dict[str, Any]:
    points = np.random.default_rng(1).uniform(1, 300, (1, 5, 17, 2)).astype(np.float32)
    plain = {"frame_dir": "a", "label": 3, "img_shape": (480, 640), "total_frames": 5,
             "keypoint": points}  # fmt: skip
    return {k: v for k, v in (plain | changes).items() if v is not ...}


def test_two_people_in_a_picture(tmp_path: Path) -> None:
    recording = reading.read(pyskl(tmp_path))
    assert recording.skeleton is COCO
    assert recording.image_size == (640, 480)
    assert recording.exercise.label == "7"
    assert recording.exercise.extra["splits"] == ("xsub_train",)
    names = [step.name for step in recording.history]
    assert names == ["read", "assume frame rate", "assume skeleton", "pick person"]
    second = reading.read(pyskl(tmp_path), person=1)
    assert second.image_points is not None
    assert np.isnan(second.image_points[3:]).all()
    with pytest.raises(FormatError, match="person from 0 to 1, found person=5"):
        reading.read(pyskl(tmp_path), person=5)


def test_several_annotations_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps([item(frame_dir=f"n{i}", label=i) for i in range(20)]))
    with pytest.raises(
        FormatError, match=r"one annotation, found 20: n0, n1.* and 8 more.*item='N"
    ):
        reading.read(path)
    assert reading.read(path, item="n7").exercise.label == "7"
    assert reading.read(path, item=9).exercise.extra["frame_dir"] == "n9"
    assert reading.read(path, item="11").exercise.label == "11"
    with pytest.raises(FormatError, match="an annotation 'n77', found 20"):
        reading.read(path, item="n77")
    assert module.names(path)[:2] == ("n0", "n1")


BY_COUNT = {17: "coco-17", 18: "openpose-18", 25: "kinect-v2", 26: "halpe-26", 32: "azure-kinect",
            7: "points-7"}  # fmt: skip


@pytest.mark.parametrize(("count", "name"), BY_COUNT.items())
def test_the_skeleton_is_told_by_the_count(count: int, name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps([item(keypoint=np.ones((2, count, 3)))]))
    recording = reading.read(path, rate_hz=25)
    assert recording.skeleton.name == name
    assert recording.positions is not None
    assert recording.rate_hz == pytest.approx(25)
    with pytest.raises(FormatError, match=f"the 33 joints of 'blazepose', found {count}"):
        reading.read(path, skeleton="blazepose")


def test_the_picture_without_a_size(tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    points = np.zeros((1, 2, 17, 2))
    points[0, 0, 0] = (99.5, 41)
    path.write_bytes(pickle.dumps([item(keypoint=points, img_shape=...)]))
    recording = reading.read(path)
    assert recording.image_size == (100, 41)
    assert "assume image size" in [step.name for step in recording.history]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("kind", ["f2", "<f4", ">f8", "i4", "u1", "?"])
def test_every_protocol_and_type(protocol: int, kind: str) -> None:
    values = (np.arange(24).reshape(2, 3, 4) % 2).astype(kind)
    data = {"c": values, "f": np.asfortranarray(values), "scalar": values[1, 1, 1],
            "plain": [1, -2.5, None, True, "ä", b"\x00\xff", (1, 2, 3, 4), 10**30],
            "again": values}  # fmt: skip
    found = load(HERE, pickle.dumps(data, protocol=protocol))
    for key in ("c", "f", "again"):
        np.testing.assert_array_equal(found[key], values)
    assert found["scalar"] == values[1, 1, 1]
    assert found["plain"] == data["plain"]


class Evil:
    """Pickles as a call of what it is given."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


class State(Evil):
    """Pickles as a call and a state set on its result."""

    def __init__(self, state: Any, function: Callable[..., Any], *arguments: Any) -> None:
        super().__init__(function, *arguments)
        self.state = state

    def __reduce__(self) -> Any:
        return (*self.call, self.state)


def attacks() -> dict[str, bytes]:
    import builtins
    import os
    import subprocess

    array = np.array([{}], dtype=object)
    fields = np.zeros(2, dtype=[("a", "f4"), ("b", "i4")])
    reduced: Any = np.zeros(2).__reduce__()
    reconstruct, arguments = reduced[:2]
    made = {
        "system": Evil(os.system, "touch owned"),
        "eval": Evil(builtins.eval, "open('owned', 'w')"),
        "exec": Evil(builtins.exec, "open('owned', 'w')"),
        "getattr": Evil(getattr, "", "join"),
        "import": Evil(__import__, "os"),
        "popen": Evil(subprocess.Popen, ["touch", "owned"]),
        "nested": {"annotations": [item(keypoint=[{"x": (1, [Evil(os.system, "touch owned")])}])]},
        "as a label": {"annotations": [item(label=Evil(os.system, "touch owned"))]},
        "numpy's load": Evil(np.load, "owned"),
        "numpy's fromfile": Evil(np.fromfile, "owned"),
        "another class": Fraction(1, 2),
        "ordered": OrderedDict(a=1),
        "object array": [item(keypoint=array)],
        "array with fields": [item(keypoint=fields)],
        "array of texts": [item(keypoint=np.array(["a"]))],
        "dates": [item(keypoint=np.array(["2020-01-01"], dtype="datetime64[s]"))],
        "state on a list": State({"a": 1}, list),
        "huge array": State((1, (10**12,), np.dtype("f8"), False, b""), reconstruct, *arguments),
        "more than all": State((1, (1 << 62, 8), np.dtype("f8"), False, b""), reconstruct,
                               *arguments),
        "negative": State((1, (-1,), np.dtype("f8"), False, b"12345678"), reconstruct, *arguments),
        "short": State((1, (3,), np.dtype("f8"), False, b"12345678"), reconstruct, *arguments),
        "no bytes": State((1, (1,), np.dtype("f8"), False, [1.0]), reconstruct, *arguments),
        "ndarray": Evil(np.ndarray, (10**12,)),
        "array as elements": State((3, "<", (np.dtype("f8"), (4,)), None, None, -1, -1, 0),
                                   np.dtype, "f8"),
    }  # fmt: skip
    out = {name: pickle.dumps(value, protocol=4) for name, value in made.items()}
    loaded = b"\x8c\x05numpy\x8c\x07ndarray\x93"
    return out | {
        "instance": b"\x80\x04(S'touch owned'\nios\nsystem\n.",
        "object": b"\x80\x04(cos\nsystem\nS'touch owned'\no.",
        "new object": b"\x80\x04cos\nsystem\n)\x81.",
        "extension": b"\x80\x04\x82\x01.",
        "persistent": b"\x80\x04Pabc\n.",
        "name from the stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x05touch\x85R.",
        "dotted": b"\x80\x04\x8c\x05numpy\x8c\x0fndarray.dumpall\x93.",
        "name of a number": b"\x80\x04K\x01K\x02\x93.",
        "a name alone": b"\x80\x04" + loaded + b".",
        "state on an array": b"\x80\x04" + loaded + b"}b.",
        "out of band": b"\x80\x05\x97.",
        "huge count": b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f" + b"abc.",
        "huge number": b"\x80\x04\x8b\xff\xff\xff\x7f1.",
        "set": pickle.dumps({1, 2}, protocol=4),
        "no stop": b"\x80\x04K\x01",
        "empty stack": b"\x80\x04.",
        "mark only": b"\x80\x04(.",
        "no mark": b"\x80\x04K\x01t.",
        "unknown memo": b"\x80\x04h\x05.",
        "key": b"\x80\x04}]K\x01s.",
        "odd items": b"\x80\x04}(K\x01u.",
        "no list": b"\x80\x04K\x01K\x02a.",
        "digits": b"\x80\x04I" + b"9" * 5000 + b"\n.",
        "rot": b"\x80\x04c_codecs\nencode\n\x8c\x01a\x8c\x05rot13\x86R.",
        "call of a number": b"\x80\x04K\x01)R.",
    }


ATTACKS = attacks()


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_and_not_executed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "evil.pkl"
    path.write_bytes(ATTACKS[name])
    with pytest.raises(FormatError, match=r"evil\.pkl.*expected .*, found ") as caught:
        parse(path)
    assert len(str(caught.value)) < 1000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["evil.pkl"]


@pytest.mark.parametrize("name", ["system", "nested", "instance", "huge array", "huge count"])
def test_attacks_are_refused_by_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "evil.pkl"
    path.write_bytes(ATTACKS[name])
    with pytest.raises(FormatError, match="It was not executed"):
        reading.read(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["evil.pkl"]


def test_the_name_is_said() -> None:
    with pytest.raises(FormatError, match=r"found the name '(posix|nt)\.system'"):
        load(HERE, ATTACKS["system"])


def test_a_thousand_laughs_stay_short() -> None:
    """Lists in lists, each twice the one before: 2^40 when written out."""
    bomb = b"\x80\x04]\x94" + b"".join(
        b"](h" + bytes([i]) + b"h" + bytes([i]) + b"e\x94" for i in range(40)
    )
    for use in (b".", b"}\x8c\x0bannotationsh\x28s.", b"cnumpy\ndtype\nh\x28\x85R."):
        with pytest.raises(FormatError, match="found") as caught:
            parse_bytes(bomb + use)
        assert len(str(caught.value)) < 1000


def test_a_short_file_makes_no_large_value() -> None:
    text = b"\x8d" + (100_000).to_bytes(8, "little") + b"a" * 100_000 + b"\x94"
    once = b"c_codecs\nencode\nh\x00\x8c\x06latin1\x86R0"
    with pytest.raises(FormatError, match="bytes that are in the file, found more"):
        load(HERE, b"\x80\x04" + text + once * 200 + b".")


def parse_bytes(content: bytes) -> Any:
    from unittest import mock

    with mock.patch("rehabkit.formats.pyskl.layout.read_bytes", return_value=content):
        return parse(HERE)


LAYOUTS = {
    "no list": ({"annotations": {}}, "a list of annotations"),
    "empty": ([], "found an empty list"),
    "no points": ([{"frame_dir": "a"}], "a list of annotations with 'keypoint'"),
    "a number": (3, "found int"),
    "flat": ([item(keypoint=np.ones((5, 17)))], r"shape \(persons, frames, joints, 2 or 3\)"),
    "wide": ([item(keypoint=np.ones((1, 5, 17, 7)))], r"found \(1, 5, 17, 7\)"),
    "nothing": ([item(keypoint=np.ones((1, 0, 17, 2)))], r"found \(1, 0, 17, 2\)"),
    "list": ([item(keypoint=[[1.0]])], "'keypoint': expected an array of numbers, found list"),
    "infinite": ([item(keypoint=np.full((1, 2, 17, 2), np.inf))], "finite numbers up to"),
    "large": ([item(keypoint=np.full((1, 2, 17, 2), 1e12))], "finite numbers up to"),
    "score": ([item(keypoint_score=np.ones((1, 4, 17)))], r"_score': expected shape \(1, 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_other_layouts_are_refused(name: str, tmp_path: Path) -> None:
    value, message = LAYOUTS[name]
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps(value))
    with pytest.raises(FormatError, match=message):
        parse(path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_data_or_refused(content: bytes, framed: bool) -> None:
    with contextlib.suppress(FormatError):
        load(HERE, (b"\x80\x04" + content + b".") if framed else content)


def back(recording: Recording, path: Path, **options: Any) -> Recording:
    reading.write(recording, path, **options)
    return reading.read(path)


@pytest.mark.parametrize("points", ["space", "image"])
def test_what_is_written_is_read_back(points: str, tmp_path: Path) -> None:
    recording = full_recording()
    again = back(recording, tmp_path / "a.pkl", points=points, label=4, frame_dir="x")
    assert again.skeleton is KINECT_V2
    assert (again.exercise.label, again.exercise.extra["frame_dir"]) == ("4", "x")
    assert again.exercise.extra["splits"] == ("all",)
    np.testing.assert_allclose(again.time, recording.time, atol=1e-9)
    np.testing.assert_array_equal(again.confidence, recording.confidence)
    name = "positions" if points == "space" else "image_points"
    np.testing.assert_array_equal(getattr(again, name), getattr(recording, name))
    assert again.image_size == (None if points == "space" else (512, 424))


def test_the_file_is_plain_for_everybody(tmp_path: Path) -> None:
    reading.write(full_recording(), tmp_path / "a.pkl")
    content = (tmp_path / "a.pkl").read_bytes()
    assert content[:2] == b"\x80\x04"
    data = pickle.loads(content)
    annotation = data["annotations"][0]
    assert annotation["keypoint"].shape == (1, 12, 25, 3)
    assert not annotation["keypoint"][0, 2, 5].any()
    assert data["split"] == {"all": ["a"]}
    assert "label" not in annotation


def test_many_recordings_in_one_file(tmp_path: Path) -> None:
    recording = full_recording()
    made = [module.annotation(recording, frame_dir=f"r{i}", label=i) for i in range(3)]
    path = tmp_path / "a.pkl"
    module.write_many(made, path, split={"train": ["r0", "r2"], "test": ["r1"]})
    assert reading.read(path, item="r1").exercise.extra["splits"] == ("test",)
    with pytest.raises(RecordingError, match="not there: 'r9'"):
        module.write_many(made, path, split={"train": ["r9"]})
    with pytest.raises(RecordingError, match="twice: 'r0'"):
        module.write_many([made[0], made[0]], path)


def test_what_cannot_be_written(tmp_path: Path) -> None:
    recording = full_recording()
    with pytest.raises(RecordingError, match="no points in image"):
        module.annotation(recording.replace(image_points=None), points="image")
    with pytest.raises(RecordingError, match="'space' or 'image', found 'x'"):
        module.annotation(recording, points="x")
    with pytest.raises(RehabkitError, match="rate_hz above 0"):
        reading.read(pyskl(tmp_path), rate_hz=-1)
