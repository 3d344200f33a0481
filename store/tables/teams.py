"""Tables of digital teams: the register without names, their reports, and the sums of each team's months."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from domain.teams.team import COUNTS
from store.tables.base import metadata

teams = Table(
    "teams",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("territory", String(16), nullable=False),
    Column("place", String(16), nullable=False),
    Column("hamlet", Text, nullable=False),
    Column("launched", String(10), nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("told_ms", BigInteger, nullable=False),
)

# ``case_key`` is the keyed hash of the id that the phone made: a report sent twice is one row.
team_reports = Table(
    "team_reports",
    metadata,
    Column("case_key", String(64), primary_key=True),
    Column("team", String(16), nullable=False),
    Column("day", String(10), nullable=False),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    Column("kind", String(16), nullable=False),
    Column("told_ms", BigInteger, nullable=False),
    Index(None, "team", "day"),
    Index(None, "day"),
)

# The sums of a team's month, made again from its reports whenever one of them comes: a year of a thousand teams is
# 12,000 rows instead of 365,000.
team_months = Table(
    "team_months",
    metadata,
    Column("team", String(16), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("last_day", String(10), nullable=False),
    Column("reports", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    Column("told_ms", BigInteger, nullable=False),
    Index(None, "last_day"),
)
