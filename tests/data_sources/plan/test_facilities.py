"""Depots, plants and weighbridge tickets: read with findings, kept, corrected and withdrawn."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from plan_fixtures import NOW, done
from sqlalchemy import Engine

from data_sources.plan.facilities import read_facilities
from data_sources.plan.weighbridge import read_tickets
from domain.access.principal import CENTRE
from domain.finding import Problem, Severity
from domain.waste.facility import Facility, FacilityKind, Ticket
from domain.waste.plan_import import Content
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan

PLANT = Facility(id="TSN", name="Tâm Sinh Nghĩa", kind=FacilityKind.PLANT, points=((106.0, 10.6),), radius_m=300.0)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICKET = Ticket(
    id="1", plant="TSN", plate="62C12345", entered_at=AT, gross_kg=14_000.0, tare_kg=8_000.0, net_kg=6_000.0
)
RING = [[106.0, 10.6], [106.01, 10.6], [106.01, 10.61], [106.0, 10.6]]


def test_facilities_of_a_table_with_their_faults():
    draft = read_facilities(
        "Mã,Tên,Loại,Vĩ độ,Kinh độ,Bán kính (m)\nTSN,Tâm Sinh Nghĩa,nhà máy,10.6,106.0,300\n"
        "B1,Bãi 1,depot,10.5,106.4,\n"
        "B1,Bãi 2,depot,10.5,106.4,\nX,,sân bay,10.5,106.4,\n"
        "Y,,depot,,,\nZ,,depot,106.4,106.4,\nW,,depot,10.5,106.4,-1\n"
        ",,depot,10.5,106.4,\n".encode(),
        "cơ sở.csv",
        "",
    )  # fmt: skip
    assert draft.facilities == (
        PLANT,
        Facility(id="B1", name="Bãi 1", kind=FacilityKind.DEPOT, points=((106.4, 10.5),), radius_m=100.0),
    )
    assert [(f.problem, f.row) for f in draft.findings] == [
        (Problem.DUPLICATE, 4), (Problem.BAD_VALUE, 5), (Problem.BAD_VALUE, 6), (Problem.BAD_VALUE, 7),
        (Problem.BAD_VALUE, 8), (Problem.BAD_VALUE, 9),
    ]  # fmt: skip


def test_a_fence_comes_from_geojson():
    features = [
        {"properties": {"id": "TSN", "kind": "plant"}, "geometry": {"type": "Polygon", "coordinates": [RING]}},
        {"properties": {"id": "OPEN", "kind": "plant"}, "geometry": {"type": "Polygon", "coordinates": [RING[:3]]}},
        {"properties": {"id": "L", "kind": "plant"}, "geometry": {"type": "LineString", "coordinates": RING}},
    ]
    draft = read_facilities(json.dumps({"features": features}).encode(), "x.geojson", "S")
    assert [(f.id, len(f.points), f.radius_m) for f in draft.facilities] == [("TSN", 4, 0.0)]
    assert [f.row for f in draft.findings] == [2, 3]


def test_tickets_as_plants_write_them():
    draft = read_tickets(
        "Số phiếu;Biển số;Giờ vào;Giờ ra;KL tổng;KL bì;KL hàng\n"
        "1;62C-123.45;22/11/2026 19:00;22/11/2026 19:20;14.000;8.000;6.000\n"
        "2;62c 12345;2026-11-22 20:00;;14.000;8.000;\n"
        "3;62C12345;2026-11-22 21:00;2026-11-22 20:00;14.000;8.000;5.000\n"
        "1;62C12345;2026-11-22 22:00;;;;7.000\n"
        "4;62C12345;hôm qua;;;;7.000\n5;;2026-11-22 22:00;;;;7.000\n6;62C12345;2026-11-22 22:00;;;;đang cập nhật\n"
        "7;62C12345;2026-11-22 22:00;;;;-5\n8;62C12345;2026-11-22 22:00;;;;900.000\n".encode(),
        "phiếu cân.csv",
        "",
        plant="TSN",
    )
    assert draft.tickets[0] == replace(TICKET, left_at=AT + timedelta(minutes=20))
    assert [(t.id, t.plate, t.net_kg) for t in draft.tickets[1:]] == [("2", "62C12345", 6e3), ("3", "62C12345", 5e3)]
    assert [(f.problem, f.row) for f in draft.findings] == [
        (Problem.CONTRADICTION, 4), (Problem.BACKWARD_TIME, 4), (Problem.DUPLICATE, 5), (Problem.BAD_VALUE, 6),
        (Problem.BAD_VALUE, 7), (Problem.BAD_VALUE, 8), (Problem.BAD_VALUE, 9), (Problem.BAD_VALUE, 10),
    ]  # fmt: skip
    assert [f.severity for f in draft.findings[:2]] == [Severity.WARNING] * 2


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2", b"\xff\xfe", b"{", b"PK\x03\x04"])
def test_files_that_cannot_be_read_are_findings(body: bytes):
    for name in ("x.csv", "x.geojson"):
        assert [f.problem for f in read_facilities(body, name, "").findings] == [Problem.UNREADABLE]
    assert [f.problem for f in read_tickets(body, "x.csv", "").findings] == [Problem.UNREADABLE]


def test_a_facility_that_is_no_place_cannot_be_made():
    for points, radius in (((), 100.0), (((106.0, 10.6),), 0.0), (tuple(map(tuple, RING[:3])), 0.0)):
        with pytest.raises(ValueError):
            replace(PLANT, points=points, radius_m=radius)


@pytest.fixture
def store(engine: Engine) -> Facilities:
    return Facilities(engine)


def imported(id_: str, hours: int = 0):
    return done(id_, content=Content.WEIGHBRIDGE, imported_at=NOW + timedelta(hours=hours))


def test_facilities_and_tickets_come_back_and_can_be_taken_back(store: Facilities, engine: Engine):
    store.add(imported("a"), [PLANT], [TICKET])
    store.add(imported("b", 1), [replace(PLANT, radius_m=500.0)], [replace(TICKET, net_kg=5_000.0)])
    day = (AT - timedelta(hours=1), AT + timedelta(hours=1))
    assert store.facilities()[0].radius_m == 500.0
    assert [t.net_kg for t in store.tickets(*day)] == [5_000.0]
    Plan(engine).withdraw("b", CENTRE, NOW)
    assert store.facilities() == [PLANT]
    assert store.tickets(*day) == [TICKET]
    Plan(engine).activate("b", CENTRE, NOW)
    assert [t.net_kg for t in store.tickets(*day)] == [5_000.0]


def test_a_ticket_whose_time_was_corrected_within_its_day_leaves_the_old_hour(store: Facilities):
    store.add(imported("a"), tickets=[TICKET])
    store.add(imported("b", 1), tickets=[replace(TICKET, entered_at=AT + timedelta(hours=2))])
    assert store.tickets(AT, AT + timedelta(hours=1)) == []
    assert len(store.tickets(AT, AT + timedelta(hours=3))) == 1


def test_a_number_that_comes_again_another_day_is_another_ticket(store: Facilities):
    """Many scales count from 0001 every day."""
    later = replace(TICKET, entered_at=AT + timedelta(days=1), plate="62C09999")
    store.add(imported("a"), tickets=[TICKET, later])
    store.add(imported("b", 1), tickets=[replace(later, net_kg=5_000.0)])
    assert [one.net_kg for one in store.tickets(AT, AT + timedelta(days=2))] == [6_000.0, 5_000.0]
    assert sorted(one.net_kg for one in store.numbered_as([TICKET])) == [5_000.0, 6_000.0]
