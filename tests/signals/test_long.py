"""Long recordings are worked on in chunks; the chunks do not show in the results."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.recording import CANONICAL_SKELETON
from rehabkit.signals import bones, jumps
from rehabkit.signals.runs import CHUNK, chunks, inside

FRAMES = CHUNK + 500
HALF = slice(CHUNK - 300, CHUNK + 300)
INNER = slice(10, 590)


@pytest.fixture
def points(rng: np.random.Generator) -> np.ndarray:
    """(frames, 25, 3) m: a slow walk with spikes and holes."""
    made = np.cumsum(rng.normal(0, 0.01, (FRAMES, len(CANONICAL_SKELETON), 3)), axis=0)
    made[rng.random(made.shape[:2]) < 0.03] += 0.5
    made[rng.random(made.shape[:2]) < 0.03] = np.nan
    return made.astype(np.float32)


def test_chunks_cover_all_frames() -> None:
    assert list(chunks(5, 2)) == [slice(0, 2), slice(2, 4), slice(4, 5)]
    assert list(chunks(0)) == []


def test_spikes_and_directions_do_not_show_the_chunks(points: np.ndarray) -> None:
    whole = slice(0, FRAMES)
    spikes = jumps.spikes(points, whole, 0.15)
    assert spikes[HALF].any()
    np.testing.assert_array_equal(spikes[HALF][INNER], jumps.spikes(points, HALF, 0.15)[INNER])
    flips = bones.off_direction(points, whole, CANONICAL_SKELETON, 60.0)
    part = bones.off_direction(points, HALF, CANONICAL_SKELETON, 60.0)
    np.testing.assert_array_equal(flips[HALF][INNER], part[INNER])


def test_turning_does_not_show_the_chunks(points: np.ndarray) -> None:
    time = np.arange(FRAMES) / 30
    turned = bones.turning(time, points, CANONICAL_SKELETON, 900.0)
    part = bones.turning(time[HALF], points[HALF], CANONICAL_SKELETON, 900.0)
    assert part.any()
    np.testing.assert_array_equal(turned[HALF][INNER], part[INNER])


def test_a_jump_on_the_edge_of_a_chunk_is_seen_once() -> None:
    time = np.arange(FRAMES) / 30
    path = np.zeros((FRAMES, 3))
    path[CHUNK : CHUNK + 5] = 2.0
    lost, kept = jumps.off_track(time, path, np.ones(FRAMES), jumps.JumpLimits())
    assert np.flatnonzero(lost).tolist() == list(range(CHUNK, CHUNK + 5))
    assert kept == []


def test_frames_inside_spans() -> None:
    time = np.arange(6) / 10
    assert inside(((0.1, 0.3), (0.5, 0.6)), time).tolist() == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
