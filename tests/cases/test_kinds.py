"""At least three variants of our own for each kind of fault K1 to K6, over all importers; none is a shared case.

Those below are small; KINDS lists them with those that stand in other files. `pytest -s` prints the count of each kind.
"""

import ast
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_sources.messages.parse import RefusalError
from data_sources.plan.drivers import read_drivers
from data_sources.plan.facilities import read_facilities
from data_sources.plan.readers import read_plan
from data_sources.plan.weighbridge import read_tickets
from data_sources.registers.teams import read_team_register
from data_sources.trackers.osmand import decode_osmand
from data_sources.trackers.owntracks import decode_owntracks
from data_sources.workbooks.apart import read_sheets
from domain.feeds.feed import Payload
from domain.finding import Severity
from domain.observation import Fix, Rejection

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)
ROUTES = [["mã tuyến", "đường", "thứ", "giờ"], ["01", "đường Lê Lợi", "T3", "17h40"]]
DEPOTS = [["id", "kind", "lat", "lon"], ["A", "depot", "10.5", "106.4"]]
TICKETS = [["số phiếu", "biển số", "giờ vào", "cân hàng"], ["1", "62C01234", "2026-11-26 08:00", "7000"]]
DRIVERS = [["mã tài xế", "họ tên"], ["TX1", "An"]]
TEAMS = [["Mã tổ", "Ấp, khu phố", "Ngày thành lập"], ["27694-T01", "Khu phố 1", "01/05/2022"]]


def said_of_plan(body: bytes, name: str) -> tuple[int, str]:
    draft = read_plan(body, name, "S")
    return len(draft.routes) + len(draft.exceptions), " | ".join(one.words.vi for one in draft.findings)


def said_of_facilities(body: bytes, name: str) -> tuple[int, str]:
    draft = read_facilities(body, name, "S")
    return len(draft.facilities), " | ".join(one.words.vi for one in draft.findings)


def said_of_tickets(body: bytes, name: str) -> tuple[int, str]:
    draft = read_tickets(body, name, "S", "N")
    return len(draft.tickets), " | ".join(one.words.vi for one in draft.findings)


def said_of_drivers(body: bytes, name: str) -> tuple[int, str]:
    draft = read_drivers(body, name)
    return len(draft.drivers), " | ".join(one.words.vi for one in draft.findings)


def said_of_teams(body: bytes, name: str) -> tuple[int, str]:
    read = read_team_register(body, name, ["27694"], NOW.date())
    return len(read.records), " | ".join([*(one.why.vi for one in read.wrong), *(one.vi for one in read.warnings)])


Said = Callable[[bytes, str], tuple[int, str]]
TABLES: Mapping[str, tuple[Said, list[list[str]]]] = {
    "plan": (said_of_plan, ROUTES),
    "facilities": (said_of_facilities, DEPOTS),
    "weighbridge": (said_of_tickets, TICKETS),
    "drivers": (said_of_drivers, DRIVERS),
    "teams": (said_of_teams, TEAMS),
}
"""How each importer of tables reads a file: entries that are kept, and what it says; and a table without a fault."""


def workbook(*sheets: list[list[str]], hidden: tuple[int, ...] = ()) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    del book["Sheet"]
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Nguyễn Văn Kín {number}")
        sheet.sheet_state = "hidden" if number in hidden else "visible"
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def csv(rows: list[list[str]], mark: str = ";") -> str:
    return "\r\n".join(mark.join(row) for row in rows) + "\r\n"


def geojson(*properties: Mapping[str, Any], point: object = (106.41, 10.53)) -> bytes:
    features = [
        {"geometry": {"coordinates": point, "type": "Point"}, "properties": one, "type": "Feature"}
        for one in properties
    ]
    return json.dumps({"features": features, "type": "FeatureCollection"}, ensure_ascii=False).encode()


def osmand(query: str) -> Fix | Rejection:
    (found,) = decode_osmand(Payload(feed="w", format="osmand", body=b"", received_at=NOW, query=query))
    assert isinstance(found, Fix | Rejection)
    return found


# K1: a writing with two meanings is asked about or told.


def test_k1_teams_a_column_of_days_with_the_month_first_somewhere() -> None:
    rows = [*TEAMS[:1], ["27694-T01", "Khu phố 1", "05/02/2022"], ["27694-T02", "Khu phố 2", "02/14/2022"]]
    kept, said = said_of_teams(csv(rows).encode(), "to.csv")
    assert (kept, "tháng trước ngày" in said) == (1, True)


def test_k1_plan_a_geojson_whose_days_have_the_month_first_somewhere() -> None:
    days = (
        {"route": f"0{n}", "street": "A", "thứ": "T2", "valid_from": d}
        for n, d in ((1, "05/02/2027"), (2, "02/14/2027"))
    )
    assert "tháng trước ngày" in said_of_plan(geojson(*days), "a.geojson")[1]


