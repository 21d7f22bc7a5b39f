"""Samples of a task as PYSKL's skeleton pickle, and back: joints, labels, people and splits.

Duan et al., "PYSKL: Towards Good Practices for Skeleton Action Recognition", ACM Multimedia 2022.
PYSKL reads ``keypoint``, ``total_frames``, ``label``, ``frame_dir`` and ``split``; what it does not
know (people, scores, orientations, names of joints) lies beside them under names of its own, so
that a file that comes back can be checked for leaks. Nothing in a file is executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_type_hints

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.arrays import TURNS, Arrays, Sample
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split, check
from rehabkit.bench.tasks import TaskData
from rehabkit.errors import FormatError, ModelError
from rehabkit.formats import pyskl

TRAIN, TEST = " train", " test"
NEEDED: Final[Mapping[str, type]] = get_type_hints(Sample)
"""What an annotation says of its sample beside PYSKL's own, and of which kind it is."""
FIX: Final = (
    "Give a file that 'rehabkit bench export' wrote; recordings of other skeleton pickles are read "
    "one by one, with rehabkit.read(path, item='NAME')."
)


@dataclass(frozen=True, eq=False)
class Imported:
    """What a file holds.

    Parameters
    ----------
    truth
        (samples, scores) or (samples,) names of classes.
    outputs
        Names of the scores, or of the classes in the order of PYSKL's labels.
    splits
        As the file names them.
    """

    arrays: Arrays
    truth: NDArray[Any]
    outputs: tuple[str, ...]
    splits: tuple[Split, ...]

    def check(self, apart: Sequence[str] = ("subject", "recording")) -> None:
        """Refuse splits with a person or a recording on both sides.

        Raises
        ------
        ModelError
            Names the first that leaks.
        """
        for split in self.splits:
            check(split, self.arrays.who.subjects, self.arrays.who.recordings, apart=apart)


def write(path: Path, data: TaskData, way: str, seed: int = 0) -> None:
    """Write a task's samples with the splits of a protocol.

    A split is two lists of PYSKL's, ``"seed 0, fold 0 train"`` and ``"... test"``. ``label`` is the
    number of the class among the sorted ones, or the first score; ``scores`` holds all of them.

    Raises
    ------
    ModelError
        Of a task whose labels depend on the training part: a sample has one in each split.
    """
    if data.task.target is not None:
        raise ModelError(
            f"What {data.task.name} learns is decided by each split's training part, so its "
            "samples have no labels of their own. Export the task of the scores themselves."
        )
    names = [_name(sample) for sample in data.arrays.samples]
    splits = protocol(way).splits(data.arrays.who, seed)
    listed = {
        f"{split.name}{end}": [names[i] for i in side.tolist()]
        for split in splits for end, side in ((TRAIN, split.train), (TEST, split.test))
    }  # fmt: skip
    outputs = data.task.outputs if data.task.kind == "score" else np.unique(data.truth).tolist()
    facts = {
        "task": data.task.name, "kind": data.task.kind, "protocol": way,
        "fingerprint": data.arrays.fingerprint, "joints": list(data.arrays.joints),
        "outputs": [str(name) for name in outputs],
    }  # fmt: skip
    pyskl.write_many(_annotations(data, names, list(outputs)), path, split=listed, facts=facts)


def _name(sample: Sample) -> str:
    return f"{sample.recording} {sample.repetition}" if sample.repetition else sample.recording


def _annotations(
    data: TaskData, names: Sequence[str], classes: list[Any]
) -> Iterator[dict[str, Any]]:
    samples = data.arrays
    for place, sample in enumerate(samples.samples):
        seconds = sample.end_s - sample.start_s
        frames = samples.positions.shape[1]
        one: dict[str, Any] = {
            "frame_dir": names[place],
            "total_frames": frames,
            "keypoint": samples.positions[place][None],
            "frame_rate": (frames - 1) / seconds if seconds > 0 else 0.0,
            **{name: getattr(sample, name) for name in NEEDED},
        }
        if samples.orientations is not None:
            one["orientation"] = samples.orientations[place]
        truth = data.truth[place]
        if data.task.kind == "score":
            one |= {"label": float(truth[0]), "scores": [float(value) for value in truth]}
        else:
            one["label"] = classes.index(truth)
        yield one


