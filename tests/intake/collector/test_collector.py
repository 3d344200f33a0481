"""From the stream to the database and the live state: exactly once, in order, whichever process dies."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from collecting import FEEDS, NOW, accepted, clock, counted, drain, items, parts, position, reader, roster
from hangs import until
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from standing_clock import Clock

from domain.access.principal import CENTRE
from domain.feeds.feed import Payload
from domain.feeds.part import Part
from domain.feeds.way_in import Trackers
from domain.instant import to_ms
from domain.observation import ObsStatus
from intake.collector.collector import Collector, FeedReader, Parts
from intake.running.leased import Lease
from store.intake import IntakeStore, LostLease, Outcome
from store.reading import Reading
from store.registry import Registry
from store.tables.feeds import rejections
from store.tables.fleet import fixes
from store.tables.observations import observations
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream, StreamUnreachable

__all__ = ["clock", "parts"]  # fixtures


async def test_a_fix_becomes_history_marker_and_counts(parts: Parts, engine: Engine, live: LiveState) -> None:
    opened = await reader(parts)
    await parts.stream.append(position("A", NOW, speed=10, bearing=90))
    await drain(opened)
    (vehicle,) = await live.vehicles()
    assert (vehicle.id, vehicle.bound, vehicle.at) == ("A", True, NOW)
    assert vehicle.speed_kmh == pytest.approx(18.52)
    assert counted(engine).accepted == 1
    assert await parts.stream.length("waste_trucks") == 0
    assert await Reading(engine, live).pending_devices() == []


async def test_repeats_are_counted_and_change_nothing(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts)
    one = position("A", NOW)
    await parts.stream.append_many([one, one, position("A", NOW + timedelta(seconds=30), 100), one])
    await drain(opened)
    await parts.stream.append(one)
    await drain(opened)
    counts = counted(engine)
    assert (counts.accepted, counts.duplicates, counts.rejected, counts.late) == (2, 3, 0, 0)
    (day,) = opened._store.tracker_days("waste_trucks", date(2026, 11, 22), ["A"]).values()
    assert (day.fixes, day.duplicates, day.online_s) == (2, 3, 30)


async def test_a_late_fix_corrects_the_day_and_never_moves_the_marker(
    parts: Parts, engine: Engine, live: LiveState
) -> None:
    opened = await reader(parts)
    for seconds, north_m in ((0, 0), (80, 400)):
        await parts.stream.append(position("A", NOW + timedelta(seconds=seconds), north_m))
    await drain(opened)
    late = position("A", NOW + timedelta(seconds=40), 200, received=NOW + timedelta(hours=6))
    await parts.stream.append(late)
    await parts.stream.append(late)
    await drain(opened)
    (vehicle,) = await live.vehicles()
    assert vehicle.at == NOW + timedelta(seconds=80)
    counts = counted(engine)
    assert (counts.accepted, counts.late, counts.duplicates) == (3, 1, 1)
    (day,) = opened._store.tracker_days("waste_trucks", date(2026, 11, 22), ["A"]).values()
    assert (day.fixes, day.out_of_order, day.late_3600s, day.online_s) == (3, 1, 1, 80)


async def test_a_jump_is_kept_apart_until_the_next_fix_decides(parts: Parts, engine: Engine, live: LiveState) -> None:
    opened = await reader(parts)
    await parts.stream.append_many([position("A", NOW), position("A", NOW + timedelta(seconds=5), 5_000)])
    await drain(opened)
    (vehicle,) = await live.vehicles()
    assert vehicle.at == NOW
    assert counted(engine).accepted == 1
    # The decision comes after a restart: the candidate is remembered by the database.
    await parts.stream.release_lease(Part("waste_trucks"), "one")
    opened = await reader(parts, owner="two")
    await parts.stream.append(position("A", NOW + timedelta(seconds=35), 5_100))
    await drain(opened)
    (vehicle,) = await live.vehicles()
    assert vehicle.at == NOW + timedelta(seconds=35)
    assert (counted(engine).accepted, counted(engine).rejected) == (3, 0)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(fixes.c.quarantined.is_(True))) == 0


async def test_a_refuted_jump_is_one_rejection_with_its_reason(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts)
    steps = ((0, 0), (5, 5_000), (10, 30))
    await parts.stream.append_many([position("A", NOW + timedelta(seconds=s), n) for s, n in steps])
    await drain(opened)
    assert (counted(engine).accepted, counted(engine).rejected) == (2, 1)
    with engine.connect() as connection:
        assert connection.scalars(select(rejections.c.reason)).all() == ["impossible_jump"]


async def test_a_wrong_clock_shows_on_the_device_and_is_not_mended(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts)
    for n in range(6):
        at = NOW + timedelta(seconds=30 * n)
        await parts.stream.append(position("A", at + timedelta(hours=7), 50 * n, received=at))
    await drain(opened)
    (device,) = Registry(engine).devices()
    assert device.clock_offset_min == 420


async def test_unknown_places_measures_and_broken_payloads_are_rejections(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    await parts.stream.append(
        items(
            "coverage",
            {"measure": "households", "place": "27694", "value": 5},
            {"measure": "households", "place": "99999", "value": 5},
            {"measure": "households", "place": "27694", "territory": "1999-01", "value": 5},
            {"measure": "cats", "place": "27694", "value": 5},
        )
    )
    await parts.stream.append(replace(items("coverage"), body=b"\xff"))
    await drain(opened)
    counts = counted(engine, "coverage")
    assert (counts.accepted, counts.rejected) == (1, 4)
    with engine.connect() as connection:
        reasons = connection.scalars(select(rejections.c.reason).order_by(rejections.c.id)).all()
    assert sorted(reasons) == ["not_json", "unknown_measure", "unknown_place", "unknown_place"]


async def test_what_names_no_feed_is_counted_under_unknown(parts: Parts, engine: Engine, live: LiveState) -> None:
    opened = await reader(parts, "unknown")
    await parts.stream.append(replace(items("unknown", {"feed": "cats"}), feed="unknown"))
    await drain(opened)
    (refused,) = await Reading(engine, live).rejections("unknown")
    assert refused.rejection.reason.code == "unknown_feed"


async def test_an_error_inside_a_decoder_is_a_rejection_and_the_rest_goes_on(
    parts: Parts, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Payload) -> Iterable[Any]:
        raise RuntimeError("bug")

    feed = replace(FEEDS["waste_trucks"], ways_in=(Trackers({**FEEDS["waste_trucks"].decoders, "traccar": broken}),))  # type: ignore[operator]
    assert await parts.stream.acquire_lease(Part("waste_trucks"), "one", 60)
    opened = FeedReader(feed, parts)
    await opened.open()
    await parts.stream.append(replace(position("A", NOW), format="traccar", body=b"{}"))
    await parts.stream.append(position("A", NOW))
    await drain(opened)
    assert (counted(engine).accepted, counted(engine).rejected) == (1, 1)
    with engine.connect() as connection:
        row = connection.execute(select(rejections.c.reason, rejections.c.detail)).one()
    assert row == ("internal", "RuntimeError: bug")


@pytest.mark.parametrize("shown_first", [False, True])
async def test_crash_while_publishing_loses_and_doubles_nothing(
    parts: Parts, engine: Engine, live: LiveState, monkeypatch: pytest.MonkeyPatch, *, shown_first: bool
) -> None:
    async def crash(*_: object) -> None:
        raise StreamUnreachable("killed")

    opened = await reader(parts, surely_ours=shown_first)
    await parts.stream.append_many([position("A", NOW + timedelta(seconds=30 * n), 100 * n) for n in range(5)])
    with monkeypatch.context() as patched:
        patched.setattr(live, "publish_positions", crash)
        with pytest.raises(StreamUnreachable):
            await opened.read_once(block_ms=0)
    assert await live.vehicles() == []
    assert accepted(engine) == (0 if shown_first else 5)
    await parts.stream.release_lease(Part("waste_trucks"), "one")
    opened = await reader(parts, owner="two")
    await drain(opened)
    assert (counted(engine).accepted, counted(engine).duplicates) == (5, 0)
    assert await parts.stream.length("waste_trucks") == 0
    (vehicle,) = await live.vehicles()
    assert vehicle.at == NOW + timedelta(seconds=120), "the marker is restored from the database"


async def test_a_position_is_shown_before_it_is_written_and_stands_after_a_crash_between_the_two(
    parts: Parts, engine: Engine, live: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise OperationalError("write", {}, Exception("disk full"))

    opened = await reader(parts, surely_ours=True)
    await parts.stream.append(position("A", NOW))
    with monkeypatch.context() as patched:
        patched.setattr(IntakeStore, "write", crash)
        with pytest.raises(OperationalError):
            await opened.read_once(block_ms=0)
    assert [vehicle.at for vehicle in await live.vehicles()] == [NOW]
    assert accepted(engine) == 0
    await parts.stream.release_lease(Part("waste_trucks"), "one")
    await drain(await reader(parts, owner="two"))
    assert (counted(engine).accepted, counted(engine).duplicates) == (1, 0)
    assert [vehicle.at for vehicle in await live.vehicles()] == [NOW]


async def test_a_collector_that_may_have_lost_its_lease_shows_nothing_before_it_has_written(
    parts: Parts, live: LiveState, clock: Clock
) -> None:
    lease = Lease(Part("waste_trucks"), parts.stream, "one", parts.ticks)
    assert await lease.acquire()
    assert lease.surely_ours()
    slow = FeedReader(FEEDS["waste_trucks"], parts, surely_ours=lease.surely_ours)
    await slow.open()
    await parts.stream.release_lease(Part("waste_trucks"), "one")
    await parts.stream.append(position("A", NOW))
    await drain(await reader(parts, owner="two"))
    await live.remove_vehicles(["A"])
    # As one that was stopped and goes on: what it reads now it would judge by what it knew then.
    await parts.stream.append(position("A", NOW + timedelta(seconds=30)))
    clock.now += timedelta(seconds=7)
    with pytest.raises(LostLease):
        await slow.read_once(block_ms=0)
    assert await live.vehicles() == []


async def test_a_collector_that_lost_its_lease_unnoticed_writes_nothing(parts: Parts, engine: Engine) -> None:
    slow = await reader(parts)
    await parts.stream.append(position("A", NOW))
    entries = await parts.stream.read(Part("waste_trucks"), "0-0", 10, 0)
    await parts.stream.release_lease(Part("waste_trucks"), "one")
    quick = await reader(parts, owner="two")
    await drain(quick)
    judged = slow._session.judge(entries, NOW)
    with pytest.raises(LostLease):
        slow._session.keep(judged, NOW, 0)
    assert (counted(engine).accepted, counted(engine).duplicates) == (1, 0)


async def test_two_collectors_share_the_feeds_and_keep_each_vehicle_in_order(
    parts: Parts, engine: Engine, live: LiveState
) -> None:
    async def soon(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.02))

    parts = replace(parts, wait=soon)
    running = [asyncio.create_task(Collector(parts, owner).run()) for owner in ("one", "two")]
    trucks, steps = 4, 30
    for step in range(steps):
        await parts.stream.append_many(
            [position(f"T-{n}", NOW + timedelta(seconds=10 * step), 50 * step) for n in range(trucks)]
        )
        if step == steps // 2:
            running[0].cancel()
    await until(lambda: accepted(engine) == trucks * steps)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    counts = counted(engine)
    assert (counts.accepted, counts.duplicates, counts.late, counts.rejected) == (trucks * steps, 0, 0, 0)
    assert {v.at for v in await live.vehicles()} == {NOW + timedelta(seconds=10 * (steps - 1))}


async def test_the_roster_registers_vehicles_and_a_device_of_that_name_counts_as_bound(
    parts: Parts, engine: Engine, live: LiveState, clock: Clock
) -> None:
    opened = await reader(parts)
    await parts.stream.append(position("LA-001", NOW))
    await drain(opened)
    await parts.stream.append(items("waste_trucks", *roster("LA-001", in_service=1, tracker_fitted=1)))
    await drain(opened)
    (vehicle,) = await live.vehicles()
    assert (vehicle.bound, vehicle.place) == (True, "27694")
    assert Registry(engine).vehicles()["LA-001"].in_service
    assert Registry(engine).count_pending() == 0


async def test_an_older_roster_does_not_undo_a_newer_one(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts)
    old = (NOW - timedelta(days=1)).isoformat()
    await parts.stream.append(items("waste_trucks", *roster("LA-001", in_service=1)))
    await drain(opened)
    await parts.stream.append(items("waste_trucks", *({**r, "at": old} for r in roster("LA-001", in_service=0))))
    await drain(opened)
    assert Registry(engine).vehicles()["LA-001"].in_service
    assert counted(engine).late == 1


async def test_a_repeat_of_an_older_observation_is_a_duplicate_and_not_late(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    newer = {"measure": "households", "place": "27694", "value": 6}
    older = newer | {"value": 5, "at": (NOW - timedelta(days=30)).isoformat()}
    for given in (newer, older, older):
        await parts.stream.append(items("coverage", given))
        await drain(opened)
    counts = counted(engine, "coverage")
    assert (counts.accepted, counts.duplicates, counts.late) == (2, 1, 1)


async def test_binding_a_device_renames_its_marker(parts: Parts, engine: Engine, live: LiveState, clock: Clock) -> None:
    opened = await reader(parts)
    await parts.stream.append(position("861001", NOW))
    await drain(opened)
    Registry(engine).bind("861001", "LA-007", feed="waste_trucks", by=CENTRE, now=NOW)
    clock.now += timedelta(seconds=5)
    await parts.stream.append(position("861001", NOW + timedelta(seconds=30), 100))
    await drain(opened)
    (vehicle,) = await live.vehicles()
    assert (vehicle.id, vehicle.device, vehicle.bound) == ("LA-007", "861001", True)


async def test_a_figure_told_ahead_of_its_time_stands_as_of_its_arrival_and_hides_nothing(
    parts: Parts, engine: Engine, live: LiveState, clock: Clock
) -> None:
    opened = await reader(parts, "coverage")
    ahead = {"measure": "households", "place": "27694", "value": 5, "at": (NOW + timedelta(hours=20)).isoformat()}
    nearly = ahead | {"measure": "fibre_households", "at": (NOW + timedelta(minutes=2)).isoformat()}
    await parts.stream.append(items("coverage", ahead, nearly))
    await drain(opened)
    stands = {o.measure: o for o in IntakeStore(engine).latest_observations("coverage")}
    assert (stands["households"].at, stands["households"].status) == (NOW, ObsStatus.PROVISIONAL)
    assert stands["fibre_households"].at == NOW + timedelta(minutes=2), "clocks differ by a little"
    clock.now += timedelta(hours=1)
    await parts.stream.append(items("coverage", ahead, received=clock.now))
    clock.now += timedelta(minutes=1)
    await parts.stream.append(items("coverage", ahead | {"value": 7, "at": clock.now.isoformat()}, received=clock.now))
    await drain(opened)
    counts = counted(engine, "coverage")
    assert (counts.accepted, counts.duplicates, counts.late) == (3, 1, 0), "told again, it is a repeat"
    assert counts.last_at == clock.now
    stands = {o.measure: o for o in IntakeStore(engine).latest_observations("coverage")}
    assert stands["households"].value == 7
    with engine.connect() as connection:
        kept = connection.execute(select(observations.c.at_ms).where(observations.c.value == 5)).scalars().all()
    assert max(kept) == to_ms(NOW + timedelta(hours=20)), "the history keeps what it was told for"


async def test_an_outage_of_the_stream_is_survived(parts: Parts, engine: Engine) -> None:
    class Failing:
        """Fails twice, then passes everything on."""

        def __init__(self, stream: RawStream) -> None:
            self._stream = stream
            self.failures = 2

        def __getattr__(self, name: str) -> Any:
            return getattr(self._stream, name)

        async def acquire_lease(self, part: Part, owner: str, ttl_s: float) -> bool:
            if self.failures:
                self.failures -= 1
                raise StreamUnreachable("off")
            return await self._stream.acquire_lease(part, owner, ttl_s)

    waits: list[float] = []

    async def soon(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(min(seconds, 0.01))

    await parts.stream.append(position("A", NOW))
    failing = replace(parts, stream=Failing(parts.stream), feeds={"waste_trucks": FEEDS["waste_trucks"]}, wait=soon)  # type: ignore[arg-type]
    running = asyncio.create_task(Collector(failing, "one").run())
    await until(lambda: accepted(engine) == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert min(waits[:2]) >= 0.1, "no busy retrying"


@pytest.mark.parametrize("error", [LostLease("moved"), OperationalError("INSERT", {}, Exception("disk full"))])
async def test_a_batch_that_could_not_be_written_is_written_later_and_the_feed_goes_on(
    parts: Parts, engine: Engine, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def soon(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))

    failures = [error]
    write = IntakeStore.write

    def failing(self: IntakeStore, part: Part, **given: Any) -> Outcome:
        if part.feed == "waste_trucks" and failures:
            raise failures.pop()
        return write(self, part, **given)

    monkeypatch.setattr(IntakeStore, "write", failing)
    await parts.stream.append(position("A", NOW))
    running = asyncio.create_task(Collector(replace(parts, wait=soon), "one").run())
    await until(lambda: accepted(engine) == 1)
    await parts.stream.append(position("A", NOW + timedelta(seconds=30), 100))
    await until(lambda: accepted(engine) == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (counted(engine).duplicates, failures) == (0, [])


async def test_history_keeps_every_revision(parts: Parts, engine: Engine) -> None:
    opened = await reader(parts, "coverage")
    for revision, value in ((1, 5), (2, 6), (1, 5)):
        await parts.stream.append(
            items("coverage", {"measure": "households", "place": "27694", "value": value, "revision": revision})
        )
    await drain(opened)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(observations)) == 2
    (latest,) = opened._store.latest_observations("coverage")
    assert latest.value == 6
