"""Callback of the waste screen: a dispatcher says which vehicle drives a run."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from callbacks.pages import language_of
from callbacks.parts.load import load
from callbacks.parts.principal import principal
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from domain.instant import VIETNAM
from domain.text import Text
from domain.waste.dispatch import refusal
from domain.waste.run import Override
from layouts.parts.ids import cid
from layouts.rounds.run_page import FIELDS, asked_run, override_notice
from layouts.waste import SCREEN
from queries.ask import Sources
from queries.collection import COLLECTION
from store.rounds.runs import Runs

BAD_TIME = Text("Giờ viết như 17:30.", "Times are written like 17:30.")


class Dispatching(Sources, Protocol):
    """What the page reads, and the store of overrides."""

    @property
    def runs(self) -> Runs:
        """Where overrides are kept."""


def register(app: Dash, services: Dispatching) -> None:
    """The form on a run's page."""

    @app.callback(
        Output(cid(SCREEN.key, "override-said"), "children"),
        Input(cid(SCREEN.key, "override"), "n_clicks"),
        [State(cid(SCREEN.key, f"override-{name}"), "value") for name in FIELDS],
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.DIRECT)
    async def override(_clicks: int, values: list[str | None], query: dict[str, str]) -> object:
        typed = {name: (value or "").strip() for name, value in zip(FIELDS, values, strict=True)}
        return await said(services, typed, query, datetime.now(UTC), principal())


async def said(
    services: Dispatching, typed: Mapping[str, str], query: Mapping[str, str], now: datetime, by: Principal
) -> Component:
    """Record the dispatcher's override, or say why it is refused."""
    plain = replace(SCREEN, needs=(COLLECTION,))
    data = await load(services, plain, language_of(query.get("lang")), query, now)
    run = asked_run(data)
    found = data.get(COLLECTION)
    day = found.day if found else date.min
    try:
        since = _instant(day, typed["since"])
        until = _instant(day, typed["until"])
    except ValueError:
        return override_notice(data, BAD_TIME)
    given = Override(
        vehicle=typed["vehicle"],
        day=day,
        route=run.route if run else "",
        number=run.number if run else 1,
        since=since,
        # A shift that ends after midnight ends on the next day.
        until=until if until > since else until + timedelta(days=1),
        by=typed["by"],
        note=typed["note"],
        said_at=now,
    )
    planned = await services.service_days.planned(day, given.route, given.number)
    why = refusal(given, run, await services.reading.fleet(SCREEN.fleet), planned=planned)
    if why is None:
        await asyncio.to_thread(services.runs.override, given, by)
    return override_notice(data, why)


def _instant(day: date, text: str) -> datetime:
    """The clock time ``text`` of ``day`` in Việt Nam as UTC; ValueError when it is none."""
    return datetime.combine(day, time.fromisoformat(text.zfill(5)), VIETNAM).astimezone(UTC)
