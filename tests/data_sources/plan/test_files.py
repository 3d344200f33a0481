"""The plan from tables, GeoJSON, GTFS and mapped JSON: routes are read, and every doubt names its row and column."""

import io
import json
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data_sources.plan.plan_area import area_of
from data_sources.plan.readers import PlanFormat, format_of, read_plan
from data_sources.plan.stops import Mapped
from data_sources.plan.values import clock, plates, position, weekdays, window
from domain.finding import Problem, Severity
from domain.waste.plan import EVERY_DAY, Action, Kerb, Unit, VehicleClass
from domain.waste.plan_draft import PlanDraft

H = 3600
SAMPLES = Path(__file__).parents[2] / "samples" / "plan"
HEAD = "Mã tuyến,Tên tuyến,Loại xe,Thứ,STT,Đường,Lề,Từ,Đến,Giờ,Vĩ độ,Kinh độ\n"


def table(text: str, name: str = "kế hoạch.csv") -> PlanDraft:
    return read_plan(text.encode(), name, "Đô thị")


def told(draft: PlanDraft) -> list[tuple[Problem, int | None, str]]:
    return [(finding.problem, finding.row, finding.column) for finding in draft.findings]


def test_a_table_with_vietnamese_headings_is_read():
    draft = table(
        HEAD + "01,Trung tâm,xe ép rác,T2-T7,2,chợ Tân An,,,,18h10,10.531,106.412\n"
        '01,,,"Thứ 2 đến thứ 7",1,Hùng Vương,lề phải,cầu,chợ,17:40,,\n'
    )
    (route,) = draft.routes
    assert (route.id, route.name, route.vehicle_class) == ("01", "Trung tâm", VehicleClass.COMPACTOR)
    assert route.weekdays == {1, 2, 3, 4, 5, 6}
    assert [(s.order, s.name, s.kerb, s.begins_s, s.points) for s in route.streets] == [
        (1, "Hùng Vương", Kerb.RIGHT, 63_600, ()),
        (2, "chợ Tân An", None, 65_400, ((106.412, 10.531),)),
    ]
    assert draft.findings == ()
    assert draft.where[("01", 1)] == ("", 3)


def test_the_english_template_is_read_with_all_its_columns():
    (route,) = table(
        "route,route_name,places,vehicle_class,weekdays,order,street,unit,kerb,begins,ends,"
        "valid_from,valid_to,plates,kind\n"
        'A,Alpha,"27694, tanan",handcart,"Mon, Wed",1,Le Loi,street,both,23:30,00:30,'
        "2026-01-01,31/12/2026,62c-123.45,simulated\n"
    ).routes
    assert (route.places, route.weekdays, route.plates) == (("27694", "tanan"), {1, 3}, ("62C12345",))
    assert (route.valid_from, route.valid_to, route.kind) == (date(2026, 1, 1), date(2026, 12, 31), "simulated")
    assert (route.streets[0].begins_s, route.streets[0].ends_s) == (84_600, 88_200)


@pytest.mark.parametrize(
    ("row", "problem", "column"),
    [
        ("01,,,T2,1,A,giữa,,,18h,,", Problem.BAD_VALUE, "Lề"),
        ("01,,,T2,1,A,,,,25h70,,", Problem.BAD_VALUE, "Giờ"),
        ("01,,,hôm kia,1,A,,,,18h,,", Problem.BAD_VALUE, "Thứ"),
        ("01,,tàu vũ trụ,T2,1,A,,,,18h,,", Problem.BAD_VALUE, "Loại xe"),
        ("01,,,T2,1,A,,,,18h,106.4,106.4", Problem.BAD_COORDINATES, "Vĩ độ"),
        ("01,,,T2,1,A,,,,18h,0,0", Problem.BAD_COORDINATES, "Vĩ độ"),
        ("01,,,T2,1,A,,,,18h,10.5,", Problem.BAD_COORDINATES, "Vĩ độ"),
        ("01,,,T2,1,A,,,,18h,106.4,10.5", Problem.BAD_COORDINATES, "Vĩ độ"),
        (",,,T2,1,A,,,,18h,,", Problem.MISSING, "Mã tuyến"),
        ("01,,,T2,1,,,,,18h,,", Problem.MISSING, "Đường"),
        (f"{'x' * 65},,,T2,1,A,,,,18h,,", Problem.BAD_VALUE, "Mã tuyến"),
    ],
)
def test_each_bad_cell_is_told_with_row_and_column_and_the_rest_is_kept(row: str, problem: Problem, column: str):
    draft = table(HEAD + f"{row}\n02,,,CN,1,B,hai bên,,,19h,10.53,106.41\n")
    assert told(draft) == [(problem, 2, column)]
    assert draft.findings[0].severity is Severity.ERROR
    assert draft.routes[-1].id == "02"
    assert len(draft.routes) == (1 if problem is Problem.MISSING or row.startswith("xx") else 2)


