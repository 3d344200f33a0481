"""What is said of vehicles whose day is not worked out yet: that, and no reason."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import collection_day
import screen_fixtures as made

from areas.waste import AREA
from callbacks.parts.load import load
from domain.fleets.vehicle import Vehicle
from domain.kpis.health import Behind
from domain.observation import Kind
from domain.waste.service_day import ServiceDay
from domain.waste.work import Cause, VehicleDay
from layouts.rounds.tracker_steps import tracker_steps
from layouts.rounds.vehicle_work import events, plant
from layouts.rounds.worked_out import being_worked_out
from layouts.waste import SCREEN
from queries.collection import COLLECTION

NOW, DAY = collection_day.NOW, collection_day.service_day()
QUIET = replace(DAY.vehicles[0], events=(), visits=(), tickets_unheard=("07:27:46",), as_of=NOW)
UNREAD = replace(QUIET, as_of=None, fixes=0, cause=Cause.NO_POWER, distance_m=None)


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(_text(one) for one in inside)


def _heard(at: datetime) -> Vehicle:
    return Vehicle(
        id=QUIET.vehicle, device="d", bound=True, at=at, received_at=NOW, latitude=10.5, longitude=106.4,
        kind=Kind.SIMULATED, source="", speed_kmh=5.0, feed=AREA.fleet,
    )  # fmt: skip


async def _said(day: VehicleDay, *, at: datetime = NOW, behind: bool = False, days: int = 0) -> tuple[int, str]:
    """How many vehicles wait, and what the folds say."""
    found: ServiceDay = replace(DAY, day=DAY.day - timedelta(days=days), runs=(), vehicles=(day,))
    waits = (Behind(0, 1, NOW - timedelta(seconds=40)),) if behind else ()
    normal = made.normal()
    health = [replace(one, behind=waits) if one.feed == AREA.fleet else one for one in normal.health]
    reading = replace(normal, collected=found, positions=[_heard(at)], health=health)
    data = await load(made.services(reading), SCREEN, "vi", {"day": found.day.isoformat()}, NOW)
    assert data.get(COLLECTION) is not None
    parts = (tracker_steps(data, found), plant(data, [day]), events(data, [day]))
    return len(being_worked_out(data, found)), " ".join(map(_text, parts))


async def test_of_a_day_that_is_not_worked_out_no_reason_is_given() -> None:
    for day, given in ((UNREAD, {}), (QUIET, {"behind": True}), (replace(QUIET, as_of=NOW - timedelta(hours=3)), {})):
        waits, said = await _said(day, **given)
        assert waits == 1
        assert said.count("Đang tính ngày của 1 xe.") == 3
        for reason in ("mất nguồn", "không có tín hiệu của xe", "Chưa ghi nhận"):
            assert reason not in said


async def test_what_is_known_of_a_day_is_said() -> None:
    waits, said = await _said(QUIET, at=NOW)
    assert waits == 0
    assert "Đang tính" not in said
    assert "không có tín hiệu của xe: LA-001 07:27:46" in said
    assert "Chưa ghi nhận lần dừng" in said
    assert (await _said(UNREAD, at=NOW - timedelta(days=1)))[0] == 0, "its tracker is silent today"
    assert (await _said(UNREAD, behind=True, days=1))[0] == 0, "a day that is over is worked out"


async def test_a_day_that_says_that_it_is_behind_is_not_worked_out() -> None:
    waits, said = await _said(replace(QUIET, behind=True))
    assert waits == 1
    assert said.count("Đang tính ngày của 1 xe.") == 3
    assert "Chưa ghi nhận" not in said
