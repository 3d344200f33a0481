"""Traceability stamps of farm products: issued, activated by producers, scanned by buyers; monthly, to date."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.period import Span
from domain.text import Text

MEASURES = (
    Measure(key="stamps_issued", names=Text("Tem đã cấp", "Stamps issued"), unit="tem", high=1e10, span=Span.TO_DATE),
    # Printed is not used: a producer activates a stamp when it goes on a product.
    Measure(
        key="stamps_activated",
        names=Text("Tem đã kích hoạt", "Stamps activated"),
        unit="tem",
        high=1e10,
        span=Span.TO_DATE,
        part_of="stamps_issued",
    ),
    # One stamp may be scanned many times, so scans are no part of the stamps.
    Measure(key="stamp_scans", names=Text("Lượt quét tem", "Scans"), unit="lượt", high=1e10, span=Span.TO_DATE),
    Measure(key="stamp_producers", names=Text("Cơ sở dùng tem", "Producers using stamps"), unit="cơ sở", high=1e6),
)

FEED = Feed(
    key="traceability",
    names=Text("Truy xuất nguồn gốc", "Traceability"),
    owner=Owner(
        office=Text("Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment"),
        role=Text("đầu mối truy xuất nguồn gốc", "contact for traceability"),
    ),
    reporters=Province(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
