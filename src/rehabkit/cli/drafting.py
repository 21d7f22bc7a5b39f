"""``rehabkit exercises draft``: what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehabkit.authoring.draft import Draft


def run(
    files: list[Path], out: Path, name: str, exercise_id: str, count: int | None,
    signal: str | None, options: dict[str, Any],
) -> None:  # fmt: skip
    """Draft from ``files``, write ``out`` and say what was found."""
    from rehabkit.authoring.draft import draft
    from rehabkit.authoring.example import read_example
    from rehabkit.authoring.writing import write
    from rehabkit.errors import RehabkitError
    from rehabkit.exercises import catalogue

    if out.suffix != ".toml":
        raise RehabkitError(f"Expected --out to end in .toml, found {str(out)!r}.")
    examples = [read_example(path, **options) for path in files]
    drafted = draft(
        examples, exercise_id=exercise_id or _id_of(name or out.stem), name=name, count=count,
        signal=signal,
    )  # fmt: skip
    write(drafted, out)
    catalogue.load_file(out)
    _say(drafted, out)


def _id_of(text: str) -> str:
    """``"Wall slide"`` -> ``"wall-slide"``."""
    import re

    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _say(drafted: Draft, out: Path) -> None:
    from rehabkit.authoring.phrases import driven_by, reps, sides_words
    from rehabkit.cli.console import results

    console, exercise = results(), drafted.exercise
    for example, chosen in drafted.examples:
        repetitions = chosen.segmentation.repetitions
        sides = sides_words(repetitions)
        console.print(
            f"{example.name}: {reps(len(repetitions))}, driven by {driven_by(chosen.driver)}"
            + (f"; {sides}" if sides else "") + ".",
            markup=False,
        )  # fmt: skip
    console.print()
    console.print(exercise.name, style="name", markup=False)
    console.print(exercise.description, markup=False)
    console.print(facts(exercise))
    console.print("\nLook at:", style="name")
    for sentence in drafted.look:
        console.print(f"- {sentence}", markup=False)
    console.print(f"\nWritten: {out}", markup=False)
    for line in (
        f"  see it      rehabkit exercises show {out} --picture {out.with_suffix('.svg')}",
        f"  check it    rehabkit exercises check {out}",
        f"  use it      rehabkit analyze RECORDING --exercise {out} --out report",
    ):
        console.print(line, markup=False, soft_wrap=True)


def facts(exercise: Any) -> Any:
    """What is needed and watched, as ``show`` prints it."""
    from rehabkit.cli.exercises import facts_of

    return facts_of(exercise)
