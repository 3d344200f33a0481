"""A run's page: whose track it plays and from when to when; its streets on a telephone; its own corrections only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import screen_fixtures as made
from dash import html
from dash.development.base_component import Component

from callbacks.parts.load import load
from domain.instant import to_ms
from domain.waste.run import AssignedBy, Assignment, RunResult, StreetState
from layouts.rounds.run_page import run_page, run_track
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


async def _page(run: RunResult, **changed: Any) -> html.Div:
    reading = replace(made.normal(), collected=replace(DAY, runs=(run, *DAY.runs[1:]), **changed))
    asked = {"run": run.route, "number": str(run.number), "day": run.day.isoformat()}
    return html.Div(run_page(await load(made.services(reading), SCREEN, "vi", asked, NOW)))


def _of_class(drawn: Component, name: str) -> list[Any]:
    """Every element of this class, in order."""
    own = [drawn] if name in (getattr(drawn, "className", None) or "").split() else []
    children = getattr(drawn, "children", None)
    below = children if isinstance(children, list) else [children]
    return own + [found for one in below if isinstance(one, Component) for found in _of_class(one, name)]


async def test_streets_are_one_line_on_a_telephone_that_counts_them_by_state() -> None:
    street = RUN.streets[0]
    states = [*[StreetState.SERVED] * 40, *[StreetState.PASSED] * 2, StreetState.MISSED]
    run = replace(RUN, streets=tuple(replace(street, order=i, state=state) for i, state in enumerate(states, 1)))
    (fold,) = _of_class(await _page(run), "ioc-phone-fold")
    assert getattr(fold, "data-fold") == "streets"
    summary, listed = fold.children
    assert summary.children == "40 đã thu · 2 xe chạy qua, chưa thu · 1 bỏ sót"
    (table,) = _of_class(listed, "ioc-table--streets")
    assert len(table.children[-1].children) == len(states)


async def test_corrections_of_other_runs_are_on_their_own_pages() -> None:
    one = DAY.audits[0]
    own = replace(one, route=RUN.route, number=RUN.number)
    others = [replace(one, at=one.at + timedelta(seconds=i)) for i in range(1, 40)]
    assert (one.route, one.number) != (RUN.route, RUN.number)
    logs = _of_class(await _page(RUN, audits=(own, *others)), "ioc-log")
    assert sum(len(log.children) for log in logs if "trước" in str(log)) == 1
    titles = [str(log) for log in logs]
    assert not any(RUN.name in log for log in titles), "the page has named its run"
    other = DAY.run(one.route, one.number)
    assert other is not None
    assert not any(other.name in log for log in titles)
