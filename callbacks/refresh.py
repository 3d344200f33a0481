"""Redraw a screen's regions in place when the browser hears that results changed."""

from dataclasses import replace
from datetime import UTC, datetime

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from callbacks.pages import language_of, screens
from callbacks.parts.load import load
from domain.access.needs import needing
from layouts.parts.ids import cid
from layouts.parts.screen import Screen
from present.wire import REVISION
from queries.ask import Sources


def register(app: Dash, sources: Sources) -> None:
    """One callback for each screen that has regions."""
    for screen in screens().values():
        if screen.regions:
            _register(app, sources, screen)


def _register(app: Dash, sources: Sources, screen: Screen) -> None:
    asked = replace(screen, needs=screen.again or screen.needs)

    @app.callback(
        [Output(cid(screen.key, name), "children") for name in screen.regions],
        Input(cid(screen.key, REVISION), "data"),
        State(cid(screen.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(screen.requires)
    async def refresh(_revision: int, query: dict[str, str]) -> list[list[Component]]:
        data = await load(sources, asked, language_of(query.get("lang")), query, datetime.now(UTC))
        return [region(data) for region in screen.regions.values()]