@pytest.mark.parametrize("day", ["31/05/22", "5.2022", "31-2-2022"])
def test_k1_teams_a_day_that_is_none(day: str) -> None:
    kept, said = said_of_teams(csv([TEAMS[0], ["27694-T01", "Khu phố 1", day]]).encode(), "to.csv")
    assert (kept, "31/05/2022" in said) == (0, True)


# K2: what is not kept is told.


@pytest.mark.parametrize("importer", TABLES)
def test_k2_a_second_sheet_with_entries_is_told_by_its_number(importer: str) -> None:
    read, rows = TABLES[importer]
    kept, said = read(workbook(rows, rows), "a.xlsx")
    assert (kept, "trang tính thứ 2" in said) == (1, True), said
    assert "Kín" not in said, "a sheet's name may be a person's"
    assert "trang tính thứ 1" in read(workbook(rows, rows, hidden=(0,)), "a.xlsx")[1], "a hidden one too"
    assert read(workbook(rows, []), "a.xlsx") == (1, ""), "an empty one costs no word"


@pytest.mark.parametrize("importer", ["plan", "facilities"])
def test_k2_an_unread_and_a_repeated_property_of_a_geojson_are_told(importer: str) -> None:
    of = {"plan": {"route": "1", "street": "A", "đường": "B"}, "facilities": {"id": "A", "kind": "depot", "mã": "B"}}
    kept, said = TABLES[importer][0](geojson({**of[importer], "sức chứa": 300, "rỗng": None}), "a.geojson")
    assert (kept, said.count("sức chứa"), said.count("trùng nghĩa"), "rỗng" in said) == (1, 1, 1, False), said
    if importer == "plan":
        assert read_plan(geojson(of["plan"]), "a.geojson", "").routes[0].streets[0].name == "A"


# K3: one bad thing costs none of the rest.


@pytest.mark.parametrize("bad", [["27694", "x", ""], ["27694-T02", "", ""], ["27694-T02", "gọi 0912345678", ""]])
def test_k3_teams_a_bad_row(bad: list[str]) -> None:
    kept, said = said_of_teams(csv([*TEAMS, bad, ["27694-T03", "Khu phố 3", ""]]).encode(), "to.csv")
    assert (kept, bool(said), "0912345678" in said) == (2, True, False)


def test_k3_plan_a_feature_that_is_no_object_and_one_without_a_place() -> None:
    good = {"type": "Feature", "properties": {"route": "1", "street": "A"}, "geometry": None}
    body = json.dumps({"type": "FeatureCollection", "features": [None, 5, good, {"properties": []}]}).encode()
    assert said_of_plan(body, "a.geojson")[0] == 1


# K4: what is promised is read.


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("importer", TABLES)
def test_k4_a_table_that_people_save_on_windows(importer: str, encoding: str) -> None:
    read, rows = TABLES[importer]
    heads = [[f"  {one.upper()} " for one in rows[0]], *rows[1:]]
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert read(mark + csv(heads, "\t").encode(encoding), "TEP.CSV") == (1, "")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json", "A.GEOJSON", "a.zip", "khong-duoi"])
def test_k4_a_format_is_known_by_what_a_file_begins_with(name: str) -> None:
    places = geojson({"route": "1", "street": "A"})
    assert said_of_plan(places, name)[0] == 1
    assert said_of_plan(places.decode().encode("utf-16"), name)[0] == 1
    assert said_of_plan(workbook(ROUTES), name)[0] == 1
    assert said_of_facilities(geojson({"id": "A", "kind": "depot"}), name)[0] == 1
    assert said_of_facilities(workbook(DEPOTS), name)[0] == 1


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.geojson", "a.zip"])
def test_k4_a_text_under_another_suffix_is_the_table_that_it_is(name: str) -> None:
    for importer in TABLES:
        read, rows = TABLES[importer]
        assert read(csv(rows).encode(), name)[0] == 1, importer


# K5: the words name the cause and what to do.


