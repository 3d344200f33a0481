"""Callbacks of the layers of the map: use one again, withdraw one, draw the list again."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from dash import ALL, Dash, Input, Output, State, ctx
from dash.development.base_component import Component

from callbacks.pages import language_of
from callbacks.parts.load import load
from callbacks.parts.principal import principal
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from layouts.data import SCREEN
from layouts.desk.map_layers import LAYERS, USE, WITHDRAW, layer_list
from layouts.parts.ids import cid
from present.wire import MAPS_CHANGED
from queries.ask import Sources
from queries.maps.layers import MAP_LAYERS

DESK = replace(SCREEN, needs=(MAP_LAYERS,))


def register(app: Dash, sources: Sources) -> None:
    """Use, withdraw, and draw the list again when assets/scripts/70-import.js reports a change."""
    for act, change in ((USE, sources.maps.activate), (WITHDRAW, sources.maps.withdraw)):
        _register(app, sources, act, change)

    @app.callback(
        Output(cid(SCREEN.key, LAYERS), "children"),
        Input(MAPS_CHANGED, "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(SCREEN.requires)
    async def draw(_changed: int, query: dict[str, str]) -> list[Component]:
        data = await load(sources, DESK, language_of(query.get("lang")), query, datetime.now(UTC))
        return layer_list(data)


def _register(app: Dash, sources: Sources, act: str, change: Callable[[str, Principal, datetime], None]) -> None:
    @app.callback(
        Output(cid(SCREEN.key, LAYERS), "children", allow_duplicate=True),
        Input({"type": cid(SCREEN.key, act), "item": ALL}, "n_clicks"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.MAPS)
    async def apply(_clicks: list[int], query: dict[str, str]) -> object:
        await asyncio.to_thread(change, ctx.triggered_id["item"], principal(), datetime.now(UTC))
        return layer_list(await load(sources, DESK, language_of(query.get("lang")), query, datetime.now(UTC)))
