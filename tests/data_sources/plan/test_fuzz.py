"""For any bytes sent as a plan, the readers return routes and findings and never raise."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.plan.facilities import read_facilities
from data_sources.plan.readers import PlanFormat, read_plan
from data_sources.plan.stops import Mapped
from data_sources.plan.weighbridge import read_tickets
from domain.places.map_layer import PROVINCE_BOX
from domain.waste.plan_check import check, inside_box
from domain.waste.plan_draft import PlanDraft

MAPPED = Mapped.of_json((Path(__file__).parents[2] / "samples" / "plan" / "tainan-mapping.json").read_bytes())
INSIDE = inside_box(PROVINCE_BOX)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["18h", "T2", "Mon", "lề phải", "106.4", "NaN", "1e999", "🚛", "\0", "2026-01-01"]),
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "type",
        "geometry",
        "coordinates",
        "properties",
        "features",
        "route",
        "order",
        "street",
        "begins",
        "lat",
        "lon",
        "x",
    ]
)
TREES = st.recursive(
    LEAVES, lambda t: st.one_of(st.lists(t, max_size=3), st.dictionaries(KEYS, t, max_size=4)), max_leaves=12
)
CELLS = st.sampled_from(
    ["", "01", "A", "18h", "25h99", "T2-CN", "-", "106.4", "10,5", "lề phải", '"', "=1+1", "9" * 40, "ễ"]
)
ROWS = st.lists(st.lists(CELLS, max_size=12), max_size=6)
HEADER = "route,street,order,weekdays,kerb,begins,ends,lat,lon,unit,window,route_window"


def whole(draft: PlanDraft) -> None:
    """A draft can be checked and every word can be shown."""
    for route in draft.routes:
        assert 0 < len(route.id) <= 64
        assert len({street.order for street in route.streets}) == len(route.streets)
        check(route, INSIDE)
    assert all(finding.words.vi and finding.words.en for finding in draft.findings)


@pytest.mark.parametrize("said", list(PlanFormat))
@given(body=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_any_bytes(said: PlanFormat, body: bytes):
    whole(read_plan(body, "x", "", said=said, mapped=MAPPED))
    read_facilities(body, "x.json", "")
    read_facilities(body, "x.csv", "")
    read_tickets(body, "x.csv", "", "P")


@given(rows=ROWS)
def test_any_cells(rows: list[list[str]]):
    body = "\n".join([HEADER, *(",".join(row) for row in rows)]).encode()
    whole(read_plan(body, "x.csv", ""))


@given(features=st.lists(TREES, max_size=3))
def test_any_geojson(features: list[Any]):
    body = json.dumps({"features": features}).encode()
    whole(read_plan(body, "x.geojson", ""))
    read_facilities(body, "x.geojson", "")


@given(properties=st.dictionaries(KEYS, TREES, max_size=6), coordinates=TREES)
def test_any_feature(properties: dict[str, Any], coordinates: Any):
    one = {
        "properties": {"route": "1", "street": "A", **properties},
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }
    whole(read_plan(json.dumps({"features": [one]}).encode(), "x.geojson", ""))


@given(stop=st.dictionaries(st.sampled_from([*MAPPED.stop.values()]), LEAVES))
def test_any_timed_stop(stop: dict[str, Any]):
    body = json.dumps([{"RouteId": 1, "RouteName": "R", "StopData": [{"StopName": "A"}, stop]}]).encode()
    whole(read_plan(body, "Route_1.json", "", mapped=MAPPED))


@settings(max_examples=examples(60))
@given(times=ROWS, dates=ROWS)
def test_any_gtfs(times: list[list[str]], dates: list[list[str]]):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,Chợ,10.5,106.4\n")
        archive.writestr("trips.txt", "route_id,service_id,trip_id\nR,01,01\n")
        head = "trip_id,stop_id,stop_sequence,arrival_time"
        archive.writestr("stop_times.txt", "\n".join([head, *(",".join(row) for row in times)]))
        archive.writestr("calendar_dates.txt", "\n".join(["service_id,date,exception_type", *map(",".join, dates)]))
        archive.writestr("calendar.txt", "service_id,monday,start_date,end_date\n01,1,x,\n")
    body = packed.getvalue()
    whole(read_plan(body, "x.zip", ""))
    whole(read_plan(body[: len(body) // 2], "x.zip", ""))
    whole(read_plan(body[:200] + b"\xff" * 9 + body[209:], "x.zip", ""))
