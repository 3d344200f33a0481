"""Digital teams by commune, and the adults they work for."""

from simulator import communes
from simulator.monthly import Figures, Return

# Of the census of 2019, those of 18 years and more.
_ADULTS = 0.74


def adults(_year: int, _month: int, _seed: int) -> Figures:
    """People from 18 on by commune."""
    return {c.code: {"adults_here": round(c.population * _ADULTS)} for c in communes.communes()}


RETURNS = (Return("teams", communes.teams), Return("team_work", adults))
