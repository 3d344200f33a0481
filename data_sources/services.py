"""Online public services per commune (month to date), and installs of the province's app."""

from collections.abc import Iterable
from datetime import timedelta

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL
from data_sources.messages.observations import observations
from data_sources.workbooks.table import tables
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.feeds.way_in import Files, HouseJson, Pull, PullSql
from domain.period import Span
from domain.text import Text


# Quyết định 766/QĐ-TTg, numerators and denominators: 2.1 dossiers on time, 3.3 online, 3.6 paid online.
def _dossiers(which: str, vi: str, en: str, part_of: str = "") -> Measure:
    """A count of dossiers, month to date. Release 0.1.0 called them files; its names go with the next release."""
    return Measure(
        key=f"dossiers_{which}",
        names=Text(vi, f"Dossiers {en}"),
        unit="hồ sơ",
        high=1e7,
        span=Span.MONTH,
        formerly=(f"files_{which}", f"Files {en}"),
        part_of=part_of,
    )


MEASURES = (
    _dossiers("due", "Hồ sơ đến hạn", "due"),
    _dossiers("on_time", "Hồ sơ đúng hạn", "on time", part_of="dossiers_due"),
    _dossiers("received", "Hồ sơ tiếp nhận", "received"),
    _dossiers("online", "Hồ sơ trực tuyến", "online", part_of="dossiers_received"),
    _dossiers("with_fee", "Hồ sơ có phí", "with a fee"),
    _dossiers("paid_online", "Hồ sơ trả phí trực tuyến", "paid online", part_of="dossiers_with_fee"),
    # Published for the whole province only: place "80". A device is not a user.
    Measure(
        key="app_installs",
        names=Text("Lượt tải Long An Số", "Long An Số installs"),
        unit="lượt",
        high=1e8,
        span=Span.TO_DATE,
        # The app stores report monthly; with the daily limit of the dossiers it would be stale on all days but one.
        cadence=MONTHLY,
        stale_after=MONTHLY_UNTIL,
    ),
)


def _view(names: Iterable[str]) -> str:
    return f"SELECT place, at, {', '.join(names)} FROM ioc_services"


_MONTHLY = [measure for measure in MEASURES if measure.span is Span.MONTH]

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
        PullSql(
            every=timedelta(minutes=30),
            query=_view(measure.key for measure in _MONTHLY),
            formerly=(_view(measure.formerly[0] for measure in _MONTHLY),),
        ),
    ),
    legal_basis="Quyết định 766/QĐ-TTg",
)
