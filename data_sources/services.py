"""Online public services per commune, month to date, and installs of the province's app."""

from datetime import timedelta

from data_sources._observations import observations
from data_sources._table import tables
from domain.feed import Feed, Format, Measure
from domain.text import Text

# Quyết định 766/QĐ-TTg: 2.1 files on time, 3.3 files online, 3.6 files paid online (numerators and denominators).
MEASURES = (
    Measure(key="files_due", names=Text("Hồ sơ đến hạn", "Files due"), unit="hồ sơ", high=1e7),
    Measure(key="files_on_time", names=Text("Hồ sơ đúng hạn", "Files on time"), unit="hồ sơ", high=1e7),
    Measure(key="files_received", names=Text("Hồ sơ tiếp nhận", "Files received"), unit="hồ sơ", high=1e7),
    Measure(key="files_online", names=Text("Hồ sơ trực tuyến", "Files online"), unit="hồ sơ", high=1e7),
    Measure(key="files_with_fee", names=Text("Hồ sơ có phí", "Files with a fee"), unit="hồ sơ", high=1e7),
    Measure(
        key="files_paid_online", names=Text("Hồ sơ trả phí trực tuyến", "Files paid online"), unit="hồ sơ", high=1e7
    ),
    # Published for the whole province only: place "80". A device is not a user.
    Measure(key="app_installs", names=Text("Lượt tải Long An Số", "Long An Số installs"), unit="lượt", high=1e8),
)

FEED = Feed(
    key="services",
    names=Text("Dịch vụ công trực tuyến", "Online public services"),
    owner=Text("Trung tâm Phục vụ hành chính công; UBND cấp xã", "Public Administration Service Centre; communes"),
    cadence=timedelta(hours=1),
    # One day's report may slip by two hours before its numbers leave the aggregates.
    stale_after=timedelta(hours=26),
    measures=MEASURES,
    decoders={Format.OBSERVATIONS: observations(MEASURES), Format.FILE: tables(MEASURES)},
    legal_basis="Quyết định 766/QĐ-TTg",
)
