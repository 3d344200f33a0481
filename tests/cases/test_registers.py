"""The six kinds of faults in drivers, vehicles, facilities, tickets and trackers, with further inputs of our own."""

import io
import json
from datetime import date

import openpyxl
import pytest

from data_sources.plan.drivers import DriverDraft, read_drivers
from data_sources.plan.facilities import read_facilities
from data_sources.plan.weighbridge import TicketDraft, read_tickets
from data_sources.registers.vehicles import read_vehicles
from data_sources.trackers.osmand import decode_osmand
from data_sources.trackers.owntracks import decode_owntracks
from data_sources.trackers.traccar import decode_traccar
from domain.feeds.feed import Payload
from domain.finding import Finding, Problem, errors
from domain.observation import Fix, Rejection
from domain.reason import Reason
from tests.cases.test_variants import NOW, gtfs, osmand, told

HEAD = "mã tài xế;họ tên;hạn GPLX;vào làm\n"


def drivers(text: str) -> DriverDraft:
    return read_drivers(text.encode(), "so.csv")


def tickets(text: str, name: str = "phieu.csv") -> TicketDraft:
    return read_tickets(text.encode(), name, "", "NM1")


def vehicles(text: str) -> tuple[list[str], tuple[Finding, ...]]:
    found, findings = read_vehicles(
        text.encode(),
        "xe.csv",
        fleets=("waste_trucks",),
        known={},
        place_of=lambda said: "27694" if said == "A" else "",
    )
    return [one.vehicle for one in found], findings


# K1: nothing is guessed in silence.


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("31/12/27", "bốn chữ số"),
        ("31.12.27", "bốn chữ số"),
        ("12-2027", "ngày không đúng"),
        ("31/02/2027", "ngày không đúng"),
    ],
)
def test_a_drivers_day_that_is_unclear_says_which_it_is_and_not_the_day(said: str, words: str) -> None:
    draft = drivers(f"{HEAD}TX1;An;{said};\nTX2;Bình;31/12/2027;\n")
    assert [one.id for one in draft.drivers] == ["TX2"]
    assert words in told(draft.findings)
    assert said not in told(draft.findings), "findings name the row, nothing of the driver"


def test_a_column_of_days_with_the_month_first_somewhere_is_told_as_a_whole() -> None:
    draft = drivers(f"{HEAD}TX1;An;05/02/2027;\nTX2;Bình;02/14/2027;\n")
    assert [(one.problem, one.row) for one in draft.findings] == [(Problem.BAD_VALUE, 3), (Problem.AMBIGUOUS, 3)]
    assert draft.drivers[0].licence_expires == date(2027, 2, 5)
    weighed = tickets(
        "số phiếu;biển số;giờ vào;cân hàng\n1;62C01234;05/11/2026 08:00;7000\n2;62C01234;11/15/2026 08:00;7000\n"
    )
    assert [(one.problem, one.row) for one in weighed.findings] == [(Problem.BAD_VALUE, 3), (Problem.AMBIGUOUS, 3)]


@pytest.mark.parametrize("said", ["có lẽ", "2", "x?"])
def test_whether_a_vehicle_is_in_service_is_not_guessed(said: str) -> None:
    kept, findings = vehicles(f"mã xe;xã;đang khai thác\nT-1;A;{said}\nT-2;A;1\n")
    assert (kept, [one.row for one in findings]) == (["T-2"], [2])


# K2: what is not kept is told.


@pytest.mark.parametrize(
    ("heading", "problem"),
    [("Ngày sinh", Problem.NOT_UNDERSTOOD), ("SĐT", Problem.DUPLICATE), ("", Problem.NOT_UNDERSTOOD)],
)
def test_an_unread_column_of_drivers_is_told_and_what_stands_in_it_is_not(heading: str, problem: Problem) -> None:
    draft = drivers(f"mã tài xế;họ tên;điện thoại;{heading}\nTX1;An;0912345678;0999888777\n")
    assert [(one.problem, one.row) for one in draft.findings] == [(problem, 1)]
    assert errors(draft.findings) == []
    assert (draft.drivers[0].phone, "0999888777" in told(draft.findings)) == ("0912345678", False)


def test_unread_columns_of_tickets_vehicles_and_facilities_are_told() -> None:
    weighed = tickets(
        "STT;số phiếu;biển số;giờ vào;cân hàng;cân hàng;tài xế\n1;1;62C01234;2026-11-26 08:00;7000;9000;An\n"
    )
    assert ([one.net_kg for one in weighed.tickets], [one.column for one in weighed.findings]) == (
        [7_000], ["cân hàng", "tài xế"],
    )  # fmt: skip
    assert "trùng nghĩa" in told(weighed.findings)
    kept, findings = vehicles("mã xe;xã;số khung\nT-1;A;XYZ\n")
    assert (kept, [one.column for one in findings]) == (["T-1"], ["số khung"])
    depots = read_facilities("id;kind;lat;lon;sức chứa\nA;depot;10.5;106.4;300\n".encode(), "x.csv", "")
    assert ([one.id for one in depots.facilities], [one.column for one in depots.findings]) == (["A"], ["sức chứa"])