def read(path: Path) -> Imported:
    """A file that :func:`write` wrote.

    Raises
    ------
    FormatError
        For a damaged file, one that names code, or one without names of people and joints.
    """
    found = pyskl.whole(path)
    annotations, facts = found["annotations"], found["facts"]
    _checked(path, annotations, facts)
    names = [one["name"] for one in annotations]
    samples = [Sample(**{name: one["extra"][name] for name in NEEDED}) for one in annotations]
    arrays = Arrays(
        np.stack([one["keypoint"][0] for one in annotations]),
        _orientations(path, annotations), tuple(facts["joints"]), tuple(samples), (),
        str(facts["fingerprint"]),
    )  # fmt: skip
    truth = _truth(path, annotations, facts)
    return Imported(arrays, truth, tuple(facts["outputs"]), _splits(path, names, found["splits"]))


def _checked(
    path: Path, annotations: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> None:
    lacking = {"joints", "outputs", "kind", "fingerprint"} - facts.keys()
    if lacking:
        raise _wrong(path, "the file", ", ".join(sorted(lacking)), "none")
    shape = annotations[0]["keypoint"].shape
    for place, one in enumerate(annotations):
        lacking = NEEDED.keys() - one["extra"].keys()
        if lacking:
            raise _wrong(path, f"annotation {place}", ", ".join(sorted(lacking)), "none")
        _check_kinds(path, place, one["extra"])
        if one["keypoint"].shape != shape or shape[0] != 1 or shape[2] != len(facts["joints"]):
            raise _wrong(
                path, f"annotation {place}, 'keypoint'",
                f"one person, {shape[1]} frames and {len(facts['joints'])} joints",
                str(one["keypoint"].shape),
            )  # fmt: skip


def _check_kinds(path: Path, place: int, extra: Mapping[str, Any]) -> None:
    for name, kind in NEEDED.items():
        if not isinstance(extra[name], (int, float) if kind is float else kind):
            found = type(extra[name]).__name__
            raise _wrong(path, f"annotation {place}, {name!r}", kind.__name__, found)


def _wrong(path: Path, place: str, expected: str, found: str) -> FormatError:
    return FormatError(path, place=place, expected=expected, found=found, fix=FIX)


def _orientations(path: Path, annotations: Sequence[Mapping[str, Any]]) -> Any:
    turned = [one["orientation"] for one in annotations]
    if all(t is None for t in turned):
        return None
    shape = (*annotations[0]["keypoint"].shape[1:3], TURNS)
    for place, one in enumerate(turned):
        if one is None or one.shape != shape:
            found = "none" if one is None else str(one.shape)
            raise _wrong(path, f"annotation {place}, 'orientation'", str(shape), found)
    return np.stack(turned)


def _truth(
    path: Path, annotations: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> NDArray[Any]:
    outputs = facts["outputs"]
    if facts["kind"] == "score":
        scores = [one["extra"].get("scores", []) for one in annotations]
        for place, own in enumerate(scores):
            if len(own) != len(outputs):
                raise _wrong(
                    path, f"annotation {place}, 'scores'", f"{len(outputs)}", f"{len(own)}"
                )
        return np.array(scores, dtype=np.float64)
    labels = [one["label"] for one in annotations]
    for place, label in enumerate(labels):
        if label is None or not 0 <= label < len(outputs):
            expected = f"a class from 0 to {len(outputs) - 1}"
            raise _wrong(path, f"annotation {place}, 'label'", expected, str(label))
    return np.array(outputs)[labels]


def _splits(
    path: Path, names: Sequence[str], listed: Mapping[str, Sequence[str]]
) -> tuple[Split, ...]:
    places = {name: place for place, name in enumerate(names)}
    found = []
    for name in (n.removesuffix(TRAIN) for n in listed if n.endswith(TRAIN)):
        sides = [listed.get(f"{name}{end}", ()) for end in (TRAIN, TEST)]
        unknown = {n for side in sides for n in side} - places.keys()
        if unknown:
            raise _wrong(path, f"split {name!r}", "names of samples", min(unknown))
        found.append(
            Split(name, *(np.array(sorted(places[n] for n in s), dtype=np.intp) for s in sides))
        )
    if not found:
        raise ModelError(f"{path} has no split of two sides, '... train' and '... test'.")
    return tuple(found)
