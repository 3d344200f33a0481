"""A run and a vehicle's day as GPX and CSV: valid for other programs, simulated data marked, only valid fixes."""

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from plan_fixtures import ROUTE, done
from run_fixtures import BEGINS, DAY, NOW, RUN, minutes, run
from sqlalchemy import Engine

from api.rounds import track_files
from domain.instant import day_start
from domain.observation import Fix, Kind
from store.reading import Reading as StoreReading
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.rounds.service_days import ServiceDays

G = {"g": "http://www.topografix.com/GPX/1/1", "p": "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"}
DAY_PATH = f"/vehicle-days/{DAY}/LA-001/track"
RUN_PATH = f"/runs/{DAY}/mau-01/1/track"


def fix(minute: float, **other: Any) -> Fix:
    at = BEGINS + minutes(minute)
    given: dict[str, Any] = {
        "feed": "waste_trucks", "device": "T-1", "at": at, "received_at": at + timedelta(seconds=2), "latitude": 10.53,
        "longitude": 106.41 + minute / 1_000, "kind": Kind.MEASURED, "source": "GPS", "speed_kmh": 36.0,
    }  # fmt: skip
    return Fix(**(given | other))


FIXES = [fix(1), fix(2, speed_kmh=None), fix(2, speed_kmh=None), fix(20), fix(21, altitude_m=3.24, course_deg=270.0)]


class Reading:
    fixes: Sequence[Fix] = ()

    async def track(self, vehicle: str, since: datetime, until: datetime, limit: int) -> list[Fix]:
        return [one for one in self.fixes if vehicle == "LA-001" and since <= one.at < until][:limit]


@pytest.fixture
def reading() -> Reading:
    made = Reading()
    made.fixes = FIXES
    return made


@pytest.fixture
async def client(engine: Engine, reading: Reading) -> AsyncIterator[httpx.AsyncClient]:
    runs, plan = Runs(engine), Plan(engine)
    plan.add(done(), [ROUTE], valid={ROUTE.id: True})
    runs.put([RUN, run(route="a/b", name="Tuyến a/b")])
    app = FastAPI()
    app.include_router(track_files.router(cast(StoreReading, reading), ServiceDays(runs, plan), lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc/api/v1") as opened:
        yield opened


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_day_as_csv_has_units_utc_and_the_street_the_evidence_tells(client: httpx.AsyncClient):
    answer = await client.get(f"{DAY_PATH}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''LA-001_{DAY}.csv"
    assert answer.content.startswith("\ufeff".encode()), "Excel shows no Vietnamese without it"
    found = rows(answer)
    assert len(found) == 4, "a fix told twice is one row"
    first, second = found[:2]
    assert (first["at_utc"], first["received_utc"]) == ("2026-11-25T10:01:00.000Z", "2026-11-25T10:01:02.000Z")
    assert (first["longitude_deg"], first["latitude_deg"], first["speed_kmh"]) == ("106.411000", "10.530000", "36")
    assert (first["planned_street"], first["kind"], first["device"]) == ("Đường mẫu 01", "measured", "T-1")
    assert second["speed_kmh"] == "", "what is not known is not 0"
    assert found[2]["planned_street"] == "", "served from minute 0 to 3 and not at minute 20"


async def test_a_day_as_gpx_is_cut_where_nothing_was_heard(client: httpx.AsyncClient):
    answer = await client.get(f"{DAY_PATH}.gpx")
    assert answer.headers["content-type"] == "application/gpx+xml"
    root = ET.fromstring(answer.content)
    assert (root.tag, root.get("version"), root.get("creator")) == (f"{{{G['g']}}}gpx", "1.1", "IOC Long An")
    segments = root.findall("g:trk/g:trkseg", G)
    assert [len(segment) for segment in segments] == [2, 2], "eighteen silent minutes are no line"
    point = segments[1][1]
    assert [child.tag.split("}")[1] for child in point] == ["ele", "time", "extensions"], "the order of the schema"
    assert (point.get("lat"), point.get("lon")) == ("10.530000", "106.431000")
    assert point.findtext("g:ele", None, G) == "3.2"
    assert point.findtext(".//p:speed", None, G) == "10.00", "metres a second"
    assert point.findtext(".//p:course", None, G) == "270.0"
    assert segments[0][1].find("g:extensions", G) is None
    assert root.find("g:metadata/g:keywords", G) is None, "measured is not marked simulated"
    assert [child.tag.split("}")[1] for child in root] == ["metadata", "trk"]


async def test_simulated_is_marked_in_both(client: httpx.AsyncClient, reading: Reading):
    reading.fixes = [fix(1), fix(2, kind=Kind.SIMULATED, source="Mô phỏng")]
    about = ET.fromstring((await client.get(f"{DAY_PATH}.gpx")).content).find("g:metadata", G)
    assert about is not None
    assert [child.tag.split("}")[1] for child in about] == ["name", "desc", "time", "keywords"]
    assert about.findtext("g:desc", None, G) == "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA; GPS; Mô phỏng"
    assert [row["kind"] for row in rows(await client.get(f"{DAY_PATH}.csv"))] == ["measured", "simulated"]


async def test_a_run_holds_only_what_its_vehicles_did_on_it(client: httpx.AsyncClient, reading: Reading):
    until = RUN.assignments[0].until
    reading.fixes = [fix(-30), *FIXES, fix(0, at=until), fix(0, at=until + minutes(1))]
    found = rows(await client.get(f"{RUN_PATH}.csv"))
    assert [row["at_utc"][11:16] for row in found] == ["10:01", "10:02", "10:20", "10:21", f"{until:%H:%M}"]
    slashed = await client.get(f"/runs/{DAY}/a%2Fb/1/track.gpx")
    assert slashed.status_code == 200
    assert "Tuy%E1%BA%BFn_a-b" in slashed.headers["content-disposition"]


async def test_a_day_is_one_of_viet_nam_and_what_had_no_satellites_is_left_out(
    client: httpx.AsyncClient, reading: Reading
):
    begins = day_start(DAY)
    outside = [fix(0, at=begins - minutes(1)), fix(0, at=begins + timedelta(days=1))]
    reading.fixes = [*outside, fix(0, at=begins), fix(5, valid=False)]
    assert [row["at_utc"] for row in rows(await client.get(f"{DAY_PATH}.csv"))] == ["2026-11-24T17:00:00.000Z"]


async def test_a_spreadsheet_runs_nothing_and_xml_stays_whole(client: httpx.AsyncClient, reading: Reading):
    reading.fixes = [replace(one, source='=HYPERLINK("x")\x07&<b>', device="+1") for one in FIXES]
    row = rows(await client.get(f"{DAY_PATH}.csv"))[0]
    assert (row["source"][:2], row["device"]) == ("'=", "'+1")
    about = ET.fromstring((await client.get(f"{DAY_PATH}.gpx")).content)
    assert about.findtext("g:metadata/g:desc", None, G) == '=HYPERLINK("x")&<b>'


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        (f"/vehicle-days/{DAY}/LA-099/track.gpx", 404, "no_positions"),
        (f"/runs/{DAY}/mau-99/1/track.csv", 404, "unknown_run"),
        (f"{DAY_PATH}.kml", 422, "bad_parameter"),
        ("/vehicle-days/mai/LA-001/track.csv", 422, "bad_parameter"),
    ],
)
async def test_what_cannot_be_given_is_said(client: httpx.AsyncClient, path: str, status: int, reason: str):
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
