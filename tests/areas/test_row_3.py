"""Row 3, collection on schedule: from the plan and a truck's positions at the door to the figures on /waste.

A day of one simulated truck, judged by the assessor itself; the centre is that of the two store fixtures.
"""

import json
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from collecting import FEEDS, drain, reader
from screen_fixtures import quiet, services
from sqlalchemy import Engine
from standing_clock import Clock

import kpi as kpi_room
from callbacks.pages import drawn, screens
from domain.discovery import discover
from domain.feeds.scrub import Secrets
from domain.fleets.fleet import Carrier
from domain.fleets.vehicle import plate_key
from domain.instant import day_start
from domain.key_role import Holder
from domain.kpis.kpi import Kpi
from domain.observation import Kind
from intake.assessor.assessing import Assessor
from intake.collector.collector import Parts
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.evaluator.process import Evaluator
from intake.evaluator.process import Parts as Evaluated
from intake.messages.fleets import Fleets
from paint.markup import markup
from simulator import trucks
from simulator.plan import plan_geojson
from simulator.trackers import messages
from store.maps.map_layers import MapLayers
from store.reading import Reading
from store.registry import Registry, hash_key
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.rounds.service_days import ServiceDays
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream
from tests.areas.test_indicators import NO_FIGURE, value
from tests.intake.imports.second_person import MINH, plan_machine

DAY = date(2026, 11, 26)
MORNING, EVENING = day_start(DAY), day_start(DAY) + timedelta(hours=22)
KEY = {"X-API-Key": "right"}
SHOWN = ("waste_route_completion", "waste_punctual")
KPIS = {key: one for key, one in discover(kpi_room, "KPIS", Kpi).items() if one.feed == "waste_routes"}
BATCH = 400
# A truck without an incident on that day.
TRUCK = next(one for one in trucks.fleet() if one.id == "LA-001")

pytestmark = [pytest.mark.long, pytest.mark.servers]


def own_plan() -> bytes:
    """The demonstration's plan with the routes of this truck alone."""
    whole = plan_geojson()
    mine = [
        one
        for one in whole["features"]
        if plate_key(TRUCK.id) in {plate_key(plate) for plate in str(one["properties"].get("plates", "")).split(",")}
    ]
    assert mine, "the truck has a route"
    return json.dumps({**whole, "features": mine}).encode()


def fixes() -> list[dict[str, Any]]:
    """What its tracker measured from the morning to the evening, as house JSON."""
    of = {"feed": "waste_trucks", "entity": TRUCK.id, "measure": "position", "source": "GPS", "kind": "measured"}
    return [
        {**of, "at": one.at.isoformat(), "latitude": one.spot.latitude, "longitude": one.spot.longitude,
         "speed_kmh": one.spot.speed_kmh}
        for one in messages(TRUCK, MORNING, EVENING)
        if not one.repeat
    ]  # fmt: skip


class Centre:
    """Door, collector, assessor and evaluator, each driven by hand, on one clock."""

    def __init__(self, engine: Engine, stream: RawStream, live: LiveState, folder: Path) -> None:
        self.clock = Clock(EVENING)
        self.plan, self.maps = Plan(engine), MapLayers(engine, folder)
        self.engine, self.stream, self.live = engine, stream, live
        self.machine = plan_machine(engine, folder)
        Registry(engine).seed_places()
        Registry(engine).vouch({TRUCK.id: "GPS"}, MORNING, feed="waste_trucks")
        self.evaluator = Evaluator(
            Evaluated(stream=stream, live=live, engine=engine, feeds=FEEDS, kpis=KPIS, clock=self.clock), "row 3"
        )

    def door(self) -> httpx.AsyncClient:
        keys = KeyRing(lambda: {hash_key("right"): Holder("Đô thị")})
        fleets = Fleets(
            FEEDS, lambda: (1, {TRUCK.id: Carrier(TRUCK.id, "waste_trucks")}, {}), lambda: 1, ticks=lambda: 1_000.0
        )
        app = create_front_door(
            self.stream, keys, FEEDS, fleets=fleets, desk=self.machine, clock=self.clock, ticks=lambda: 1_000.0,
            secrets=Secrets(bytes(32)),
        )  # fmt: skip
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door", headers=KEY)

    async def page(self) -> str:
        """/waste as the operator gets it now."""
        await self.evaluator.once()
        runs = Runs(self.engine)
        real = {
            **vars(services(quiet())), "reading": Reading(self.engine, self.live), "plan": self.plan, "runs": runs,
            "service_days": ServiceDays(runs, self.plan),
        }  # fmt: skip
        shown = await drawn(SimpleNamespace(**real), screens(), "/waste", {}, self.clock.now)
        return unescape(markup(shown.page))


async def test_from_the_plan_and_the_positions_to_the_figures_on_the_screen(
    engine: Engine, stream: RawStream, live: LiveState, tmp_path: Path
) -> None:
    centre = Centre(engine, stream, live, tmp_path / "maps")
    await centre.evaluator.open()
    before = await centre.page()
    assert {key: value(before, key) for key in SHOWN} == dict.fromkeys(SHOWN, NO_FIGURE)
    assert "Đang chờ: UBND phường Long An" in before, "the empty state says who owes it"
    told = fixes()
    async with centre.door() as door:
        answer = await door.post("/ingest/plan", params={"name": "tuyen.geojson"}, content=own_plan())
        assert answer.status_code == 202, answer.text
        assert centre.plan.routes() == [], "nothing before a person approves it"
        await centre.machine.approve(answer.json()["import"], MINH)
        for first in range(0, len(told), BATCH):
            answer = await door.post("/ingest/observations", json=told[first : first + BATCH])
            assert answer.status_code == 202, answer.text
    parts = Parts(
        stream=stream, live=live, engine=engine, feeds=FEEDS, clock=centre.clock,
        ticks=lambda: centre.clock.now.timestamp(),
    )  # fmt: skip
    await drain(await reader(parts))
    Assessor(engine, centre.maps).once(EVENING)
    runs = Runs(engine).runs(DAY)
    assert {Kind.MEASURED} == {run.kind for run in runs if run.vehicles}, "positions of a tracker, not of a simulator"
    after = await centre.page()
    shown = {key: float(value(after, key).replace(",", ".")) for key in SHOWN}
    assert shown["waste_route_completion"] > 90, "the truck drove its rounds"
    assert shown["waste_punctual"] > 60
