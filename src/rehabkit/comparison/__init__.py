"""Repetitions, visits, sides and sensors against each other, with what is beyond error."""

from __future__ import annotations

from rehabkit.comparison.compare import Comparison, compare_sides, compare_visits
from rehabkit.comparison.people import over_people
from rehabkit.comparison.sensors import Agreement, compare_sensors
from rehabkit.comparison.sessions import over_sessions, within_session

__all__ = [
    "Agreement",
    "Comparison",
    "compare_sensors",
    "compare_sides",
    "compare_visits",
    "over_people",
    "over_sessions",
    "within_session",
]