def test_an_empty_column_costs_no_word() -> None:
    assert drivers(f"{HEAD.strip()};ghi\nTX1;An;;;\n").findings == ()


# K3: one bad thing costs none of the rest.


def test_one_bad_row_of_each_register_leaves_the_others() -> None:
    assert [one.id for one in drivers(f"{HEAD}{'x' * 65};An;;\n;;31/12/27;\nTX3;Chi;;\n").drivers] == ["TX3"]
    kept, findings = vehicles(f"mã xe;xã\nT-1;không có\n{'x' * 65};A\nT-3;A\n")
    assert (kept, [one.row for one in findings]) == (["T-3"], [2, 3]), "a long id is refused, never cut"
    at = "2026-11-26 08:00"
    rows = f"1;;{at};7000\n2;62C01234;x;7000\n3;62C01234;{at};7000\n"
    weighed = tickets(f"số phiếu;biển số;giờ vào;cân hàng\n{rows}")
    assert ([one.id for one in weighed.tickets], [one.row for one in weighed.findings]) == (["3"], [2, 3])


# K4: what is promised is read.


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_register_that_people_save_on_windows_is_read(encoding: str, mark: str) -> None:
    text = f"SỔ TÀI XẾ\r\n Mã  tài xế {mark}HỌ VÀ TÊN{mark}Hạng\r\nTX-01{mark}Nguyễn Văn An{mark}c\r\n"
    draft = read_drivers(text.encode(encoding), "SO.CSV")
    assert [(one.id, one.name, one.licence_class) for one in draft.drivers] == [("TX-01", "Nguyễn Văn An", "C")]


def test_a_workbook_with_merged_titles_and_dates_as_cells_is_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["CÔNG TY MÔI TRƯỜNG"])
    sheet.merge_cells("A1:D1")
    sheet.append([None])
    sheet.append(["Mã NV", "Họ tên", "Hạn GPLX", "Ngày nghỉ việc"])
    sheet.append([7, "An", date(2030, 12, 31), "-"])
    saved = io.BytesIO()
    book.save(saved)
    (one,) = read_drivers(saved.getvalue(), "so.xlsx").drivers
    assert (one.id, one.licence_expires, one.active_to) == ("7", date(2030, 12, 31), None)


# K5: the words name the cause.


@pytest.mark.parametrize("body", [b"\xff\xfe\x00\xd8", b"PK\x03\x04broken", b"%PDF-1.7"])
def test_a_file_that_is_no_table_says_so_for_every_register(body: bytes) -> None:
    for findings in (
        read_drivers(body, "a.xlsx").findings, read_tickets(body, "a.xlsx", "").findings,
        read_facilities(body, "a.xlsx", "").findings,
    ):  # fmt: skip
        assert [one.problem for one in findings] == [Problem.UNREADABLE]
        assert "cần các cột" not in told(findings), "its columns are not what is wrong with it"


def test_a_table_without_a_needed_column_names_it_as_people_write_it_here() -> None:
    assert "mã tài xế (driver)" in told(drivers("họ tên;điện thoại\nAn;0912345678\n").findings)
    assert "số phiếu (ticket)" in told(tickets("biển số;giờ vào\n62C01234;x\n").findings)
    assert "mã xe (vehicle)" in told(vehicles("xã\nA\n")[1])


# K6: topics, instants and midnight.


def test_a_trip_that_runs_past_midnight_keeps_its_order() -> None:
    draft = gtfs(
        stop_times_txt="trip_id,arrival_time,stop_id,stop_sequence\nT1,23:50:00,S1,1\nT1,24:10:00,S2,2\nT2,25:00:00,S1,1\n"
    )
    assert {route.id: [street.begins_s for street in route.streets] for route in draft.routes} == {
        "T1": [85_800, 87_000], "T2": [90_000],
    }  # fmt: skip


def test_a_phone_under_another_name_is_read_and_a_decimal_comma_says_what_is_wrong() -> None:
    assert osmand("deviceid=7&lat=10.5&lon=106.4&timestamp=1795827600").device == "7"
    comma = Payload(feed="w", format="osmand", body=b"", received_at=NOW, query="id=1&lat=10,5&lon=106,4")
    (refused,) = decode_osmand(comma)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.detail) == (Reason.BAD_NUMBER, "lat/lon: 10,5")


@pytest.mark.parametrize("body", [{"lat": 10.5, "lon": 106.4}, [{"position": {}}], {"position": [], "device": {}}])
def test_what_is_no_forwarded_position_says_what_is_missing(body: object) -> None:
    payload = Payload(feed="w", format="traccar", body=json.dumps(body).encode(), received_at=NOW)
    (refused,) = decode_traccar(payload)
    assert isinstance(refused, Rejection)
    assert refused.detail == "thiếu đối tượng position / the position object is missing"


def test_a_waypoint_or_transition_of_a_phone_is_no_position() -> None:
    for kind in ("waypoint", "transition", "lwt"):
        body = json.dumps({"_type": kind, "lat": 10.5, "lon": 106.4, "tst": 1_795_827_600}).encode()
        found = list(decode_owntracks(Payload(feed="w", format="owntracks", body=body, received_at=NOW, name="o/u/d")))
        assert not any(isinstance(one, Fix) for one in found)
