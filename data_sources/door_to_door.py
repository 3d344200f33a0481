"""The campaign "đi từng ngõ, gõ từng nhà": households visited of all, daily by commune, and the campaign's tasks."""

from datetime import timedelta

from data_sources.messages.hashed import hashed_cases
from data_sources.messages.observations import observations
from data_sources.workbooks.table import tables
from domain.case import CaseType
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.feeds.way_in import Files, HouseJson
from domain.period import Span
from domain.text import Text

MEASURES = (
    Measure(
        key="visit_households", names=Text("Hộ cần đến", "Households to visit"), unit="hộ", high=1e7,
        weight="households", span=Span.TO_DATE,
    ),
    # A household visited twice counts once; an attempt at a closed door is no visit.
    Measure(
        key="visited_households", names=Text("Hộ đã đến", "Households visited"), unit="hộ", high=1e7,
        weight="households", span=Span.TO_DATE, part_of="visit_households",
    ),
    Measure(
        key="visit_guided", names=Text("Người được hướng dẫn", "People guided"), unit="người", high=1e8,
        span=Span.TO_DATE,
    ),
)  # fmt: skip

TASK = CaseType(
    key="task",
    names=Text("Việc của chiến dịch", "Tasks of the campaign"),
    events=("given", "evidence", "done", "cancelled"),
    attributes=("task", "campaign", "office", "due", "evidence"),
    title="task",
    due="due",
    ends=("done", "cancelled"),
    says={
        "given": Text("đã giao", "given"),
        "evidence": Text("đã gửi minh chứng", "evidence sent"),
        "done": Text("hoàn thành", "done"),
        "cancelled": Text("không thực hiện", "cancelled"),
    },
)

FEED = Feed(
    key="door_to_door",
    names=Text("Đi từng ngõ, gõ từng nhà", "Door to door"),
    owner=Owner(
        office=Text("UBND cấp xã; tổ công nghệ số cộng đồng", "Communes; community digital teams"),
        role=Text("đầu mối chiến dịch", "contact for the campaign"),
    ),
    reporters=EveryCommune(),
    cadence=timedelta(days=1),
    # A day's report may be a day late before its commune leaves the sum.
    stale_after=timedelta(days=2),
    measures=MEASURES,
    ways_in=(HouseJson(observations(MEASURES, (TASK,))), Files(tables(MEASURES))),
    scrub=hashed_cases,
    cases=(TASK,),
)
