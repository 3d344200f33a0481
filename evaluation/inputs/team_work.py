"""Computes the inputs of the teams' own KPIs from the register and their reports, by commune."""

from collections.abc import Iterable
from datetime import datetime

from domain.instant import to_ms
from domain.observation import least_factual
from domain.teams.team import COUNTS, TeamCounts
from evaluation.columns import Cell

MEASURES = ("listed", "reporting", "hamlets_covered", "reports", *(f"team_{name}" for name in COUNTS))


def team_inputs(counts: Iterable[TeamCounts], told: datetime, source: str) -> list[Cell]:
    """A cell for each measure and commune with a listed team; all as old as the newest record."""
    return [
        Cell(name, one.place, one.place, to_ms(told), float(value), least_factual(one.kinds), source)
        for one in counts
        for name, value in _said(one).items()
    ]


def _said(one: TeamCounts) -> dict[str, int]:
    own = {"listed": one.listed, "reporting": one.active, "hamlets_covered": one.hamlets, "reports": one.reports}
    return own | {f"team_{name}": many for name, many in one.counts.items()}
