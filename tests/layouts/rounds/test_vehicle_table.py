"""What the table of vehicles says of each: no fault of one that is off duty, no stand of one that walks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import pytest
import screen_fixtures as made

from callbacks.parts.load import load
from domain.fleets.vehicle import Vehicle
from domain.observation import Kind, Observation
from domain.waste.run import AssignedBy, Assignment
from domain.waste.service_day import ServiceDay
from layouts.rounds.vehicle_table import vehicle_table
from layouts.waste import SCREEN

NOW, DAY = collection_day.NOW, collection_day.service_day()
H = 3_600.0
# It is 14:05 in Viet Nam.
MORNING, AFTERNOON, EVENING, NIGHT = (4 * H, 9 * H), (12 * H, 20 * H), (17 * H, 24 * H), (22 * H, 30 * H)


def _roster(hours: tuple[float, float]) -> list[Observation]:
    return [
        Observation(
            feed="waste_trucks", measure=measure, value=value, kind=Kind.SIMULATED, source="",
            at=NOW - timedelta(hours=20), received_at=NOW, entity="XG-001",
        )
        for measure, value in zip(("duty_from_s", "duty_to_s"), hours, strict=True)
    ]  # fmt: skip


async def _row(
    hours: tuple[float, float] | None, *, minutes: float, kmh: float = 0.0, found: ServiceDay = DAY
) -> tuple[str, str]:
    """State and its class of a handcart heard so long ago."""
    cart = Vehicle(
        id="XG-001", device="d", bound=True, at=NOW - timedelta(minutes=minutes), received_at=NOW, latitude=10.5,
        longitude=106.4, kind=Kind.SIMULATED, source="", speed_kmh=kmh, feed="waste_trucks",
    )  # fmt: skip
    reading = replace(made.normal(), collected=found, positions=[cart], observed=_roster(hours) if hours else [])
    data = await load(made.services(reading), SCREEN, "vi", {}, NOW)
    found_rows = [row for row in _elements(vehicle_table(data)[0]) if type(row).__name__ == "Tr"]
    row = next(row for row in found_rows if row.children[0].children.__class__.__name__ == "A" and "XG-001" in str(row))
    return row.children[2].children, row.children[2].className.split("--")[1]


def _elements(part: Any) -> list[Any]:
    children = getattr(part, "children", None)
    inside = [
        one
        for one in (children if isinstance(children, list | tuple) else [children])
        if one is not None and not isinstance(one, str | int | float)
    ]
    return [found for one in inside for found in (one, *_elements(one))]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (MORNING, ("hết ca", "off")),
        (EVENING, ("chưa vào ca", "off")),
        (NIGHT, ("chưa vào ca", "off")),
        (AFTERNOON, ("mất tín hiệu", "silent")),
        (None, ("mất tín hiệu", "silent")),
    ],
)
async def test_a_vehicle_off_duty_has_lost_no_signal(hours: tuple[float, float] | None, said: tuple[str, str]) -> None:
    assert await _row(hours, minutes=300) == said


async def test_a_vehicle_that_fell_silent_on_a_run_has_lost_its_signal_after_its_hours_too() -> None:
    mine = Assignment(
        vehicle="XG-001", since=NOW - timedelta(hours=9), until=NOW, confidence=1.0, by=AssignedBy.MATCHED
    )
    for closed, said in ((None, "mất tín hiệu"), (20, "mất tín hiệu"), (75, "hết ca")):
        closed_at = NOW - timedelta(minutes=closed) if closed else None
        run = replace(DAY.runs[0], closed_at=closed_at, assignments=(mine,))
        assert (await _row(MORNING, minutes=60, found=replace(DAY, runs=(run,))))[0] == said


@pytest.mark.parametrize(("kmh", "said"), [(0.3, "đang dừng"), (2.6, "đi chậm"), (3.2, "đang chạy")])
async def test_what_walks_does_not_stand(kmh: float, said: str) -> None:
    assert (await _row(AFTERNOON, minutes=0.2, kmh=kmh))[0] == said
