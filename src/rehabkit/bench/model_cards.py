"""A model card: what a model learned from, what it reaches and for whom, and what it is not for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import rehabkit
from rehabkit.bench import metrics
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.learning import Course
from rehabkit.bench.own_data import OwnTable
from rehabkit.bench.protocols import PROTOCOLS
from rehabkit.bench.tasks import TaskData
from rehabkit.formats.files import atomic

FEW_PEOPLE: Final = 30
NOT_STATED: Final = "Not stated by who trained it."
ALWAYS: Final = (
    "It supports a professional's judgement and research; it makes no diagnosis.",
    "It says nothing reliable of exercises, sensors and people unlike those it learned from.",
)


@dataclass(frozen=True)
class Card:
    """The card's content; ``facts`` is what its JSON holds."""

    facts: Mapping[str, Any]

    def write(self, folder: Path) -> None:
        """``card.json`` and ``card.md``."""
        with atomic(folder / "card.json") as unfinished:
            unfinished.write_text(json.dumps(self.facts, indent=1) + "\n")
        with atomic(folder / "card.md") as unfinished:
            unfinished.write_text(self.markdown())

    def markdown(self) -> str:
        """The card for people."""
        facts = self.facts
        data, training = facts["data"], facts["training"]
        lines = [
            f"# {facts['name']}", "",
            f"Learns `{facts['label']}` ({facts['kind']}) with {facts['network']}.", "",
            "## Intended use", "", facts["use"], "",
            "## Data", "",
            f"{data['recordings']} recordings ({data['samples']} samples) of {data['people']} "
            f"people. Exercises: {_counted(data['exercises'])}. Groups: "
            f"{_counted(data['groups'])}. {len(data['refused'])} recordings gave no sample.", "",
            f"Fingerprint `{data['fingerprint']}`.", "",
            "## Figures", "",
            f"On people held back (`{facts['protocol']}`: {facts['protocol_words']}). The rows "
            "below the model see no movement.", "",
            *_table(facts["figures"]), "",
            *_groups(facts["by_group"]),
            "## Training", "",
            f"{training['epochs']} of {training['of']} epochs, stopped by "
            f"{training['stopped_by']}; weights of epoch {training['best_epoch']}; learned from "
            f"{training['people']} people.", "",
            "## Limits", "", *(f"- {limit}" for limit in facts["limits"]), "",
        ]  # fmt: skip
        return "\n".join(lines)


def card_of(
    table: OwnTable, data: TaskData, model: NetworkModel, protocol: str,
    found: Mapping[str, Mapping[str, Any]], course: Course, kept: NDArray[np.intp], use: str,
) -> Card:  # fmt: skip
    """The card of a model that learned from the samples ``kept``."""
    arrays = data.arrays
    words = PROTOCOLS[protocol].words if protocol in PROTOCOLS else "the table's own split"
    people = sorted(set(arrays.who.subjects[kept].tolist()))
    own = found[model.network]
    return Card({
        "name": f"{table.dataset.name}: {table.label}",
        "label": table.label,
        "kind": data.task.kind,
        "network": model.network,
        "rehabkit": rehabkit.__version__,
        "use": use or NOT_STATED,
        "data": {
            "samples": len(arrays), "recordings": len(set(arrays.who.recordings.tolist())),
            "people": len(set(arrays.who.subjects.tolist())),
            "exercises": Counter(arrays.column("exercise").tolist()),
            "groups": Counter(arrays.column("group").tolist()),
            "refused": [list(one) for one in arrays.refused], "fingerprint": arrays.fingerprint,
        },
        "protocol": protocol,
        "protocol_words": words,
        "figures": {m: _figures(data, one) for m, one in _shown(model.network, found).items()},
        "by_group": _by_group(data, own),
        "training": {**course.facts(model.settings), "people": len(people),
                     "settings": asdict(model.settings), "augmentation": model.augmentation},
        "limits": _limits(data, own),
    })  # fmt: skip


