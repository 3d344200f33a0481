"""The public-service portal's own counter by level of service, as some portals still publish it."""

from datetime import timedelta

from data_sources.messages.declared import MONTHLY
from data_sources.messages.observations import observations
from data_sources.reports.levels import COUNTS, LEVELS, level_tables
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import Files, HouseJson
from domain.period import Span
from domain.text import Text

_LEVEL_NAMES = {
    "12": Text("mức 1, 2", "levels 1 and 2"), "3": Text("mức 3", "level 3"), "4": Text("mức 4", "level 4"),
}  # fmt: skip
_COUNT_NAMES = {
    "total": Text("Tổng hồ sơ", "All dossiers"), "processed": Text("Đã xử lý", "Processed"),
    "pending": Text("Chưa xử lý", "Pending"), "early": Text("Trước hạn", "Before the due date"),
    "on_time": Text("Đúng hạn", "On the due date"), "late": Text("Trễ hạn", "Late"),
}  # fmt: skip


def _measure(level: str, count: str) -> Measure:
    what, of = _COUNT_NAMES[count], _LEVEL_NAMES[level]
    names = Text(f"{what.vi}, {of.vi}", f"{what.en}, {of.en}")
    return Measure(key=f"level{level}_{count}", names=names, unit="hồ sơ", high=1e9, span=Span.YEAR)


MEASURES = tuple(_measure(level, count) for level in LEVELS for count in COUNTS)

FEED = Feed(
    key="portal_levels",
    names=Text("Bộ đếm Cổng dịch vụ công theo mức độ", "Service portal counter by level"),
    owner=Owner(
        office=Text("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre"),
        role=Text("quản trị Cổng dịch vụ công", "administrator of the portal"),
    ),
    reporters=Province(),
    cadence=MONTHLY,
    stale_after=timedelta(days=400),
    measures=MEASURES,
    ways_in=(HouseJson(observations(MEASURES)), Files(level_tables(MEASURES))),
    legal_basis="Nghị định 42/2022/NĐ-CP (mức 1–4 theo quy định cũ)",
)
