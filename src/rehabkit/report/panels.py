"""Which angles are shown, and each one's repetitions stretched to 0-100 %."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rehabkit.repetitions.cycles import cycles, percent
from rehabkit.report.curves import Array, Curves
from rehabkit.report.document import Summary
from rehabkit.report.healthy import Band, Healthy
from rehabkit.report.scales import Scale, inner, with_room
from rehabkit.report.words import angle_base_label, angle_label

PERCENT = percent()
_FILL = ("trunk_flexion", "trunk_lateral_flexion", "neck_flexion", "neck_lateral_flexion")
ROWS = 3


@dataclass(frozen=True, eq=False)
class RepetitionCurve:
    """One repetition of one angle, (101,) deg, NaN where it was not seen."""

    number: int
    values: Array
    side: str = "none"

    @property
    def whole(self) -> bool:
        """Whether it was seen from end to end."""
        return bool(np.isfinite(self.values).all())


@dataclass(frozen=True, eq=False)
class Panel:
    """One small axes: an angle's repetitions and what stands in empty axes.

    ``means`` holds (side, (101,) deg): one, or for an axial angle of a movement to both sides
    two; the only whole repetition where there is one. ``bands`` are healthy people's for each of
    those groups, None where they have none.
    """

    name: str
    label: str
    side: str | None
    curves: tuple[RepetitionCurve, ...]
    means: tuple[tuple[str | None, Array], ...]
    empty: str
    scale: Scale
    bands: tuple[tuple[str | None, Band | None], ...] = ()

    @property
    def percent(self) -> Array:
        """(101,) the common horizontal axis."""
        return PERCENT

    @property
    def low(self) -> float:
        """Lower end of the axis, deg."""
        return self.scale.low

    @property
    def high(self) -> float:
        """Upper end of the axis, deg."""
        return self.scale.high


def build_panels(summary: Summary, curves: Curves) -> list[list[Panel]]:
    """Rows of two: left beside right, two axial angles beside each other; same scale in a row."""
    if not summary.repetitions:
        return []
    rows: list[list[str]] = []
    for base in shown_angles(summary, curves):
        pair = [f"{base}_{side}" for side in ("left", "right")]
        if pair[0] in summary.angles:
            rows.append(pair)
            continue
        waiting = next((r for r in rows if len(r) == 1), None)
        if waiting is None:
            rows.append([base])
        else:
            waiting.append(base)
    return [_row(names, summary, curves) for names in rows[:ROWS]]


def shown_angles(summary: Summary, curves: Curves) -> list[str]:
    """Angles without side, most telling first; those that cannot be had only where they matter."""
    exercise = curves.exercise
    drivers = [d.name for d in summary.drivers]
    if exercise is None:
        wanted = [*drivers, *_by_range(summary, curves)]
        needed = set(drivers)
    else:
        primary = [p.angle for p in exercise.primary]
        involved = [i.signal for i in exercise.involved]
        wanted = [*exercise.shown, *primary, *drivers, *involved, *_FILL]
        needed = {*primary, *drivers}
    known = (b for b in dict.fromkeys(wanted) if _names(b, summary))
    return [b for b in known if b in needed or _measurable(b, summary)]


def _names(base: str, summary: Summary) -> list[str]:
    return [n for n in (base, f"{base}_left", f"{base}_right") if n in summary.angles]


def _measurable(base: str, summary: Summary) -> bool:
    return any(summary.angles[n].measurable for n in _names(base, summary))


def _by_range(summary: Summary, curves: Curves) -> list[str]:
    """Angles that moved most beyond their error, each once."""
    from rehabkit.recording import without_side

    moved: dict[str, float] = {}
    for name, angle in summary.angles.items():
        values = curves.angles[name]
        if angle.measurable and angle.seen_share > 0.5:
            low, high = np.nanpercentile(values, [5, 95])
            base = without_side(name)
            moved[base] = max(moved.get(base, 0.0), float(high - low) - (angle.error or 10.0))
    return sorted(moved, key=lambda base: -moved[base])


def _row(names: list[str], summary: Summary, curves: Curves) -> list[Panel]:
    cut = {name: _cut(name, summary, curves) for name in names}
    bands = {name: _bands(name, cut[name], curves.healthy) for name in names}
    drawn = {
        name: [
            *(c.values for c in cut[name]),
            *(end for _, band in bands[name] if band for end in (band.low, band.high)),
        ]
        for name in names
    }
    if _side(names[0]) is None:  # two different angles need not share a scale
        axes = [_axis(drawn[name]) for name in names]
    else:
        axes = [_axis([values for each in drawn.values() for values in each])] * len(names)
    return [_panel(n, cut[n], bands[n], axis, summary) for n, axis in zip(names, axes, strict=True)]


def _bands(
    name: str, curves: tuple[RepetitionCurve, ...], healthy: Healthy
) -> tuple[tuple[str | None, Band | None], ...]:
    """Healthy people's band of each group of repetitions; two that are the same are one."""
    groups = _groups(_side(name), curves) if curves else []
    found = [(g, healthy.angle(name, tuple(c.side for c in mine))) for g, mine in groups]
    if len(found) == 2 and found[0][1] and found[1][1]:
        same = np.array_equal(found[0][1].mean, found[1][1].mean)
        return ((None, found[0][1]),) if same else tuple(found)
    return tuple(found)


