"""Answer a screen's asks: the data of one page view, or an empty view that says why."""

from collections.abc import Mapping
from datetime import datetime

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from callbacks.parts.principal import acts
from domain.area import on_wall
from domain.kpis.kpi import Audience
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES
from domain.text import Language, Text
from layouts.parts.screen import Screen, ScreenData
from queries.ask import Answers, Question, Sources

UNREACHABLE = Text(
    "Không đọc được kho dữ liệu. Trang tự nối lại; nếu quá một phút, hãy kiểm tra cơ sở dữ liệu và Valkey.",
    "The data store does not answer. The page reconnects by itself; after a minute, check the database and Valkey.",
)


async def load(
    sources: Sources, screen: Screen, language: Language, query: Mapping[str, str], now: datetime
) -> ScreenData:
    """The data ``screen`` needs; when the store does not answer, empty data with the ``problem``."""
    territory = territory_of(screen, query.get("territory"))
    kpis = {key: kpi for key, kpi in sources.kpis.items() if not screen.feeds or kpi.feed in screen.feeds}
    asked = Question(sources=sources, now=now, kpis=kpis, fleet=screen.fleet, territory=territory, query=query)
    problem = None
    try:
        for ask in screen.asks:
            await asked.get(ask)
        answers = asked.answers
    except (SQLAlchemyError, RedisError, OSError):
        answers, problem = _nothing(screen), UNREACHABLE
    return ScreenData(
        language=language,
        now=now,
        query=query,
        territory=territory,
        kpis=kpis,
        feeds=sources.feeds,
        areas=on_wall(sources.areas.values()),
        answers=answers,
        problem=problem,
        may=acts(),
    )


def territory_of(screen: Screen, asked: str | None) -> str:
    """The version ``asked`` for if it exists; public screens always show the one in force."""
    known = {version.version for version in TERRITORIES}
    return asked if asked in known and screen.audience is not Audience.PUBLIC else IN_FORCE


def _nothing(screen: Screen) -> Answers:
    answers = Answers()
    for ask in screen.asks:
        answers.put(ask, ask.none)
    return answers
