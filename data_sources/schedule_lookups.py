"""How residents' look-ups of the collection schedule ended, counted per day by the web side; no query is kept."""

from datetime import timedelta

from data_sources._observations import observations
from domain.feed import Feed, Format, Measure
from domain.text import Text

# Cumulative since midnight in Việt Nam, at the province's code.
MEASURES = (
    Measure(key="lookups", names=Text("Lượt tra cứu", "Look-ups"), unit="lượt", high=1e8),
    Measure(
        key="lookups_one", names=Text("Lượt ra đúng một đường", "Look-ups ending in one street"), unit="lượt", high=1e8
    ),
    Measure(key="lookups_marked", names=Text("Lượt gõ có dấu", "Typed with diacritics"), unit="lượt", high=1e8),
    Measure(
        key="lookups_marked_none", names=Text("Có dấu, không ra", "With diacritics, nothing"), unit="lượt", high=1e8
    ),
    Measure(key="lookups_plain", names=Text("Lượt gõ không dấu", "Typed without diacritics"), unit="lượt", high=1e8),
    Measure(
        key="lookups_plain_none", names=Text("Không dấu, không ra", "Without diacritics, nothing"), unit="lượt",
        high=1e8,
    ),
)  # fmt: skip

FEED = Feed(
    key="schedule_lookups",
    names=Text("Tra cứu lịch thu gom", "Schedule look-ups"),
    owner=Text("Trung tâm IOC (trang /lich-thu-gom)", "IOC centre (page /lich-thu-gom)"),
    cadence=timedelta(hours=1),
    # The web side tells at least every hour, also when nobody asked: three missed means it is down.
    stale_after=timedelta(hours=3),
    measures=MEASURES,
    decoders={Format.OBSERVATIONS: observations(MEASURES)},
)
