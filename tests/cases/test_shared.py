"""Every shared case that is no workbook of figures, sent to the running centre: what EXPECT.md of its folder says."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hangs import until

from data_sources.places import boundaries
from domain.places.map_layer import ImportRefusedError
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from domain.waste.plan import Unit
from store.territories import places
from tests.cases.conftest import PUBLIC, Running

pytestmark = [pytest.mark.servers, pytest.mark.realdata]

WEDNESDAY = date(2026, 12, 2)
TUESDAY = date(2026, 12, 1)


def clocks(seconds: list[int | None]) -> list[str]:
    return ["" if s is None else f"{s // 3600:02d}:{s % 3600 // 60:02d}" for s in seconds]


def request_of(case: Path) -> tuple[str, str, dict[str, str], bytes]:
    """The method, target, headers (without Host) and body of request.txt."""
    head, _, body = (case / "request.txt").read_text("utf-8").partition("\n\n")
    first, *lines = head.strip().splitlines()
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    headers.pop("Host", None)
    return method, target, headers, body.strip().encode()


def refusal_of_boundaries(file: Path) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        boundaries.read_boundaries(
            file, territory=IN_FORCE, level=Level.COMMUNE, places=places(IN_FORCE), progress=lambda *_: None
        )
    return refused.value.reason


def test_weekdays_246(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "tuyen.csv")
    assert answer["status"] == 202
    assert centre.route("A1").weekdays == {1, 3, 5}
    assert centre.route("A2").weekdays == {2, 4, 6}
    assert centre.route("A3").weekdays == {1, 2, 3, 4, 5, 6}
    assert [run.route.id for run in centre.due(WEDNESDAY)] == ["A1", "A3"]


def test_exception_leading_zero(centre: Running, case: Path) -> None:
    centre.plan(case / "tuyen.csv")
    answer = centre.plan(case / "ngoai-le.csv")
    cancelled = [run.route.id for run in centre.due(TUESDAY)] == ["02"]
    assert cancelled or [said for said in answer["warnings"] if "1" in said["vi"]]


def test_facility_empty_point(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "co-so.geojson", content="facilities")
    assert answer["status"] == 202, answer
    assert [facility.id for facility in centre.stored.facilities()] == ["NM1"]
    assert [problem["row"] for problem in answer["problems"]] == [1]


def test_facility_multipolygon(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "co-so.geojson", content="facilities")
    assert (answer["status"], answer["problems"], answer["warnings"]) == (202, [], [])
    (facility,) = centre.stored.facilities()
    assert (facility.id, len(facility.points)) == ("BX1", 5)


def test_geojson_bom(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "tuyen.geojson")
    assert answer["status"] == 202, answer
    (street,) = centre.route("G1").streets
    assert street.placed


def test_geojson_type_last(case: Path) -> None:
    assert refusal_of_boundaries(case / "xa.geojson") == "incomplete"


def test_shapefile_mixed_case(case: Path) -> None:
    assert refusal_of_boundaries(case / "ranh-gioi.zip") == "incomplete"


def test_gtfs_after_midnight(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "tuyen.zip")
    assert "1 tuyến hợp lệ" in answer["facts"][0]["vi"]
    (run,) = centre.due(WEDNESDAY)
    assert [run.window(street)[0] for street in run.streets] == [
        datetime(2026, 12, 2, 16, 50, tzinfo=UTC), None, datetime(2026, 12, 2, 18, 10, tzinfo=UTC)
    ]  # fmt: skip


def test_gtfs_frequencies(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "tuyen.zip")
    begins = sorted(run.streets[0].begins_s or -1 for run in centre.due(WEDNESDAY))
    assert clocks(list(begins)) == ["05:00", "06:00", "07:00", "08:00"], answer


def test_gtfs_padded_headings(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "tuyen.zip")
    assert answer["status"] == 202, answer
    assert [(s.unit, s.placed) for s in centre.route("T3").streets] == [(Unit.STOP, True)] * 2


def test_merged_route_cells(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "tuyen.xlsx")
    assert answer["status"] == 202, answer
    route = centre.route("M1")
    assert [street.name.removeprefix("đường ") for street in route.streets] == ["Hùng Vương", "Lê Lợi", "Nguyễn Huệ"]
    assert (route.weekdays, {street.weekdays for street in route.streets}) == ({1, 3}, {None})


def test_two_digit_year(centre: Running, case: Path) -> None:
    """Nothing is guessed: each such cell is told with how to write it."""
    answer = centre.plan(case / "tuyen.csv")
    told = [said["vi"] for said in answer["warnings"]]
    told += [f"{one['detail']}: {one['vi']}" for one in answer["problems"]]
    for column in ("hiệu lực từ", "hiệu lực đến"):
        assert [said for said in told if column in said and "bốn chữ số" in said], told
    route = centre.route("B1")
    assert (route.valid_from, route.valid_to) == (None, None)
    later = centre.plan(case / "ngoai-le.csv")
    assert (later["status"], len(later["problems"])) == (400, 1)
    assert "bốn chữ số" in later["problems"][0]["vi"]


def test_ticket_numbers_restart(centre: Running, case: Path) -> None:
    for name in ("ngay-26.csv", "ngay-28.csv"):
        assert centre.plan(case / name, content="weighbridge")["status"] == 200
    tickets = centre.stored.tickets(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC))
    assert [ticket.net_kg for ticket in tickets] == [7_220, 9_100]


def test_weighbridge_thousands_comma(centre: Running, case: Path) -> None:
    answer = centre.plan(case / "phieu.csv", content="weighbridge")
    kept = centre.stored.tickets(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC))
    assert (answer["outcome"], [ticket.net_kg for ticket in kept]) == ("applied", [7_220, 8_220])
    assert "15.440 kg" in answer["facts"][0]["vi"]


def test_gpslogger_time(centre: Running, case: Path) -> None:
    _, target, headers, _ = request_of(case)
    answer = centre.http.get(centre.centre.door + target, headers={**headers, "X-API-Key": centre.centre.key})
    assert answer.status_code in (200, 202), answer.text
    (row,) = centre.come("GL1")
    assert datetime.fromtimestamp(row["at_ms"] / 1000, UTC) == datetime(2026, 11, 28, 1, tzinfo=UTC)


def test_owntracks_encrypted(centre: Running, case: Path) -> None:
    answer = centre.http.post(
        centre.centre.door + "/ingest/owntracks",
        content=(case / "message.json").read_bytes(),
        headers={"X-Limit-U": "ba-gac", "X-Limit-D": "LA-B07"},
        auth=("ba-gac", centre.centre.key),
    )
    assert (answer.status_code, answer.content) == (200, b"[]")
    (refused,) = centre.come_refused("encrypted")
    assert "ba-gac:LA-B07" in refused["detail"]


def test_owntracks_own_base_topic(centre: Running, case: Path) -> None:
    for name in ("a.json", "b.json"):
        message = json.loads((case / name).read_text("utf-8")) | {"tst": int(datetime.now(UTC).timestamp())}
        assert centre.post("/ingest/owntracks", json=message).status_code == 200
    assert len(centre.come("ba-gac:LA-B07")) == len(centre.come("ba-gac:LA-B08")) == 1
    assert centre.rows("longan:owntracks") == []


def test_traccar_client_json(centre: Running, case: Path) -> None:
    headers = {"Content-Type": "application/json"}
    assert centre.post("/", content=(case / "message.json").read_bytes(), headers=headers).status_code == 202
    (row,) = centre.come("LA-031")
    assert (row["latitude"], row["longitude"], row["speed_kmh"], row["course_deg"]) == (10.5431, 106.4102, None, None)
    assert centre.rows("71881261") == []


def test_ics_head(centre: Running, case: Path) -> None:
    centre.plan(case / "tuyen.csv")
    method, target, headers, _ = request_of(case)
    got = centre.get(target, headers=headers)
    head = centre.http.request(method, centre.centre.web + target, headers=headers)
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", got.headers["content-type"])
    for path in ("/lich-thu-gom", "/lich-thu-gom/hung-vuong-27694"):
        assert centre.http.head(centre.centre.web + path).status_code == 200


def test_trailing_slash(centre: Running, case: Path) -> None:
    _, target, headers, body = request_of(case)
    headers["Authorization"] = f"Bearer {centre.centre.key}"
    answer = centre.http.post(centre.centre.door + target, content=body, headers=headers)
    assert answer.status_code == 202, (answer.status_code, answer.text)
    asked = {"id": "SLASH1", "lat": "10.54", "lon": "106.41"}
    assert centre.http.get(centre.centre.door + "/ingest/osmand/", params=asked).status_code == 202


def test_webcal_behind_a_proxy(centre: Running, case: Path, tmp_path: Path) -> None:
    route = "mã tuyến,địa bàn,thứ,đường,giờ\nW1,27694,T2,đường Hùng Vương,17h40\n".encode()
    file = tmp_path / "w.csv"
    file.write_bytes(route)
    assert centre.plan(file)["status"] == 202
    _, target, headers, _ = request_of(case)
    said = centre.get(target, headers=headers).text
    assert f"webcal://{PUBLIC}/" in said
    assert "127.0.0.1" not in said


def test_ipv6_any_address(centre: Running, case: Path) -> None:
    assert "IOC_HOST=::" in (case / "start.txt").read_text("utf-8")
    addresses = (centre.centre.web, centre.centre.door)
    for address in addresses:
        for here in ("127.0.0.1", "[::1]", "localhost"):
            assert centre.http.get(address.replace("127.0.0.1", here) + "/readyz").status_code == 200
    printed = [address.replace("127.0.0.1", "localhost") for address in addresses]
    asyncio.run(until(lambda: all(url in centre.centre.said for url in printed)))
