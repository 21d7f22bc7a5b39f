"""The named ways to split: by subject, as papers did, and what each of them keeps apart.

A protocol is seeded and gives the same splits anywhere: it draws names, not positions, so that
more or reordered samples of the same people change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.splits import Names, Split, by_membership, check
from rehabkit.errors import ModelError, choices

Text = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Who:
    """What protocols look at: one name a sample.

    Parameters
    ----------
    subjects, recordings
        Who moved; which recording the sample is, or was cut from.
    groups
        Group of people, for folds in which each has its share.
    sequences
        What a data set keeps together beside people (UTKinect's takes); empty: the recording.
    """

    subjects: Text
    recordings: Text
    groups: Text
    sequences: Text

    @classmethod
    def of(
        cls,
        subjects: Names,
        recordings: Names | None = None,
        groups: Names | None = None,
        sequences: Names | None = None,
    ) -> Who:
        """From plain lists; each sample is a recording of its own where none are given."""
        who = np.asarray(subjects, dtype=np.str_)
        own = np.array([f"{s} {i}" for i, s in enumerate(who)])
        recorded = own if recordings is None else np.asarray(recordings, dtype=np.str_)
        group = np.full(len(who), "") if groups is None else np.asarray(groups, dtype=np.str_)
        taken = recorded if sequences is None else np.asarray(sequences, dtype=np.str_)
        return cls(who, recorded, group, taken)


@dataclass(frozen=True)
class Protocol:
    """A way to split.

    Parameters
    ----------
    words
        What it does, for tables.
    apart
        What it never has on both sides.
    draw
        From the samples and a seed to splits.
    seeded
        Whether another seed gives other splits.
    """

    name: str
    words: str
    apart: tuple[str, ...]
    draw: Callable[[Who, int], Iterator[Split]]
    seeded: bool = True

    @property
    def leaky(self) -> bool:
        """Whether a person may be on both sides: figures then say little of people never seen."""
        return "subject" not in self.apart

    def splits(self, who: Who, seed: int = 0) -> list[Split]:
        """The splits, each checked to keep apart what the protocol says.

        Raises
        ------
        ModelError
            Where there are too few people, or a split leaks.
        """
        found = list(self.draw(who, seed))
        for split in found:
            check(split, who.subjects, who.recordings, apart=self.apart)
        return found


def subject_folds(subjects: Names, groups: Names, folds: int = 5, seed: int = 0) -> dict[str, int]:
    """Person -> fold; every group spread evenly over the folds.

    Raises
    ------
    ModelError
        Where there are fewer people than folds.
    """
    group_of = dict(zip(np.asarray(subjects).tolist(), np.asarray(groups).tolist(), strict=True))
    if len(group_of) < folds:
        raise ModelError(f"{folds} folds need as many people, found {len(group_of)}.")
    random = np.random.default_rng(seed)
    order: list[str] = []
    for group in sorted(set(group_of.values())):
        people = sorted(p for p, g in group_of.items() if g == group)
        order += [people[i] for i in random.permutation(len(people))]
    return {person: place % folds for place, person in enumerate(order)}


def _folds(count: int) -> Callable[[Who, int], Iterator[Split]]:
    def draw(who: Who, seed: int) -> Iterator[Split]:
        fold_of = subject_folds(who.subjects, who.groups, count, seed)
        folds = np.array([fold_of[s] for s in who.subjects.tolist()])
        for fold in range(count):
            yield by_membership(f"seed {seed}, fold {fold}", folds == fold)

    return draw


def _one_out(field: str, words: str) -> Callable[[Who, int], Iterator[Split]]:
    def draw(who: Who, seed: int) -> Iterator[Split]:  # noqa: ARG001 - nothing is drawn
        names: Text = getattr(who, field)
        for name in np.unique(names).tolist():
            yield by_membership(f"without {words} {name}", names == name)

    return draw


def _share(share: float) -> Callable[[Who, int], Iterator[Split]]:
    """A share of each group's people, at least one, to test on."""

    def draw(who: Who, seed: int) -> Iterator[Split]:
        random = np.random.default_rng(seed)
        test: list[str] = []
        for group in np.unique(who.groups).tolist():
            people = np.unique(who.subjects[who.groups == group])
            count = max(1, round(share * len(people))) if len(people) > 1 else 0
            test += random.permutation(people)[:count].tolist()
        yield by_membership(f"seed {seed}", np.isin(who.subjects, test))

    return draw


def held_out_people(who: Who, share: float, seed: int = 0) -> Split:
    """A share of each group's people, at least one, kept back: within a training part, to stop it.

    Raises
    ------
    ModelError
        Where there are too few people to keep one back.
    """
    found = next(_share(share)(who, seed))
    check(found, who.subjects, who.recordings, apart=("subject", "recording"))
    return found


def _odd_even(who: Who, seed: int) -> Iterator[Split]:  # noqa: ARG001 - nothing is drawn
    numbers = [_number(name) for name in who.subjects.tolist()]
    yield by_membership("odd to learn, even to test", np.array(numbers) % 2 == 0)


def _number(name: str) -> int:
    digits = "".join(c for c in name if c.isdigit())
    if not digits:
        raise ModelError(f"Odd and even need people with numbers, found {name!r}.")
    return int(digits)


def _healthy_first(who: Who, seed: int) -> Iterator[Split]:  # noqa: ARG001 - nothing is drawn
    healthy = np.isin(who.groups, HEALTHY)
    if not healthy.any() or healthy.all():
        raise ModelError(
            f"Healthy to patients needs groups named {choices(HEALTHY)} and others; found "
            f"{choices(np.unique(who.groups).tolist())}."
        )
    yield by_membership("healthy to learn, patients to test", ~healthy)


def _by_sample(share: float, folds: int = 1) -> Callable[[Who, int], Iterator[Split]]:
    """Samples shuffled, people ignored."""

    def draw(who: Who, seed: int) -> Iterator[Split]:
        count = len(who.subjects)
        for fold in range(folds):
            order = np.random.default_rng([seed, fold]).permutation(count)
            test = np.isin(np.arange(count), order[: max(1, round(share * count))])
            yield by_membership(f"seed {seed}, draw {fold}", test)

    return draw


HEALTHY: Final = ("expert", "not expert", "healthy")
PROTOCOLS: Final[Mapping[str, Protocol]] = {
    p.name: p
    for p in (
        Protocol("subject-3fold", "three folds by subject", ("subject", "recording"), _folds(3)),
        Protocol("subject-5fold", "five folds by subject", ("subject", "recording"), _folds(5)),
        Protocol("subject-10fold", "ten folds by subject", ("subject", "recording"), _folds(10)),
        Protocol("leave-one-subject-out", "leave one subject out", ("subject", "recording"),
                 _one_out("subjects", "person"), seeded=False),
        Protocol("leave-one-sequence-out", "leave one sequence out", ("recording",),
                 _one_out("sequences", "sequence"), seeded=False),
        Protocol("subject-3-1", "three quarters of the people to learn from",
                 ("subject", "recording"), _share(0.25)),
        Protocol("subject-70-30", "70 % of the people to learn from",
                 ("subject", "recording"), _share(0.3)),
        Protocol("odd-even", "odd people to learn from, even ones to test",
                 ("subject", "recording"), _odd_even, seeded=False),
        Protocol("healthy-to-patients", "healthy people to learn from, patients to test",
                 ("subject", "recording"), _healthy_first, seeded=False),
        Protocol("sample-8-1-1", "a random tenth of the samples to test", (), _by_sample(0.1)),
        Protocol("sample-70-30", "70 % of the samples to learn from, five draws", (),
                 _by_sample(0.3, 5)),
    )
}  # fmt: skip


def protocol(name: str) -> Protocol:
    """A protocol by its name.

    Raises
    ------
    ModelError
        Lists the known ones.
    """
    if name not in PROTOCOLS:
        raise ModelError(f"No protocol is called {name!r}; known: {choices(PROTOCOLS)}.")
    return PROTOCOLS[name]