def test_repeated_orders_are_told_and_rows_keep_their_order():
    draft = table(HEAD + "01,,,T2,1,A,,,,,,\n01,,,T2,2,B,,,,,,\n01,,,T2,1,C,,,,,,\n")
    assert [(s.order, s.name) for s in draft.routes[0].streets] == [(1, "A"), (2, "B"), (3, "C")]
    assert told(draft) == [(Problem.DUPLICATE, 4, "STT")]


def test_rows_that_disagree_about_their_route_are_told():
    draft = table(HEAD + "01,Một,,T2,1,A,,,,,,\n01,Hai,,T3,2,B,,,,,,\n")
    assert told(draft) == [(Problem.CONTRADICTION, 3, "Tên tuyến")]
    assert [s.weekdays for s in draft.routes[0].streets] == [{1}, {2}]
    assert draft.routes[0].name == "Một"


def test_exceptions_come_as_a_table_too():
    draft = table(
        "Ngày,Mã tuyến,Thay đổi,Dời sang,Lệch phút,Ghi chú\n"
        "06/02/2027,,nghỉ,,,Mùng 1\n2027-02-05,01,tăng cường,,-360,29 Tết\n"
        "2027-02-07,01,dời,08/02/2027,,\n"
        "2027-02-09,,đổi giờ,,-120,\n2027-02-10,01,dời,,,thiếu ngày\n2027-02-11,01,bay,,,\n"
    )
    assert [(e.day.day, e.action, e.route, e.shift_s) for e in draft.exceptions] == [
        (6, Action.CANCEL, "", 0), (5, Action.EXTRA, "01", -21_600), (7, Action.MOVE, "01", 0),
        (9, Action.WINDOW, "", -7200),
    ]  # fmt: skip
    assert told(draft) == [(Problem.BAD_VALUE, 6, ""), (Problem.BAD_VALUE, 7, "")]


@pytest.mark.parametrize(
    "body", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"PK\x03\x04broken", b"{", b"[]", b"null", b"\x1f\x8b"]
)
@pytest.mark.parametrize("said", list(PlanFormat))
def test_a_file_that_cannot_be_read_is_one_finding_in_both_languages(body: bytes, said: PlanFormat):
    mapped = Mapped.of_json((SAMPLES / "tainan-mapping.json").read_bytes())
    draft = read_plan(body, "x", "", said=said, mapped=mapped)
    assert draft.routes == ()
    assert all(finding.words.vi and finding.words.en for finding in draft.findings)
    assert draft.findings or said is PlanFormat.TEXT


def test_a_format_that_is_not_clear_is_asked_for():
    assert format_of("x.docx") is None
    assert told(read_plan(b"x", "x.docx", "")) == [(Problem.UNREADABLE, None, "")]
    assert told(read_plan(b"x", "x.json", "", said=PlanFormat.STOPS)) == [(Problem.UNREADABLE, None, "")]


