"""``rehabkit bench``: the benchmark's tasks; running cells of them, and tables of the results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from rehabkit.bench.cells import Cell
    from rehabkit.bench.checkpoints import Progress
    from rehabkit.bench.running import Watch
    from rehabkit.bench.splits import Split

app = typer.Typer(
    add_completion=False, no_args_is_help=True,
    help="Compare models without leaking people: list tasks, run cells, print tables.",
)  # fmt: skip

Root = Annotated[
    Path,
    typer.Option(
        "--root", metavar="DIR", envvar="REHABKIT_DATA",
        help="A folder with data sets, each under its name.",
    ),
]  # fmt: skip
Results = Annotated[
    Path, typer.Option("--results", metavar="DIR", help="Where cells are, one JSON file each.")
]
TaskName = Annotated[str, typer.Argument(metavar="TASK", help="A name that 'list' prints.")]
Way = Annotated[str | None, typer.Option(metavar="NAME", help="In place of the task's first.")]
Cache = Annotated[
    Path, typer.Option(metavar="DIR", help="Where cleaned recordings and trainings are kept.")
]
DATA = Path(".data")
CACHE = Path(".cache/bench")
RESULTS = Path("benchmarks/results")


@app.command("list")
def list_() -> None:
    """List tasks with their protocols, and models."""
    from rich.table import Table

    from rehabkit.bench import ablations, learners
    from rehabkit.bench.protocols import PROTOCOLS
    from rehabkit.bench.tasks import TASKS
    from rehabkit.cli.console import results

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="name", no_wrap=True)
    table.add_column()
    for task in TASKS.values():
        ways = [f"{n} (leaky)" if PROTOCOLS[n].leaky else n for n in task.protocols]
        table.add_row(task.name, f"{task.words}\n[quiet]{', '.join(ways)}[/quiet]")
    results().print(table)
    for kind, words in (("score", "scores"), ("classes", "classes")):
        plain = [name for name in learners.names(kind) if not ablations.part_of(name)]
        results().print(f"models of {words}: {', '.join(plain)}", soft_wrap=True)
    parts = ", ".join(ablations.SHAPES)
    results().print(
        f"ablations of D2STA, run where they are named: d2sta-PART, d2sta-PART-short and so on, "
        f"with PART one of {parts}", soft_wrap=True,
    )  # fmt: skip


@app.command()
def run(
    name: TaskName,
    root: Root = DATA,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="NAME", help="Only this model; may be repeated."),
    ] = None,
    protocols: Annotated[
        list[str] | None,
        typer.Option(
            "--protocol", metavar="NAME", help="In place of the task's first; may be repeated."
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", min=1, help="Seeds, from 0.")] = 1,
    device: Annotated[
        str, typer.Option(help="cpu, cuda, auto, or several GPUs as cuda:2.")
    ] = "cpu",
    budget_min: Annotated[
        float,
        typer.Option(
            "--budget-min",
            metavar="MIN",
            min=0,
            help="Minutes a cell may take with all its folds; 0: any.",
        ),
    ] = 30.0,
    epochs: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Epochs of every network; 0: its own number."),
    ] = 0,
    results_: Results = RESULTS,
    cache: Cache = CACHE,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes to read with.")] = 1,
) -> None:
    """Run a task: every model under every protocol and seed is a cell, a JSON file.

    What a file holds already is not run again: a run that was stopped goes on, also within a fold.
    Example: rehabkit bench run kimore-score-recording --model stgcn --budget-min 10
    """
    from rehabkit.bench import running
    from rehabkit.bench.running import Plan
    from rehabkit.bench.tasks import task
    from rehabkit.cli.analyze import progress_bar
    from rehabkit.cli.console import results

    chosen = task(name)
    plan = Plan(
        chosen, tuple(models or ()), tuple(protocols or ()), seeds, device, budget_min, epochs
    )
    with progress_bar() as bar:
        watch = _watch(bar)
        data = chosen.load(root, cache, workers)
        for place, why in data.arrays.refused:
            bar.console.print(f"left out: {place}: {why}", style="quiet")
        for place in data.arrays.unturned:
            bar.console.print(f"no orientations, no joint is turned: {place}", style="quiet")
        done = running.run(plan, data, results_, cache, watch)
    results().print(f"{len(done)} cells of {name} are in {results_ / name}", soft_wrap=True)


def _watch(bar: Bar) -> Watch:
    from rehabkit.bench.running import Watch

    line = bar.add_task("Reading recordings", total=None)

    def fold(cell: Cell, split: Split, number: int, of: int) -> None:
        words = f"{cell.model}, {cell.protocol}, seed {cell.seed}: {split.name}"
        bar.update(line, description=words, completed=number, total=of)

    def epoch(progress: Progress) -> None:
        words = f"epoch {progress.epoch}, loss {progress.losses[-1]:.4f}"
        bar.update(line, description=words)

    return Watch(fold, epoch)


@app.command()
def table(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="TASK...", help="Names that 'list' prints; all where none is."),
    ] = None,
    root: Root = DATA,
    results_: Results = RESULTS,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write Markdown here; between its marks where it has them.",
        ),
    ] = None,
) -> None:
    """Print tables from cells, joined with the labels of the data at hand.

    A protocol with people on both sides is marked leaky, with the rows that see no movement.
    Figures that papers print stand below. In a document with the lines <!-- tables begin --> and
    <!-- tables end --> only what is between them is exchanged.
    """
    from rehabkit.bench import tables
    from rehabkit.bench.tasks import TASKS, task
    from rehabkit.formats.files import atomic

    wanted = names or [name for name in TASKS if (results_ / name).is_dir()]
    chosen = [task(name) for name in wanted]
    text = tables.of_tasks(chosen, root, results_)
    if out is None:
        typer.echo(text)
        return
    document = out.read_text() if out.is_file() else ""
    with atomic(out) as unfinished:
        unfinished.write_text(tables.placed(text, document))
    typer.echo(f"tables of {', '.join(wanted) or 'nothing'} written to {out}")


@app.command("published")
def published_() -> None:
    """Print the figures that papers print, each with its split, and what their texts lost."""
    from rehabkit.bench import published

    typer.echo(published.markdown())


@app.command()
def figures(
    name: TaskName,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to write the pictures.")],
    root: Root = DATA,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A D2STA, one network for all exercises.")
    ] = "d2sta-short",
    protocol: Way = None,
    folds: Annotated[
        int, typer.Option(metavar="N", min=1, help="Networks asked for predictions.")
    ] = 1,
    budget_min: Annotated[
        float,
        typer.Option(
            "--budget-min",
            metavar="MIN",
            min=0,
            help="Minutes a fold is trained where the cache holds no training; 0: any.",
        ),
    ] = 5.0,
    cache: Cache = CACHE,
) -> None:
    """Draw what a D2STA learned: its groups, its attention, its losses, predicted against true.

    The trainings of 'bench run' in the cache are taken, or it is trained now.
    Example: rehabkit bench figures kimore-score-recording --to pictures
    """
    from rehabkit.bench import d2sta_figures
    from rehabkit.bench.cells import Cell
    from rehabkit.bench.d2sta_trained import trained
    from rehabkit.bench.tasks import task
    from rehabkit.cli.analyze import progress_bar

    chosen = task(name)
    cell = Cell(name, model, protocol or chosen.protocols[0])
    with progress_bar() as bar:
        watch = _watch(bar)
        data = chosen.load(root, cache)
        found = trained(data, cell, cache, folds=folds, budget_s=60 * budget_min, watch=watch.epoch)
    written = d2sta_figures.write(found, to)
    typer.echo(f"{found.title}: {', '.join(p.name for p in written)} written to {to}")


@app.command()
def export(
    name: TaskName,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write (.pkl).")],
    root: Root = DATA,
    protocol: Way = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0)] = 0,
    cache: Cache = CACHE,
) -> None:
    """Write a task's samples with labels and splits as a skeleton pickle, which PYSKL takes.

    Example: rehabkit bench export ui-prmd-correct --to samples.pkl
    """
    from rehabkit.bench import skeleton_pickle
    from rehabkit.bench.tasks import task

    chosen = task(name)
    data = chosen.load(root, cache)
    way = protocol or chosen.protocols[0]
    skeleton_pickle.write(to, data, way, seed)
    typer.echo(f"{len(data.truth)} samples of {name} with the splits of {way} written to {to}")


@app.command()
def splits(
    name: TaskName,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write (.json).")],
    root: Root = DATA,
    protocol: Way = None,
    seeds: Annotated[int, typer.Option(metavar="N", min=1, help="Seeds, from 0.")] = 10,
) -> None:
    """Write who is tested in each split, by person, so that others test on the same people."""
    import json

    from rehabkit.bench import split_files
    from rehabkit.bench.tasks import task
    from rehabkit.formats.files import atomic

    chosen = task(name)
    found = split_files.content(chosen, root, protocol or chosen.protocols[0], seeds)
    with atomic(out) as unfinished:
        unfinished.write_text(json.dumps(found, indent=1) + "\n")
    typer.echo(f"{len(found['splits'])} splits of {len(found['people'])} people written to {out}")
