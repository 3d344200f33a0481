"""The digital economy: products online, stamps of origin, the technology exchange, waste sorted at source."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="economy",
    title=Text("Kinh tế số", "Economy"),
    feeds=("trade", "traceability", "techport", "waste_sorting"),
    order=45,
    map_kpi="economy_ocop_listed",
)