def feature(geometry: dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    base = {"route": "01", "weekdays": ["Mon"], "street": "Hùng Vương", "kerb": "left"}
    return {"type": "Feature", "geometry": geometry, "properties": {**base, **properties}}


def geojson(*features: dict[str, Any]) -> PlanDraft:
    return read_plan(json.dumps({"type": "FeatureCollection", "features": features}).encode(), "x.geojson", "")


LINE = {"type": "LineString", "coordinates": [[106.4, 10.5], [106.41, 10.51, 7.0]]}


@pytest.mark.long
@pytest.mark.parametrize(
    "line",
    ["-" * 1_000_000, "=" * 1_000_000, "a" + "\u0301" * 500_000 + "\u0316" * 500_000],
    ids=["dashes", "equals", "accents"],
)
def test_a_line_that_would_take_hours_is_read_or_refused_at_once(line: str):
    """Each of these took time with the square of its length, and no tracker was answered meanwhile."""
    draft = read_plan(f"Tuyến 1: {line}".encode(), "x.txt", "")
    assert draft.routes == ()


def test_a_geojson_with_millions_of_values_is_refused_before_they_are_made():
    draft = read_plan(b'{"features": [' + b"{}," * 2**21 + b"{}]}", "x.geojson", "")
    assert told(draft) == [(Problem.UNREADABLE, None, "")]
    assert "too many items" in draft.findings[0].words.en


def zipped(name: str, text: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for other in ("stops.txt", "trips.txt"):
            archive.writestr(other, "a\n")
        archive.writestr(name, text)
    return body.getvalue()


def tarred(name: bytes, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """A tar.gz of one member of zeros; a header of ``kind`` says its size before anything is known of the member."""
    head = tarfile.TarInfo(name.decode())
    head.size, head.type = size, kind
    packing = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    parts = [packing.compress(head.tobuf(tarfile.USTAR_FORMAT))]
    parts += [packing.compress(bytes(2**20)) for _ in range(size >> 20)]
    return b"".join([*parts, packing.flush()])


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.zip", lambda: zipped("stop_times.txt", bytes(300 * 2**20))),
        ("a.zip", lambda: zipped("stop_times.txt", b"a,b,c\n" + b",,\n" * 2_000_000)),
        ("a.tar.gz", lambda: tarred(b"Route_1.json", 300 * 2**20)),
        ("a.tar.gz", lambda: tarred(b"a", 2**30, tarfile.XHDTYPE)),
        ("Route_1.json", lambda: b"[" + b"[]," * 2**21 + b"[]]"),
    ],
    ids=["a zip of 300 MB", "a table of six million cells", "a tar of 300 MB", "a header of a gigabyte", "JSON"],
)
def test_a_plan_that_unfolds_is_refused_before_it_takes_the_memory(name: str, packed: Callable[[], bytes]):
    body = packed()
    mapped = Mapped.of_json((SAMPLES / "tainan-mapping.json").read_bytes())
    assert len(body) < 8 * 2**20
    tracemalloc.start()
    try:
        draft = read_plan(body, name, "", mapped=None if name == "a.zip" else mapped)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert draft.routes == ()
    assert draft.findings
    assert peak < 400 * 2**20


def test_geojson_gives_placed_streets_and_stops():
    draft = geojson(
        feature(LINE, begins="18h"), feature({"type": "Point", "coordinates": [106.42, 10.52]}, street="chợ", kerb=None)
    )
    (route,) = draft.routes
    assert route.weekdays == {1}
    assert [(s.unit, s.points) for s in route.streets] == [
        (Unit.STREET, ((106.4, 10.5), (106.41, 10.51))),
        (Unit.STOP, ((106.42, 10.52),)),
    ]
    assert draft.findings == ()


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "LineString", "coordinates": [[106.4, 10.5]]},
        {"type": "LineString", "coordinates": [[106.4, 10.5], ["x", 1]]},
        {"type": "LineString", "coordinates": [[560000, 1160000], [560001, 1160001]]},
        {"type": "MultiLineString", "coordinates": [LINE["coordinates"], LINE["coordinates"]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 0]]]},
        {"type": "Point"},
    ],
)
def test_a_geometry_that_cannot_be_used_is_told_and_the_entry_stays(geometry: dict[str, Any]):
    draft = geojson(feature(geometry))
    assert told(draft)[0][:2] == (Problem.BAD_COORDINATES, 1)
    assert draft.routes[0].streets[0].points == ()


def gtfs(**files: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"feed/{name}.txt", text)
    return body.getvalue()


GTFS = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nS1,Chợ,10.53,106.41\nS2,Cầu,10.54,106.42\n",
    "routes": "route_id,route_long_name\nR,Trung tâm\n",
    "trips": "route_id,service_id,trip_id\nR,WK,T1\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T1,24:10:00,24:10:00,S2,20\nT1,23:50:00,,S1,10\n"
    "T9,1:00:00,,S1,1\nT1,1:00:00,,S9,30\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "WK,1,0,1,0,0,0,1,20260101,20261231\n",
    "calendar_dates": "service_id,date,exception_type\nWK,20270206,2\nWK,20270205,1\nWK,abc,1\n",
}


