"""A team of the register and the two records of its feed: that it exists, and one piece of its work."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.case import CaseType
from domain.observation import Kind
from domain.places.place import IN_FORCE
from domain.text import Text

ACTIVE_WITHIN = timedelta(days=30)
"""A team is active when it reported work of one of the last 30 days."""
CODE = re.compile(r"(\d{5})-([TX])(\d{1,3})")
"""27694-T01: the first team of the hamlets of commune 27694 (of the units in force); 27688-X1: the IT Xanh team of
unit 27688 of October 2024. No telephone or identity number matches."""
UNITS = "2024-01"
"""The territory version whose 188 units have an IT Xanh team each."""
COUNTS: Mapping[str, tuple[Text, int]] = {
    "sessions": (Text("Buổi hướng dẫn", "Sessions"), 20),
    "guided": (Text("Người được hướng dẫn", "People guided"), 2_000),
    "installs": (Text("Máy được cài ứng dụng", "Phones set up"), 2_000),
    "households": (Text("Hộ đã đến", "Households visited"), 500),
}
"""What a report counts of one day, and the most that one report may say."""

TEAM = CaseType(
    key="team",
    names=Text("Tổ công nghệ số, đội IT Xanh", "Digital teams, IT Xanh teams"),
    events=("listed",),
    attributes=("code", "hamlet", "launched", "ended"),
)
TEAM_REPORT = CaseType(
    key="team_report",
    names=Text("Báo cáo của tổ", "Reports of teams"),
    events=("reported",),
    attributes=("team", "day", *COUNTS),
)


class TeamKind(StrEnum):
    """Teams of hamlets are community digital teams; IT Xanh teams are the Youth Union's, one a unit of 2024."""

    HAMLET = "hamlet"
    IT_XANH = "it_xanh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team. ``place`` is a commune of ``territory``; ``launched`` None: planned only. Nobody's name is here.

    ``hamlet`` is the ấp or khu phố of a hamlet's team, "" for an IT Xanh team. ``kind`` says who told it.
    """

    code: str
    territory: str
    place: str
    hamlet: str = ""
    launched: date | None = None
    ended: bool = False
    kind: Kind = Kind.DECLARED

    @property
    def of(self) -> TeamKind:
        """Which sort of team it is."""
        return kind_of(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStanding:
    """A team and the sums of its reports; ``last`` is the newest day of work, None without a report."""

    team: Team
    last: date | None = None
    reports: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def is_active(self, today: date) -> bool:
        """Whether it reported work of the last 30 days."""
        return self.last is not None and today - ACTIVE_WITHIN < self.last <= today


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCounts:
    """The hamlets' teams of one commune: how many are listed and active, the hamlets they cover, sums of reports."""

    place: str
    listed: int
    active: int
    hamlets: int
    reports: int
    counts: Mapping[str, int]
    kinds: frozenset[Kind]


def kind_of(code: str) -> TeamKind:
    """The sort of team with this code. Raises ValueError for what is no code."""
    return TeamKind.IT_XANH if _parts(code)[1] == "X" else TeamKind.HAMLET


def place_of(code: str) -> tuple[str, str]:
    """Territory version and commune that a team's code names. Raises ValueError for what is no code."""
    place, letter, _ = _parts(code)
    return (UNITS if letter == "X" else IN_FORCE), place


def by_commune(standings: Iterable[TeamStanding], today: date) -> list[TeamCounts]:
    """The hamlets' teams that have not ended, summed by commune and sorted by its code."""
    found: dict[str, list[TeamStanding]] = {}
    for one in standings:
        if one.team.of is TeamKind.HAMLET and not one.team.ended:
            found.setdefault(one.team.place, []).append(one)
    return [_counts(place, found[place], today) for place in sorted(found)]


def _counts(place: str, teams: Sequence[TeamStanding], today: date) -> TeamCounts:
    return TeamCounts(
        place=place,
        listed=len(teams),
        active=sum(one.is_active(today) for one in teams),
        hamlets=len({one.team.hamlet.casefold() for one in teams if one.team.hamlet}),
        reports=sum(one.reports for one in teams),
        counts={name: sum(one.counts.get(name, 0) for one in teams) for name in COUNTS},
        kinds=frozenset(one.team.kind for one in teams),
    )


def _parts(code: str) -> tuple[str, str, str]:
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"not the code of a team: {code[:40]!r}")
    return found[1], found[2], found[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamBoard:
    """Every team with the sums of its reports. ``told``: when the newest record came, None before any."""

    standings: Sequence[TeamStanding] = ()
    told: datetime | None = None
