"""``rehabkit demo``: a generated exercise, analysed like any recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

app = typer.Typer(add_completion=False)

SAMPLE: Final = "sample.csv"


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the sample and its report go.")
    ] = Path("out/demo"),
) -> None:
    """Generate a sample recording and analyse it.

    Nobody is in it: the movement comes from RehabKit's generator, with faults dialled in.
    """
    from rehabkit import reading
    from rehabkit.batch.options import Options
    from rehabkit.cli.analyze import run
    from rehabkit.simulate import demo_recording

    recording = demo_recording()
    sample = out / SAMPLE
    reading.write(recording, sample)
    exercise = recording.exercise.id or None
    named = f" --exercise {exercise}" if exercise else ""
    typer.echo(f"$ rehabkit analyze {sample}{named} --out {out}", err=True)
    status = run([str(sample)], str(out), Options(exercise))
    if status == 0:
        typer.echo(f"\nOpen this file in a browser: {(out / 'report.html').resolve()}")
    raise typer.Exit(status)
