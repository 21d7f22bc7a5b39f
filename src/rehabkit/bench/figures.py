"""What plain models look at, one row a recording and one a repetition, computed once and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import prepared
from rehabkit.bench.arrays import Sample
from rehabkit.bench.controls import body_lengths
from rehabkit.bench.prepared import Prepared
from rehabkit.datasets.row import Row
from rehabkit.errors import ModelError, RecordingError
from rehabkit.formats.files import atomic, sha256
from rehabkit.kinematics.alignment import SAMPLES, even_samples
from rehabkit.kinematics.body_places import RATE_HZ, body_places
from rehabkit.kinematics.finerehab_features import finerehab_features
from rehabkit.kinematics.movement_features import movement_features
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.signals.slices import between, cut

VERSION: Final = 1
"""Goes up whenever the same recording gives other figures."""


@dataclass(frozen=True, eq=False)
class Figures:
    """Samples of one data set; the first axis of every array.

    Parameters
    ----------
    rows
        What the data set says of each.
    repetition
        (samples,) number within its recording; 0 is the recording as a whole.
    movement
        (samples, figures) :func:`~rehabkit.kinematics.movement_features.movement_features`.
    finerehab
        (samples, 124) :func:`~rehabkit.kinematics.finerehab_features.finerehab_features`.
    curves
        (samples, channels, 100) places of joints in the body's frame over 0-100 % of the sample.
    body
        (samples, bones) median lengths of bones, m.
    seconds, path
        (samples,) how long it took, and the mean speed of joints in body sizes a second.
    refused
        Recordings that gave no figures, each with the reason.
    fingerprint
        Of the data set.
    """

    rows: tuple[Row, ...]
    repetition: NDArray[np.intp]
    movement: Float
    finerehab: Float
    curves: Float
    body: Float
    seconds: Float
    path: Float
    refused: tuple[tuple[Row, str], ...]
    fingerprint: str

    def part(self, kept: NDArray[Any]) -> Figures:
        """The samples that an index or a mask picks."""
        places = np.arange(len(self.rows))[kept]
        arrays = {name: getattr(self, name)[places] for name in ("repetition", *ARRAYS)}
        rows = tuple(self.rows[i] for i in places.tolist())
        return Figures(rows, **arrays, refused=self.refused, fingerprint=self.fingerprint)

    def of_rows(self, name: str) -> NDArray[np.str_]:
        """(samples,) a field of every row: ``"subject"``, ``"exercise"``, ``"group"``."""
        return np.array([str(getattr(row, name)) for row in self.rows])


ARRAYS: Final = ("movement", "finerehab", "curves", "body", "seconds", "path")


def gather(
    name: str,
    root: Path,
    cache: Path = Path(".cache/bench"),
    *,
    sensor: str = "",
    repetitions: bool = False,
    workers: int = 1,
) -> Figures:
    """Figures of every recording of a data set, from the cache where it holds them.

    Parameters
    ----------
    name, root, sensor
        As :func:`rehabkit.bench.prepared.load` takes them.
    repetitions
        Each repetition too, as RehabKit cuts it; sets of single repetitions need no cutting.
    """
    found = prepared.load(name, root, cache, sensor=sensor, workers=workers)
    return _of_set(found, cache, sensor, repetitions, workers)


def _of_set(
    found: prepared.Set, cache: Path, sensor: str, repetitions: bool, workers: int
) -> Figures:  # fmt: skip
    path = _path(cache, found, sensor, "-cut" if repetitions else "")
    if not path.is_file():
        _write(path, prepared.mapped(partial(_figures, repetitions=repetitions), found, workers))
    return _read(path, found)


def of_samples(
    name: str, root: Path, samples: Sequence[Sample], cache: Path, *, sensor: str = "",
    whole: bool = True,
) -> Figures:  # fmt: skip
    """Figures of samples as networks take them, a row a sample in their order.

    Parameters
    ----------
    name, root, sensor
        As :func:`gather` takes them.
    whole
        Whether a sample is a whole recording; else a part of one.

    Raises
    ------
    ModelError
        Where a whole recording gives no figures: it would be judged by networks alone. Of a part
        that gives none they are NaN, which plain models fill with what is usual.
    """
    found = prepared.load(name, root, cache, sensor=sensor)
    if not whole:
        return _of_parts(found, samples, cache, sensor)
    figures = _of_set(found, cache, sensor, False, 1)
    own = {row: place for place, row in enumerate(figures.rows)}
    rows = [found.recordings[sample.row].row for sample in samples]
    places = [own.get(row, -1) for row in rows]
    lost = [row.path.name for row, place in zip(rows, places, strict=True) if place < 0]
    if lost:
        raise ModelError(f"{len(lost)} samples of {name} give no figures, the first: {lost[0]}.")
    return figures.part(np.array(places, dtype=np.intp))


def _of_parts(
    found: prepared.Set, samples: Sequence[Sample], cache: Path, sensor: str
) -> Figures:  # fmt: skip
    """Figures of parts of recordings, in the order of ``samples``; NaN of parts that give none."""
    spans = json.dumps([[s.recording, s.repetition, s.start_s, s.end_s] for s in samples])
    path = _path(cache, found, sensor, f"-parts-{sha256(spans.encode())[:16]}")
    if not path.is_file():
        each = [_part(found.recordings[sample.row], sample) for sample in samples]
        some = next((one for one in each if one is not None), None)
        if some is None:
            raise ModelError(f"None of {len(samples)} parts of {found.name} gives figures.")
        gap = {name: np.full(np.shape(some[name]), np.nan) for name in ARRAYS}
        filled = [
            (sample.row, sample.repetition, gap if one is None else one)
            for sample, one in zip(samples, each, strict=True)
        ]
        _store(path, filled, [""] * len(found))
    return _read(path, found)


def _part(one: Prepared, sample: Sample) -> dict[str, Any] | None:
    """Figures of a part; None where a joint is unseen all through it, or it is too short."""
    first, last = np.searchsorted(one.time, [sample.start_s, sample.end_s]).tolist()
    name = f"repetition {sample.repetition}"
    try:
        return _sample(cut(one.recording(), slice(first, last + 1), "cut", name))
    except RecordingError:
        return None


def _path(cache: Path, found: prepared.Set, sensor: str, kind: str) -> Path:
    made = f"{found.fingerprint[:16]}-{prepared.VERSION}.{VERSION}"
    return cache / f"figures-{found.name}{f'-{sensor}' if sensor else ''}{kind}-{made}.npz"


def _write(path: Path, each: Sequence[list[dict[str, Any]] | str]) -> None:
    samples = [
        (place, number, one)
        for place, several in enumerate(each) if not isinstance(several, str)
        for number, one in enumerate(several)
    ]  # fmt: skip
    _store(path, samples, [why if isinstance(why, str) else "" for why in each])


def _store(
    path: Path, samples: Sequence[tuple[int, int, dict[str, Any]]], why: Sequence[str]
) -> None:  # fmt: skip
    """Recording, repetition and figures of each sample; of each recording why it gave nothing."""
    arrays: dict[str, Any] = {n: np.array([one[n] for *_, one in samples]) for n in ARRAYS}
    arrays["recording"] = np.array([place for place, *_ in samples])
    arrays["repetition"] = np.array([number for _, number, _ in samples])
    arrays["why"] = np.array(why)
    with atomic(path) as unfinished:
        np.savez_compressed(unfinished, **arrays)


def _read(path: Path, found: prepared.Set) -> Figures:
    with np.load(path, allow_pickle=False) as stored:
        why = stored["why"].tolist()
        rows = [one.row for one in found]
        refused = [(row, text) for row, text in zip(rows, why, strict=True) if text]
        return Figures(
            tuple(rows[i] for i in stored["recording"].tolist()),
            stored["repetition"],
            **{name: stored[name] for name in ARRAYS},
            refused=(*found.refused, *refused),
            fingerprint=found.fingerprint,
        )


def _figures(one: Prepared, repetitions: bool) -> list[dict[str, Any]] | str:
    """The recording as a whole and its repetitions, or why there is nothing."""
    recording = one.recording()
    try:
        whole = _sample(recording)
    except RecordingError as error:
        return str(error)
    if not repetitions:
        return [whole]
    parts = []
    for found in one.repetitions():
        try:
            parts.append(_sample(between(recording, found.start_s, found.end_s)))
        except RecordingError:
            continue  # too short, or a joint that is unseen in it: the others remain
    return [whole, *parts]


def _sample(recording: Recording) -> dict[str, Any]:
    body = body_places(recording)
    steps = np.linalg.norm(np.diff(body.places, axis=0), axis=-1)
    places = body.places.reshape(len(body.time), -1)
    return {
        "movement": movement_features(body),
        "finerehab": finerehab_features(recording),
        "curves": even_samples(places, SAMPLES).T.astype(np.float32),
        "body": body_lengths(recording),
        "seconds": float(recording.time[-1] - recording.time[0]),
        "path": float(steps.mean() * RATE_HZ),
    }
