"""The read API over a made-up centre: its answers, its refusals, and that unknown never becomes zero."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import schemathesis
from api_centre import FEEDS, KPIS, NOW, FakeReading, centre, fix, result
from fuzzing import examples, is_whole
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy.exc import OperationalError

from domain.correction import Correction
from domain.feeds.payload import Payload
from domain.feeds.pull import FetchProblem, PullState
from domain.observation import Kind, Observation
from domain.period import Span, period_of
from domain.places.place import IN_FORCE
from store.valkey.raw_stream import StreamUnreachable


@pytest.fixture
def reading() -> FakeReading:
    return FakeReading()


@pytest.fixture
async def api(reading: FakeReading) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(centre(reading)), base_url="http://ioc") as client:
        yield client


async def test_vehicles_are_geojson_with_age_and_state(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/vehicles")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "no-store"
    features = answer.json()["features"]
    assert [f["properties"]["state"] for f in features] == ["moving", "ageing", "silent", "unknown"]
    first = features[0]
    assert first["geometry"] == {"type": "Point", "coordinates": [106.41, 10.54]}
    assert first["properties"]["age_s"] == 4.0
    assert first["properties"]["at"] == "2026-11-23T07:05:28.000Z"
    assert first["properties"]["kind"] == "simulated"


async def test_what_is_not_known_is_null_not_zero(api: httpx.AsyncClient) -> None:
    unbound = (await api.get("/api/v1/vehicles")).json()["features"][3]["properties"]
    assert unbound["bound"] is False
    assert (unbound["speed_kmh"], unbound["course_deg"], unbound["place"]) == (None, None, None)
    kpis = {k["key"]: k for k in (await api.get("/api/v1/kpis")).json()["results"]}
    empty = kpis["services_on_time"]
    assert (empty["value"], empty["as_of"], empty["age_s"], empty["status"]) == (None, None, None, "no_data")
    feeds = {f["key"]: f for f in (await api.get("/api/v1/feeds")).json()["feeds"]}
    assert (feeds["teams"]["accepted"], feeds["teams"]["state"]) == (None, "no_data")


async def test_a_track_is_a_line_with_a_time_for_each_position(api: httpx.AsyncClient) -> None:
    track = (await api.get("/api/v1/vehicles/LA-001/track")).json()
    assert track["geometry"]["type"] == "LineString"
    assert [c[0] for c in track["geometry"]["coordinates"]] == [106.41, 106.42, 106.43]
    assert track["properties"]["times"] == sorted(track["properties"]["times"])
    assert (track["properties"]["from"], track["properties"]["to"]) == (
        "2026-11-23T06:05:32.000Z", "2026-11-23T07:05:32.000Z")  # fmt: skip
    assert track["properties"]["truncated"] is False


async def test_a_track_of_one_fix_is_a_point_and_of_none_is_null(api: httpx.AsyncClient) -> None:
    one = await api.get("/api/v1/vehicles/LA-001/track", params={"from": "2026-11-23T14:05:00+07:00"})
    assert one.json()["geometry"]["type"] == "Point"
    assert (await api.get("/api/v1/vehicles/LA-030/track")).json()["geometry"] is None


async def test_a_long_track_keeps_its_newest_fixes_and_says_so(api: httpx.AsyncClient, reading: FakeReading) -> None:
    reading.fixes = [fix(3000 - n / 10) for n in range(20_001)]
    properties = (await api.get("/api/v1/vehicles/LA-001/track")).json()["properties"]
    assert len(properties["times"]) == 20_000
    assert properties["truncated"] is True


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/api/v1/vehicles/LA-999/track", 404, "unknown_vehicle"),
        ("/api/v1/vehicles/ba-gac%2FB07/track", 404, "unknown_vehicle"),
        ("/api/v1/vehicles/LA-001/track?from=2026-11-23T07:00:00Z&to=2026-11-23T06:00:00Z", 422, "bad_period"),
        ("/api/v1/vehicles/LA-001/track?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z", 422, "period_too_long"),
        ("/api/v1/vehicles/LA-001/track?from=2026-11-23T07:00:00", 422, "bad_parameter"),
        ("/api/v1/vehicles/LA-001/track?from=1700000000", 422, "bad_parameter"),
        ("/api/v1/vehicles/LA-001/track?from=0001-01-01T00:00:00%2B14:00", 422, "bad_parameter"),
        ("/api/v1/vehicles/LA-001/track?to=0001-01-01T00:00:00Z", 422, "bad_period"),
        ("/api/v1/kpis?place=99999", 404, "unknown_place"),
        ("/api/v1/kpis?territory=1999-01", 404, "unknown_place"),
        ("/api/v1/kpis?at=yesterday", 422, "bad_parameter"),
        ("/api/v1/kpis/happiness", 404, "unknown_kpi"),
        ("/api/v1/kpis/services_on_time?place=99999", 404, "unknown_place"),
        ("/api/v1/rejections?feed=weather", 404, "unknown_feed"),
        ("/api/v1/rejections?limit=0", 422, "bad_parameter"),
        ("/api/v1/rejections?limit=1001", 422, "bad_parameter"),
        ("/api/v1/rejections?before=9223372036854775808", 422, "bad_parameter"),
        ("/api/v1/places?territory=1999-01", 404, "unknown_territory"),
    ],
)
async def test_refusals_say_why_in_both_languages(api: httpx.AsyncClient, path: str, status: int, reason: str) -> None:
    answer = await api.get(path)
    body = answer.json()
    assert (answer.status_code, body["reason"]) == (status, reason)
    assert set(body) == {"reason", "vi", "en"}
    assert body["vi"]
    assert body["en"]


async def test_an_offset_written_with_a_bare_plus_is_understood(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/kpis?at=2026-11-23T14:00:00+07:00")
    assert answer.status_code == 200
    assert answer.json()["at"] == "2026-11-23T07:00:00.000Z"


async def test_kpis_are_of_the_province_unless_a_place_is_named(api: httpx.AsyncClient) -> None:
    assert {k["place"] for k in (await api.get("/api/v1/kpis")).json()["results"]} == {"80"}
    assert {k["place"] for k in (await api.get("/api/v1/kpis?place=27694")).json()["results"]} == {"27694"}
    assert {k["place"] for k in (await api.get("/api/v1/kpis?place=all")).json()["results"]} == {"80", "27694"}


async def test_a_kpi_carries_what_is_needed_to_read_it(api: httpx.AsyncClient) -> None:
    kpis = {k["key"]: k for k in (await api.get("/api/v1/kpis")).json()["results"]}
    fibre = kpis["coverage_fibre_households"]
    assert (fibre["value"], fibre["reporting"], fibre["expected"], fibre["age_s"]) == (88.9, 58, 60, 3600.0)
    assert fibre["kinds"] == {"simulated": 58}
    assert fibre["sources"] == ["Mô phỏng"]
    assert fibre["definition"]["formula"]["kind"] == "ratio"
    assert fibre["definition"]["name"]["vi"]


async def test_kpis_as_they_were_leave_out_what_was_not_known_then(api: httpx.AsyncClient) -> None:
    answer = (await api.get("/api/v1/kpis?at=2026-11-23T06:00:00Z")).json()
    assert answer == {"at": "2026-11-23T06:00:00.000Z", "results": []}


async def test_a_result_whose_kpi_is_gone_is_not_shown(api: httpx.AsyncClient, reading: FakeReading) -> None:
    reading.results.append(result("retired"))
    assert "retired" not in {k["key"] for k in (await api.get("/api/v1/kpis")).json()["results"]}


async def test_every_declared_kpi_has_a_page(api: httpx.AsyncClient) -> None:
    for key in sorted(KPIS):
        answer = await api.get(f"/api/v1/kpis/{key}")
        assert answer.status_code == 200, key
        assert answer.json()["definition"]["key"] == key
        assert answer.json()["definition"]["source_of_formula"], key


async def test_one_kpi_has_its_newest_result_and_its_history(api: httpx.AsyncClient) -> None:
    body = (await api.get("/api/v1/kpis/coverage_fibre_households?place=27694")).json()
    assert body["latest"]["value"] == 92.1
    assert [point["value"] for point in body["series"]] == [92.1]
    assert body["truncated"] is False
    assert (await api.get("/api/v1/kpis/teams_active_share")).json()["latest"] is None


async def test_feeds_age_by_their_data_not_by_their_arrival(api: httpx.AsyncClient) -> None:
    feeds = {f["key"]: f for f in (await api.get("/api/v1/feeds")).json()["feeds"]}
    assert set(feeds) == set(FEEDS)
    assert (feeds["waste_trucks"]["age_s"], feeds["waste_trucks"]["state"]) == (600.0, "stale")


@pytest.mark.long
async def test_fetches_are_told_with_what_to_do_and_without_the_address(
    api: httpx.AsyncClient, reading: FakeReading
) -> None:
    well = PullState(
        feed="services", way="pull", source="motcua.example", tried_at=NOW, next_at=NOW + timedelta(minutes=30),
        succeeded_at=NOW, accepted=58, rejected=2, bytes=900,
    )  # fmt: skip
    failing = replace(well, problem=FetchProblem.SLOW, detail="60 s", failures=2)
    gone = replace(failing, next_at=NOW - timedelta(minutes=5))
    reading.fetches = [well, failing, gone, replace(well, running=True), replace(well, tried_at=None)]
    feeds = {f["key"]: f for f in (await api.get("/api/v1/feeds")).json()["feeds"]}
    assert [pull["state"] for pull in feeds["services"]["pulls"]] == [
        *("well", "failing", "overdue", "running", "waiting")
    ]
    told = feeds["services"]["pulls"][1]
    assert (told["problem"]["code"], told["problem"]["detail"], told["failures"]) == ("slow", "60 s", 2)
    assert told["problem"]["vi"]
    assert told["problem"]["en"]
    assert [(way["way"], way["setting"]) for way in feeds["services"]["fetched"]] == [
        ("pull", "IOC_PULL_SERVICES_URL"), ("pull-sql", "IOC_PULL_SERVICES_URL"),
    ]  # fmt: skip
    assert (feeds["teams"]["fetched"], feeds["teams"]["pulls"]) == ([], [])


async def test_readings_that_disagree_are_told_with_source_kind_and_age(api: httpx.AsyncClient) -> None:
    (found,) = (await api.get("/api/v1/disagreements")).json()["disagreements"]
    assert (found["measure"], found["place"], round(found["spread"], 4)) == ("fibre_households", "27694", 0.0329)
    assert [(r["source"], r["value"], r["kind"], r["age_s"]) for r in found["readings"]] == [
        ("VNPT", 4120.0, "declared", 86_400.0),
        ("Sở KHCN", 4260.0, "declared", 259_200.0),
    ]


async def test_where_they_disagreed_then_and_by_what_was_known_then(
    api: httpx.AsyncClient, reading: FakeReading
) -> None:
    async def told(**asked: str) -> list[tuple[str, float]]:
        answer = (await api.get("/api/v1/disagreements", params=asked)).json()
        return [(one["place"], one["readings"][0]["age_s"]) for one in answer["disagreements"]]

    hour_later = (NOW + timedelta(hours=1)).isoformat()
    (now,), (then,) = await told(), await told(at=hour_later)
    assert then == (now[0], now[1] + 3600), "ages are of the instant asked about"
    assert await told(at=hour_later, known="2020-01-01T00:00:00Z") == []
    assert await told(known="2020-01-01T00:00:00Z") == []
    assert await told(at="2020-01-01T00:00:00Z") == []


async def test_rejections_are_read_page_by_page(api: httpx.AsyncClient) -> None:
    first = (await api.get("/api/v1/rejections?limit=2")).json()
    assert [r["id"] for r in first["rejections"]] == [3, 2]
    assert first["rejections"][0]["reason"] == "zero_coordinates"
    assert set(first["rejections"][0]) == {"id", "feed", "reason", "vi", "en", "received_at"}, "never what was sent"
    second = (await api.get(f"/api/v1/rejections?limit=2&before={first['next_before']}")).json()
    assert [r["id"] for r in second["rejections"]] == [1]
    assert second["next_before"] is None


@pytest.mark.parametrize("down", [OperationalError("", {}, OSError()), StreamUnreachable(), ConnectionRefusedError()])
async def test_a_silent_server_is_503_with_a_time_to_come_back(
    api: httpx.AsyncClient, reading: FakeReading, down: Exception
) -> None:
    reading.down = down
    answer = await api.get("/api/v1/vehicles")
    assert (answer.status_code, answer.json()["reason"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (await api.get("/healthz")).text == "ok"


async def test_ready_names_the_server_that_does_not_answer(api: httpx.AsyncClient, reading: FakeReading) -> None:
    assert (await api.get("/readyz")).json() == {"store": True, "stream": True}
    reading.silent = ["stream"]
    answer = await api.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"store": True, "stream": False})


async def test_metrics_tell_ages_and_leave_out_what_is_unknown(api: httpx.AsyncClient, reading: FakeReading) -> None:
    text = (await api.get("/metrics")).text
    assert 'ioc_feed_age_seconds{feed="waste_trucks"} 600.0' in text
    assert 'ioc_feed_age_seconds{feed="teams"}' not in text
    assert 'ioc_stream_entries{feed="teams",part="1.4"} 7.0' in text
    assert "ioc_sockets 3.0" in text
    reading.down = StreamUnreachable()
    silent = await api.get("/metrics")
    assert silent.status_code == 200
    assert "ioc_stream_up 0.0" in silent.text
    assert "ioc_feed_items" not in silent.text


async def test_every_route_is_read_only(api: httpx.AsyncClient) -> None:
    paths = (await api.get("/openapi.json")).json()["paths"]
    assert {method for operations in paths.values() for method in operations} == {"get"}


def test_every_refusal_in_the_openapi_has_the_house_shape() -> None:
    described = centre(FakeReading()).openapi()
    assert "HTTPValidationError" not in json.dumps(described)
    refused = described["paths"]["/api/v1/vehicles/{vehicle_id}/track"]["get"]["responses"]["404"]
    assert set(refused["content"]["application/json"]["schema"]["properties"]) == {"reason", "vi", "en"}


schema = schemathesis.openapi.from_asgi(
    "/openapi.json",
    centre(FakeReading()),
    config=SchemathesisConfig.from_dict(
        {"generation": {"deterministic": True}, "phases": {"coverage": {"enabled": is_whole()}}}
    ),
)


@schema.parametrize()
@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
def test_answers_keep_to_the_openapi(case: schemathesis.Case) -> None:
    response = case.call()
    # A schema cannot say that `from` comes before `to`.
    crossed = response.status_code == 422 and response.json()["reason"] in ("bad_period", "period_too_long")
    case.validate_response(response, excluded_checks=[positive_data_acceptance] if crossed else [])


async def test_what_was_put_right_is_told_with_what_stood_before(api: httpx.AsyncClient, reading: FakeReading) -> None:
    told = Observation(
        feed="services", measure="dossiers_due", at=NOW, received_at=NOW, value=100, kind=Kind.DECLARED, source="xã",
        place="27715", territory=IN_FORCE, period=period_of(Span.MONTH, NOW.date()), revision=1,
    )  # fmt: skip
    reading.corrected = [Correction(before=told, after=replace(told, value=777, revision=2))]
    (one,) = (await api.get("/api/v1/corrections")).json()["corrections"]
    assert (one["before"], one["after"], one["revision"]) == (100, 777, 2)
    assert (one["of_kind"], one["of"], one["territory"]) == ("place", "27715", IN_FORCE)
    assert one["period"] == f"{NOW:%Y-%m}"
    assert (await api.get("/api/v1/corrections?feed=teams")).json() == {"corrections": []}
    assert (await api.get("/api/v1/corrections?feed=weather")).status_code == 404


async def test_a_figure_told_under_a_former_name_is_answered_under_the_new_one(
    api: httpx.AsyncClient, reading: FakeReading
) -> None:
    message = {"measure": "files_due", "place": "27715", "at": NOW.isoformat(), "value": 100, "source": "xã"}
    payload = Payload(feed="services", format="observations", body=json.dumps([message]).encode(), received_at=NOW)
    (told,) = FEEDS["services"].decode(payload)
    assert isinstance(told, Observation)
    reading.corrected = [Correction(before=told, after=replace(told, value=777, revision=2))]
    (one,) = (await api.get("/api/v1/corrections")).json()["corrections"]
    assert one["measure"] == "dossiers_due"
    former = {name for feed in FEEDS.values() for measure in feed.measures for name in measure.formerly}
    assert "files_due" in former
    for path in ("corrections", "disagreements", "feeds", "kpis", "kpis/services_on_time", "kpis/services_cashless"):
        answer = await api.get(f"/api/v1/{path}")
        assert answer.status_code == 200
        assert [name for name in former if name in answer.text] == []


async def test_vehicles_of_one_fleet(api: httpx.AsyncClient) -> None:
    of_waste = (await api.get("/api/v1/vehicles", params={"feed": "waste_trucks"})).json()["features"]
    assert {one["properties"]["feed"] for one in of_waste} <= {"waste_trucks"}
    assert (await api.get("/api/v1/vehicles?feed=services")).json()["reason"] == "unknown_feed"
