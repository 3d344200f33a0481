"""Shared databases, open data sets, and agreements with technology companies with what each owes next."""

from datetime import timedelta

from data_sources.messages.hashed import hashed_cases
from data_sources.messages.observations import observations
from data_sources.workbooks.table import tables
from domain.case import CaseType
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import Files, HouseJson
from domain.text import Text


def _databases(key: str, vi: str, en: str, part_of: str = "") -> Measure:
    return Measure(key=key, names=Text(vi, en), unit="CSDL", high=1e4, weight=None, part_of=part_of)


MEASURES = (
    _databases("national_databases", "CSDL quốc gia", "National databases"),
    _databases("national_connected", "CSDL quốc gia đã kết nối", "National databases connected", "national_databases"),
    _databases("sector_databases", "CSDL chuyên ngành", "Sector databases"),
    _databases("sector_in_use", "CSDL chuyên ngành đang dùng", "Sector databases in use", "sector_databases"),
    Measure(key="open_datasets", names=Text("Bộ dữ liệu mở", "Open data sets"), unit="bộ", high=1e5, weight=None),
    Measure(
        key="agreements_signed", names=Text("Thỏa thuận đã ký", "Agreements signed"), unit="thỏa thuận", high=1e4,
        weight=None,
    ),
    Measure(
        key="agreements_running", names=Text("Thỏa thuận đang thực hiện", "Agreements being carried out"),
        unit="thỏa thuận", high=1e4, weight=None, part_of="agreements_signed",
    ),
)  # fmt: skip

AGREEMENT = CaseType(
    key="agreement",
    names=Text("Lộ trình hợp tác", "Agreements and their next step"),
    events=("signed", "step_done", "ended"),
    attributes=("subject", "partner", "next", "due"),
    title="subject",
    due="due",
    ends=("ended",),
    says={
        "signed": Text("đã ký", "signed"),
        "step_done": Text("xong một bước", "a step done"),
        "ended": Text("đã kết thúc", "ended"),
    },
    tells={"next": Text("bước tới", "next step")},
)

FEED = Feed(
    key="shared_data",
    names=Text("Dữ liệu dùng chung và hợp tác", "Shared data and agreements"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        role=Text("đầu mối quản trị dữ liệu", "contact for data governance"),
    ),
    reporters=Province(),
    cadence=timedelta(days=92),
    # A quarterly report counts until a month after the next one is due.
    stale_after=timedelta(days=122),
    measures=MEASURES,
    ways_in=(HouseJson(observations(MEASURES, (AGREEMENT,))), Files(tables(MEASURES))),
    scrub=hashed_cases,
    cases=(AGREEMENT,),
)
