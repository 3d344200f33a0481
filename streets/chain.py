"""A track's steps as the matcher finds them, and the way back through those that are likeliest."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from streets.graph import Floats
from streets.steps import PLACES, Error


@dataclass(slots=True)
class ChainStep:
    """A fix with streets near it (`streets.steps.Places`), and how each place on them is reached from the step before.

    Per place: ``left``, the likeliest place of the step before as it is left, and ``came``, the same as it is reached:
    the other direction when the vehicle turns back there. Both are empty at the first step of a piece.
    """

    number: int
    fix: tuple[float, float, float]
    silent_s: float
    segment: list[int]
    along_m: list[float]
    straight_m: float = 0.0
    longest_m: float = 0.0
    left: bytes = b""
    came: bytes = b""


class Stop(NamedTuple):
    """A step with the place chosen: the edge it is reached by, the one it is left by (turned back: the other one)."""

    step: ChainStep
    along_m: float
    edge: int
    onward: int


class Chain:
    """The steps of a track's unbroken piece so far, and how likely each place of the newest one is."""

    def __init__(self) -> None:
        self.error = Error()
        self.steps: list[ChainStep] = []
        self.score: Floats = np.full(PLACES, -np.inf)
        self.silent_s = 0.0

    def traced(self, score: Floats | None = None) -> list[Stop]:
        """The likeliest choices so far."""
        return self.trace(len(self.steps) - 1, int((self.score if score is None else score).argmax()))

    def trace(self, last: int, choice: int) -> list[Stop]:
        """The likeliest choices up to a place of the step numbered ``last``."""
        stops: list[Stop] = []
        onward = choice
        for step in self.steps[last::-1] if last >= 0 else ():
            twice = 2 * step.segment[choice // 2]
            stops.append(Stop(step, step.along_m[choice // 2], twice + choice % 2, twice + onward % 2))
            if step.came:
                choice, onward = step.came[choice], step.left[choice]
        return stops[::-1]

    def settle(self) -> list[Stop]:
        """Let go of what no later step can change, and return it: up to the newest step all likely ways share."""
        alive = set(np.flatnonzero(self.score > -np.inf).tolist())
        for last in range(len(self.steps) - 2, 0, -1):
            came = self.steps[last + 1].came
            alive = {came[choice] for choice in alive}
            if len(alive) == 1:
                break
        else:
            return []
        settled = self.trace(last, alive.pop())
        # The step they share stays, as the one from which the next way begins.
        self.steps = self.steps[last:]
        self.steps[0].left = self.steps[0].came = b""
        return settled
