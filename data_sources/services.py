"""Online public services per commune (month to date), and installs of the province's app."""

from datetime import timedelta

from data_sources.messages.observations import observations
from data_sources.workbooks.table import tables
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.feeds.way_in import Files, HouseJson, Pull, PullSql
from domain.period import Span
from domain.text import Text


# Quyết định 766/QĐ-TTg, numerators and denominators: 2.1 files on time, 3.3 files online, 3.6 files paid online.
def _files(key: str, vi: str, en: str, part_of: str = "") -> Measure:
    """A count of files, month to date."""
    return Measure(key=key, names=Text(vi, en), unit="hồ sơ", high=1e7, span=Span.MONTH, part_of=part_of)


MEASURES = (
    _files("files_due", "Hồ sơ đến hạn", "Files due"),
    _files("files_on_time", "Hồ sơ đúng hạn", "Files on time", part_of="files_due"),
    _files("files_received", "Hồ sơ tiếp nhận", "Files received"),
    _files("files_online", "Hồ sơ trực tuyến", "Files online", part_of="files_received"),
    _files("files_with_fee", "Hồ sơ có phí", "Files with a fee"),
    _files("files_paid_online", "Hồ sơ trả phí trực tuyến", "Files paid online", part_of="files_with_fee"),
    # Published for the whole province only: place "80". A device is not a user.
    Measure(
        key="app_installs",
        names=Text("Lượt tải Long An Số", "Long An Số installs"),
        unit="lượt",
        high=1e8,
        span=Span.TO_DATE,
        # The app stores report monthly; with the daily limit of the files it would be stale on all days but one.
        cadence=timedelta(days=31),
        stale_after=timedelta(days=45),
    ),
)

_COLUMNS = ", ".join(measure.key for measure in MEASURES if measure.span is Span.MONTH)

FEED = Feed(
    key="services",
    names=Text("Dịch vụ công trực tuyến", "Online public services"),
    owner=Owner(
        office=Text("Trung tâm Phục vụ hành chính công; UBND cấp xã", "Public Administration Service Centre; communes"),
        role=Text("trực hệ thống một cửa", "one-stop system on duty"),
    ),
    reporters=EveryCommune(),
    cadence=timedelta(hours=1),
    # A daily report may be two hours late before its numbers leave the aggregates.
    stale_after=timedelta(hours=26),
    measures=MEASURES,
    ways_in=(
        HouseJson(observations(MEASURES)),
        Files(tables(MEASURES)),
        # The one-stop system's report as a CSV or JSON table, where it offers one …
        Pull(every=timedelta(minutes=30)),
        # … or a view in its database, which its office creates and so decides what we may see.
        PullSql(every=timedelta(minutes=30), query=f"SELECT place, at, {_COLUMNS} FROM ioc_services"),
    ),
    legal_basis="Quyết định 766/QĐ-TTg",
)
