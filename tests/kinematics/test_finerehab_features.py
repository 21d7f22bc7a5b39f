"""FineRehab's figures on movements whose angles and ways are known."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit import simulate
from rehabkit.kinematics.finerehab_features import feature_names, finerehab_features, joined
from rehabkit.recording import Recording
from rehabkit.signals.slices import between


@pytest.fixture(scope="module")
def squats() -> Recording:
    return simulate.generate("squat", repetitions=2, seed=1).recording.canonical()


def named(features: np.ndarray) -> dict[str, float]:
    return dict(zip(feature_names(), features.tolist(), strict=True))


def test_every_figure_has_a_name_of_its_own(squats: Recording) -> None:
    features = finerehab_features(squats)
    assert features.shape == (124,)
    assert len(set(feature_names())) == 124


def test_extremes_are_those_of_the_movement(squats: Recording) -> None:
    found = named(finerehab_features(squats))
    assert found["knee_flexion_left max"] > 60
    assert found["knee_flexion_left min"] < 30
    assert found["knee_flexion_left min"] < found["knee_flexion_left mean"]
    apart = found["knee_flexion_left max"] - found["knee_flexion_right max"]
    assert found["knee_flexion max left-right"] == pytest.approx(apart)
    assert found["head farthest"] < found["head path"]


def test_what_was_never_seen_is_missing(squats: Recording) -> None:
    positions = np.array(squats.positions)
    positions[:, squats.skeleton.index("wrist_left")] = np.nan
    from dataclasses import replace

    found = named(finerehab_features(replace(squats, positions=positions)))
    assert np.isnan(found["elbow_flexion_left max"])
    assert np.isnan(found["wrist path left-right"])
    assert np.isfinite(found["knee_flexion_left max"])


def test_joined_repetitions_are_the_whole(squats: Recording) -> None:
    half = float(squats.time[len(squats.time) // 2])
    parts = [between(squats, 0.0, half), between(squats, half, float(squats.time[-1]) + 1)]
    whole = named(finerehab_features(squats))
    found = named(
        joined(np.stack([finerehab_features(p) for p in parts]),
               np.array([len(p.time) for p in parts]))
    )  # fmt: skip
    for name in feature_names():
        if name.split()[1] in ("max", "min", "mean"):
            assert found[name] == pytest.approx(whole[name], abs=1e-6), name
    assert found["head path"] == pytest.approx(whole["head path"], rel=0.05)
