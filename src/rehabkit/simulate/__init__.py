"""Generated movement with dialled faults and its truth."""

from rehabkit.simulate.exercises import DONE, done
from rehabkit.simulate.generator import demo_recording, generate
from rehabkit.simulate.motions import MOTIONS
from rehabkit.simulate.sensor import placeable
from rehabkit.simulate.timeline import Tempo
from rehabkit.simulate.types import Faults, Simulated, TrueFault, TrueRepetition, Truth

__all__ = [
    "DONE",
    "MOTIONS",
    "Faults",
    "Simulated",
    "Tempo",
    "TrueFault",
    "TrueRepetition",
    "Truth",
    "demo_recording",
    "done",
    "generate",
    "placeable",
]