@pytest.mark.parametrize("importer", TABLES)
def test_k5_an_archive_of_tables_is_told_as_what_it_is(importer: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("bang.csv", csv(TABLES[importer][1]))
    kept, said = TABLES[importer][0](out.getvalue(), "a.xlsx")
    assert (kept, "không phải bảng tính" in said, "Error" in said) == (0, True, False), said


@pytest.mark.parametrize("importer", TABLES)
def test_k5_a_page_to_sign_in_at_that_was_saved_as_a_workbook(importer: str) -> None:
    page = b"<!doctype html><html><body><form>Please sign in</form></body></html>"
    assert "trang web không có bảng nào" in TABLES[importer][0](page, "a.xlsx")[1]


def test_k5_figures_an_archive_and_a_locked_workbook_say_what_to_do() -> None:
    for body in (b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + bytes(600)):
        with pytest.raises(RefusalError) as refused:
            read_sheets(body, "bc.xlsx")
        assert "lưu lại thành .xlsx" in refused.value.detail


# K6: instants, topics, habits of programs.


@pytest.mark.parametrize("query", ["TIMESTAMP", "fixTime"])
def test_k6_trackers_capitals_in_the_name_of_an_instant(query: str) -> None:
    fix = osmand(f"id=1&lat=10.5&lon=106.4&{query}=1795827600")
    assert isinstance(fix, Fix)
    assert (fix.device, fix.at, fix.flags) == ("1", datetime(2026, 11, 28, 1, tzinfo=UTC), ())


def test_k6_trackers_an_instant_in_seconds_and_in_milliseconds_is_one() -> None:
    told = [osmand(f"id=1&lat=10.5&lon=106.4&timestamp={said}") for said in ("1795827600", "1795827600000")]
    assert {one.at for one in told if isinstance(one, Fix)} == {datetime(2026, 11, 28, 1, tzinfo=UTC)}


def test_k6_trackers_a_topic_in_another_alphabet_and_with_blanks() -> None:
    body = json.dumps({"_type": "location", "tst": int(NOW.timestamp()) - 60, "lat": 10.5, "lon": 106.4}).encode()
    payload = Payload(feed="w", format="owntracks", body=body, received_at=NOW, name="owntracks/đội 1/LA-B07")
    (found,) = decode_owntracks(payload)
    assert isinstance(found, Fix)
    assert found.device == "đội 1:LA-B07"


def test_no_finding_of_these_tables_is_an_error_where_all_is_kept() -> None:
    draft = read_tickets(workbook(TICKETS, TICKETS), "a.xlsx", "S", "N")
    assert {one.severity for one in draft.findings} == {Severity.WARNING}
    assert date(2026, 11, 26) in {one.entered_at.date() for one in draft.tickets}


VARIANTS, REGISTERS = "tests/cases/test_variants.py", "tests/cases/test_registers.py"
READING = "tests/data_sources/workbooks/test_reading.py"
FILES, UNITS = "tests/data_sources/places/test_boundary_files.py", "tests/data_sources/places/test_boundary_units.py"
MAPS, MANNERS, HERE = (
    "tests/data_sources/places/test_boundaries.py",
    "tests/centre/test_manners.py",
    "tests/cases/test_kinds.py",
)

KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "K1": {
        "figures": (f"{READING}::test_a_separator_that_nothing_explains_is_asked_about",
                    f"{READING}::test_thousands_in_a_title_are_asked_about_and_multiplied_when_somebody_says_so"),
        "plan": (f"{VARIANTS}::test_two_numbers_that_may_be_a_range_or_a_pair_are_asked_about",
                 f"{HERE}::test_k1_plan_a_geojson_whose_days_have_the_month_first_somewhere"),
        "drivers": (f"{REGISTERS}::test_a_drivers_day_that_is_unclear_says_which_it_is_and_not_the_day",),
        "facilities": (f"{VARIANTS}::test_a_radius_or_shift_that_may_be_thousands_is_asked_about",),
        "weighbridge": (f"{VARIANTS}::test_three_digits_after_a_separator_are_thousands_on_a_weighbridge",),
        "GTFS": (f"{VARIANTS}::test_unclear_frequencies_leave_times_blank_and_cost_no_other_trip",),
        "maps": (f"{MAPS}::test_a_wrongly_declared_system_is_refused_and_the_right_one_named",
                 f"{UNITS}::test_a_name_that_comes_near_is_shown_not_taken"),
        "teams": (f"{HERE}::test_k1_teams_a_column_of_days_with_the_month_first_somewhere",
                  f"{HERE}::test_k1_teams_a_day_that_is_none"),
    },
    "K2": {
        "figures": (f"{READING}::test_every_sheet_is_read_or_told_and_hidden_ones_only_when_somebody_says_so",),
        "plan": (f"{VARIANTS}::test_an_unread_and_a_repeated_column_of_a_plan_are_told",
                 f"{HERE}::test_k2_an_unread_and_a_repeated_property_of_a_geojson_are_told"),
        "all tables": (f"{HERE}::test_k2_a_second_sheet_with_entries_is_told_by_its_number",),
        "drivers": (f"{REGISTERS}::test_an_unread_column_of_drivers_is_told_and_what_stands_in_it_is_not",),
        "weighbridge": (f"{VARIANTS}::test_a_plant_nobody_has_and_a_number_of_another_day_are_told",),
        "GTFS": (
            f"{VARIANTS}::test_an_exception_of_a_trip_with_frequencies_cancels_every_run_and_one_without_trip_is_told",
        ),
        "maps": (f"{FILES}::test_two_files_of_one_name_in_a_zip_are_told_and_none_is_lost_in_silence",
                 f"{UNITS}::test_a_feature_inside_that_is_no_unit_is_told"),
    },
    "K3": {
        "plan": (f"{VARIANTS}::test_a_bad_feature_is_a_finding_and_the_others_are_kept",
                 f"{HERE}::test_k3_plan_a_feature_that_is_no_object_and_one_without_a_place"),
        "drivers, facilities, weighbridge": (f"{REGISTERS}::test_one_bad_row_of_each_register_leaves_the_others",),
        "GTFS": (f"{VARIANTS}::test_a_broken_file_that_nobody_reads_costs_nothing",),
        "maps": (f"{UNITS}::test_a_broken_feature_that_is_no_unit_hinders_nothing",),
        "teams": (f"{HERE}::test_k3_teams_a_bad_row",),
        "figures": (f"{READING}::test_what_is_no_number_is_refused",),
    },
    "K4": {
        "all tables": (f"{HERE}::test_k4_a_table_that_people_save_on_windows",
                       f"{HERE}::test_k4_a_text_under_another_suffix_is_the_table_that_it_is"),
        "plan, facilities": (f"{HERE}::test_k4_a_format_is_known_by_what_a_file_begins_with",),
        "figures": (f"{READING}::test_web_pages_and_spreadsheet_ml_named_xls_are_read",
                    f"{READING}::test_headers_of_two_and_three_rows_with_merged_cells"),
        "GTFS": (f"{VARIANTS}::test_a_feed_with_blanks_marks_and_capitals_reads_as_one_without",),
        "maps": (f"{FILES}::test_parts_of_a_shapefile_may_differ_in_case",
                 f"{FILES}::test_the_order_of_keys_means_nothing"),
        "trackers": (f"{VARIANTS}::test_json_that_people_save_on_windows_is_read_wherever_json_comes",),
    },
    "K5": {
        "all tables": (f"{HERE}::test_k5_an_archive_of_tables_is_told_as_what_it_is",
                       f"{HERE}::test_k5_a_page_to_sign_in_at_that_was_saved_as_a_workbook"),
        "figures": (f"{READING}::test_old_character_sets_in_a_workbook_are_refused_readably",
                    f"{HERE}::test_k5_figures_an_archive_and_a_locked_workbook_say_what_to_do"),
        "drivers": (f"{REGISTERS}::test_a_table_without_a_needed_column_names_it_as_people_write_it_here",),
        "facilities": (f"{VARIANTS}::test_a_fence_of_several_parts_is_named_as_what_it_is",),
        "maps": (f"{FILES}::test_a_shapefile_alone_is_refused_with_what_it_lacks",),
        "trackers": (f"{REGISTERS}::test_what_is_no_forwarded_position_says_what_is_missing",),
    },
    "K6": {
        "trackers": (f"{VARIANTS}::test_user_and_device_under_any_base_or_nobody",
                     f"{VARIANTS}::test_an_instant_under_another_name_is_the_instant",
                     f"{HERE}::test_k6_trackers_an_instant_in_seconds_and_in_milliseconds_is_one",
                     f"{HERE}::test_k6_trackers_a_topic_in_another_alphabet_and_with_blanks"),
        "GTFS": (f"{REGISTERS}::test_a_trip_that_runs_past_midnight_keeps_its_order",),
        "network": (f"{MANNERS}::test_head_is_what_get_is_without_its_body",
                    f"{MANNERS}::test_a_slash_at_the_end_means_nothing_and_nobody_is_sent_elsewhere",
                    f"{MANNERS}::test_a_declared_proxy_says_for_whom_it_asks",
                    "tests/centre/test_base_path.py::test_redirects_and_cookies_stay_under_the_prefix"),
    },
}  # fmt: skip
"""The variants of each kind by importer, as pytest names them."""
IMPORTERS = {"figures", "plan", "drivers", "facilities", "weighbridge", "GTFS", "maps", "trackers"}


def proofs_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("kind", ["K1", "K2", "K3", "K4", "K5", "K6"])
def test_each_kind_has_three_variants_of_our_own(kind: str) -> None:
    listed = [one for some in KINDS[kind].values() for one in some]
    there = {path: proofs_of(path) for path in {one.partition("::")[0] for one in listed}}
    assert [one for one in listed if one.partition("::")[2] not in there[one.partition("::")[0]]] == []
    assert len(set(listed)) == len(listed) >= 3
    print(f"\n{kind}: {len(listed)} variants over {', '.join(KINDS[kind])}")


def test_every_importer_has_variants() -> None:
    named = {name for of in KINDS.values() for one in of for name in one.split(", ")}
    assert named >= IMPORTERS