def _shown(network: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The model first."""
    return {network: found[network]} | {m: one for m, one in found.items() if m != network}


@dataclass(frozen=True, eq=False)
class _Said:
    """Truth and prediction of samples that were tested."""

    truth: NDArray[Any]
    predicted: NDArray[Any]
    subjects: NDArray[np.str_]
    groups: NDArray[np.str_]

    def take(self, kept: NDArray[Any]) -> _Said:
        """Some of them."""
        return _Said(*(getattr(self, f)[kept] for f in ("truth", "predicted", "subjects",
                                                        "groups")))  # fmt: skip


def _said(data: TaskData, results: Mapping[str, Any]) -> _Said:
    places = {json.dumps(s.names, sort_keys=True): i for i, s in enumerate(data.arrays.samples)}
    names = tuple(data.arrays.samples[0].names)
    tests = [t for fold in results["folds"] for t in fold["test"]]
    order = [places[json.dumps({n: t[n] for n in names}, sort_keys=True)] for t in tests]
    truth = data.truth[order]
    first = truth[:, 0] if data.task.kind == "score" else truth
    who = data.arrays.who
    return _Said(
        first, np.array([t[data.task.outputs[0]] for t in tests]), who.subjects[order],
        who.groups[order],
    )  # fmt: skip


def _figures(data: TaskData, results: Mapping[str, Any]) -> dict[str, float | None]:
    said = _said(data, results)
    return _of(said, data.task.kind) | _interval(said, data.task.kind)


def _of(said: _Said, kind: str) -> dict[str, float | None]:
    every: dict[str, metrics.Metric] = (
        {"mad": metrics.mad, "rmse": metrics.rmse, "spearman": metrics.spearman}
        if kind == "score"
        else {"balanced_accuracy": metrics.balanced_accuracy, "accuracy": metrics.accuracy,
              "macro_f1": metrics.macro_f1}
    )  # fmt: skip
    return {n: _plain(metric(said.truth, said.predicted)) for n, metric in every.items()}


def _plain(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None


def _interval(said: _Said, kind: str) -> dict[str, float | None]:
    """95 % of the first figure, people drawn."""
    first = metrics.mad if kind == "score" else metrics.balanced_accuracy
    if len(set(said.subjects.tolist())) < 2:
        return {"low": None, "high": None}

    def figure(kept: NDArray[np.intp]) -> float:
        return float(first(said.truth[kept], said.predicted[kept]))

    found = metrics.by_people(figure, said.subjects, resamples=300)
    return {"low": _plain(found.low), "high": _plain(found.high)}


def _by_group(data: TaskData, results: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    said = _said(data, results)
    return {
        name: {
            "people": len(set(said.subjects[said.groups == name].tolist())),
            **_of(said.take(said.groups == name), data.task.kind),
        }
        for name in np.unique(said.groups).tolist()
        if name
    }


def _limits(data: TaskData, own: Mapping[str, Any]) -> list[str]:
    found = list(ALWAYS)
    people = len(set(data.arrays.who.subjects.tolist()))
    if people < FEW_PEOPLE:
        found.append(f"{people} people are few: the intervals say how little is known.")
    missing = int(np.sum(data.arrays.who.groups == ""))
    if missing:
        found.append(f"{missing} samples name no group: nobody knows for whom it is worse.")
    cut = [f for f in own["folds"] if f["settings"].get("stopped_by") == "budget"]
    if cut:
        found.append(
            f"{len(cut)} of {len(own['folds'])} trainings behind the figures ran out of time."
        )
    return found


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name or 'not stated'} {count}" for name, count in sorted(counts.items()))


def _table(figures: Mapping[str, Mapping[str, float | None]]) -> list[str]:
    names = list(next(iter(figures.values())))
    head = ["row", *(_words(n) for n in names if n not in ("low", "high")), "95 % of the first"]
    rows = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for model, found in figures.items():
        values = [_number(v) for n, v in found.items() if n not in ("low", "high")]
        between = f"{_number(found['low'])} to {_number(found['high'])}"
        rows.append(f"| {' | '.join([model, *values, between])} |")
    return rows


def _groups(by_group: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not by_group:
        return []
    names = list(next(iter(by_group.values())))
    rows = [f"| group | {' | '.join(_words(n) for n in names)} |", "|" + "---|" * (len(names) + 1)]
    rows += [
        f"| {group} | {' | '.join(_number(v) for v in found.values())} |"
        for group, found in by_group.items()
    ]
    return [*rows, ""]


def _words(name: str) -> str:
    return {"mad": "MAD", "rmse": "RMSE", "macro_f1": "macro F1"}.get(name, name.replace("_", " "))


def _number(value: float | None) -> str:
    if value is None:
        return "not known"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
