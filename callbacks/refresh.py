"""Redraw a screen's regions in place when the browser hears that results changed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dash import Dash, Input, Output, State

from callbacks.pages import language_of, screens
from callbacks.parts.load import load
from callbacks.parts.redrawn import drawn_store, redrawn
from callbacks.parts.trees import Trees
from domain.access.needs import needing
from layouts.parts.ids import cid
from layouts.parts.screen import Screen
from present.wire import REVISION
from queries.ask import Sources


def register(app: Dash, sources: Sources, trees: Trees) -> None:
    """One callback for each screen that has regions."""
    for screen in screens().values():
        if screen.regions:
            _register(app, sources, screen, trees)


def _register(app: Dash, sources: Sources, screen: Screen, trees: Trees) -> None:
    asked = replace(screen, needs=screen.again or screen.needs)

    @app.callback(
        [Output(cid(screen.key, name), "children") for name in screen.regions],
        Output(drawn_store(screen), "data"),
        Input(cid(screen.key, REVISION), "data"),
        State(drawn_store(screen), "data"),
        State(cid(screen.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(screen.requires)
    async def refresh(_revision: int, drawn: list[str], query: dict[str, str]) -> list[Any]:
        data = await load(sources, asked, language_of(query.get("lang")), query, datetime.now(UTC))
        return redrawn([region(data) for region in screen.regions.values()], drawn, trees)
