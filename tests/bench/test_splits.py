"""No protocol has on both sides what it says to keep apart, and a split that leaks is refused."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.bench.protocols import (
    PROTOCOLS,
    Protocol,
    Who,
    held_out_people,
    protocol,
    subject_folds,
)
from rehabkit.bench.splits import Split, by_membership, check, shared
from rehabkit.errors import ModelError

GROUPS = ("expert", "not expert", "stroke")


@pytest.fixture
def who() -> Who:
    """24 people of three groups, two recordings each, three windows of every recording."""
    samples = [(p, r, w) for p in range(24) for r in range(2) for w in range(3)]
    return Who.of(
        [f"s{p:02d}" for p, _, _ in samples],
        [f"s{p:02d} r{r}" for p, r, _ in samples],
        [GROUPS[p % 3] for p, _, _ in samples],
        [f"s{p:02d} r{r}" for p, r, _ in samples],
    )


@pytest.mark.parametrize("name", PROTOCOLS)
def test_nobody_is_on_both_sides(name: str, who: Who) -> None:
    found = protocol(name)
    for split in found.splits(who, seed=3):
        assert not set(split.train) & set(split.test)
        if not found.leaky:
            assert not set(who.subjects[split.train]) & set(who.subjects[split.test])
        if "recording" in found.apart:
            assert not set(who.recordings[split.train]) & set(who.recordings[split.test])


@pytest.mark.parametrize("name", [n for n, p in PROTOCOLS.items() if p.leaky])
def test_a_leaky_protocol_says_so_and_does_leak(name: str, who: Who) -> None:
    splits = protocol(name).splits(who)
    assert any(shared(split, who.subjects) for split in splits)


def test_a_protocol_that_lied_would_be_refused(who: Who) -> None:
    by_sample = protocol("sample-70-30")
    lying = Protocol("lying", "", ("subject",), by_sample.draw)
    with pytest.raises(ModelError, match="subjects are on both sides"):
        lying.splits(who)
    windows = Protocol("windows", "", ("recording",), by_sample.draw)
    with pytest.raises(ModelError, match="recordings are on both sides"):
        windows.splits(who)


@pytest.mark.parametrize(
    "name", ["subject-5fold", "subject-10fold", "leave-one-subject-out", "leave-one-sequence-out"]
)
def test_every_sample_is_tested_once(name: str, who: Who) -> None:
    tested = np.concatenate([split.test for split in protocol(name).splits(who)])
    assert sorted(tested) == list(range(len(who.subjects)))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_seed_gives_the_same_splits(name: str, who: Who) -> None:
    found = protocol(name)
    first, second = found.splits(who, 1), found.splits(who, 1)
    assert all(np.array_equal(a.test, b.test) for a, b in zip(first, second, strict=True))
    other = found.splits(who, 2)
    same = all(np.array_equal(a.test, b.test) for a, b in zip(first, other, strict=True))
    assert same is not found.seeded


@pytest.mark.parametrize("name", [n for n, p in PROTOCOLS.items() if not p.leaky])
def test_more_samples_of_the_same_people_change_nothing(name: str, who: Who) -> None:
    order = np.random.default_rng(0).permutation(len(who.subjects))
    shuffled = Who(*(getattr(who, f)[order] for f in ("subjects", "recordings", "groups",
                                                      "sequences")))  # fmt: skip
    for a, b in zip(protocol(name).splits(who), protocol(name).splits(shuffled), strict=True):
        assert set(who.subjects[a.test]) == set(shuffled.subjects[b.test])


def test_groups_are_spread_evenly() -> None:
    subjects = [f"p{i}" for i in range(60)]
    folds = subject_folds(subjects, [GROUPS[i % 3] for i in range(60)], 5, seed=4)
    for fold in range(5):
        own = [int(p[1:]) % 3 for p, f in folds.items() if f == fold]
        assert [own.count(g) for g in range(3)] == [4, 4, 4]


def test_shares_of_people(who: Who) -> None:
    for name, people in (("subject-3-1", 6), ("subject-70-30", 6)):
        (split,) = protocol(name).splits(who)
        assert len(set(who.subjects[split.test])) == people
    (split,) = protocol("odd-even").splits(who)
    assert all(int(s[1:]) % 2 == 0 for s in who.subjects[split.test])
    (split,) = protocol("healthy-to-patients").splits(who)
    assert set(who.groups[split.test]) == {"stroke"}
    (split,) = protocol("sample-8-1-1").splits(who)
    assert len(split.test) == round(0.1 * len(who.subjects))


def test_people_held_out_are_of_every_group_and_apart(who: Who) -> None:
    split = held_out_people(who, 0.25, seed=2)
    assert not shared(split, who.subjects)
    assert set(who.groups[split.test]) == set(GROUPS)
    assert len(set(who.subjects[split.test])) == 6


def test_what_cannot_be_split_is_refused(who: Who) -> None:
    few = Who.of(["a", "b", "c"])
    with pytest.raises(ModelError, match="5 folds need as many people, found 3"):
        protocol("subject-5fold").splits(few)
    with pytest.raises(ModelError, match="people with numbers"):
        protocol("odd-even").splits(few)
    with pytest.raises(ModelError, match="groups named"):
        protocol("healthy-to-patients").splits(few)
    with pytest.raises(ModelError, match="known: 'healthy-to-patients'"):
        protocol("by-luck")


def test_a_split_by_hand_is_checked() -> None:
    subjects, recordings = ["a", "a", "b", "b"], ["a1", "a2", "b1", "b2"]
    check(by_membership("mine", np.array([False, False, True, True])), subjects, recordings)
    leaks = by_membership("mine", np.array([False, True, False, True]))
    with pytest.raises(ModelError, match=r"mine: 2 subjects are on both sides \(a, b\)"):
        check(leaks, subjects, recordings)
    with pytest.raises(ModelError, match="4 samples to learn from and 0 to test on"):
        check(by_membership("mine", np.zeros(4, dtype=bool)), subjects, recordings)
    twice = Split("mine", np.array([0, 1, 2]), np.array([2, 3]))
    with pytest.raises(ModelError, match="1 samples are learned from and tested on"):
        check(twice, subjects, recordings, apart=())


def test_the_part_of_one_exercise() -> None:
    split = by_membership("mine", np.array([False, False, True, True]))
    part = split.part(np.array([1, 3]))
    assert (part.train.tolist(), part.test.tolist()) == ([1], [3])
