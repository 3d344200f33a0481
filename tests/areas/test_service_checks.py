"""What public services are accepted by, each from what a sender hands over to what its screen says.

Reports and tables that somebody published come from the real data; without them those checks are skipped.
"""

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

import orjson
import pytest
from screen_figures import NOW
from screen_fixtures import quiet

from data_sources import dossiers, feedback, portal_levels, scores_766
from domain.case import CaseEvent
from domain.feeds.feed import Feed
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.instant import VIETNAM
from domain.observation import Kind, Observation, Rejection
from domain.organisation import Organisation, OrganisationKind
from domain.period import Period, Span
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.place_names import NameIndex
from domain.services.dossier import Channel, Dossier, DossierState
from domain.services.feedback import due_of
from domain.services.qd766 import QD766
from domain.services.working_time import Clock, Pause
from store import territories
from store.working_calendar import working_calendar
from tests.layouts.test_screens import nodes, render, text

SECRETS = Secrets(b"a key of the checks, 32 bytes long")
CALENDAR = working_calendar()


def local(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def handed(feed: Feed, body: bytes, name: str = "", form: str = "file") -> list[Any]:
    payload = Payload(feed=feed.key, format=form, body=body, received_at=NOW, source="Cổng quốc gia", name=name)
    return list(feed.decode(feed.scrub(payload, SECRETS).payload if feed.scrub else payload))


@pytest.mark.realdata
def test_1_the_report_of_october_2025_gives_tay_ninh_84_57_points_and_rank_29_of_34(realdata: Path):
    file = realdata / "services" / "angiang_766" / "bao_cao_T10_2025.xlsx"
    told = [one for one in handed(scores_766.FEED, file.read_bytes(), file.name) if isinstance(one, Observation)]
    reading = quiet()
    reading.observed = told
    codes = sorted({one.organisation for one in told if one.organisation})
    reading.offices = [Organisation(code=code, name=code, kind=OrganisationKind.PROVINCE) for code in codes]
    page = render("/services", reading)
    shown = text(page)
    assert "84,57" in shown
    assert "hạng 29/34" in shown
    groups = [(node["props"]["data-group"], text(node)) for node in nodes(page) if "data-group" in node["props"]]
    assert [key for key, _ in groups] == [group.key for group in QD766.groups] * 2, "the year, then the month"
    points = [Decimal(said.split("/")[0].split()[-1].replace(",", ".")) for _, said in groups]
    assert [sum(points[:6]), sum(points[6:])] == [Decimal("84.57"), Decimal("83.26")]
    assert "Tổng in" not in shown, "the printed total is the sum of its groups"


@pytest.mark.realdata
def test_2_the_weights_of_2022_give_da_nang_0_8002_on_the_screen(realdata: Path):
    with (realdata / "services" / "dti_2022" / "dti_2022_components_top5.csv").open(encoding="utf-8") as lines:
        row = next(row for row in csv.DictReader(lines) if row["province"].endswith("Đà Nẵng"))
    columns = {
        "awareness": "nhan_thuc_so", "institutions": "the_che_so", "infrastructure": "ha_tang_so",
        "people": "nhan_luc_so", "security": "an_toan_tt", "government": "hd_chinh_quyen_so",
        "economy": "hd_kinh_te_so", "society": "hd_xa_hoi_so", "score": "pdti",
    }  # fmt: skip
    reading = quiet()
    reading.observed = [
        Observation(
            feed="dti", measure=f"dti_{key}", at=local(2022, 12, 31), received_at=NOW, value=float(row[column]),
            kind=Kind.DECLARED, source="Bộ", place=PROVINCE, territory=IN_FORCE,
            period=Period(Span.YEAR, date(2022, 1, 1)),
        )
        for key, column in columns.items()
    ]  # fmt: skip
    assert "tính theo trọng số 0,8002; công bố 0,8002" in text(render("/services", reading))


RECORD = {
    "MaHoSo": "1", "MaTTHC": "1.001612", "DonViXuLy": "27694", "KenhThucHien": "2", "NgayTiepNhan": "20261102083000",
    "NgayHenTra": "20261130170000",
}  # fmt: skip


def filed(**said: Any) -> Dossier:
    """The dossier that the feed reads from a record."""
    (event,) = handed(dossiers.FEED, orjson.dumps([{**RECORD, **said}]), form="dossiers")
    assert isinstance(event, CaseEvent)
    given: Mapping[str, Any] = event.attributes
    due, ended = (datetime.fromisoformat(given[name]) if name in given else None for name in ("due", "ended"))
    return Dossier(
        case=event.case, office=event.of.code, procedure=given["procedure"], field=given["field"],
        channel=Channel(given["channel"]), received=event.at, due=due, ended=ended, refused="refused" in given,
        supplements=given["supplements"], waits="waits" in given, facts={},
    )  # fmt: skip


def test_5_two_supplements_are_late_and_one_stops_the_clock():
    asked = [{"NgayBoSung": "20261105"}, {"NgayBoSung": "20261110", "NgayHenTraMoi": "20261230170000"}]
    assert filed(DanhSachHoSoBoSung=asked).state(local(2026, 11, 12)) is DossierState.LATE
    once = filed(DanhSachHoSoBoSung=asked[:1])
    assert once.state(local(2026, 12, 20)) is DossierState.WAITING, "the clock stands, so the date has no hold"
    assert filed().state(local(2026, 12, 20)) is DossierState.LATE
    stop = Pause(local(2026, 11, 3), local(2026, 11, 5))
    due = CALENDAR.due_after_days(local(2026, 11, 2), 5)
    assert Clock(due, [stop]).due_with_stops(CALENDAR, local(2026, 11, 20)) - due == timedelta(days=2)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 30), False), (date(2026, 5, 1), False), (date(2026, 2, 17), False), (date(2026, 2, 18), False),
        (date(2025, 4, 30), False), (date(2025, 1, 29), False), (date(2026, 11, 24), False), (date(2025, 11, 24), True),
    ],
)  # fmt: skip
def test_5_holidays_are_no_working_days_and_24_11_is_one_from_2026_on(day: date, works: bool):
    assert CALENDAR.works(day) is works


