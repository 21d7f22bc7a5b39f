"""UI-PRMD's Vicon part: a standing person with Plug-in Gait's markers, made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.formats.sample import FRAMES, Sample
from tests.recording.bodies import STANDING

from rehabkit.recording.skeletons import UI_PRMD_VICON


def text(values: NDArray[np.float64]) -> str:
    flat = values.reshape(len(values), -1)
    return "".join(",".join(f"{v:.2f}" for v in row) + "\n" for row in flat)


def markers_mm(frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 39, 3) mm: the person stands and sways a little; one marker of one frame is lost."""
    at = np.array([STANDING[name] for name in UI_PRMD_VICON.joints])
    out = 1000 * np.repeat(at[None], frames, axis=0)
    out[..., 0] += np.arange(frames)[:, None]
    if frames > 4:
        out[4, UI_PRMD_VICON.index("LFHD")] = 0
    return out


def ui_prmd_vicon(folder: Path) -> Path:
    places = folder / "Vicon" / "Positions", folder / "Vicon" / "Angles"
    angles = np.arange(FRAMES * len(UI_PRMD_VICON) * 3, dtype=float).reshape(FRAMES, -1, 3) / 100
    for place, kind, values in zip(
        places, ("positions", "angles"), (markers_mm(), angles), strict=True
    ):
        place.mkdir(parents=True)
        (place / f"m05_s02_e01_{kind}.txt").write_text(text(values))
    return places[0] / "m05_s02_e01_positions.txt"


SAMPLES = {"ui-prmd-vicon": Sample("ui-prmd-vicon", ui_prmd_vicon)}
