"""Digital teams: the register with the sums of reports, and which communes the former units lie in."""

from domain.feeds.feed import Feed
from domain.places.crosswalk import Crosswalk
from domain.places.place import IN_FORCE, Place
from domain.places.territory import Level
from domain.teams.team import TEAM, UNITS, TeamBoard
from queries.ask import Ask, Question
from store import territories


async def _read(asked: Question) -> TeamBoard:
    return await asked.sources.reading.team_board()


def _follows(feed: Feed) -> bool:
    return TEAM in feed.cases


def from_units() -> Crosswalk:
    """From the units of October 2024 to the communes in force."""
    return territories.crosswalk(UNITS, IN_FORCE)


def units() -> dict[str, Place]:
    """The 188 units of October 2024 by code."""
    return {one.code: one for one in territories.places(UNITS) if one.level is Level.COMMUNE}


TEAM_BOARD: Ask[TeamBoard] = Ask(_read, TeamBoard(), _follows)
"""Every team with the sums of its reports."""
