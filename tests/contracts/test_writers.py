"""The one contract that every writer passes: what is read back is what was written."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.formats.round_trip import (
    LIMITS,
    differences,
    file_name,
    full,
    reduced,
    suitable,
    unreached,
)

from rehabkit import reading
from rehabkit.errors import RehabkitError
from rehabkit.formats.holds import HOLDS, ONE_KIND, PARTS, left_out
from rehabkit.recording import Recording

WRITTEN = [f for f in reading.FORMATS if f.writes]


@pytest.fixture(params=WRITTEN, ids=lambda f: f.name)
def written(request: pytest.FixtureRequest) -> reading.Format:
    found: reading.Format = request.param
    return found


@pytest.fixture
def path(written: reading.Format, tmp_path: Path) -> Path:
    return tmp_path / file_name(written.name, written.writes[0])


def there_and_back(recording: Recording, path: Path) -> Recording:
    reading.write(recording, path)
    return reading.read(path)


def test_every_written_format_says_what_it_holds() -> None:
    assert {f.name for f in WRITTEN} == set(HOLDS)
    assert all(set(parts) <= set(PARTS) for parts in HOLDS.values())


def test_what_it_holds_comes_back(written: reading.Format, path: Path) -> None:
    recording = reduced(suitable(written.name), written.name)
    found = differences(recording, there_and_back(recording, path), written.name)
    limits = LIMITS.get(written.name, {})
    too_far = {part: d for part, d in found.items() if d > limits.get(part, 1e-12)}
    assert too_far == {}


def test_it_is_tried_with_all_that_it_holds(written: reading.Format) -> None:
    recording = reduced(suitable(written.name), written.name)
    assert unreached(recording, written.name) == set()


def test_what_it_does_not_hold_is_refused_or_named(written: reading.Format, path: Path) -> None:
    recording = suitable(written.name)
    try:
        named = reading.write(recording, path)
    except RehabkitError as error:
        why = str(error)
    else:
        why = ""
    if why:
        assert any(part.split()[0] in why for part in left_out(recording, written.name))
        assert not path.exists()
        return
    assert set(named) == {p for p in PARTS if PARTS[p](recording)} - set(HOLDS[written.name])


@pytest.mark.parametrize("name", ONE_KIND)
def test_one_kind_of_points_at_a_time(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{reading.get_format(name).writes[0]}"
    recording = full()
    assert "image points" in reading.write(recording, path)
    again = reading.read(path)
    assert again.image_points is None
    np.testing.assert_array_equal(again.positions, recording.positions)


def test_a_recording_that_does_not_fit_is_refused_and_leaves_nothing(
    written: reading.Format, path: Path
) -> None:
    """Each format is handed the others' recordings too: written, or refused with a reason."""
    for recording in (
        full(),
        suitable("mediapipe"),
        full().replace(positions=None, orientations=None),
    ):
        refused = False
        try:
            reading.write(recording, path)
        except RehabkitError:
            refused = True
        assert path.exists() != refused
        path.unlink(missing_ok=True)
        assert [p for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_the_old_file_stays_where_writing_fails(
    written: reading.Format, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = reduced(suitable(written.name), written.name)
    path.write_text("what was there before")

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(RehabkitError, match=r"Cannot write .*No space left"):
        reading.write(recording, path)
    assert path.read_text() == "what was there before"


def test_unknown_options_are_refused(written: reading.Format, path: Path) -> None:
    with pytest.raises(RehabkitError, match=f"writer of '{written.name}' has no option 'nonsens'"):
        reading.write(full(), path, nonsens=1)


def test_what_was_written_without_events_is_read(tmp_path: Path) -> None:
    """Files of versions before there were events lack the line."""
    path = tmp_path / "old.csv"
    recording = full().replace(streams={})
    reading.write(recording, path)
    lines = path.read_text().splitlines(keepends=True)
    assert any(line.startswith("# events: ") for line in lines)
    path.write_text("".join(line for line in lines if not line.startswith("# events: ")))
    again = reading.read(path)
    assert again.events == ()
    np.testing.assert_array_equal(again.positions, recording.positions)
