"""The track on a run's page: whose it is and from when to when, and that there is none before a vehicle is known."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import screen_fixtures as made

from callbacks.parts.load import load
from domain.instant import to_ms
from domain.waste.run import AssignedBy, Assignment, RunResult
from layouts.rounds.run_page import run_track
from layouts.waste import SCREEN

NOW, DAY = collection_day.NOW, collection_day.service_day()
RUN = DAY.runs[0]
HOUR = timedelta(hours=1)


async def _track(run: RunResult) -> Any:
    reading = replace(made.normal(), collected=replace(DAY, runs=(run,)))
    asked = {"run": run.route, "number": str(run.number), "day": run.day.isoformat()}
    found = run_track(await load(made.services(reading), SCREEN, "vi", asked, NOW)).to_plotly_json()["props"]
    (player,) = [
        one for one in found.get("children") or [None] if one is None or "data-replay" in one.to_plotly_json()["props"]
    ]
    return player and player.to_plotly_json()["props"]


def _worked(vehicle: str, since: timedelta, until: timedelta) -> Assignment:
    return Assignment(vehicle=vehicle, since=NOW - since, until=NOW - until, confidence=0.9, by=AssignedBy.MATCHED)


async def test_the_vehicle_that_worked_longest_is_played_from_its_first_to_its_last_moment() -> None:
    turns = (
        _worked("LA-001", 5 * HOUR, 4 * HOUR),
        _worked("LA-002", 4 * HOUR, 2.5 * HOUR),
        _worked("LA-001", 2 * HOUR, HOUR),
    )
    player = await _track(replace(RUN, assignments=turns))
    assert player["data-replay"] == "LA-001"
    assert player["data-from"] == str(to_ms(NOW - 5 * HOUR))
    assert player["data-to"] == str(to_ms(NOW - HOUR))


async def test_before_a_vehicle_is_known_nothing_is_played() -> None:
    assert await _track(replace(RUN, assignments=())) is None
