"""OCOP products and where they are listed, and producers trained to sell and be paid online; monthly by commune."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.text import Text


def _products(key: str, vi: str, en: str) -> Measure:
    """A part of the OCOP products. One product may be on several platforms, so platforms are never added up."""
    return Measure(key=key, names=Text(vi, en), unit="sản phẩm", high=1e5, part_of="ocop_products")


MEASURES = (
    Measure(key="ocop_products", names=Text("Sản phẩm OCOP", "OCOP products"), unit="sản phẩm", high=1e5),
    _products("ocop_three_star", "OCOP 3 sao", "OCOP of three stars"),
    _products("ocop_four_star", "OCOP 4 sao trở lên", "OCOP of four stars or more"),
    _products("ocop_listed", "OCOP có trên sàn", "OCOP on any platform"),
    _products("ocop_post", "OCOP trên sàn bưu điện", "OCOP on the Post's platform"),
    _products("ocop_nongsan", "OCOP trên nongsanantoanlongan.vn", "OCOP on nongsanantoanlongan.vn"),
    _products("ocop_longantrade", "OCOP trên longantrade.com", "OCOP on longantrade.com"),
    Measure(key="producers", names=Text("Cơ sở sản xuất", "Producers"), unit="cơ sở", high=1e6),
    Measure(
        key="producers_trained_payment",
        names=Text("Cơ sở đã tập huấn thanh toán trực tuyến", "Producers trained in online payment"),
        unit="cơ sở",
        high=1e6,
        part_of="producers",
    ),
    Measure(
        key="producers_trained_selling",
        names=Text("Cơ sở đã tập huấn bán hàng trực tuyến", "Producers trained in selling online"),
        unit="cơ sở",
        high=1e6,
        part_of="producers",
    ),
)

FEED = Feed(
    key="trade",
    names=Text("OCOP và thương mại điện tử", "OCOP and e-commerce"),
    owner=Owner(
        office=Text("Sở Công Thương; UBND cấp xã", "Department of Industry and Trade; communes"),
        role=Text("đầu mối thương mại điện tử", "contact for e-commerce"),
    ),
    reporters=EveryCommune(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
