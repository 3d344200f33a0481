"""Scores of QĐ 766/QĐ-TTg as the national portal exports them, a report of offices a month."""

from datetime import timedelta

from data_sources.messages.declared import MONTHLY
from data_sources.messages.observations import observations
from data_sources.reports.scores import ScoreReports
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import Files, HouseJson
from domain.period import Span
from domain.services.qd766 import QD766
from domain.text import Text

MEASURES = (
    *(
        Measure(
            key=group.key,
            names=Text(f"Điểm {group.names.vi.lower()}", f"Points of {group.names.en.lower()}"),
            unit="điểm",
            high=float(group.most),
            span=Span.YEAR,
            weight=None,
        )
        for group in QD766.groups
    ),
    Measure(
        key="score",
        names=Text("Tổng điểm in trong báo cáo", "Total as the report prints it"),
        unit="điểm",
        high=float(QD766.most),
        span=Span.YEAR,
        weight=None,
    ),
    Measure(
        key="score_rank",
        names=Text("Hạng in trong báo cáo", "Rank as the report prints it"),
        unit="hạng",
        low=1,
        high=10_000,
        span=Span.YEAR,
        weight=None,
    ),
)
# The portal's own names; CLGQ, in spite of its letters, is the group of online services.
_COLUMNS = {group.key.upper(): group.key for group in QD766.groups} | {"TONG_SCORE": "score", "ROW_STT": "score_rank"}

FEED = Feed(
    key="scores_766",
    names=Text("Điểm Bộ chỉ số 766", "Scores of index 766"),
    owner=Owner(
        office=Text("Văn phòng UBND tỉnh", "Office of the provincial People's Committee"),
        role=Text("kiểm soát thủ tục hành chính", "control of administrative procedures"),
    ),
    reporters=Province(),
    cadence=MONTHLY,
    # October's scores stand until December's are due.
    stale_after=timedelta(days=62),
    measures=MEASURES,
    ways_in=(HouseJson(observations(MEASURES)), Files(ScoreReports(MEASURES, _COLUMNS))),
    legal_basis=QD766.law,
)
