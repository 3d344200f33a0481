"""Further variants of the kinds of fault K1 to K6, each found by trying what people of this trade send."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from data_sources.places.signal_area import read_signal_area
from data_sources.plan.facilities import read_facilities
from data_sources.plan.readers import read_plan
from data_sources.plan.weighbridge import read_tickets
from data_sources.registers.stations import read_stations
from data_sources.registers.teams import read_team_register
from data_sources.services import FEED
from data_sources.trackers.osmand import decode_osmand
from data_sources.trackers.owntracks import decode_owntracks
from data_sources.trackers.traccar import decode_traccar
from data_sources.workbooks.table import Reader
from domain.feeds.feed import Decoded, Payload
from domain.feeds.payload import Format
from domain.observation import Fix, Observation, Rejection
from domain.places.map_layer import ImportRefusedError

NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)
HEADS = ["Mã xã", "Hồ sơ đến hạn", "Hồ sơ đúng hạn"]


def figures(body: bytes, name: str = "so-lieu-2026-10.csv") -> tuple[dict[str, float | None], str]:
    """The values that a file of figures gives by place and measure, and all that it is refused for."""
    reader = FEED.decoders[Format.FILE]
    assert isinstance(reader, Reader)
    read = reader.read(Payload(feed=FEED.key, format="file", body=body, received_at=NOW, name=name, source="VP"))
    items: list[Decoded] = [*(one.item for one in read.items), *([read.refused] if read.refused else [])]
    said = " | ".join(f"{one.reason.code} {one.detail}" for one in items if isinstance(one, Rejection))
    kept = {f"{one.place} {one.measure}": one.value for one in items if isinstance(one, Observation)}
    return kept, said


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def workbook(*rows: Sequence[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def archive(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


GTFS = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,Chợ,10.5,106.4\nB,Cầu,10.51,106.41\n",
    "trips.txt": "route_id,service_id,trip_id\nR,S,T1\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT1,08:00:00,,A,1\nT1,08:10:00,,B,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "S,1,0,1,0,1,0,0,20260101,20271231\n",
}


def gtfs(**other: str) -> tuple[int, str, str]:
    """The number of routes, the name of the first stop, and what is said."""
    draft = read_plan(archive(GTFS | {f"{name}.txt": text for name, text in other.items()}), "gtfs.zip", "S")
    first = draft.routes[0].streets[0].name if draft.routes else ""
    return len(draft.routes), first, " | ".join(one.words.vi for one in draft.findings)


def tickets(*rows: str) -> tuple[int, str]:
    draft = read_tickets(csv("số phiếu;biển số;giờ vào;cân hàng", *rows), "a.csv", "S", "N")
    return len(draft.tickets), " | ".join(one.words.vi for one in draft.findings)


# Figures.


def test_k2_a_formula_that_was_never_computed_is_no_missing_figure() -> None:
    kept, said = figures(workbook(HEADS, ["27694", "=5+5", 3], ["27697", 4, 2]), "so-lieu-2026-10.xlsx")
    assert kept == {"27694 dossiers_on_time": 3, "27697 dossiers_due": 4, "27697 dossiers_on_time": 2}
    assert "công thức chưa được tính" in said


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#VALUE!", "#NAME?"])
def test_k2_an_error_of_a_formula_is_no_missing_figure(error: str) -> None:
    kept, said = figures(workbook(HEADS, ["27694", error, 3]), "so-lieu-2026-10.xlsx")
    assert (kept, error in said) == ({"27694 dossiers_on_time": 3}, True)


def test_k2_a_computed_blank_is_missing_and_an_error_on_a_later_sheet_is_found_there() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(HEADS, ["27694", 7, 3]))) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    cell = next(c for c in ('<c r="B2" t="n"><v>7</v></c>', '<c r="B2"><v>7</v></c>') if c in parts[sheet])
    blank = '<c r="B2" t="str"><f>IF(A2="","x","")</f><v></v></c>'
    kept, said = figures(archive(parts | {sheet: parts[sheet].replace(cell, blank)}), "so-lieu-2026-10.xlsx")
    assert (kept, said) == ({"27694 dossiers_due": None, "27694 dossiers_on_time": 3}, "")
    book_of_two, out = openpyxl.Workbook(), io.BytesIO()
    book_of_two.active.append(["Ghi chú"])
    for row in (HEADS, ["27694", "#DIV/0!", 3]):
        book_of_two.create_sheet("Số liệu") if row is HEADS else None
        book_of_two["Số liệu"].append(row)
    book_of_two.save(out)
    assert "Số liệu: dòng 2, cột 2 / row 2, column 2: #DIV/0!" in figures(out.getvalue(), "so-lieu-2026-10.xlsx")[1]


@pytest.mark.parametrize("rows", [
    ('Mã xã;Tên xã;Hồ sơ đến hạn', '27694;"Xã A;5', "27697;Xã B;6"),
    ('Mã xã;Tên xã;Hồ sơ đến hạn', "27700;Xã C;7", '27694;"Xã A;5', *["27697;Xã B;6"] * 20_000),
])  # fmt: skip
def test_k3_a_quotation_mark_that_nobody_closed_is_told_by_its_line(rows: tuple[str, ...]) -> None:
    kept, said = figures(csv(*rows))
    line = 1 + next(number for number, row in enumerate(rows) if '"' in row)
    assert (kept, f"mở ở dòng {line} " in said) == ({}, True)


def test_k3_quotation_marks_within_names_cost_nothing() -> None:
    kept, said = figures(csv("Mã xã;Tên xã;Hồ sơ đến hạn", '27694;Xã "A";5', '27697;"Xã ""B""\nmới";6', '27700;"C";7'))
    assert (list(kept.values()), said) == ([5, 6, 7], "")


def test_k1_decimal_commas_in_a_few_lines_are_no_columns() -> None:
    rows = ("STT|Mã xã|Hồ sơ đến hạn|Hồ sơ đúng hạn|Ghi chú", "I|Khu vực", "1|27694|7|5|0,01", "|Tổng cộng|7|5,0")
    assert figures(csv(*rows))[0] == {"27694 dossiers_due": 7, "27694 dossiers_on_time": 5}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_k4_utf_16_without_its_mark_is_read(encoding: str) -> None:
    body = csv("Mã xã;Hồ sơ đến hạn", "27694;5").decode().encode(encoding)
    assert figures(body) == ({"27694 dossiers_due": 5}, "")


def test_k2_a_name_twice_in_one_json_object_is_told() -> None:
    kept, said = figures(b'[{"place": "27694", "dossiers_due": 5, "dossiers_due": 6}]', "so-lieu-2026-10.json")
    assert (kept, "“dossiers_due” ghi hai lần" in said) == ({}, True)
    places = b'{"type": "FeatureCollection", "features": [{"properties": {"route": "1", "route": "2", "street": "A"}}]}'
    assert "“route” ghi hai lần" in " ".join(one.words.vi for one in read_plan(places, "a.geojson", "S").findings)


@pytest.mark.parametrize("said", ["Tháng 10 năm 2026", "10-2026", "T10.2026", "tháng 10/2026", "T 10-2026"])
def test_k4_a_month_as_people_write_it_in_a_cell(said: str) -> None:
    assert figures(csv("Mã xã;Kỳ;Hồ sơ đến hạn", f"27694;{said};5"), "a.csv") == ({"27694 dossiers_due": 5}, "")


@pytest.mark.parametrize("said", ["10/26", "13-2026", "10.2026"])
def test_k1_a_month_that_may_be_something_else_is_refused(said: str) -> None:
    kept, why = figures(csv("Mã xã;Kỳ;Hồ sơ đến hạn", f"27694;{said};5"), "a.csv")
    assert (kept, said in why) == ({}, True)


# Stations, facilities, teams.


def stations(carrier: str = "VNPT", technology: str = "4G", at: str = "10,5;106,4") -> tuple[list[set[str]], str]:
    rows = csv("Mã trạm;Nhà mạng;Công nghệ;Vĩ độ;Kinh độ", f"A;{carrier};{technology};{at}")
    found, findings = read_stations(rows, "a.csv")
    return [set(one.technologies) for one in found], " ".join(one.words.vi for one in findings)


def test_k1_a_station_of_several_carriers_is_not_of_the_first() -> None:
    found, said = stations(carrier="Viettel/VNPT dùng chung")
    assert (found, "mỗi nhà mạng một dòng" in said) == ([], True)


@pytest.mark.parametrize("written", ["3G & 4G", "3G và 4G", "3G+4G"])
def test_k4_technologies_as_people_join_them(written: str) -> None:
    assert stations(technology=written) == ([{"3g", "4g"}], "")


@pytest.mark.parametrize("at", ["-10,5;106,4", "10,5;-106,4", "0;106,4", "40,4;-3,7", "106,4;10,5"])
def test_k1_a_place_outside_the_country_is_a_wrong_sign_or_digit(at: str) -> None:
    found, said = stations(at=at)
    assert (found, "nơi ở Việt Nam" in said) == ([], True)
    latitude, longitude = at.split(";")
    draft = read_facilities(csv("mã;loại;vĩ độ;kinh độ", f"A;plant;{latitude};{longitude}"), "a.csv", "S")
    assert (draft.facilities, len(draft.findings)) == ((), 1)
    ring = [[float(longitude.replace(",", ".")), float(latitude.replace(",", "."))]]
    fence = {"type": "Point", "coordinates": ring[0]}
    feature = {"type": "Feature", "properties": {"id": "A", "kind": "plant"}, "geometry": fence}
    body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert read_facilities(body, "a.geojson", "S").facilities == ()


def test_k5_a_kind_of_facility_that_nobody_knows_is_named_in_the_language_of_the_page() -> None:
    draft = read_facilities(csv("mã;loại;vĩ độ;kinh độ", "A;nha kho;10,5;106,4"), "a.csv", "S")
    assert "loại / kind: nha kho" in draft.findings[0].words.vi
    assert "FacilityKind" not in draft.findings[0].words.vi.replace("(depot", "")


@pytest.mark.parametrize(("row", "why"), [
    ("27694-T02;Khu phố 2 (ông Nguyễn Văn A);", "tên người"),
    ("27694-T02;Khu phố 2 - Nguyễn Văn A;", "tên người"),
    ("27694-T02;Khu phố 2;29/11/2026", "tương lai"),
    ("27694-T02;#REF!;", "lỗi công thức: #REF!"),
    ("#N/A;Khu phố 2;", "lỗi công thức: #N/A"),
    ("27694-T02;Khu phố 2;01/05/2122", "31/05/2022"),
    ("27694-T02;Khu phố 2;1/5/1822", "31/05/2022"),
    ("27694-T1;Khu phố 2;", "mã tổ đã có"),
])  # fmt: skip
def test_k1_k3_a_row_of_a_teams_register(row: str, why: str) -> None:
    rows = csv("Mã tổ;Ấp, khu phố;Ngày thành lập", "27694-T01;Ấp Ông Nhan;01/05/2022", row)
    read = read_team_register(rows, "a.csv", ["27694"], NOW.date())
    assert ([one["team"] for one in read.records], [why in one.why.vi for one in read.wrong]) == (["27694-T01"], [True])


# Tickets.


def test_k1_a_ticket_with_a_day_alone_says_that_it_was_read_as_midnight() -> None:
    kept, said = tickets("1;62C01234;2026-11-26;7000", "2;62C01234;2026-11-26 00:00;7000")
    assert (kept, said.count("chỉ có ngày")) == (2, 1)


@pytest.mark.parametrize("plates", ["62C-012.34/62R-001.11", "62C-01234, 62C-05678"])
def test_k1_two_plates_are_no_third_one(plates: str) -> None:
    kept, said = tickets(f"1;{plates};2026-11-26 08:00;7000")
    assert (kept, "nhiều biển số" in said) == (0, True)


def test_k1_a_ticket_in_tonnes_among_kilograms_is_told() -> None:
    kept, said = tickets("1;62C01234;2026-11-26 08:00;7000", "2;62C01234;2026-11-26 09:00;7,25")
    assert (kept, "phiếu 2" in said, "tấn" in said, "phiếu 1" in said) == (2, True, True, False)


def test_k1_a_year_that_a_slip_of_the_finger_made_is_refused() -> None:
    kept, said = tickets("1;62C01234;2126-11-26 08:00;7000")
    assert (kept, "2126" in said) == (0, True)


# GTFS and maps.


@pytest.mark.parametrize(("part", "row", "said"), [
    ("stops", "A,Chợ khác,10.9,106.9\n", "stop_id A"),
    ("trips", "R,S2,T1\n", "trip_id T1"),
    ("calendar", "S,0,0,0,0,0,0,1,20260101,20271231\n", "service_id S"),
])  # fmt: skip
def test_k2_an_id_of_gtfs_that_stands_twice_is_told_and_the_first_kept(part: str, row: str, said: str) -> None:
    routes, first, told = gtfs(**{part: GTFS[f"{part}.txt"] + row})
    assert (routes, first, f"{said} bị lặp" in told) == (1, "Chợ", True)
    again = GTFS[f"{part}.txt"].splitlines(keepends=True)[-1]
    assert gtfs(**{part: GTFS[f"{part}.txt"] + again})[2] == "", "the same again costs no word"


def test_k2_files_of_gtfs_that_nobody_reads_are_told() -> None:
    assert "không đọc: fare_rules.txt, shapes.txt" in gtfs(shapes="shape_id\n1\n", fare_rules="fare_id\n1\n")[2]


def test_k4_headings_of_gtfs_in_capitals_are_headings() -> None:
    assert gtfs(trips="Route_ID,Service_ID,Trip_ID\nR,S,T1\n") == (1, "Chợ", "")


def test_k5_gtfs_with_other_separators_is_told_by_the_columns_it_lacks() -> None:
    routes, _, said = gtfs(stops=GTFS["stops.txt"].replace(",", ";"))
    assert (routes, "stops.txt: stop_id" in said, "dấu phẩy" in said) == (0, True, True)


def test_k5_a_date_that_is_none_is_told_as_it_was_written() -> None:
    assert "ngày không hợp lệ: 1/1/2026" in gtfs(calendar=GTFS["calendar.txt"].replace("20260101", "1/1/2026"))[2]
    assert gtfs(calendar=GTFS["calendar.txt"].replace("20260101", "2026-01-01"))[2] == ""


def test_k2_two_files_of_one_name_in_an_archive_are_told() -> None:
    folders = archive({f"{folder}/{name}": text for folder in ("cu", "moi") for name, text in GTFS.items()})
    draft = read_plan(folders, "gtfs.zip", "S")
    assert (draft.routes, "hai tệp cùng tên" in draft.findings[0].words.vi) == ((), True)


@pytest.mark.parametrize(("names", "refused"), [
    (("xa.geojson", "huyen.geojson"), True),
    (("a/xa.geojson", "b/xa.geojson"), True),
    (("doc.kml", "them.kml"), False),
    (("xa.geojson", "metadata.json"), False),
])  # fmt: skip
def test_k2_one_of_several_maps_is_not_taken_for_all(names: tuple[str, ...], refused: bool, tmp_path: Path) -> None:
    places = '{"type": "FeatureCollection", "features": []}'
    kml = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
    path = tmp_path / "ban-do.zip"
    path.write_bytes(archive({name: kml if name.endswith("kml") else places for name in names}))
    with pytest.raises(ImportRefusedError) as told:
        read_signal_area(path)
    assert (told.value.reason == "several_maps") is refused
    assert ("xa.geojson" in told.value.words.vi) is refused


# Trackers.


def osmand(query: str) -> Decoded:
    (found,) = decode_osmand(Payload(feed="w", format="osmand", body=b"", received_at=NOW, query=query))
    return found


@pytest.mark.parametrize("query", ["id=1&id=2&lat=10.5&lon=106.4", "id=1&lat=10.5&lat=11&lon=106.4"])
def test_k1_of_two_vehicles_or_places_in_one_message_none_counts(query: str) -> None:
    found = osmand(query)
    assert isinstance(found, Rejection)
    assert "hai giá trị" in found.detail


@pytest.mark.parametrize("query", [
    "id=1&latitude=10.5&longitude=106.4", "ID=1&LAT=10.5&LON=106.4", "deviceid=1&Lat=10.5&Lng=106.4",
    "id=1&id=1&lat=10.5&lon=106.4&cell=1&cell=2",
])  # fmt: skip
def test_k4_k6_a_position_under_the_names_that_programs_use(query: str) -> None:
    found = osmand(f"{query}&timestamp=1795827600&batteryLevel=7")
    assert isinstance(found, Fix)
    assert (found.device, found.latitude, found.longitude, found.attributes["batteryLevel"]) == ("1", 10.5, 106.4, 7)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_k4_json_of_trackers_with_a_mark_at_its_beginning(encoding: str) -> None:
    at = int(NOW.timestamp()) - 60
    position = {"fixTime": at * 1000, "latitude": 10.5, "longitude": 106.4}
    told = (
        (decode_traccar, {"position": position, "device": {"uniqueId": "7"}}),
        (decode_owntracks, {"_type": "location", "tst": at, "lat": 10.5, "lon": 106.4, "topic": "owntracks/a/7"}),
    )
    for decode, message in told:
        body = json.dumps(message).encode(encoding)
        (found,) = decode(Payload(feed="w", format="x", body=body, received_at=NOW))
        assert isinstance(found, Fix)