def test_gtfs_gives_routes_weekdays_and_exceptions_and_names_what_is_missing():
    draft = read_plan(gtfs(**GTFS), "gtfs.zip", "")
    (route,) = draft.routes
    assert (route.id, route.name, route.weekdays) == ("T1", "Trung tâm", {1, 3, 7})
    assert (route.valid_from, route.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert [(s.order, s.name, s.begins_s) for s in route.streets] == [(10, "Chợ", 85_800), (20, "Cầu", 87_000)]
    assert [(e.day.day, e.action, e.route) for e in draft.exceptions] == [
        (6, Action.CANCEL, "T1"),
        (5, Action.EXTRA, "T1"),
    ]
    assert told(draft) == [(Problem.MISSING, 4, ""), (Problem.MISSING, 5, ""), (Problem.BAD_VALUE, 4, "")]


def test_mapped_json_reads_plain_files_and_archives_alike():
    mapped = Mapped.of_json((SAMPLES / "tainan-mapping.json").read_bytes())
    stop = {
        "StopId": 1,
        "StopName": "A",
        "ScheduleTime": "18:00",
        "Turn": 1,
        "DayValue": "一,日",
        "Lon": 120.2,
        "Lat": 23.0,
    }
    body = json.dumps([{"RouteId": 7, "RouteName": "R", "StopData": [stop, {**stop, "Turn": 2}]}]).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("raw/Route_1.json", "raw/Areas.json"):
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    plain = read_plan(body, "Route_1.json", "", mapped=mapped)
    assert plain.routes == read_plan(packed.getvalue(), "x.tar.gz", "", mapped=mapped).routes
    assert (plain.routes[0].id, plain.routes[0].weekdays) == ("7", {1, 7})
    assert [(f.problem, f.column) for f in plain.findings] == [(Problem.DUPLICATE, "StopId")]


@pytest.mark.parametrize(
    "said", [b"[]", b"{", b'{"route":{},"stop":{},"stops":"S"}', b'{"route":1,"stop":2,"stops":"S"}']
)
def test_a_mapping_that_is_none_is_refused(said: bytes):
    with pytest.raises(ValueError):
        Mapped.of_json(said)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Thứ 2, 4, 6", {1, 3, 5}), ("T2,T4,T6", {1, 3, 5}), ("thứ hai và chủ nhật", {1, 7}), ("CN", {7}),
        ("T2-T6", {1, 2, 3, 4, 5}), ("hàng ngày", EVERY_DAY), ("Mon, Wed", {1, 3}), ("thu 2, thu 3", {1, 2}),
    ],
)  # fmt: skip
def test_weekdays_as_people_write_them(said: str, days: set[int]):
    assert weekdays(said) == days


@pytest.mark.parametrize("said", ["9", "hôm kia", "T6-T2", "T2-", "1,3"])
def test_weekdays_that_are_not_clear_are_refused(said: str):
    with pytest.raises(ValueError):
        weekdays(said)


def test_numbers_without_thu_are_refused_where_the_heading_is_not_vietnamese():
    with pytest.raises(ValueError):
        weekdays("2,4,6", numbers=False)


def test_small_readings():
    assert clock("17h30") == 63_000
    assert clock("") is None
    assert window("từ 22h đến 4h") == (22 * H, 28 * H)
    assert window("11:30–11:30") == (41_400, 41_400)
    assert plates("66C-012.34, 62 C 12345; 49X1-1234 và 12345") == ("66C01234", "62C12345", "49X11234")
    assert position(None, None) is None
    for wrong in ((0.0, 0.0), (106.4, None), (200.0, 10.0), (10.5, 106.4)):
        with pytest.raises(ValueError):
            position(*wrong)


def test_an_area_is_a_box_or_polygons():
    square = {"type": "Polygon", "coordinates": [[[106, 10], [107, 10], [107, 11], [106, 11], [106, 10]]]}
    for inside in (area_of("106,10,107,11"), area_of(json.dumps(square).encode())):
        assert inside((106.5, 10.5))
        assert not inside((105.5, 10.5))
    for wrong in ("106,10", "a,b,c,d", b"{}", b"", b'{"type":"Point","coordinates":[106,10]}'):
        with pytest.raises(ValueError):
            area_of(wrong)
