"""KPIs of the digital economy: OCOP products online, trained producers, stamps, the exchange, sorted waste."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.kpis.kpi import Better, Kpi, PublicRule, Status, Target, Threshold
from domain.text import Text
from kpi._told import BATCH, COMMUNES, count, percentage

TRADE, TRACEABILITY, TECHPORT, SORTING = "trade", "traceability", "techport", "waste_sorting"
SYSTEM = Text("hệ thống", "system")
PRODUCTS = Text("sản phẩm", "products")
PRODUCERS = Text("cơ sở", "producers")
HOUSEHOLDS = Text("hộ", "households")
STAMPS = Text("tem", "stamps")
PLACE = "27694"
OF_TRADE = Text("Sở Công Thương; UBND cấp xã", "Department of Industry and Trade; communes")
OF_STAMPS = Text(
    "Sở Nông nghiệp và Môi trường; Sở Công Thương; Sở Khoa học và Công nghệ",
    "Departments of Agriculture and Environment, of Industry and Trade, of Science and Technology",
)
OF_SCIENCE = Text("Sở Khoa học và Công nghệ", "Department of Science and Technology")
OF_WASTE = Text("Sở Nông nghiệp và Môi trường; UBND cấp xã", "Department of Agriculture and Environment; communes")
HELP = Text(
    "Xem xã có ít sản phẩm lên sàn; cử tổ công nghệ số hướng dẫn cơ sở mở gian hàng.",
    "See which communes have few products online; send digital teams to help producers open a shop.",
)
CLASSES = Text("Mở lớp cho các xã còn nhiều cơ sở chưa tập huấn.", "Hold classes where most producers are untrained.")
EXCHANGE = Text(
    "Rà soát nhu cầu chưa có nguồn cung; mời đơn vị cung ứng ngoài tỉnh.",
    "Look at demands without a supply; invite suppliers from outside the province.",
)


def _kpi(feed: str, key: str, order: int, row: int, names: Text, short: Text, question: Text, **said: Any) -> Kpi:
    given: dict[str, Any] = {
        "better": Better.HIGHER, "contributor": COMMUNES, "divisible": False, "on_wall": False,
        "indicators": (row,),
    }  # fmt: skip
    return Kpi(key=key, feed=feed, order=order, names=names, short=short, question=question, **given | said)


def _province(owner: Text, response: Text) -> Mapping[str, Any]:
    """What holds for a figure of the whole province."""
    return {"owner": owner, "response": response, "contributor": SYSTEM, "by_place": False}


def _platform(name: str, order: int, site: str, published: str) -> Kpi:
    """The share of products on one platform. A product may be on several, so the shares are never added."""
    return _kpi(
        TRADE, f"economy_on_{name}", order, 24,
        Text(f"Sản phẩm OCOP trên {site}", f"OCOP products on {site}"),
        Text(f"OCOP trên {site}", f"OCOP on {site}"),
        Text(f"Bao nhiêu sản phẩm OCOP có trên {site}?", f"How many OCOP products are on {site}?"),
        **percentage(f"ocop_{name}", "ocop_products", PRODUCTS, at=PLACE), owner=OF_TRADE, response=HELP,
        source_of_formula=f"Products listed there / OCOP products. Published for H1 2024: {published} of 168.",
    )  # fmt: skip


KPIS = (
    _kpi(
        TRADE, "economy_ocop_listed", 10, 24,
        Text("Sản phẩm OCOP đã lên sàn", "OCOP products on any platform"),
        Text("OCOP lên sàn", "OCOP products online"),
        Text("Bao nhiêu sản phẩm OCOP đã có trên sàn thương mại điện tử?", "How many OCOP products are sold online?"),
        **percentage("ocop_listed", "ocop_products", PRODUCTS, at=PLACE), owner=OF_TRADE, response=HELP, on_wall=True,
        source_of_formula="Products on at least one platform / OCOP products. One on three platforms counts once.",
        public=PublicRule(
            headline=Text(
                "Cứ 100 sản phẩm OCOP thì {value} sản phẩm bán trên mạng",
                "{value} of every 100 OCOP products are sold online",
            ),
            least_of=100,
        ),
        thresholds=(
            Threshold(
                status=Status.ADVISORY, limit=40, clear=45, hold=BATCH,
                because="The Post's platform alone had half of them in H1 2024 (85 of 168). Chosen by the centre.",
            ),
        ),
    ),
    _kpi(
        TRADE, "economy_ocop_products", 20, 24,
        Text("Sản phẩm OCOP", "OCOP products"), Text("Sản phẩm OCOP", "OCOP products"),
        Text("Tỉnh có bao nhiêu sản phẩm OCOP còn hiệu lực?", "How many OCOP products does the province have?"),
        **count("ocop_products", PRODUCTS, at=PLACE), owner=OF_TRADE, response=HELP,
        source_of_formula="Products of three stars or more, added over communes. Published for H1 2024: 168 (128 of "
        "three stars, 40 of four).",
    ),
    _platform("post", 30, "sàn bưu điện", "85"),
    _platform("nongsan", 32, "nongsanantoan", "42"),
    _platform("longantrade", 34, "longantrade.com", "15"),
    _kpi(
        TRADE, "economy_trained_payment", 40, 25,
        Text("Cơ sở đã tập huấn thanh toán trực tuyến", "Producers trained in online payment"),
        Text("Tập huấn thanh toán", "Trained in payment"),
        Text("Bao nhiêu cơ sở đã được tập huấn thanh toán trực tuyến?", "How many producers are trained in it?"),
        **percentage("producers_trained_payment", "producers", PRODUCERS, at=PLACE), owner=OF_TRADE, response=CLASSES,
        source_of_formula="Producers with at least one trained person / producers on the commune's list. Producers, "
        "not attendances: a second class adds nothing.",
    ),
    _kpi(
        TRADE, "economy_trained_selling", 42, 25,
        Text("Cơ sở đã tập huấn bán hàng trực tuyến", "Producers trained in selling online"),
        Text("Tập huấn bán hàng", "Trained in selling"),
        Text("Bao nhiêu cơ sở sản xuất đã được tập huấn bán hàng trực tuyến?", "How many producers can sell online?"),
        **percentage("producers_trained_selling", "producers", PRODUCERS, at=PLACE), owner=OF_TRADE, response=CLASSES,
        source_of_formula="Producers with at least one trained person / producers on the commune's list.",
    ),
    _kpi(
        TRACEABILITY, "economy_stamps_issued", 10, 22,
        Text("Tem truy xuất nguồn gốc đã cấp", "Traceability stamps issued"), Text("Tem đã cấp", "Stamps issued"),
        Text("Đã cấp bao nhiêu tem truy xuất nguồn gốc?", "How many traceability stamps have been issued?"),
        **count("stamps_issued", STAMPS), **_province(OF_STAMPS, HELP),
        source_of_formula="Stamps issued since the system began. Published in 10/2024: hàng triệu tem (millions).",
    ),
    _kpi(
        TRACEABILITY, "economy_stamps_activated", 20, 22,
        Text("Tem đã kích hoạt", "Stamps activated"), Text("Tem đã kích hoạt", "Stamps activated"),
        Text("Bao nhiêu tem đã cấp được dùng thật trên sản phẩm?", "How many of the stamps are really on products?"),
        **percentage("stamps_activated", "stamps_issued", STAMPS), **_province(OF_STAMPS, HELP),
        source_of_formula="Stamps activated by a producer / stamps issued: printed is not used.",
    ),
    _kpi(
        TRACEABILITY, "economy_stamp_scans", 30, 22,
        Text("Lượt quét tem", "Scans of stamps"), Text("Lượt quét tem", "Scans of stamps"),
        Text("Người mua đã quét tem bao nhiêu lượt?", "How often have buyers scanned a stamp?"),
        **count("stamp_scans", Text("lượt", "scans")), **_province(OF_STAMPS, HELP),
        source_of_formula="Scans since the system began. One stamp may be scanned often: never say stamps or people.",
    ),
    _kpi(
        TECHPORT, "economy_tech_supplies", 10, 23,
        Text("Nguồn cung trên techport", "Technologies offered on techport"),
        Text("Nguồn cung techport", "Techport supplies"),
        Text("Có bao nhiêu công nghệ đang chào trên techport.longan.vn?", "How many technologies does techport offer?"),
        **count("tech_supplies", Text("mục", "items")), **_province(OF_SCIENCE, EXCHANGE),
        source_of_formula="Offers open on techport.longan.vn. No figure has been published.",
    ),
    _kpi(
        TECHPORT, "economy_tech_demands", 20, 23,
        Text("Nhu cầu trên techport", "Technologies wanted on techport"), Text("Nhu cầu techport", "Techport demands"),
        Text("Doanh nghiệp đang tìm bao nhiêu công nghệ?", "How many technologies do firms look for?"),
        **count("tech_demands", Text("mục", "items")), **_province(OF_SCIENCE, EXCHANGE),
        source_of_formula="Demands open on techport.longan.vn. No figure has been published.",
    ),
    _kpi(
        TECHPORT, "economy_tech_deals", 30, 23,
        Text("Giao dịch thành công trên techport", "Deals made on techport"),
        Text("Giao dịch techport", "Techport deals"),
        Text("Sàn công nghệ đã mang lại bao nhiêu giao dịch?", "How many deals has the exchange brought about?"),
        **count("tech_deals", Text("giao dịch", "deals")), **_province(OF_SCIENCE, EXCHANGE),
        source_of_formula="Deals reported by both sides since the exchange opened. No figure has been published.",
    ),
    _kpi(
        SORTING, "waste_sorted_share", 10, 6,
        Text("Hộ phân loại rác tại nguồn", "Households that sort their waste"), Text("Phân loại rác", "Waste sorted"),
        Text("Bao nhiêu hộ đã phân loại rác tại nguồn?", "How many households sort their waste at source?"),
        **percentage("sorting_households", "sorting_counted", HOUSEHOLDS, at=PLACE), owner=OF_WASTE, divisible=True,
        response=Text("Nhắc xã đạt thấp; bố trí xe thu gom riêng từng loại.", "Collect the kinds apart."),
        source_of_formula="Households seen to sort / households counted by the commune.",
        target=Target(
            value=90, due=date(2024, 12, 31), source="KH 3087/KH-UBND (18/7/2023): phường 100%, xã 80%, chung 90%",
            of=Text("hộ ở TP Tân An cũ", "households of the former city of Tân An"),
        ),
        public=PublicRule(
            headline=Text("Cứ 100 hộ thì {value} hộ phân loại rác", "{value} of every 100 households sort their waste"),
            houses=True, least_of=100,
        ),
    ),
)  # fmt: skip
