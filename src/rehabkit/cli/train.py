"""``rehabkit train``: a network for a user's own recordings and labels."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rehabkit.bench.checkpoints import Progress
    from rehabkit.bench.training import Asked

app = typer.Typer(add_completion=False)


class Task(StrEnum):
    """What is learned."""

    auto = "auto"
    score = "score"
    classes = "classes"


class Sample(StrEnum):
    """What a sample is."""

    recording = "recording"
    repetition = "repetition"
    window = "window"


class Export(StrEnum):
    """What is written besides."""

    onnx = "onnx"


@app.command()
def train(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where all goes; run again, it goes on.")
    ],
    table: Annotated[
        Path | None,
        typer.Argument(
            metavar="TABLE",
            help="Recordings, labels and people (.csv, .parquet); docs/training.md.",
        ),
    ] = None,
    label: Annotated[str, typer.Option(metavar="COLUMN", help="What is learned.")] = "label",
    task: Annotated[
        Task, typer.Option(help="auto: scores where every label is a number, else classes.")
    ] = Task.auto,
    network: Annotated[
        str, typer.Option(metavar="NAME", help="'bench list' names them.")
    ] = "stgcn",
    protocol: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="How people are held back, where the table has no column 'split'."
        ),
    ] = "subject-5fold",
    sample: Annotated[Sample, typer.Option(help="What a sample is.")] = Sample.recording,
    augmentation: Annotated[str, typer.Option(help="none, finerehab or all.")] = "none",
    epochs: Annotated[int, typer.Option(metavar="N", min=1)] = 100,
    rate: Annotated[float, typer.Option(metavar="R", help="Learning rate.")] = 1e-3,
    batch: Annotated[int, typer.Option(metavar="N", min=1)] = 32,
    patience: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Epochs without improvement on people held out; 0: all are run.",
        ),
    ] = 20,
    seed: Annotated[int, typer.Option(metavar="N")] = 0,
    device: Annotated[
        str, typer.Option(help="cpu, cuda, auto, or several GPUs as cuda:2.")
    ] = "cpu",
    budget_min: Annotated[
        float,
        typer.Option("--budget-min", metavar="MIN", min=0, help="Minutes a training; 0: any."),
    ] = 0.0,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write curves for TensorBoard.")
    ] = False,
    use: Annotated[
        str, typer.Option(metavar="TEXT", help="What the model is meant for, for its card.")
    ] = "",
    export: Annotated[
        Export | None, typer.Option(help="Also write model.onnx; without TABLE, of DIR's model.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes to read with.")] = 1,
) -> None:
    """Train a network on your own recordings, with a card that says what it reaches.

    TABLE needs the columns path, subject and label. People are never on both sides: a split that
    leaks is refused. Run again with the same --out, it goes on where it was stopped.
    Example: rehabkit train visits.csv --out model --label score --budget-min 10
    """
    from rehabkit.bench.arrays import Layout
    from rehabkit.bench.learners import NetworkModel
    from rehabkit.bench.learning import Settings
    from rehabkit.bench.training import Asked

    if table is None:
        if export is None:
            raise typer.BadParameter("expected a table, or --export", param_hint="TABLE")
        _export(out)
        return
    settings = Settings(rate=rate, epochs=epochs, batch=batch, patience=patience, seed=seed)
    model = NetworkModel(network, settings, augmentation)
    asked = Asked(
        model, Layout(sample=sample.value), protocol, device, budget_min, tensorboard, use
    )
    _train(table, out, label, task, asked, workers)
    if export is not None:
        _export(out)


def _train(table: Path, out: Path, label: str, task: Task, asked: Asked, workers: int) -> None:
    from rehabkit.bench import training
    from rehabkit.bench.own_data import read_table
    from rehabkit.cli.analyze import progress_bar
    from rehabkit.models import networks

    networks.entry(asked.model.network)
    own = read_table(table, label, task.value)
    with progress_bar() as bar:
        line = bar.add_task("", total=None)

        def epoch(progress: Progress) -> None:
            bar.update(line, completed=progress.epoch, total=asked.model.settings.epochs)

        watch = training.Watch(lambda words: bar.update(line, description=words), epoch)
        done = training.train(own, out, asked, watch, workers)
    typer.echo(done.card.markdown())
    typer.echo(f"model, card and predictions of people held back are in {out}")


def _export(out: Path) -> None:
    from rehabkit.bench import model_files
    from rehabkit.bench.training import MODEL

    model_files.export_onnx(model_files.read(out / MODEL), out / "model.onnx")
    typer.echo(f"{out / 'model.onnx'} written")
