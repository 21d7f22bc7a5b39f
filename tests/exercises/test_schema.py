"""A bad definition gets an error that names file, key, what was expected and what was found."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.errors import ExerciseError
from rehabkit.exercises import catalogue
from rehabkit.exercises.schema import json_schema

SQUAT = files("rehabkit.exercises").joinpath("definitions/squat.toml").read_text(encoding="utf-8")


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = SQUAT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    exercise = catalogue.load_file(changed(tmp_path, ('id = "squat"', 'id = "my-squat"')))
    assert exercise.id == "my-squat"
    assert exercise.file == "mine.toml"
    assert exercise.driver is not None
    assert exercise.driver.signal == "pelvis_height"
    assert sum(exercise.weights.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('name = "Squat"\n', ""), r"mine\.toml: name: is missing"),
        (("needed = 70.0", "neded = 70.0"), r"primary\[1\]\.neded: is not a key here \(did you "
         r"mean 'needed'\?\); allowed: 'angle', 'needed', 'source', 'statistic'"),
        (("needed = 70.0", 'needed = "70"'), r"\[1\]\.needed: expected a number, found '70'"),
        (('signal = "pelvis_height"', 'signal = "pelvis_heigt"'),
         r"driver\.signal: expected a driving signal: .*'pelvis_height'.*found 'pelvis_heigt' "
         r"\(did you mean 'pelvis_height'\?\)"),
        (('direction = "down"', 'direction = "downwards"'),
         r"driver\.direction: expected 'up', 'down', found 'downwards'"),
        (('angle = "knee_flexion"', 'angle = "knee_flexion_left"'),
         r"primary\[1\]\.angle: expected an angle without side"),
        (('signal = "knee_valgus"', 'signal = "knee_wobble"'),
         r"involved\[1\]\.signal: expected an angle without side or a named measure"),
        (('unit = "deg"', 'unit = "m"'), r"involved\[1\]: expected unit 'deg' for knee_valgus"),
        (("high = 15.0\n", ""), r"involved\[1\]: expected low, high or both, found neither"),
        (("smoothness = 0.2", "smoothness = 0.3"),
         r"weights: expected weights that sum to 1, found 1\.1"),
        (('phases = ["lowering", "rising"]', 'phases = ["lowering"]'), r"phases: .*at least 2"),
        (("{measured} inward", "{meassured} inward"),
         r"involved\[1\]\.words\.therapist: expected no other placeholders than .*'meassured'"),
        (("{measured} inward", "{measured inward"), r"therapist: expected balanced braces"),
        (('posture = "standing"', 'posture = "hanging"'), r"posture: expected 'standing'"),
        (('id = "squat"', 'id = "My Squat"'), r"id: expected small letters, digits"),
        (("[body_parts]", "[body_parts]\ntail = 0.1"), r"body_parts\.tail: expected 'neck'"),
        (('id = "trunk-forward"', 'id = "knee-in"'), r"each involved id once.*'knee-in'"),
        (("[weights]", "[extra]"), r"weights: is missing"),
        (('posture = "standing"', 'posture = "standing"\ncounted_by = "dominant movement"'),
         r"expected neither \[driver\], \[second_driver\] nor \[\[primary\]\]"),
        (("[driver]", "[driver"), r"expected TOML in UTF-8"),
    ],
)  # fmt: skip
def test_errors_name_the_key(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(ExerciseError, match=message):
        catalogue.load_file(changed(tmp_path, change))


def test_what_a_driver_needs(tmp_path: Path) -> None:
    start, end = SQUAT.index("[driver]"), SQUAT.index("[[primary]]")
    path = tmp_path / "mine.toml"
    path.write_text(SQUAT[:start] + SQUAT[end:], encoding="utf-8")
    with pytest.raises(ExerciseError, match=r"the file: .*expected 'driver' as well; only counted"):
        catalogue.load_file(path)


def test_an_unnamed_movement_has_no_driver() -> None:
    exercise = catalogue.load("finerehab-01")
    assert (exercise.driver, exercise.second_driver, exercise.primary) == (None, None, ())
    assert exercise.sides is None
    assert exercise.posture == "lying"


def test_several_problems_come_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, ('name = "Squat"\n', ""), ("needed = 70.0", "needed = true"))
    with pytest.raises(ExerciseError, match=r"(?s)2 problems:.*name: is missing.*needed: expected"):
        catalogue.load_file(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match=r"nowhere\.toml: expected a readable definition"):
        catalogue.load_file(tmp_path / "nowhere.toml")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * 1_100_000)
    with pytest.raises(ExerciseError, match=r"less than 1000 kB, found 1100 kB"):
        catalogue.load_file(path)


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_rubbish_ends_in_one_kind_of_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("rubbish") / "x.toml"
    path.write_bytes(content)
    with pytest.raises(ExerciseError):
        catalogue.load_file(path)


def test_json_schema_fits_the_catalogue() -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(json.dumps(json_schema()))
    validator = Draft202012Validator(schema)
    assert not list(validator.iter_errors(tomllib.loads(SQUAT)))
    assert list(validator.iter_errors({"id": "squat", "colour": "red"}))


def test_the_documents_example_is_whole(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "adding.md").read_text(encoding="utf-8")
    path = tmp_path / "heel-raise.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert catalogue.load_file(path).id == "heel-raise"
