"""Households that sort their waste at source, counted monthly by the communes."""

from datetime import timedelta

from data_sources.messages.observations import observations
from data_sources.workbooks.table import tables
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.feeds.way_in import Files, HouseJson
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
    cadence=timedelta(days=31),
    # A monthly report counts until half a month after the next one is due.
    stale_after=timedelta(days=45),
    measures=MEASURES,
    ways_in=(HouseJson(observations(MEASURES)), Files(tables(MEASURES))),
    legal_basis="Kế hoạch 3087/KH-UBND (18/7/2023)",
)