def test_6_feedback_is_overdue_on_the_sixteenth_working_day():
    record = {"MaPhanAnh": "1", "DonViXuLy": "27694", "LinhVuc": "traffic", "NgayTiepNhan": "20261102090000"}
    (event,) = handed(feedback.FEED, orjson.dumps([record]), form="feedback")
    due = due_of(event.at, None, None, CALENDAR, NOW, refused=False)
    assert due is not None
    days = [date(2026, 11, 2) + timedelta(days=n) for n in range(1, 40)]
    worked = [day for day in days if CALENDAR.works(day)]
    assert due < local(worked[15].year, worked[15].month, worked[15].day, 0) + timedelta(days=1)
    assert due.astimezone(VIETNAM).date() == worked[14] == date(2026, 11, 23)
    assert local(2026, 11, 23, 17) <= due < local(2026, 11, 25, 7), "24/11 is a holiday: the 16th is the 25th"


@pytest.mark.realdata
def test_7_the_published_gap_of_9612_is_a_warning_and_every_figure_stands(realdata: Path):
    file = realdata / "services" / "dvc_hue_by_level" / "thongke_as_published.csv"
    found = handed(portal_levels.FEED, file.read_bytes(), "2021.csv")
    warnings = [one for one in found if isinstance(one, Rejection)]
    assert any("9612" in one.detail for one in warnings)
    values = {one.measure: one.value for one in found if isinstance(one, Observation)}
    assert (values["level12_processed"], values["level12_late"]) == (257_141, 19_852), "as they were published"


OLD_PLACES = NameIndex(territories.places("2024-01"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (normalize("NFD", "Lương Hòa"), "28003"),
        ("Nhơn Hoà", "27844"),
        ("P.1 TP.Tân An", "27694"),
        ("H.Đức Hòa", "802"),
        ("Xã Hiệp Hòa", "27952"),
        ("TT Hiệp Hòa", "27934"),
    ],
)
def test_8_names_as_people_type_them_are_one_place(typed: str, code: str):
    assert [place.code for place in OLD_PLACES.find(typed).places] == [code]


def test_8_a_name_of_several_places_is_asked_about():
    assert len(OLD_PLACES.find("Bình Thạnh").places) > 1
