"""How digital transformation is made known: posts and LED screens; weekly."""

from datetime import timedelta

from data_sources.messages.declared import declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.period import Span
from domain.text import Text

MEASURES = (
    Measure(
        key="posts", names=Text("Tin, bài đã đăng", "Posts published"), unit="tin, bài", high=1e7, weight=None,
        span=Span.TO_DATE,
    ),
    Measure(key="led_screens", names=Text("Màn hình LED", "LED screens"), unit="màn hình", high=1e5, weight=None),
    Measure(
        key="led_playing", names=Text("Màn hình LED đang phát", "LED screens showing it"), unit="màn hình", high=1e5,
        weight=None, part_of="led_screens",
    ),
)  # fmt: skip

FEED = Feed(
    key="publicity",
    names=Text("Tuyên truyền", "Publicity"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ; Tỉnh đoàn", "Department of Science and Technology; Youth Union"),
        role=Text("đầu mối truyền thông", "contact for publicity"),
    ),
    reporters=Province(),
    cadence=timedelta(days=7),
    stale_after=timedelta(days=12),
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
