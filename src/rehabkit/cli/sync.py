"""``rehabkit sync``: two sensors of one movement on one clock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(add_completion=False)

Clocks = Literal["stamps", "start", "span", "signal"]
Method = Literal["interpolate", "nearest", "exact"]


@app.command()
def sync(
    first: Annotated[Path, typer.Argument(metavar="A", help="The recording whose clock is kept.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="The other sensor's.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where both are written.")],
    clocks: Annotated[
        Clocks,
        typer.Option(
            help="How the clocks relate: stamps of one clock, the same start (FineRehab's "
            "trigger), the same span from first to last frame, or found from a signal that both "
            "saw."
        ),
    ] = "signal",
    method: Annotated[
        Method,
        typer.Option(
            help="How frames are paired; 'exact' keeps equal stamps only (FineRehab's Eq. 1)."
        ),
    ] = "interpolate",
    signal: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="An angle, or a joint for its height, to find the lag by, or a point of each: "
            "hand_right=right_hand; else the angle whose lag most others confirm.",
        ),
    ] = None,
    max_lag_s: Annotated[
        float | None, typer.Option(metavar="S", help="The largest offset to look at.")
    ] = None,
    max_drift: Annotated[
        float,
        typer.Option(
            metavar="SHARE", help="How far the clocks' rates may differ: 0.01 looks within 1 %."
        ),
    ] = 0.0,
    suffix: Annotated[
        str, typer.Option("--to", metavar="SUFFIX", help="Format of the results.")
    ] = ".parquet",
) -> None:
    """Bring two recordings onto one time line and write both.

    Prints the offset, how well the signal agrees there, and whether another offset fits as well.
    """
    from rehabkit import reading
    from rehabkit.kinematics.common_signal import common_signal
    from rehabkit.signals.synchronise import synchronise

    a, b = reading.read(first), reading.read(second)
    search = {"max_lag_s": max_lag_s, "max_drift": max_drift}
    pair = common_signal(a, b, signal, **search) if clocks == "signal" else None
    made = synchronise(
        a, b, clocks=clocks, method=method, signal=(pair.of_a, pair.of_b) if pair else None,
        max_lag_s=max_lag_s, max_drift=max_drift,
    )  # fmt: skip
    ending = suffix if suffix.startswith((".", "_")) else f".{suffix}"
    for recording, stem in zip((made.a, made.b), _stems(first, second), strict=True):
        target = out / f"{stem}-synchronised{ending}"
        reading.write(recording, target)
        typer.echo(f"{recording!r} written to {target}")
    typer.echo(f"time in A = {made.offset_s:+.3f} s + {made.rate_ratio:.6g} x time in B")
    typer.echo(f"kept: {made.kept_a:.0%} of A's frames, {made.kept_b:.0%} of B's")
    if made.lag is not None and pair is not None:
        doubt = f"; IN DOUBT: {', '.join(made.lag.doubts)}" if made.lag.doubts else ""
        typer.echo(f"by {pair.name}: correlation {made.lag.correlation:.3f}, next best "
                   f"{made.lag.runner_up:.3f}{doubt}")  # fmt: skip
        if pair.others:
            few = "; IN DOUBT" if pair.agreeing < min(2, pair.others) else ""
            typer.echo(f"{pair.agreeing} of {pair.others} other signals agree within 0.1 s{few}")


def _stems(first: Path, second: Path) -> tuple[str, str]:
    """Names of the results; those of one name (``kinect/trial``, ``vicon/trial``) stay apart."""
    if first.stem.casefold() != second.stem.casefold():
        return first.stem, second.stem
    return f"{first.stem}-a", f"{second.stem}-b"
