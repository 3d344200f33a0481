"""The read API gives a KPI's window, a composite's components, and one organisation's results."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from api_centre import NOW, FakeReading, FakeStream
from fastapi import FastAPI
from looking_back import DUE, FEED, KPIS, OCTOBER, SCORE, WEEK
from said import kpi_result

from api import routers
from domain import subject
from domain.kpis.kpi import KpiResult, Status
from domain.observation import Kind
from store.services import Services


def result(key: str, place: str, value: float, **more) -> KpiResult:
    made = kpi_result(
        place=place, key=key, value=value, numerator=value, denominator=100.0, reporting=2, expected=3,
        as_of=NOW - timedelta(days=1), computed_at=NOW, status=Status.NORMAL, since=NOW, kinds={Kind.DECLARED: 2},
        sources=("một cửa",), told=11, asked=21,
    )  # fmt: skip
    return replace(made, **more)


class Offices(FakeReading):
    """As the store does, it gives organisations with the places of the version in force."""

    def __init__(self) -> None:
        super().__init__()
        self.results = [
            result("care_week", "80", 30), result("care_week", "27694", 20),
            result("care_week", "H53.12", 40, of=subject.organisation("H53.12")),
            result("care_week", "27694", 99, of=subject.organisation("27694")),
        ]  # fmt: skip

    async def results_latest(self, territory: str) -> list[KpiResult]:
        return self.results

    async def result_series(self, key, territory, place, since, until, limit):
        return [r for r in self.results if (r.key, r.place) == (key, place)]


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    services = SimpleNamespace(reading=Offices(), stream=FakeStream(), feeds={"care": FEED}, kpis=KPIS)
    app = FastAPI()
    for router in routers(cast(Services, services), clock=lambda: NOW, gauges={}):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as client:
        yield client


async def definition(api: httpx.AsyncClient, key: str) -> dict:
    return (await api.get(f"/api/v1/kpis/{key}")).json()["definition"]


async def test_a_definition_tells_its_window(api: httpx.AsyncClient) -> None:
    assert (await definition(api, WEEK.key))["window"] == {
        "kind": "rolling", "span": "day", "periods": 7, "running": False, "due_days": 0, "named": "",
        "words": {"vi": "7 ngày trọn gần nhất", "en": "the last 7 complete days"},
    }  # fmt: skip
    due = (await definition(api, DUE.key))["window"]
    assert (due["kind"], due["span"], due["due_days"]) == ("in_period", "month", 5)
    assert (await definition(api, OCTOBER.key))["window"]["named"] == "2026-10"
    assert (await definition(api, "care_installs"))["window"]["kind"] == "newest"


async def test_a_definition_tells_what_a_composite_is_made_of(api: httpx.AsyncClient) -> None:
    told = await definition(api, SCORE.key)
    assert (told["formula"]["kind"], told["formula"]["numerator"], told["formula"]["scale"]) == ("composite", "", 100)
    first, second = told["composite"]["groups"]
    assert (told["composite"]["absent"], first["most"], second["most"]) == ("spread", 50, 50)
    assert first["components"][1] == {"kpi": "care_month", "weight": 30, "start": 0, "full": 80}
    assert (await definition(api, WEEK.key))["composite"] is None


async def test_a_result_says_how_much_of_its_window_was_told(api: httpx.AsyncClient) -> None:
    (province,) = (await api.get("/api/v1/kpis")).json()["results"]
    assert (province["told"], province["asked"]) == (11, 21)
    (point,) = (await api.get("/api/v1/kpis/care_week")).json()["series"]
    assert (point["told"], point["asked"]) == (11, 21)


async def test_an_organisation_is_asked_by_its_own_code_and_never_taken_for_a_place(api: httpx.AsyncClient) -> None:
    (office,) = (await api.get("/api/v1/kpis?organisation=H53.12")).json()["results"]
    assert (office["place"], office["territory"], office["value"]) == ("H53.12", "2025-07", 40)
    for ask, value in (("place=27694", 20), ("organisation=27694", 99)):
        (one,) = (await api.get(f"/api/v1/kpis?{ask}")).json()["results"]
        assert one["value"] == value
        assert (await api.get(f"/api/v1/kpis/care_week?{ask}")).json()["latest"]["value"] == value


@pytest.mark.parametrize("path", ["", "/care_week"])
async def test_an_organisation_without_results_is_refused_and_so_is_what_is_no_code(api, path: str) -> None:
    unknown = await api.get(f"/api/v1/kpis{path}?organisation=H99")
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "unknown_organisation")
    assert (await api.get(f"/api/v1/kpis{path}?organisation=../etc")).status_code == 422
