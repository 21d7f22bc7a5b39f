"""What the gate's checks hand back: reasons that forbid, and limits that restrict."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehabkit.assessment.types import Reason


@dataclass
class Verdict:
    """Collected by one check."""

    reasons: list[Reason] = field(default_factory=list)
    limits: list[Reason] = field(default_factory=list)

    def forbid(
        self, code: str, text: str, *, advice: str, span: tuple[float, float] | None = None
    ) -> None:
        """Add a reason not to judge the recording."""
        self.reasons.append(_reason(code, text, advice, span))

    def restrict(
        self, code: str, text: str, *, advice: str = "", span: tuple[float, float] | None = None
    ) -> None:
        """Add a limit to what may be said."""
        self.limits.append(_reason(code, text, advice, span))


def _reason(code: str, text: str, advice: str, span: tuple[float, float] | None) -> Reason:
    start, end = span if span is not None else (None, None)
    return Reason(code, text, start, end, advice)


def percent(share: float) -> str:
    """A share in words that never round to 0 or 100 what is not."""
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{100 * share:.0f} %"