def _cut(name: str, summary: Summary, curves: Curves) -> tuple[RepetitionCurve, ...]:
    side = _side(name)
    mine = [r for r in summary.repetitions if side is None or r.side in (side, "both", "none")]
    mine = mine or summary.repetitions
    found = cycles(curves.angles[name], curves.time, mine)
    parts = (RepetitionCurve(r.number, v, r.side) for r, v in zip(mine, found, strict=True))
    return tuple(p for p in parts if np.isfinite(p.values).any())


def _side(name: str) -> str | None:
    return next((s for s in ("left", "right") if name.endswith(f"_{s}")), None)


def _axis(curves: Iterable[Array]) -> Scale:
    """One scale for a row: 0 on it, at least 20 deg each way it goes, a little air."""
    found = [c[np.isfinite(c)] for c in curves]
    low = min((float(c.min()) for c in found if len(c)), default=0.0)
    high = max((float(c.max()) for c in found if len(c)), default=90.0)
    small = low > -3 and high < 3
    low = min(low, -20.0) if low < -3 or small else 0.0
    high = max(high, 20.0)
    air = 0.06 * (high - low)
    return with_room(inner(low - air, high + air, most=4))


def _panel(
    name: str, curves: tuple[RepetitionCurve, ...],
    bands: tuple[tuple[str | None, Band | None], ...], axis: Scale, summary: Summary,
) -> Panel:  # fmt: skip
    side, angle = _side(name), summary.angles[name]
    return Panel(
        name=name,
        label=angle_label(name) if side else angle_base_label(name),
        side=side,
        curves=curves,
        means=_means(side, curves),
        empty="" if curves else angle.reason or "not seen in any repetition",
        scale=axis,
        bands=bands,
    )


def _means(
    side: str | None, curves: tuple[RepetitionCurve, ...]
) -> tuple[tuple[str | None, Array], ...]:
    """The mean of those seen from end to end; of an axial angle one to each side.

    The mean of bends to the left and to the right would be a movement that nobody made.
    """
    out: list[tuple[str | None, Array]] = []
    for group, mine in _groups(side, curves):
        whole = [c.values for c in mine if c.whole]
        if len(whole) > 1:
            out.append((group, np.mean(whole, axis=0)))
        elif len(whole) == 1:
            out.append((group, whole[0]))
    return tuple(out)


def _groups(
    side: str | None, curves: tuple[RepetitionCurve, ...]
) -> list[tuple[str | None, list[RepetitionCurve]]]:
    """Repetitions that belong together: all, or of an axial angle those to each side."""
    if side is None and {"left", "right"} <= {c.side for c in curves}:
        return [(group, [c for c in curves if c.side == group]) for group in ("left", "right")]
    return [(side, list(curves))]
