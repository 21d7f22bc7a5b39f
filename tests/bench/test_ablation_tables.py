"""Ablations stand in a table of their own, each beside the whole network trained alike."""

from __future__ import annotations

from tests.bench.test_tables import column, training

from rehabkit.bench import ablation_tables, ablations, learners, tables
from rehabkit.bench.tasks import task

TASK = task("kimore-score-recording")
SETTINGS = (training(0.5, None),)


def test_names_are_taken_apart() -> None:
    assert ablations.part_of("d2sta-one-stream-short-each") == "one-stream"
    assert ablations.whole_of("d2sta-one-stream-short-each") == "d2sta-short-each"
    assert ablations.whole_of("d2sta-groups-4") == "d2sta"
    for name, model in learners.network_models().items():
        assert (ablations.part_of(name) != "") == bool(model.shape)
        assert learners.network_models()[ablations.whole_of(name)].settings == model.settings
    assert ablations.words_of("groups-4") == "4 groups in place of 6"
    assert ablations.words_of("heads-1") == "1 head in place of 8"
    assert all(map(ablations.words_of, ablations.SHAPES))


def test_each_is_compared_with_the_whole_trained_alike() -> None:
    found = {
        "constant": column([1, 2, 3, 4]),
        "d2sta-brief": column([0, 0, 0, 3], settings=SETTINGS),
        "d2sta-groups-2-brief": column([3, 3, 3, 3], settings=SETTINGS),
        "d2sta-none-brief": column([0, 0, 0, 0], settings=SETTINGS),
        "d2sta-none-short": column([1, 1, 1, 1], settings=SETTINGS),
    }
    brief, short = "\n".join(ablation_tables.table(TASK, found)).strip().split("\n\n")
    head, _, whole, none, groups = brief.splitlines()
    assert head.startswith("| ablations of d2sta-brief |")
    assert whole.startswith("| d2sta-brief | the whole network | 1 | 1 | 0.500 | 0.500 (")
    assert whole.endswith("|  |")
    assert none.split(" | ")[-1].startswith("-0.500 (")
    assert groups.split(" | ")[-1].startswith("+2.500 (")
    assert "2 groups in place of 6" in groups
    assert short.splitlines()[0].startswith("| ablations of d2sta-short |")
    assert short.splitlines()[2].endswith("| the whole was not run |")
    assert ablation_tables.table(TASK, {"constant": found["constant"]}) == []


def test_other_tables_are_of_whole_networks_alone() -> None:
    found = {name: column([1, 2, 3, 4]) for name in ("constant", "d2sta-none-short", "lite")}
    assert tables._shown(found) == ["constant", "lite"]
