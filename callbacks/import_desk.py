"""Callbacks of the import desk: use a layer again, withdraw one, redraw state and list."""

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
from domain.imports.file_import import SamePersonError
from domain.places.map_layer import SECOND_PERSON
from layouts.data import SCREEN
from layouts.desk.import_desk import LAYERS, STATE, USE, WITHDRAW, import_state, layer_list
from layouts.parts.ids import cid
from present.wire import MAPS_CHANGED
from queries.ask import Sources
from queries.maps.imports import MAP_IMPORTS
from queries.maps.layers import MAP_LAYERS

DESK = replace(SCREEN, needs=(MAP_LAYERS, MAP_IMPORTS))


def register(app: Dash, sources: Sources) -> None:
    """Use, withdraw, and redraw both regions when assets/scripts/70-import.js reports a change."""
    for act, change in ((USE, sources.maps.activate), (WITHDRAW, sources.maps.withdraw)):
        _register(app, sources, act, change)

    @app.callback(
        Output(cid(SCREEN.key, STATE), "children"),
        Output(cid(SCREEN.key, LAYERS), "children"),
        Input(MAPS_CHANGED, "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(SCREEN.requires)
    async def draw(_changed: int, query: dict[str, str]) -> tuple[list[Component], list[Component]]:
        data = await load(sources, DESK, language_of(query.get("lang")), query, datetime.now(UTC))
        return import_state(data), layer_list(data)


def _register(app: Dash, sources: Sources, act: str, change: Callable[[str, Principal, datetime], None]) -> None:
    @app.callback(
        Output(cid(SCREEN.key, LAYERS), "children", allow_duplicate=True),
        Input({"type": cid(SCREEN.key, act), "item": ALL}, "n_clicks"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.MAPS)
    async def apply(_clicks: list[int], query: dict[str, str]) -> object:
        refused = None
        try:
            await asyncio.to_thread(change, ctx.triggered_id["item"], principal(), datetime.now(UTC))
        except SamePersonError:
            refused = SECOND_PERSON
        return layer_list(await load(sources, DESK, language_of(query.get("lang")), query, datetime.now(UTC)), refused)
