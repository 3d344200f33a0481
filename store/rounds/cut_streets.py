"""A day's streets as pieces of the plan's lines, each with its judgement."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.waste.plan import PlannedStreet, Position
from domain.waste.run import RunResult, StreetResult, Stretch
from rounds.cutting import piece

Lines = Mapping[int, PlannedStreet]


@dataclass(frozen=True, slots=True)
class Piece:
    """A judged stretch and where it lies: degrees (longitude, latitude); a stop is a single point."""

    run: RunResult
    street: StreetResult
    stretch: Stretch
    points: Sequence[Position]


@dataclass(frozen=True, slots=True)
class CutDay:
    """All pieces of a day; ``unplaced`` counts streets that the plan has no line for."""

    pieces: Sequence[Piece] = ()
    unplaced: int = 0


async def cut(runs: Iterable[RunResult], lines_of: Callable[[str, int], Awaitable[Lines]]) -> CutDay:
    """Cut ``runs``; ``lines_of`` reads the lines of a route's revision by order.

    A day has thousands of pieces: nobody else's page waits for them.
    """
    return await asyncio.to_thread(_cut, [(run, await lines_of(run.route, run.plan_revision)) for run in runs])


def _cut(found: Iterable[tuple[RunResult, Lines]]) -> CutDay:
    pieces: list[Piece] = []
    unplaced = 0
    for run, lines in found:
        pieces += _pieces(run, lines)
        unplaced += sum(street.order not in lines or not lines[street.order].placed for street in run.streets)
    return CutDay(pieces, unplaced)


def _pieces(run: RunResult, lines: Lines) -> Iterator[Piece]:
    for street in run.streets:
        line = lines.get(street.order)
        if line is None or not line.placed:
            continue
        for stretch in street.stretches:
            yield Piece(run, street, stretch, piece(line.points, stretch.from_m, stretch.to_m))
