"""The six kinds of faults, with inputs of our own: guessed in silence, dropped, one bad thing costs the rest, refused
although promised, words that name another cause, instants and topics. Maps: tests/data_sources/places/; HTTP:
tests/centre/test_manners.py."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import orjson
import pytest

from data_sources.messages.parse import RefusalError, json_of
from data_sources.plan.facilities import read_facilities
from data_sources.plan.plan_area import area_of
from data_sources.plan.readers import read_plan
from data_sources.plan.values import UnclearError, amount, day, weekdays
from data_sources.plan.weighbridge import read_tickets
from data_sources.trackers.osmand import decode_osmand
from data_sources.trackers.owntracks import decode_owntracks
from domain.feeds.feed import Payload
from domain.finding import Finding, Problem, Severity
from domain.observation import RECEIVED_TIME, Fix, Rejection
from domain.reason import Reason
from domain.waste.facility import Facility, FacilityKind
from domain.waste.plan import Action, PlanException, Route
from domain.waste.plan_draft import PlanDraft
from intake.imports.plan_references import about_tickets, told_apart, with_routes

NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)
RING = [[106.41, 10.53], [106.412, 10.53], [106.412, 10.532], [106.41, 10.53]]


def told(findings: tuple[Finding, ...] | list[Finding]) -> str:
    return " | ".join(finding.words.vi for finding in findings)


def plan(text: str, name: str = "x.csv") -> PlanDraft:
    return read_plan(text.encode(), name, "S")


# K1: a writing with two meanings is told, never read one way in silence.


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("3-5-7", {2, 4, 6}), ("T2 – 4 – 6 – CN", {1, 3, 5, 7}), ("2—3—4—5", {1, 2, 3, 4}),
        ("thứ 2 - thứ 5", {1, 2, 3, 4}),
        ("2 đến 4", {1, 2, 3}), ("2-7", {1, 2, 3, 4, 5, 6}), ("T2-T4, CN", {1, 2, 3, 7}), ("5-6", {4, 5}),
    ],
)  # fmt: skip
def test_a_dash_between_three_days_is_a_list_and_between_two_a_range(said: str, days: set[int]) -> None:
    assert weekdays(said) == days


@pytest.mark.parametrize("said", ["2-4", "T3-6", "4-7", "3-5, CN"])
def test_two_numbers_that_may_be_a_range_or_a_pair_are_asked_about(said: str) -> None:
    with pytest.raises(UnclearError, match="hai ngày"):
        weekdays(said)


@pytest.mark.parametrize("said", ["01/01/26", "5-7-27", "31.12.26"])
def test_a_year_of_two_digits_is_asked_about(said: str) -> None:
    with pytest.raises(UnclearError, match="bốn chữ số"):
        day(said)
    draft = read_tickets(
        f"số phiếu,biển số,giờ vào,cân hàng\n1,62C-012.34,{said} 17:30,7220\n".encode(), "x.csv", "", "N"
    )
    assert (draft.tickets, "bốn" in told(draft.findings)) == ((), True)


def test_a_day_with_dashes_or_points_and_four_digits_is_a_day_and_no_year_is_of_another_age() -> None:
    assert day("5-7-2027") == day("05.07.2027") == date(2027, 7, 5)
    for said in ("0026-01-01", "31/12/0027", "2026-13-01", "05-07.2027"):
        with pytest.raises(ValueError):
            day(said)


def test_a_column_with_the_month_first_somewhere_is_told_as_a_whole() -> None:
    draft = plan("ngày,mã tuyến,thay đổi\n05/02/2027,,nghỉ\n02/14/2027,,nghỉ\n")
    assert [(f.problem, f.row) for f in draft.findings] == [(Problem.BAD_VALUE, 3), (Problem.AMBIGUOUS, 3)]
    assert "tháng trước ngày" in told(draft.findings)


@pytest.mark.parametrize("said", ["1.000", "2,500", "-1.440"])
def test_a_radius_or_shift_that_may_be_thousands_is_asked_about(said: str) -> None:
    with pytest.raises(UnclearError, match="hàng nghìn"):
        amount(said)
    body = f"id;kind;lat;lon;radius_m\nA;depot;10.5;106.4;{said}\nB;depot;10.5;106.4;300\n".encode()
    draft = read_facilities(body, "x.csv", "")
    assert ([f.id for f in draft.facilities], len(draft.findings)) == (["B"], 1)


@pytest.mark.parametrize(
    ("masses", "kg"),
    [
        (('"12,340"', '"5,120"', '"7,220"'), 7_220), (("12.340", "5.120", "7.220"), 7_220),
        (('"12,340.5"', '"5,120"', '"7,220.5"'), 7_220.5), (('"12,340"', "980", '"11,360"'), 11_360),
    ],
)  # fmt: skip
def test_three_digits_after_a_separator_are_thousands_on_a_weighbridge(masses: tuple[str, ...], kg: float) -> None:
    head = "số phiếu,biển số,giờ vào,cân tổng,cân bì,cân hàng\n"
    draft = read_tickets(f"{head}1,62C-012.34,2026-11-27 17:30,{','.join(masses)}\n".encode(), "x.csv", "", "N")
    assert ([ticket.net_kg for ticket in draft.tickets], draft.findings) == ([kg], ())


def test_a_weighbridge_that_writes_tonnes_is_refused_with_what_to_do() -> None:
    draft = read_tickets(
        b"ticket,plate,in,net_kg\n1,62C01234,2026-11-27 17:30,7.2\n2,62C01234,2026-11-27,15\n", "x", "", "N"
    )
    assert draft.tickets == ()
    assert "bằng kg" in told(draft.findings)


# K2: what is not kept is told.


def test_an_unread_and_a_repeated_column_of_a_plan_are_told() -> None:
    draft = plan("mã tuyến,đường,thứ,Giờ bắt đầu (h),giờ,thời điểm,TT\n01,đường Lê Lợi,T3,17h40,17h30,18h,1\n")
    assert [(f.problem, f.column, f.severity) for f in draft.findings] == [
        (Problem.NOT_UNDERSTOOD, "Giờ bắt đầu (h)", Severity.WARNING),
        (Problem.DUPLICATE, "thời điểm", Severity.WARNING),
    ]  # fmt: skip
    assert draft.routes[0].streets[0].begins_s == 17.5 * 3600


def exception(route: str) -> PlanException:
    return PlanException(day=date(2026, 12, 1), action=Action.CANCEL, route=route)


@pytest.mark.parametrize(
    ("said", "known", "meant", "problem"),
    [
        ("1", {"01", "02"}, "01", Problem.AMBIGUOUS), ("007", {"7"}, "7", Problem.AMBIGUOUS),
        ("1", {"1", "01"}, "1", None), ("1", {"01", "001"}, "1", Problem.MISSING), ("9", {"01"}, "9", Problem.MISSING),
        ("", {"01"}, "", None), ("A1", {"A01"}, "A1", Problem.MISSING),
    ],
)  # fmt: skip
def test_an_exception_means_a_route_of_the_plan_or_is_told(
    said: str, known: set[str], meant: str, problem: Problem | None
) -> None:
    exceptions, findings = with_routes([exception(said)], known)
    assert exceptions == (exception(meant),)
    assert [finding.problem for finding in findings] == ([problem] if problem else [])


def test_a_new_route_that_differs_by_a_zero_only_is_told() -> None:
    routes = [Route(id=id_, name="", streets=()) for id_ in ("1", "02", "03")]
    assert [finding.route for finding in told_apart(routes, {"01", "02"})] == ["1"]


def test_a_plant_nobody_has_and_a_number_of_another_day_are_told() -> None:
    head = "ticket,plant,plate,in,net_kg\n"
    first = read_tickets(f"{head}0001,NM1,62C01234,2026-11-26 08:00,7000\n".encode(), "x", "").tickets
    later = read_tickets(f"{head}0001,NM1,62C01234,2026-11-27 08:00,8000\n".encode(), "x", "").tickets
    plant = Facility(id="NM1", name="", kind=FacilityKind.PLANT, points=((106.0, 10.6),), radius_m=100)
    assert about_tickets(first, first, [plant]) == []
    assert [finding.problem for finding in about_tickets(later, first, [plant])] == [Problem.DUPLICATE]
    assert [finding.problem for finding in about_tickets(first, [], [])] == [Problem.MISSING]


def test_one_file_of_a_scale_that_restarts_every_day_keeps_every_load() -> None:
    body = (
        b"ticket,plate,in,net_kg\n1,62C01234,2026-11-26 08:00,7000\n1,62C01234,2026-11-27 08:00,8000\n"
        b"1,62C01234,2026-11-27 18:00,9000\n"
    )
    draft = read_tickets(body, "x", "", "NM1")
    assert [ticket.net_kg for ticket in draft.tickets] == [7_000, 8_000]
    assert [(finding.problem, finding.row) for finding in draft.findings] == [(Problem.DUPLICATE, 4)]


# K3: one bad thing costs none of the rest.


@pytest.mark.parametrize(
    "bad",
    [
        {"geometry": {"type": "Point", "coordinates": []}}, {"geometry": None, "properties": None}, "not a feature",
        {"geometry": {"type": "Polygon", "coordinates": [None]}}, {"geometry": {"type": "Polygon", "coordinates": 7}},
        {"geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]}}, {"geometry": {"type": "GeometryCollection"}},
    ],
)  # fmt: skip
def test_a_bad_feature_is_a_finding_and_the_others_are_kept(bad: Any) -> None:
    if isinstance(bad, dict):
        bad = {"properties": {"id": "BX", "kind": "depot", "route": "9", "street": "B"}, **bad}
    good = {"properties": {"id": "NM", "kind": "plant"}, "geometry": {"type": "Polygon", "coordinates": [RING]}}
    draft = read_facilities(json.dumps({"features": [bad, good]}).encode(), "x.geojson", "")
    refused = [f.row for f in draft.findings if f.severity is Severity.ERROR]
    assert ([f.id for f in draft.facilities], refused) == (["NM"], [1])
    line = {"properties": {"route": "1", "street": "A"}, "geometry": {"type": "LineString", "coordinates": RING[:2]}}
    routes = plan(json.dumps({"features": [bad, line]}), "x.geojson")
    assert routes.routes[-1].id == "1"
    assert [finding.row for finding in routes.findings if finding.severity is Severity.ERROR][:1] == [1]


def gtfs(**more: str) -> PlanDraft:
    files = {
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nS1,Chợ,10.535,106.41\nS2,Bến xe,10.54,106.415\n",
        "calendar.txt": "service_id,monday,start_date,end_date\nWK,1,20260101,20271231\n",
        "trips.txt": "route_id,service_id,trip_id\nR1,WK,T1\nR1,WK,T2\n",
        "stop_times.txt": "trip_id,arrival_time,stop_id,stop_sequence\n"
        "T1,00:00:00,S1,1\nT1,00:10:00,S2,2\nT2,17:00:00,S1,1\n",
        **{name.replace("_txt", ".txt"): text for name, text in more.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"feed/{name}", text.encode())
    return read_plan(packed.getvalue(), "x.zip", "S")


def begins(draft: PlanDraft) -> dict[str, list[int | None]]:
    return {route.id: [street.begins_s for street in route.streets] for route in draft.routes}


def test_runs_of_frequencies_begin_when_they_say_on_either_side_of_midnight() -> None:
    draft = gtfs(
        frequencies_txt="trip_id,start_time,end_time,headway_secs\nT1,23:30:00,24:30:00,1800\nT1,05:00:00,05:10:00,600\n"
    )
    assert begins(draft) == {
        "T1 05:00": [18_000, 18_600], "T1 23:30": [84_600, 85_200], "T1 24:00": [86_400, 87_000], "T2": [61_200],
    }  # fmt: skip


@pytest.mark.parametrize("row", ["T1,05:00:00,09:00:00,0", "T1,,09:00:00,600", "T1,05:00:00,09:00:00,1", "T1,x,y,z"])
def test_unclear_frequencies_leave_times_blank_and_cost_no_other_trip(row: str) -> None:
    draft = gtfs(frequencies_txt=f"trip_id,start_time,end_time,headway_secs\n{row}\n")
    assert begins(draft) == {"T1": [None, None], "T2": [61_200]}
    assert [(f.file, f.row) for f in draft.findings if f.file == "frequencies.txt"] == [("frequencies.txt", 2)]


def test_an_exception_of_a_trip_with_frequencies_cancels_every_run_and_one_without_trip_is_told() -> None:
    draft = gtfs(
        frequencies_txt="trip_id,start_time,end_time,headway_secs\nT1,05:00:00,07:00:00,3600\n",
        calendar_dates_txt="service_id,date,exception_type\nWK,20261201,2\nGONE,20261201,2\n",
    )
    assert [one.route for one in draft.exceptions] == ["T1 05:00", "T1 06:00", "T2"]
    assert "GONE" in told(draft.findings)


def test_a_broken_file_that_nobody_reads_costs_nothing() -> None:
    assert len(gtfs(feed_info_txt="a,b\n\x00").routes) == 2
    assert "T3" in told(gtfs(trips_txt="route_id,service_id,trip_id\nR1,WK,T1\nR1,WK,T2\nR1,WK,T3\n").findings)


# K4: what is promised is read.


def test_a_feed_with_blanks_marks_and_capitals_reads_as_one_without() -> None:
    def padded(text: str) -> str:
        return "\ufeff" + text.replace(",", " , ").replace("\n", " \r\n")

    plain = gtfs()
    stops = "stop_id,stop_name,stop_lat,stop_lon\nS1,Chợ,10.535,106.41\nS2,Bến xe,10.54,106.415\n"
    assert gtfs(stops_txt=padded(stops)).routes == plain.routes
    assert gtfs(trips_txt=padded("route_id,service_id,trip_id\nR1,WK,T1\nR1,WK,T2\n")).routes == plain.routes
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("STOPS.TXT", stops)
        archive.writestr("Trips.txt", "trip_id\nT1\n")
        archive.writestr("stop_times.TXT", "trip_id,arrival_time,stop_id\nT1,05:00,S1\n")
    assert begins(read_plan(packed.getvalue(), "x.zip", "")) == {"T1": [18_000]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_that_people_save_on_windows_is_read_wherever_json_comes(encoding: str) -> None:
    def saved(value: object) -> bytes:
        text = json.dumps(value, ensure_ascii=False)
        return ("\ufeff" + text if encoding == "utf-16-le" else text).encode(encoding)

    line = {"properties": {"route": "Ắ", "street": "A"}, "geometry": {"type": "LineString", "coordinates": RING[:2]}}
    assert json_of(saved([line]), 100) == [line]
    assert read_plan(saved({"features": [line]}), "x.geojson", "").routes[0].id == "Ắ"
    depot = {"properties": {"mã": "B", "loại": "bãi xe", "vĩ độ": 10.5, "kinh độ": 106.4}, "geometry": None}
    assert [f.id for f in read_facilities(saved({"features": [depot]}), "x.geojson", "").facilities] == ["B"]
    assert area_of(saved({"type": "Polygon", "coordinates": [RING]}))((106.411, 10.5304))


def test_broken_utf_16_is_refused_as_text_and_not_as_a_fault_of_ours() -> None:
    with pytest.raises(RefusalError):
        json_of(b"\xff\xfe{\x00\x00\xd8", 10)


@pytest.mark.parametrize(
    ("kind", "coordinates", "points"),
    [("MultiPolygon", [[RING]], 4), ("MultiPoint", [[106.4, 10.5]], 1), ("MultiPolygon", [[RING, RING[::-1]]], 4)],
)
def test_a_multi_geometry_of_one_part_is_that_part(kind: str, coordinates: Any, points: int) -> None:
    feature = {"properties": {"id": "A", "kind": "depot"}, "geometry": {"type": kind, "coordinates": coordinates}}
    draft = read_facilities(json.dumps({"features": [feature]}).encode(), "x.json", "")
    assert ([len(f.points) for f in draft.facilities], draft.findings) == ([points], ())
    stop = {
        "properties": {"route": "1", "street": "Chợ"},
        "geometry": {"type": "MultiPoint", "coordinates": [[106.4, 10.5]]},
    }
    assert plan(json.dumps({"features": [stop]}), "x.geojson").routes[0].streets[0].points == ((106.4, 10.5),)


# K5: the words name the cause.


def test_a_fence_of_several_parts_is_named_as_what_it_is() -> None:
    feature = {
        "properties": {"id": "A", "kind": "depot"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[RING], [RING]]},
    }
    draft = read_facilities(json.dumps({"features": [feature]}).encode(), "x.geojson", "")
    assert "MultiPolygon: 2" in told(draft.findings)
    assert "lat, lon" not in told(draft.findings)


def test_a_workbook_with_figures_on_hidden_sheets_only_says_which_they_are() -> None:
    book = openpyxl.Workbook()
    hidden = book.create_sheet("Tháng trước")
    hidden.sheet_state = "hidden"
    hidden.append(["mã tuyến", "đường", "thứ", "giờ"])
    hidden.append(["01", "đường Lê Lợi", "T3", "17h40"])
    saved = io.BytesIO()
    book.save(saved)
    said = told(read_plan(saved.getvalue(), "x.xlsx", "S").findings)
    assert "chỉ có trang tính ẩn" in said
    assert "Tháng trước" in said


def owntracks(body: dict[str, Any], name: str = "") -> Fix | Rejection:
    payload = Payload(feed="w", format="owntracks", body=orjson.dumps(body), received_at=NOW, name=name)
    (found,) = decode_owntracks(payload)
    assert isinstance(found, Fix | Rejection)
    return found


@pytest.mark.parametrize("name", ["owntracks/ba-gac/LA-B07", "ba-gac/LA-B07", "tỉnh/owntracks/ba-gac/LA-B07"])
def test_an_encrypted_message_says_which_phone_and_what_to_do(name: str) -> None:
    refused = owntracks({"_type": "encrypted", "data": "AAEC"}, name)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.detail) == (Reason.ENCRYPTED, "ba-gac:LA-B07")
    assert "khoá mã hoá" in refused.reason.value.vi


# K6: topics and instants.

LOCATION = {"_type": "location", "tst": int(NOW.timestamp()) - 60, "lat": 10.54, "lon": 106.41}


@pytest.mark.parametrize(
    ("topic", "device"),
    [
        ("long an/ba-gac/LA-B07", "ba-gac:LA-B07"), ("/owntracks/ba-gac/LA-B07", "ba-gac:LA-B07"),
        ("a/b/c/ba-gac/LA-B07/event", "ba-gac:LA-B07"), ("owntracks/ba-gac/LA-B07/event", "ba-gac:LA-B07"),
        ("owntracks/LA-B07", ""), ("LA-B07", ""), ("owntracks//LA-B07", ""), ("a//LA-B07", ""),
    ],
)  # fmt: skip
def test_user_and_device_under_any_base_or_nobody(topic: str, device: str) -> None:
    found = owntracks({**LOCATION, "topic": topic})
    assert found.device == device if isinstance(found, Fix) else (device, found.reason) == ("", Reason.MISSING_DEVICE)


def osmand(query: str) -> Fix:
    (found,) = decode_osmand(Payload(feed="w", format="osmand", body=b"", received_at=NOW, query=query))
    assert isinstance(found, Fix)
    return found


@pytest.mark.parametrize(
    "said",
    [
        "fixtime=2026-11-28T01:00:00Z", "ts=1795827600", "datetime=2026-11-28T08:00:00%2B07:00",
        "time=now&gps_time=1795827600000",
    ],
)  # fmt: skip
def test_an_instant_under_another_name_is_the_instant(said: str) -> None:
    fix = osmand(f"id=1&lat=10.5&lon=106.4&{said}")
    assert (fix.at, fix.flags) == (datetime(2026, 11, 28, 1, tzinfo=UTC), ())


@pytest.mark.parametrize("said", ["", "&time=08:00", "&when=2026-11-28T01:00:00Z"])
def test_a_position_without_an_instant_says_that_it_stands_at_its_arrival(said: str) -> None:
    fix = osmand(f"id=1&lat=10.5&lon=106.4{said}")
    assert (fix.at, fix.flags) == (NOW, (RECEIVED_TIME,))
