"""IT Xanh teams of the 188 units of October 2024, carried to the communes in force; divided units are marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.places.crosswalk import Crosswalk
from domain.teams.team import Team, TeamKind


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTeam:
    """The team of one former unit. ``communes`` are those its land lies in today, the main successor first."""

    unit: str
    launched: bool
    communes: tuple[str, ...]

    @property
    def is_split(self) -> bool:
        """Whether a reform divided the unit, so that its team works in several communes."""
        return len(self.communes) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedTeams:
    """A commune in force and the teams of the units it came from. A divided unit counts in its main successor only.

    ``planned`` and ``launched`` over all communes are those over all units. ``split`` are the divided units of which
    some land lies here, whether they count here or not.
    """

    commune: str
    planned: int
    launched: int
    split: tuple[str, ...] = ()


def unit_teams(teams: Iterable[Team], walk: Crosswalk) -> list[UnitTeam]:
    """One entry for each unit of ``walk``'s origin with a team that has not ended, sorted by code."""
    mine = {one.place: one for one in teams if one.of is TeamKind.IT_XANH and not one.ended}
    return [
        UnitTeam(unit=unit, launched=mine[unit].launched is not None, communes=successors(walk, unit))
        for unit in sorted(mine)
        if walk.targets_of(unit)
    ]


def carried(units: Iterable[UnitTeam]) -> list[CarriedTeams]:
    """The teams by commune in force, sorted by code; no team is counted twice and none is lost (decision 0008)."""
    planned: dict[str, int] = {}
    launched: dict[str, int] = {}
    split: dict[str, list[str]] = {}
    for one in units:
        main = one.communes[0]
        planned[main] = planned.get(main, 0) + 1
        launched[main] = launched.get(main, 0) + one.launched
        for commune in one.communes if one.is_split else ():
            split.setdefault(commune, []).append(one.unit)
    return [
        CarriedTeams(
            commune=code, planned=planned.get(code, 0), launched=launched.get(code, 0), split=tuple(split.get(code, ()))
        )
        for code in sorted(planned.keys() | split.keys())
    ]


def successors(walk: Crosswalk, unit: str) -> tuple[str, ...]:
    """The communes that a unit's land lies in, that with most of its people first."""
    shares = sorted(walk.targets_of(unit), key=lambda share: (-share.population, share.target))
    return tuple(share.target for share in shares)
