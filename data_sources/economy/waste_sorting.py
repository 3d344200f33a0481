"""Households that sort their waste at source, counted monthly by the communes."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.text import Text

MEASURES = (
    Measure(
        key="sorting_counted", names=Text("Hộ được kiểm đếm", "Households counted"), unit="hộ", high=1e7,
        weight="households",
    ),
    Measure(
        key="sorting_households", names=Text("Hộ phân loại rác tại nguồn", "Households that sort their waste"),
        unit="hộ", high=1e7, weight="households", part_of="sorting_counted",
    ),
)  # fmt: skip

FEED = Feed(
    key="waste_sorting",
    names=Text("Phân loại rác tại nguồn", "Waste sorted at source"),
    owner=Owner(
        office=Text("Sở Nông nghiệp và Môi trường; UBND cấp xã", "Department of Agriculture and Environment; communes"),
        role=Text("đầu mối quản lý chất thải", "contact for waste management"),
    ),
    reporters=EveryCommune(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
    legal_basis="Kế hoạch 3087/KH-UBND (18/7/2023)",
)
