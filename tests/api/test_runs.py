"""Runs over HTTP: their results with evidence, drawn from the plan's lines; a dispatcher's override is checked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from plan_fixtures import ROUTE, done
from run_fixtures import DAY, MISSED, NOW, RUN, VEHICLE_DAY, minutes, run, street, stretch
from sqlalchemy import Engine

from api import run_routers
from data_sources import waste_trucks
from domain.access.principal import CENTRE
from domain.instant import day_start
from domain.waste.plan import EVERY_DAY
from domain.waste.run import Audit, Because, RunState, StreetState
from domain.waste.work import Cause
from rounds.cutting import piece
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.rounds.service_days import ServiceDays
from store.services import Services

LINE = ((106.41, 10.53), (106.41, 10.54))
SAID = {
    "vehicle": "LA-002", "day": DAY.isoformat(), "route": "mau-01", "since": "2026-11-25T10:00:00Z",
    "until": "2026-11-25T12:00:00Z", "by": "Trực ban",
}  # fmt: skip


class Fleet:
    async def fleet(self, feed: str) -> dict[str, object]:
        assert feed == waste_trucks.FEED.key
        return {"LA-001": object(), "LA-002": object()}


@pytest.fixture
def runs(engine: Engine) -> Runs:
    return Runs(engine)


@pytest.fixture
def plan(engine: Engine) -> Plan:
    return Plan(engine)


@pytest.fixture
async def client(runs: Runs, plan: Plan) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    services = SimpleNamespace(
        runs=runs, service_days=ServiceDays(runs, plan), reading=Fleet(), feeds={"waste_trucks": waste_trucks.FEED}
    )
    for router in run_routers(cast(Services, services), clock=lambda: NOW):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc/api/v1") as opened:
        yield opened


async def _json(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_no_plan_and_a_plan_without_runs_today_are_told_apart(client: httpx.AsyncClient, plan: Plan):
    assert await _json(client, "/runs") == {"day": "2026-11-25", "due": 0, "routes": 0, "days": [], "runs": []}
    plan.add(done(), [ROUTE], valid={})
    asked = await _json(client, "/runs?day=2026-11-24")
    assert (asked["routes"], asked["due"]) == (1, 0)
    assert (await _json(client, "/runs?day=2026-11-25"))["due"] == 1


async def test_a_summary_adds_up_and_unknown_is_not_missed(client: httpx.AsyncClient, runs: Runs):
    runs.put([RUN])
    (line,) = (await _json(client, "/runs"))["runs"]
    assert line["metres"] == {"due": 0.0, "served": 300.0, "passed": 0.0, "missed": 200.0, "unknown": 100.0}
    assert sum(line["metres"].values()) == line["due_m"]
    assert line["entries"]["unknown"] == 1
    assert line["begins"] == "2026-11-25T10:00:00.000Z"
    assert line["vehicles"] == ["LA-001"]


async def test_a_whole_run_carries_its_evidence(client: httpx.AsyncClient, runs: Runs):
    runs.put([run(route="A/1")])
    found = await _json(client, "/runs/2026-11-25/A/1/1")
    unknown = found["streets"][2]["stretches"][0]
    assert unknown["because"] == "tracker_gap"
    assert unknown["gap"] == ["2026-11-25T10:20:00.000Z", "2026-11-25T10:31:00.000Z"]
    assert found["assignments"][0]["confidence"] == 0.9
    refused = await client.get("/runs/2026-11-25/mau-09/1")
    assert (refused.status_code, refused.json()["reason"]) == (404, "unknown_run")


async def test_stretches_are_cut_from_the_plan_and_what_is_not_placed_is_counted(
    client: httpx.AsyncClient, runs: Runs, plan: Plan
):
    route = replace(ROUTE, id="mau-01", streets=(replace(ROUTE.streets[0], order=1, points=LINE),))
    plan.add(done(), [route], valid={})
    half = stretch(StreetState.MISSED, Because.NOT_DRIVEN, 300.0, 556.0, confidence=0.8)
    served = replace(RUN.streets[0], stretches=(RUN.streets[0].stretches[0], half))
    runs.put([run(streets=(served, street(2, StreetState.MISSED, MISSED)))])
    drawn = await _json(client, "/runs/streets")
    assert drawn["unplaced"] == 1
    assert [f["properties"]["state"] for f in drawn["features"]] == ["served", "missed"]
    assert drawn["features"][0]["geometry"]["coordinates"][0] == [106.41, 10.53]
    # The second begins where the first ends.
    assert drawn["features"][0]["geometry"]["coordinates"][-1] == drawn["features"][1]["geometry"]["coordinates"][0]
    assert drawn["features"][1]["properties"]["vehicle"] is None
    # Judged again, the picture follows.
    runs.put([run(streets=(served,), computed_at=NOW + minutes(1))])
    assert (await _json(client, "/runs/streets"))["unplaced"] == 0


def test_a_piece_is_measured_along_the_line_and_never_leaves_it():
    assert piece(LINE, 0, 1e9) == LINE
    (_, middle) = piece(LINE, 0, 1111.95 / 2)
    assert middle == (106.41, pytest.approx(10.535, abs=1e-5))
    assert piece(LINE[:1], 0, 0) == (LINE[0],)


async def test_vehicle_days_and_audits(client: httpx.AsyncClient, runs: Runs):
    audit = Audit(at=NOW, day=DAY, route="mau-01", number=1, because="late_fixes", before="a", after="b")
    runs.put([RUN], [VEHICLE_DAY], [audit])
    (day,) = (await _json(client, "/vehicle-days"))["vehicles"]
    assert day["visits"][0]["net_kg"] == 1300.0
    assert day["events"][0]["kind"] == "unplanned_stop"
    assert day["cause"] is None
    assert (await _json(client, "/runs/audits"))["audits"][0]["after"] == "b"
    assert (await _json(client, "/runs/audits?day=2026-11-24"))["audits"] == []


def planned(plan: Plan) -> None:
    route = replace(ROUTE, id="mau-01", weekdays=EVERY_DAY, valid_from=None)
    plan.add(done("p1"), [route], valid={"mau-01": True})


async def test_a_dispatchers_word_is_recorded_and_a_later_one_too(client: httpx.AsyncClient, runs: Runs, plan: Plan):
    runs.put([RUN])
    planned(plan)
    first = await client.post("/runs/overrides", json=SAID)
    assert first.status_code == 201
    assert first.json()["said_at"] == "2026-11-25T12:00:00.000Z"
    await client.post("/runs/overrides", json=SAID | {"vehicle": "LA-001", "note": "hoàn tác"})
    told = (await _json(client, "/runs/overrides"))["overrides"]
    assert [one["vehicle"] for one in told] == ["LA-002", "LA-001"]


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"route": "mau-99"}, 404, "unknown_run"),
        ({"vehicle": "LA-999"}, 422, "bad_override"),
        ({"until": "2026-11-25T09:00:00Z"}, 422, "bad_override"),
        ({"until": "2026-12-25T09:00:00Z"}, 422, "bad_override"),
        ({"by": "  "}, 422, "bad_override"),
        ({"note": "x" * 301}, 422, "bad_override"),
        ({"since": "2026-11-25T10:00:00"}, 422, "bad_parameter"),
    ],
)
async def test_a_word_that_cannot_be_is_refused_in_both_languages(
    client: httpx.AsyncClient, runs: Runs, plan: Plan, changed, status, reason
):
    runs.put([RUN])
    planned(plan)
    answer = await client.post("/runs/overrides", json=SAID | changed)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert answer.json()["vi"] != answer.json()["en"]
    assert runs.overrides(DAY) == []


async def test_a_word_about_a_run_whose_plan_was_withdrawn_is_refused(
    client: httpx.AsyncClient, runs: Runs, plan: Plan
):
    runs.put([RUN])
    planned(plan)
    plan.withdraw("p1", CENTRE, NOW)
    answer = await client.post("/runs/overrides", json=SAID)
    assert (answer.status_code, answer.json()["reason"]) == (422, "bad_override")
    assert "không còn trong kế hoạch" in answer.json()["vi"]
    assert "no longer in the plan" in answer.json()["en"]
    assert runs.overrides(DAY) == []
    plan.activate("p1", CENTRE, NOW)
    assert (await client.post("/runs/overrides", json=SAID)).status_code == 201
    wrong_number = await client.post("/runs/overrides", json=SAID | {"number": 7})
    assert wrong_number.status_code == 404, "no such run was ever judged"


async def test_runs_are_read_once_until_judged_again(runs: Runs, plan: Plan, monkeypatch: pytest.MonkeyPatch):
    runs.put([RUN], [VEHICLE_DAY])
    days, reads = ServiceDays(runs, plan), []
    read = runs.runs
    monkeypatch.setattr(runs, "runs", lambda day: (reads.append(day), read(day))[1])
    first = await days.day(DAY)
    assert await days.day(DAY) is first
    # A vehicle's day alone, too, is news.
    runs.put(days=[replace(VEHICLE_DAY, fixes=9, computed_at=NOW + minutes(1))])
    assert (await days.day(DAY)).vehicles[0].fixes == 9
    assert len(reads) == 2


async def test_a_day_without_a_judged_run_knows_when_its_first_one_begins(runs: Runs, plan: Plan):
    days = ServiceDays(runs, plan)
    assert (await days.day(DAY)).first is None
    plan.add(done(), [ROUTE], valid={})
    planned = [street.begins_s for street in ROUTE.streets_on(DAY.isoweekday()) if street.begins_s is not None]
    assert (await days.day(DAY)).first == day_start(DAY) + timedelta(seconds=min(planned))
    runs.put([RUN], [VEHICLE_DAY])
    assert (await days.day(DAY)).first is None


async def test_a_day_that_is_over_knows_when_the_next_one_begins(runs: Runs, plan: Plan):
    daily = replace(ROUTE, weekdays=EVERY_DAY)
    plan.add(done(), [daily], valid={})
    running = replace(RUN, state=RunState.RUNNING)
    runs.put([running])
    assert (await ServiceDays(runs, plan).day(DAY)).next_day is None
    runs.put([replace(RUN, computed_at=NOW + minutes(1))])
    after = DAY + timedelta(days=1)
    begins = [street.begins_s for street in daily.streets_on(after.isoweekday()) if street.begins_s is not None]
    assert (await ServiceDays(runs, plan).day(DAY)).next_day == day_start(after) + timedelta(seconds=min(begins))


async def test_a_vehicle_that_was_not_heard_is_told_with_its_step_and_cause_and_nothing_is_zero(
    client: httpx.AsyncClient, runs: Runs
):
    silent = replace(
        VEHICLE_DAY, vehicle="LA-009", as_of=None, fixes=0, distance_m=None, moving_s=None, off_plan_m=None, events=(),
        visits=(), cause=Cause.NO_POWER, on_duty=True,
    )  # fmt: skip
    runs.put(days=[VEHICLE_DAY, silent])
    heard, told = (await _json(client, f"/vehicle-days?day={DAY}"))["vehicles"]
    assert (heard["step"], heard["cause"]) == ("complete", None)
    assert (told["step"], told["cause"], told["on_duty"]) == ("fitted", "no_power", True)
    assert [told[name] for name in ("as_of", "distance_m", "moving_s", "off_plan_m")] == [None] * 4
