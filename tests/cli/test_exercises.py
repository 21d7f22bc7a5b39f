"""``rehabkit exercises draft``, ``show`` and ``check``, as a therapist types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran

import rehabkit as rk
from rehabkit.simulate import generate

Run = Callable[..., Ran]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "wall.csv"
    rk.write(generate("knee-lift", noise_m=0.003).recording, path)
    return path


def test_from_recording_to_picture(run: Run, example: Path, tmp_path: Path) -> None:
    ran = run("exercises draft wall.csv --out mine.toml --name 'March in place'")
    assert ran.status == 0
    told = " ".join(ran.out.split())
    assert "wall.csv: 5 repetitions, driven by left and right" in told
    assert "flexion; 3 left and 2 right." in told
    assert "Look at:" in told
    assert 'id = "march-in-place"' in (tmp_path / "mine.toml").read_text()
    checked = " ".join(run(f"exercises check mine.toml --example {example}").out.split())
    assert "a whole definition of 'march-in-place'" in checked
    assert "wall.csv does it within all its limits." in checked
    shown = run("exercises show mine.toml --picture mine.svg")
    assert shown.status == 0
    assert "The right side is shown; the left does the same." in " ".join(shown.out.split())
    assert (tmp_path / "mine.svg").exists()


def test_show_tells_how_to_see_it(run: Run) -> None:
    assert "--picture FILE.svg" in run("exercises show squat").out


def test_show_speaks_of_movements_not_of_names(run: Run) -> None:
    told = " ".join(run("exercises show baduanjin-2", columns=200).out.split())
    assert "Sideways shift of the hands goes to either side by at least 8 cm and back" in told
    assert "The trunk leans far forward: largest trunk forward lean, at most 45°" in told
    assert "Largest arm elevation, at least 60°" in told
    assert "_" not in told.split("Source")[0]


@pytest.mark.usefixtures("example")
def test_check_warns(run: Run, tmp_path: Path) -> None:
    run("exercises draft wall.csv --out mine.toml")
    out = tmp_path / "mine.toml"
    out.write_text(out.read_text().replace("[body_parts]", "[body_parts]\nwrist = 0.0"))
    assert "look at: body_parts.wrist: no [[primary]]" in run("exercises check mine.toml").out


@pytest.mark.usefixtures("example")
def test_refusals(run: Run) -> None:
    ran = run("exercises draft wall.csv --out mine.txt")
    assert ran.status == 2
    assert "Expected --out to end in .toml" in " ".join(ran.err.split())
