"""The technology exchange techport.longan.vn: what is offered, what is wanted, and what came of it; monthly."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.period import Span
from domain.text import Text

MEASURES = (
    Measure(key="tech_suppliers", names=Text("Nhà cung cấp", "Suppliers"), unit="đơn vị", high=1e6),
    Measure(key="tech_supplies", names=Text("Nguồn cung công nghệ", "Technologies offered"), unit="mục", high=1e6),
    Measure(key="tech_demands", names=Text("Nhu cầu công nghệ", "Technologies wanted"), unit="mục", high=1e6),
    Measure(
        key="tech_deals",
        names=Text("Giao dịch thành công", "Deals made"),
        unit="giao dịch",
        high=1e6,
        span=Span.TO_DATE,
    ),
    Measure(key="tech_visits", names=Text("Lượt truy cập", "Visits"), unit="lượt", high=1e9, span=Span.MONTH),
)

FEED = Feed(
    key="techport",
    names=Text("Sàn công nghệ techport", "Technology exchange techport"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        role=Text("quản trị sàn techport.longan.vn", "administrator of techport.longan.vn"),
    ),
    reporters=Province(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
