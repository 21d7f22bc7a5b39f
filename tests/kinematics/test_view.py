"""Which side the sensor saw, and whether the person stood, sat or lay."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.kinematics.error_table import builtin
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.trust import sensor_of
from rehabkit.kinematics.view import view_of
from rehabkit.recording import Source
from rehabkit.simulate import generate


@pytest.mark.parametrize(
    ("heading", "facing"),
    [(0, "front"), (-20, "front"), (45, "oblique"), (90, "side-left"), (-90, "side-right"),
     (135, "oblique"), (180, "back")],
)  # fmt: skip
def test_facing_follows_the_heading(heading: float, facing: str) -> None:
    view = view_of(Points(generate("squat", repetitions=1, heading_deg=heading).recording))
    assert view.facing == facing
    assert view.azimuth_deg is not None
    assert np.cos(np.radians(view.azimuth_deg - heading)) == pytest.approx(1, abs=1e-4)


def test_no_sensor_no_facing() -> None:
    made = generate("squat", repetitions=1).recording.replace(source=Source())
    assert view_of(Points(made)).facing == "unknown"
    assert sensor_of(made) == "unknown"


def test_postures() -> None:
    assert view_of(Points(generate("squat", repetitions=5).recording)).posture == "standing"
    assert view_of(Points(generate("sit-to-stand", repetitions=0).recording)).posture == "sitting"
    assert view_of(Points(generate("squat", repetitions=0).recording)).posture == "standing"
    made = generate("elbow-flexion", repetitions=1).recording
    assert made.positions is not None
    lying = made.positions[..., [0, 2, 1]] * [1, -1, 1]
    assert view_of(Points(made.replace(positions=lying))).posture == "lying"


def test_every_row_of_the_table_has_a_source() -> None:
    for row in builtin().rows:
        assert row.trust.error_source
        assert row.trust.measurable or row.trust.reason
