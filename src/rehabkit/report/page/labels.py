"""Labels that must not meet: which fit on a line, and at which width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, NARROW = 690.0, 285.0
CHARACTER = 0.57


def text_width(text: str, size_px: float = 12.0) -> float:
    """Generous width of ``text`` in px; figures and Arial-like letters take 0.57 em."""
    return CHARACTER * size_px * len(text)


@dataclass(frozen=True)
class Wish:
    """A label that would like to stand at ``at`` (0-100 %), ``width_px`` wide."""

    at: float
    width_px: float
    weight: float = 0.0
    align: str = "middle"

    def span(self, width: float) -> tuple[float, float]:
        """Its left and right end in px on a line ``width`` px long."""
        x = self.at / 100 * width
        left = {"start": x, "middle": x - self.width_px / 2, "end": x - self.width_px}[self.align]
        return left, left + self.width_px


def fitting(
    wishes: Sequence[Wish],
    width: float,
    *,
    gap: float = 6.0,
    taken: Sequence[tuple[float, float]] = (),
    outside: float = 1e9,
) -> list[bool]:
    """Which labels can stand together, heavier ones first; ``taken`` px spans stay free.

    ``outside`` says how far a label may reach over either end.
    """
    placed = list(taken)
    keep = [False] * len(wishes)
    for i in sorted(range(len(wishes)), key=lambda i: (-wishes[i].weight, wishes[i].at)):
        left, right = wishes[i].span(width)
        if left < -outside or right > width + outside:
            continue
        if all(right + gap <= a or left - gap >= b for a, b in placed):
            placed.append((left, right))
            keep[i] = True
    return keep


def wide_and_narrow(wishes: Sequence[Wish], **options: object) -> list[str]:
    """For each label: ``"both"`` widths, ``"wide"`` only, or ``"none"``."""
    wide = fitting(wishes, WIDE, **options)  # type: ignore[arg-type]
    kept = [w for w, fits in zip(wishes, wide, strict=True) if fits]
    narrow = iter(fitting(kept, NARROW, **options))  # type: ignore[arg-type]
    return [("both" if next(narrow) else "wide") if fits else "none" for fits in wide]
