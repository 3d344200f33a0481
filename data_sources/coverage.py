"""Fibre and 4G coverage per commune, declared monthly by the telecoms."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.text import Text

MEASURES = (
    Measure(key="households", names=Text("Hộ gia đình", "Households"), unit="hộ", high=1e7, weight="households"),
    Measure(
        key="fibre_households",
        names=Text("Hộ có cáp quang", "Households with fibre"),
        unit="hộ",
        high=1e7,
        weight="households",
        part_of="households",
    ),
    Measure(key="population", names=Text("Dân số", "Population"), unit="người", high=1e8),
    Measure(
        key="population_4g",
        names=Text("Dân số trong vùng phủ 4G", "Population covered by 4G"),
        unit="người",
        high=1e8,
        part_of="population",
    ),
    Measure(key="has_fibre", names=Text("Xã có cáp quang", "Commune has fibre"), unit="0/1", high=1, weight=None),
    Measure(key="hamlets_here", names=Text("Ấp, khu phố của xã", "Hamlets of the commune"), unit="ấp", high=1e5),
    Measure(
        key="hamlets_fibre",
        names=Text("Ấp, khu phố có cáp quang", "Hamlets with fibre"),
        unit="ấp",
        high=1e5,
        part_of="hamlets_here",
    ),
)

FEED = Feed(
    key="coverage",
    names=Text("Hạ tầng cáp quang và 4G", "Fibre and 4G coverage"),
    owner=Owner(
        office=Text(
            "Doanh nghiệp viễn thông qua Sở Khoa học và Công nghệ",
            "Telecoms through the Department of Science and Technology",
        ),
        role=Text("đầu mối báo cáo hạ tầng", "contact for infrastructure reports"),
    ),
    reporters=EveryCommune(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
