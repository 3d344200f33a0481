"""The demonstration begins with a past: yesterday and today, each fix once, as if trackers uploaded their archive."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from data_sources.waste_trucks import FEED as WASTE
from domain.feeds.feed import Format, Payload
from domain.instant import day_start, service_day
from domain.observation import HISTORY, Fix, Kind, Observation
from simulator import past, trucks
from simulator.day import TrackerMessages
from simulator.memory import Memory
from simulator.trackers import messages

pytestmark = pytest.mark.long  # whole days are told and judged
DAY = date(2026, 11, 23)
NOW = day_start(DAY) + timedelta(hours=9, minutes=20)


def read(calls: list[list[dict[str, object]]]) -> tuple[list[Fix], list[Observation]]:
    """What the centre's own decoder makes of the calls; a refusal fails the test."""
    fixes: list[Fix] = []
    told: list[Observation] = []
    for call in calls:
        for first in range(0, len(call), 5_000):
            body = orjson.dumps(call[first : first + 5_000])
            for found in WASTE.decode(
                Payload(feed=WASTE.key, format=Format.OBSERVATIONS, body=body, received_at=NOW, source="test")
            ):
                assert isinstance(found, Fix | Observation), found
                (fixes if isinstance(found, Fix) else told).append(found)  # type: ignore[arg-type]
    return fixes, told


@pytest.fixture(scope="module")
def told() -> list[list[dict[str, object]]]:
    return list(past.calls(past.begins(NOW), NOW))


@pytest.fixture(scope="module")
def understood(told: list[list[dict[str, object]]]) -> tuple[list[Fix], list[Observation]]:
    return read(told)


def test_every_working_tracker_tells_both_days_and_nothing_from_the_future(
    understood: tuple[list[Fix], list[Observation]],
) -> None:
    fixes, _ = understood
    days = {(fix.device, service_day(fix.at)) for fix in fixes}
    working = {truck.id for truck in trucks.fleet() if truck.tracker_works}
    assert {device for device, day in days if day == DAY - timedelta(days=1)} == working
    assert {day for _, day in days} == {DAY, DAY - timedelta(days=1)}
    assert max(fix.at for fix in fixes) < NOW
    assert {fix.kind for fix in fixes} == {Kind.SIMULATED}
    assert {fix.flags for fix in fixes} == {(HISTORY,)}, "no network made them late"


def test_today_is_told_before_yesterday(told: list[list[dict[str, object]]]) -> None:
    days = [service_day(datetime.fromisoformat(str(call[0]["at"]))) for call in told]
    assert days == sorted(days, reverse=True)


def test_each_fix_is_told_once_and_the_living_trackers_go_on_where_it_ends(
    understood: tuple[list[Fix], list[Observation]],
) -> None:
    fixes, _ = understood
    identities = Counter((fix.device, fix.at) for fix in fixes)
    assert max(identities.values()) == 1
    living = TrackerMessages(NOW)
    later = {(message.truck, message.at) for message in living.due(NOW + timedelta(minutes=15))}
    since = NOW - timedelta(minutes=30)
    every = {
        (message.truck, message.at)
        for truck in trucks.fleet()
        for message in messages(truck, since, NOW + timedelta(minutes=5), least_s=20)
        if message.sends_at <= NOW + timedelta(minutes=15)
    }
    assert every <= later | set(identities), "a fix is told by neither"


def test_an_archive_keeps_fewer_fixes_than_the_tracker_sent_and_leaves_no_silence(
    understood: tuple[list[Fix], list[Observation]],
) -> None:
    fixes, _ = understood
    quick = next(truck for truck in trucks.fleet() if truck.cadence_s < 20 and truck.around_the_clock)
    yesterday = day_start(DAY) - timedelta(days=1), day_start(DAY)
    sent = {message.at for message in messages(quick, *yesterday)}
    kept = sorted(fix.at for fix in fixes if fix.device == quick.id and fix.at < yesterday[1])
    assert set(kept) < sent
    assert min(b - a for a, b in pairwise(kept)) >= timedelta(seconds=20)
    assert sorted(b - a for a, b in pairwise(kept))[len(kept) * 98 // 100] <= timedelta(seconds=150)


def test_loads_and_the_roster_of_both_days_are_in_it(
    understood: tuple[list[Fix], list[Observation]],
) -> None:
    _, observations = understood
    weighed = [one for one in observations if one.measure == "weighed_kg"]
    expected = [
        (load.truck, load.at)
        for truck in trucks.fleet()
        for load in trucks.weighings(truck, past.begins(NOW), NOW)
    ]  # fmt: skip
    assert sorted((one.entity, one.at) for one in weighed) == sorted(expected)
    rosters = {service_day(one.at) for one in observations if one.measure == "in_service"}
    assert rosters == {DAY, DAY - timedelta(days=1)}


def test_a_restart_tells_only_what_was_missed() -> None:
    since = NOW - timedelta(hours=1)
    fixes, observations = read(list(past.calls(since, NOW)))
    assert min(fix.at for fix in fixes) >= since
    assert all(one.at >= since for one in observations if one.measure == "weighed_kg")
    assert len(fixes) > 0


def test_the_memory_outlives_the_process_and_a_broken_one_is_none(tmp_path: Path) -> None:
    file = tmp_path / "simulator.told"
    memory = Memory(file)
    assert memory.told_until() is None
    memory.keep(NOW)
    assert Memory(file).told_until() == NOW
    assert [one.name for one in tmp_path.iterdir()] == ["simulator.told"]
    for broken in ("", "yesterday", "2026-11-23T09:20:00"):
        file.write_text(broken, encoding="ascii")
        assert memory.told_until() is None, "an instant without a zone is none"
