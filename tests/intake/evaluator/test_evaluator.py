"""The evaluator: stored statements become results exactly once, whichever process dies."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from collecting import NOW, clock, drain, items, parts, position, reader, roster
from redis.asyncio import Redis
from sqlalchemy import Engine, func, select
from standing_clock import Clock

import kpi
from domain.discovery import discover
from domain.feeds.part import Part, number_of
from domain.kpis.kpi import Kpi, Status
from domain.kpis.result_columns import STATUSES
from domain.observation import Kind
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from intake.collector.collector import FeedReader, Parts
from intake.evaluator.process import Evaluator
from intake.evaluator.process import Parts as EvaluatorParts
from intake.messages.sharing import Sharing
from store import territories
from store.registry import Registry
from store.results import LostTurn, Results
from store.tables.results import kpi_results
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

__all__ = ["clock", "parts"]  # fixtures of the collector

KPIS = discover(kpi, "KPIS", Kpi)
# Alone: the history is flushed in slices, in which other KPIs would come first.
FIBRE = {"coverage_fibre_households": KPIS["coverage_fibre_households"]}


async def evaluator(parts: Parts, owner: str = "judge", kpis: Mapping[str, Kpi] = KPIS) -> Evaluator:
    """An evaluator that has taken everything up from the database."""
    given = EvaluatorParts(
        stream=parts.stream, live=parts.live, engine=parts.engine, feeds=parts.feeds, kpis=kpis, clock=parts.clock
    )
    opened = Evaluator(given, owner)
    await opened.open()
    return opened


async def lookups(live: LiveState) -> list[tuple[int, int]]:
    return [(h.reporting, h.expected) for h in await live.feeds() if h.feed == "schedule_lookups"]


async def figures(parts: Parts, opened, share: int) -> None:
    """Every commune reports ``share`` of 100 households with fibre."""
    given = [
        {"measure": measure, "place": place.code, "value": value, "at": parts.clock().isoformat()}
        for place in Registry(parts.engine).places("2025-07")
        if place.code != "80"
        for measure, value in (("households", 100), ("fibre_households", share))
    ]
    await parts.stream.append(items("coverage", *given, received=parts.clock()))
    await drain(opened)


def recorded(engine: Engine) -> list[tuple[float | None, str]]:
    c = kpi_results.c
    query = select(c.value, c.status).where(c.key == "coverage_fibre_households", c.subject == "80")
    with engine.connect() as connection:
        return [(row.value, row.status) for row in connection.execute(query.order_by(c.computed_ms))]


async def test_kpis_and_feed_health_follow_what_came(parts: Parts, engine: Engine, live: LiveState) -> None:
    opened = await reader(parts, "coverage")
    judge = await evaluator(parts)
    given = [
        {"measure": measure, "place": place, "value": value, "kind": "simulated"}
        for place in ("27694", "27712")
        for measure, value in (("households", 1000), ("fibre_households", 900))
    ]
    await parts.stream.append(items("coverage", *given))
    await drain(opened)
    await judge.once()
    results = {(r.key, r.place): r for c in await live.results() for r in c.results()}
    commune = results["coverage_fibre_households", "27694"]
    assert (commune.value, commune.reporting, commune.kinds) == (90, 1, {Kind.SIMULATED: 1})
    province = results["coverage_fibre_households", "80"]
    assert (province.status, province.reporting, province.expected) == (Status.NO_DATA, 2, 60)
    assert {(r.key, r.place) for r in Results(engine).latest()} == results.keys()
    (health,) = (h for h in await live.feeds() if h.feed == "coverage")
    assert (health.feed, health.accepted, health.reporting, health.expected) == ("coverage", 4, 2, 60)
    assert (health.simulated_share, health.measured_share) == (1, None)


async def test_a_feed_of_the_whole_province_waits_for_no_commune(parts: Parts, live: LiveState) -> None:
    opened = await reader(parts, "schedule_lookups")
    judge = await evaluator(parts)
    await judge.once()
    await parts.stream.append(items("schedule_lookups", {"measure": "lookups", "place": "80", "value": 3}))
    seen = await lookups(live)
    await drain(opened)
    await judge.once()
    assert [*seen, *await lookups(live)] == [(0, 1), (1, 1)]


async def test_a_silent_feed_turns_stale_as_time_passes(parts: Parts, live: LiveState, clock: Clock) -> None:
    opened = await reader(parts)
    judge = await evaluator(parts)
    await parts.stream.append(items("waste_trucks", *roster("LA-001", in_service=1, duty_from_s=0, duty_to_s=86400)))
    await parts.stream.append(position("LA-001", NOW))
    await drain(opened)
    await judge.once()
    before = {(r.key, r.place): r for c in await live.results() for r in c.results()}["waste_vehicles_supplying", "80"]
    assert (before.value, before.status) == (100, Status.NORMAL)
    clock.now += timedelta(minutes=4)
    await judge.once()
    after = {(r.key, r.place): r for c in await live.results() for r in c.results()}["waste_vehicles_supplying", "80"]
    assert (after.status, after.as_of) == (Status.STALE, NOW)
    (health,) = (h for h in await live.feeds() if h.feed == "waste_trucks")
    assert health.reporting == 0


async def test_past_months_in_one_call_make_a_history_and_leave_the_newest_value(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    judge = await evaluator(parts)
    months = [NOW - timedelta(days=30 * n) for n in range(5, -1, -1)]
    given = [
        {"measure": measure, "place": place.code, "value": value, "at": at.isoformat()}
        for n, at in enumerate(months)
        for place in Registry(engine).places("2025-07")
        if place.code != "80"
        for measure, value in (("households", 100), ("fibre_households", 80 + n))
    ]
    await parts.stream.append(items("coverage", *given))
    await drain(opened)
    await judge.once()
    series = Results(engine).series(
        "coverage_fibre_households", "2025-07", "80", since=NOW - timedelta(days=365), until=NOW + timedelta(days=1)
    )
    assert [(r.as_of, r.value) for r in series] == [(at, 80 + n) for n, at in enumerate(months)]
    (newest,) = (r for r in Results(engine).latest() if (r.key, r.place) == ("coverage_fibre_households", "80"))
    assert newest.value == 85


async def test_former_communes_and_the_place_set_make_a_history_of_today(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    judge = await evaluator(parts)
    reformed = datetime(2025, 6, 30, 17, tzinfo=UTC)
    given = [
        {"measure": measure, "place": place.code, "territory": "2024-01", "value": value, "at": at.isoformat()}
        for at in (reformed - timedelta(days=40), reformed - timedelta(days=10))
        for place in Registry(engine).places("2024-01")
        if place.level is Level.COMMUNE
        for measure, value in (("households", 100), ("fibre_households", 80))
    ]
    await parts.stream.append(items("coverage", *given))
    await drain(opened)
    await judge.once()
    for place, households in (("80", 18_800), ("tanan", 1_400)):
        series = Results(engine).series(
            "coverage_fibre_households", IN_FORCE, place, since=reformed - timedelta(days=60), until=reformed
        )
        assert [(r.value, r.denominator) for r in series] == [(pytest.approx(80), pytest.approx(households))] * 2
        assert series[0].reporting == series[0].expected
    assert {r.territory for r in Results(engine).latest()} == {IN_FORCE}


async def test_a_late_correction_mends_the_day_it_belongs_to(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "services")
    judge = await evaluator(parts)
    day = NOW - timedelta(days=3)
    for measure, value in (("dossiers_due", 100), ("dossiers_on_time", 90)):
        for at in (day, NOW):
            await parts.stream.append(
                items("services", {"measure": measure, "place": "27694", "value": value, "at": at.isoformat()})
            )
    await drain(opened)
    await judge.once()
    fixed = {"measure": "dossiers_on_time", "place": "27694", "value": 50, "at": day.isoformat(), "revision": 2}
    await parts.stream.append(items("services", fixed))
    await drain(opened)
    await judge.once()
    series = Results(engine).series(
        "services_on_time", "2025-07", "27694", since=NOW - timedelta(days=9), until=NOW + timedelta(days=1)
    )
    assert [(r.as_of, r.value) for r in series] == [(day, 50), (NOW, 90)]


async def test_the_status_machine_continues_after_a_restart(parts: Parts, engine: Engine, clock: Clock) -> None:
    opened = await reader(parts, "services")
    judge = await evaluator(parts)
    given = [
        {"measure": measure, "place": place.code, "value": value}
        for place in Registry(engine).places("2025-07")
        if place.code != "80"
        for measure, value in (("dossiers_due", 100), ("dossiers_on_time", 10))
    ]
    await parts.stream.append(items("services", *given))
    await drain(opened)
    await judge.once()
    (before,) = Results(engine).documents(key="services_on_time")
    assert STATUSES[before.pending[-1]] is Status.CRITICAL
    clock.now += timedelta(seconds=30)
    again = await evaluator(parts)
    await again.once()
    (after,) = Results(engine).documents(key="services_on_time")
    for name in ("status", "since_ms", "pending", "pending_since_ms"):
        assert getattr(after, name).tolist() == getattr(before, name).tolist(), "kept over a restart"


async def test_the_history_keeps_one_result_a_minute_and_readers_see_the_newest(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    opened, judge = await reader(parts, "coverage"), await evaluator(parts, kpis=FIBRE)
    for second in range(60):
        clock.now = NOW + timedelta(seconds=second)
        await figures(parts, opened, 85 + second % 10)
        await judge.once()
    assert recorded(engine) == [(85, "normal")], "the first of the minute; the newest waits in its document"
    kept = Results(engine).series("coverage_fibre_households", IN_FORCE, "80", since=NOW, until=NOW + timedelta(days=1))
    assert [(r.as_of, r.value) for r in kept] == [(NOW, 85), (clock.now, 94)]
    (newest,) = Results(engine).at(clock.now, key="coverage_fibre_households", place="80")
    assert newest.value == 94
    clock.now += timedelta(seconds=30)
    await judge.once()
    assert recorded(engine) == [(85, "normal"), (94, "normal")]


async def test_a_result_that_was_not_flushed_is_flushed_after_a_restart_and_once(
    parts: Parts, engine: Engine, clock: Clock
) -> None:
    opened, judge = await reader(parts, "coverage"), await evaluator(parts, kpis=FIBRE)
    await figures(parts, opened, 85)
    await judge.once()
    clock.now += timedelta(seconds=5)
    await figures(parts, opened, 86)
    await judge.once()
    assert recorded(engine) == [(85, "normal")]
    again = await evaluator(parts, "other", FIBRE)
    clock.now += timedelta(seconds=1)
    await again.once()
    await again.once()
    assert recorded(engine) == [(85, "normal"), (86, "normal")]
    with engine.connect() as connection:
        count = select(func.count()).select_from(kpi_results).where(kpi_results.c.key == "coverage_fibre_households")
        told = 60 + len(territories.place_sets(IN_FORCE)) + 1
        assert connection.scalar(count) == 2 * told, "communes, place sets and the province, twice"


async def test_who_lost_its_turn_writes_nothing(parts: Parts, engine: Engine, clock: Clock) -> None:
    opened, slow = await reader(parts, "coverage"), await evaluator(parts, "slow")
    await figures(parts, opened, 85)
    quick = await evaluator(parts, "quick")
    await quick.once()
    clock.now += timedelta(seconds=5)
    before = Results(engine).latest()
    with pytest.raises(LostTurn):
        await slow.once()
    assert Results(engine).latest() == before


async def test_what_the_province_states_stands_beside_the_sum_of_its_communes(
    parts: Parts, engine: Engine, live: LiveState
) -> None:
    opened, judge = await reader(parts, "coverage"), await evaluator(parts)
    await figures(parts, opened, 90)
    said = [{"measure": m, "place": "80", "value": v, "kind": "declared"}
            for m, v in (("households", 1000), ("fibre_households", 889))]  # fmt: skip
    await parts.stream.append(items("coverage", *said))
    await drain(opened)
    await judge.once()
    for found in (await live.results(), Results(engine).documents()):
        (columns,) = (one for one in found if one.key == "coverage_fibre_households")
        province = columns.result("80")
        assert province is not None
        assert (province.value, province.expected) == (90, 60), "it is not added"
        assert province.stated is not None, "nor swallowed"
        assert (province.stated.value, province.stated.numerator, province.stated.as_of) == (88.9, 889, NOW)
        assert columns.result("27694").stated is None
    (recorded,) = Results(engine).at(NOW, key="coverage_fibre_households", place="80")
    assert recorded.stated == province.stated


async def test_a_late_day_waits_in_the_database_for_an_evaluator_that_is_away(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    day = NOW - timedelta(days=3)
    given = [{"measure": m, "place": "27694", "value": v, "at": day.isoformat()}
             for m, v in (("households", 100), ("fibre_households", 50))]  # fmt: skip
    await parts.stream.append(items("coverage", *given))
    await drain(opened)
    waiting = Results(engine).late_days()
    assert [(feed, at) for feed, at, _ in waiting] == [("coverage", day.date())]
    judge = await evaluator(parts)
    await judge.once()
    assert Results(engine).late_days() == []
    (then,) = Results(engine).at(day, key="coverage_fibre_households", place="27694")
    assert then.value == 50


async def test_a_part_that_nobody_reads_lowers_n_alone_and_is_named(
    parts: Parts, redis: "Redis", live: LiveState
) -> None:
    clock = datetime.now(UTC) + timedelta(seconds=30)  # entries carry the server's time
    parts = replace(parts, stream=RawStream(redis, 2, Sharing(parts.feeds)), clock=lambda: clock)
    codes = [place.code for place in Registry(parts.engine).places(IN_FORCE) if place.level is Level.COMMUNE]
    given = [{"measure": "households", "place": code, "value": 100, "at": clock.isoformat()} for code in codes]
    await parts.stream.append(items("coverage", *given, received=clock))
    opened = FeedReader(parts.feeds["coverage"], parts, Part("coverage", 0, 2))
    await opened.open()
    await drain(opened)
    await (await evaluator(parts)).once()
    (health,) = [one for one in await live.feeds() if one.feed == "coverage"]
    heard = sum(number_of(code, 2) == 0 for code in codes)
    assert 0 < heard < len(codes)
    assert (health.reporting, health.expected) == (heard, len(codes))
    assert [(one.number, one.of) for one in health.behind] == [(1, 2)]
    other = FeedReader(parts.feeds["coverage"], parts, Part("coverage", 1, 2))
    await other.open()
    await drain(other)
    await (await evaluator(parts)).once()
    (health,) = [one for one in await live.feeds() if one.feed == "coverage"]
    assert (health.reporting, health.expected, health.behind) == (len(codes), len(codes), ())
