"""Healthy people's curves as pictures show them: mean and band, mirrored where the person moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehabkit.assessment.criteria import BAND_WIDTH, spread_of
from rehabkit.assessment.healthy import comparable, why_not_comparable
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording import side_of, without_side
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import OTHER, SIDES
from rehabkit.report.analysis import Analysis
from rehabkit.templates.courses import place_of
from rehabkit.templates.types import Curve, Template


@dataclass(frozen=True, eq=False)
class Band:
    """Mean and band of healthy people, (51,) each, at 0, 2, ... 100 % of a repetition.

    The band is two standard deviations between people to each side, of angles as scores take it
    (``criteria.spread_of``); a distance is never below 0.
    """

    mean: Float
    low: Float
    high: Float
    people: int


@dataclass(frozen=True, eq=False)
class Healthy:
    """Whom the person's curves are drawn against; ``reason`` says why against nobody."""

    template: Template | None = None
    reason: str = ""

    @classmethod
    def of(cls, analysis: Analysis) -> Healthy:
        """Those whom the same kind of sensor recorded."""
        if analysis.exercise is None:
            return cls(reason="no exercise was named, so there is nothing to compare with")
        return cls(comparable(analysis.case), why_not_comparable(analysis.case))

    def angle(self, name: str, moved: tuple[str, ...]) -> Band | None:
        """The band of an angle in repetitions of the sides ``moved``.

        None where healthy people have no such curve, and where an axial angle's repetitions go to
        both sides: their mean is a movement that nobody made.
        """
        base = without_side(name)
        if self.template is None or base not in ANGLES:
            return None
        sides = {side if side in SIDES else "" for side in moved}
        own = side_of(name) or ""
        if ANGLES[base].sided:
            sides = {own if sides & {own, ""} else "other"}
        elif not ANGLES[base].signed:
            sides = {""}
        if len(sides) != 1:
            return None
        side = sides.pop()
        key, sign = place_of(base, own, OTHER[own] if side == "other" else side)
        curve = self.template.curves.get(key)
        return None if curve is None else band_of(curve, sign)


def band_of(curve: Curve, sign: float = 1.0) -> Band:
    """A template's curve as a band; ``sign`` -1 mirrors it."""
    spread = spread_of(curve) if curve.unit == "deg" else curve.sd
    mean = sign * curve.mean
    low, high = mean - BAND_WIDTH * spread, mean + BAND_WIDTH * spread
    if curve.unit == "body":
        low = np.maximum(low, 0.0)
    return Band(mean, low, high, curve.people)
