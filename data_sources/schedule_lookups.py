"""Residents' look-ups of the collection schedule by outcome, counted per day by the web side; no query is stored."""

from datetime import timedelta

from data_sources.messages.observations import observations
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import HouseJson
from domain.period import Span
from domain.text import Text


def _counted(key: str, vi: str, en: str) -> Measure:
    """A count since midnight in Việt Nam, at the province's code."""
    return Measure(key=key, names=Text(vi, en), unit="lượt", high=1e8, span=Span.DAY)


MEASURES = (
    _counted("lookups", "Lượt tra cứu", "Look-ups"),
    _counted("lookups_one", "Lượt tìm được đúng một đường", "Look-ups ending in one street"),
    _counted("lookups_marked", "Lượt gõ có dấu", "Typed with diacritics"),
    _counted("lookups_marked_none", "Tìm có dấu: không thấy đường", "With diacritics, nothing"),
    _counted("lookups_plain", "Lượt gõ không dấu", "Typed without diacritics"),
    _counted("lookups_plain_none", "Tìm không dấu: không thấy đường", "Without diacritics, nothing"),
)

FEED = Feed(
    key="schedule_lookups",
    names=Text("Tra cứu lịch thu gom", "Schedule look-ups"),
    owner=Owner(
        office=Text("Trung tâm IOC (trang /lich-thu-gom)", "IOC centre (page /lich-thu-gom)"),
        role=Text("trực vận hành", "operator on duty"),
    ),
    reporters=Province(),
    cadence=timedelta(hours=1),
    # The web side reports at least hourly, even without look-ups; three missed reports mean that it is down.
    stale_after=timedelta(hours=3),
    measures=MEASURES,
    ways_in=(HouseJson(observations(MEASURES)),),
)
