"""KPIs in any territory version: carried by the census, the province unchanged, codes never confused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from said import kpi_result

import data_sources
import kpi
from api import routers
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE, Place
from domain.places.territory import Level
from store import territories
from store.services import Services

NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
KPIS = discover(kpi, "KPIS", Kpi)
FEEDS = discover(data_sources, "FEED", Feed)
FIBRE, UNITS = "coverage_fibre_households", "coverage_fibre_communes"
OLD = "2024-01"


def result(key: str, place: str, part: float, whole: float, as_of: datetime) -> KpiResult:
    return kpi_result(
        key=key, territory=IN_FORCE, place=place, value=100 * part / whole, numerator=part, denominator=whole,
        reporting=1, expected=1, as_of=as_of, computed_at=as_of, status=Status.NORMAL, since=as_of,
        kinds={Kind.DECLARED: 1}, sources=("VNPT",),
    )  # fmt: skip


class Centre:
    """Every commune of today has 80 of 100 households on fibre, 27694 has 90; one point a month since 2024."""

    def __init__(self) -> None:
        codes = [p.code for p in territories.places(IN_FORCE) if p.level is Level.COMMUNE]
        self.points = [NOW - timedelta(days=30 * month) for month in range(35, -1, -1)]
        self.newest = [self._fibre(code, NOW) for code in [*codes, "tanan", PROVINCE]]
        self.newest += [result(UNITS, code, 1, 1, NOW) for code in codes]

    @staticmethod
    def _fibre(code: str, at: datetime) -> KpiResult:
        return result(FIBRE, code, {"27694": 90, PROVINCE: 4810, "tanan": 250}.get(code, 80),
                      {PROVINCE: 6000, "tanan": 300}.get(code, 100), at)  # fmt: skip

    async def places(self, territory: str) -> list[Place]:
        return list(territories.places(territory))

    async def results_latest(self, territory: str) -> list[KpiResult]:
        return self.newest if territory == IN_FORCE else []

    def at(self, _instant: datetime) -> SimpleNamespace:
        async def results(place: str | None) -> list[KpiResult]:
            return [r for r in self.newest if place in (None, r.place)]

        return SimpleNamespace(results=results)

    async def result_series(
        self, key: str, territory: str, place: str, since: datetime, until: datetime, limit: int
    ) -> list[KpiResult]:
        assert (key, territory) == (FIBRE, IN_FORCE), "history is recorded for the version in force alone"
        return [self._fibre(place, at) for at in self.points if since <= at < until][-limit:]


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    services = cast("Services", SimpleNamespace(reading=Centre(), kpis=KPIS, feeds=FEEDS, release="1", stream=None,
                                                maps=None, simulator=False))  # fmt: skip
    app = FastAPI()
    for router in routers(services, clock=lambda: NOW):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as client:
        yield client


async def ask(api: httpx.AsyncClient, path: str, status: int = 200, **params: str) -> Any:
    answer = await api.get(f"/api/v1/kpis{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_version_in_force_is_the_default_and_nothing_is_carried(api: httpx.AsyncClient):
    [one] = [r for r in (await ask(api, "", place="27694"))["results"] if r["key"] == FIBRE]
    assert (one["value"], one["territory"], one["reprojected_from"], one["divided"]) == (90.0, IN_FORCE, None, False)
    assert one["kinds"] == {"declared": 1}


async def test_an_old_commune_is_carried_and_says_from_where(api: httpx.AsyncClient):
    [one] = [r for r in (await ask(api, "", place="27688", territory=OLD))["results"] if r["key"] == FIBRE]
    assert (one["value"], one["territory"], one["reprojected_from"]) == (pytest.approx(90), OLD, IN_FORCE)
    assert one["kinds"] == {"estimated": 1}
    assert 0 < one["denominator"] < 100
    assert one["note"] is None


async def test_switching_never_changes_the_province_nor_a_set(api: httpx.AsyncClient):
    for place in (PROVINCE, "tanan"):
        now, old = [(await ask(api, f"/{FIBRE}", place=place, territory=t))["latest"] for t in (IN_FORCE, OLD)]
        assert now | {"territory": OLD} == old
        assert old["reprojected_from"] is None


async def test_every_place_of_the_version_and_sums_are_kept(api: httpx.AsyncClient):
    found = [r for r in (await ask(api, "", place="all", territory=OLD))["results"] if r["key"] == FIBRE]
    level = {p.code: p.level for p in territories.places(OLD)}
    for which, count in ((Level.COMMUNE, 188), (Level.DISTRICT, 15)):
        of_level = [r for r in found if level.get(r["place"]) is which]
        assert len(of_level) == count
        assert sum(r["numerator"] for r in of_level) == pytest.approx(4810)
    assert {r["place"] for r in found if r["divided"]} == set(territories.crosswalk(OLD, IN_FORCE).split_codes())


async def test_a_count_of_units_gives_words_instead_of_a_number(api: httpx.AsyncClient):
    [one] = [r for r in (await ask(api, "", place="27688", territory=OLD))["results"] if r["key"] == UNITS]
    assert (one["value"], one["numerator"], one["status"]) == (None, None, "not_applicable")
    assert one["note"]["vi"].startswith("Không quy đổi được")


async def test_as_it_was_is_carried_too(api: httpx.AsyncClient):
    found = await ask(api, "", place="27688", territory=OLD, at="2026-11-23T07:06:00Z")
    assert {r["place"] for r in found["results"]} == {"27688"}


async def test_reforms_break_the_series_of_the_province_and_of_a_place(api: httpx.AsyncClient):
    period = {"from": "2024-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    for place, territory in ((PROVINCE, IN_FORCE), ("27694", IN_FORCE), ("27688", OLD)):
        found = await ask(api, f"/{FIBRE}", place=place, territory=territory, **period)
        assert [(b["at"], b["from"], b["to"]) for b in found["breaks"]] == [
            ("2024-11-30T17:00:00.000Z", "2024-01", "2024-12"), ("2025-06-30T17:00:00.000Z", "2024-12", "2025-07"),
        ]  # fmt: skip
        assert found["breaks"][1]["words"]["vi"] == "Đổi địa giới 1/7/2025: 186 → 60 xã"
    assert (await ask(api, f"/{FIBRE}", **{"from": "2025-07-01T00:00:00Z"}))["breaks"] == []


async def test_the_series_of_an_old_place_is_carried_point_by_point(api: httpx.AsyncClient):
    found = await ask(api, f"/{FIBRE}", place="27688", territory=OLD)
    assert found["reprojected_from"] == IN_FORCE
    assert len(found["series"]) == 13
    assert all(point["value"] == pytest.approx(90) for point in found["series"])
    district = await ask(api, f"/{FIBRE}", place="794", territory=OLD)
    assert district["series"][-1]["reporting"] == 14
    assert district["latest"]["value"] == pytest.approx(district["series"][-1]["value"])


async def test_a_place_set_answers_like_a_place(api: httpx.AsyncClient):
    found = await ask(api, f"/{FIBRE}", place="tanan")
    assert found["latest"]["value"] == pytest.approx(100 * 250 / 300)
    assert len(found["series"]) == 13


async def test_a_code_of_another_version_is_refused_with_its_name_and_its_successor(api: httpx.AsyncClient):
    refused = await ask(api, "", 404, place="27688")
    assert refused["reason"] == "other_territory"
    assert "Phường 2" in refused["vi"]
    assert "2024-01" in refused["vi"]
    assert "Phường Long An (27694)" in refused["vi"]
    assert "Phường Long An (27694)" in (await ask(api, f"/{FIBRE}", 404, place="27688"))["en"]


async def test_hostile_places_and_versions_are_refused(api: httpx.AsyncClient):
    assert (await ask(api, "", 404, place="tanan2"))["reason"] == "unknown_place"
    assert (await ask(api, "", 404, territory="1900-01"))["reason"] == "unknown_place"
    assert (await ask(api, "", 404, territory="1900-01", place="tanan"))["reason"] == "unknown_place"
    assert (await ask(api, "", 404, territory="1900-01", place="27694"))["reason"] == "unknown_place"
    assert (await ask(api, "", 422, territory="2024"))["reason"] == "bad_parameter"
