"""Retention continues after an outage, beside another runner, and past a failing rule."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from intake.running.retaining import EVERY_S, PAUSE_S, once, retain
from store.keeping.retaining import LEASE, LeaseLost
from store.keeping.retention import RULES
from store.keeping.rule import RollUp, Rule

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Enough(Exception):  # noqa: N818
    pass


class Waits:
    """Notes how long it was asked to wait; stops the endless job after some waits."""

    def __init__(self, limit: int) -> None:
        self.asked: list[float] = []
        self._limit = limit

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) >= self._limit:
            raise Enough
        await asyncio.sleep(0)


class Scripted:
    """A retainer that does what a test says."""

    def __init__(self, acquired: list[object], steps: dict[str, object] | None = None) -> None:
        self._acquired, self._steps = acquired, steps or {}
        self.done: list[str] = []
        self.failures: list[tuple[str, str]] = []

    def acquire(self) -> bool:
        given = self._acquired.pop(0) if self._acquired else True
        if isinstance(given, Exception):
            raise given
        return bool(given)

    def release(self) -> None:
        self.done.append("released")

    def steps(self, rule: Rule | RollUp) -> Iterator[int]:
        given = self._steps.get(rule.key)
        if isinstance(given, Exception):
            raise given
        self.done.append(rule.key)
        yield from [7] * (given or 0)  # type: ignore[operator]

    async def forgotten(self) -> None:
        self.done.append("forgotten")

    def failed(self, rule: Rule | RollUp, why: str) -> None:
        self.failures.append((rule.key, why))


def outage() -> OperationalError:
    return OperationalError("DELETE", {"driver": "TX-SECRET"}, Exception("gone"))


async def run(retainer: Scripted, waits: Waits) -> None:
    with pytest.raises(Enough):
        await retain(retainer, RULES[:2], retainer.forgotten, waits)  # type: ignore[arg-type]


async def test_an_outage_is_waited_out_and_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    retainer, waits = Scripted([outage(), True]), Waits(2)
    await run(retainer, waits)
    assert waits.asked == [LEASE.total_seconds(), EVERY_S]
    assert retainer.done == ["fixes", "who_drove", "released"]
    assert "TX-SECRET" not in caplog.text
    assert "OperationalError" in caplog.text


async def test_beside_another_runner_nothing_is_done_and_its_end_is_noticed_soon() -> None:
    retainer, waits = Scripted([False, False, True]), Waits(3)
    await run(retainer, waits)
    assert waits.asked == [LEASE.total_seconds(), LEASE.total_seconds(), EVERY_S]


async def test_one_rule_that_fails_keeps_no_other_from_being_done() -> None:
    retainer = Scripted([], {"fixes": outage(), "who_drove": 2})
    waits = Waits(99)
    await once(retainer, RULES[:3], waits)  # type: ignore[arg-type]
    assert retainer.failures == [("fixes", "OperationalError")]
    assert retainer.done == ["who_drove", "drivers"]
    assert waits.asked == [PAUSE_S, PAUSE_S], "others write between two steps"


async def test_a_runner_that_lost_its_lease_stops_at_once() -> None:
    retainer, waits = Scripted([True], {"fixes": LeaseLost("gone")}), Waits(1)
    await run(retainer, waits)
    assert retainer.done == []
    assert retainer.failures == []


async def test_files_are_cleaned_once_after_people_were_removed_and_not_otherwise() -> None:
    retainer, waits = Scripted([], {"fixes": 2, "who_drove": 3}), Waits(6)
    await run(retainer, waits)
    assert retainer.done[:4] == ["fixes", "who_drove", "forgotten", "released"]
    retainer, waits = Scripted([], {"fixes": 2}), Waits(3)
    await run(retainer, waits)
    assert "forgotten" not in retainer.done
