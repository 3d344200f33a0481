"""Draw the screen that an address names; language and choices come from the address too."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from dash import Dash, Input, Output, ctx, dcc, html
from dash.development.base_component import Component

import areas
import layouts
from callbacks.parts.load import load
from callbacks.parts.principal import allow
from callbacks.parts.redrawn import drawn_first
from callbacks.parts.trees import Trees
from domain.access.needs import Need, needing
from domain.area import Area
from domain.discovery import discover
from domain.text import Language
from layouts.parts.area_screen import area_screen
from layouts.parts.screen import Screen, ScreenData
from layouts.parts.shell import shell, unknown_address
from present.wire import LAST_VISIT
from queries.ask import Sources

ADDRESS, PAGE = "ioc-address", "ioc-page"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page and the data it was drawn from; None where no screen lives."""

    page: Component
    data: ScreenData | None


class Earlier(Protocol):
    """Keeps pages that were drawn a moment ago."""

    def find(self, path: str, query: Mapping[str, str]) -> Drawn | None:
        """The page drawn at ``path`` a moment ago; None when there is none."""


def screens() -> dict[str, Screen]:
    """Every screen by its path: those under layouts/, and a general one for each area without its own."""
    own = discover(layouts, "SCREEN", Screen)
    general = [area_screen(area) for key, area in discover(areas, "AREA", Area).items() if key not in own]
    return {screen.path: screen for screen in (*own.values(), *general)}


def screen_at(every: Mapping[str, Screen], kpis: Container[str], path: str) -> tuple[Screen | None, dict[str, str]]:
    """The screen at ``path`` and what the last step of it asks (see `Screen.below`); None where no screen lives."""
    path = path.rstrip("/") or "/"
    above, _, step = path.rpartition("/")
    if path in every or not step:
        return every.get(path), {}
    screen, key = every.get(above), unquote(step)
    return (screen, {screen.below: key}) if screen and screen.below and key in kpis else (None, {})


def language_of(asked: object) -> Language:
    """English when asked for, otherwise Vietnamese."""
    return "en" if asked == "en" else "vi"


def register(app: Dash, sources: Sources, trees: Trees, earlier: Earlier | None = None) -> None:
    """The frame of all pages, and the callback that fills it: with the page of the first response, or a new one."""
    every = screens()
    app.layout = html.Div([dcc.Location(id=ADDRESS, refresh="callback-nav"), html.Div(id=PAGE)])

    @app.callback(Output(PAGE, "children"), Input(ADDRESS, "pathname"), Input(ADDRESS, "search"))
    @needing(Need.PUBLIC)
    async def page(path: str | None, search: str | None) -> Any:
        path = (path or "").removeprefix(app.config.requests_pathname_prefix.rstrip("/"))
        query = dict(parse_qsl((search or "").removeprefix("?"))) | {"since": ctx.cookies.get(LAST_VISIT, "")}
        screen, _ = screen_at(every, sources.kpis, path or "/")
        if screen is not None:
            allow(screen.requires)
        found = earlier.find(path or "/", query) if earlier else None
        shown = (found or await drawn(sources, every, path or "/", query, datetime.now(UTC))).page
        return trees.of([shown, drawn_first(screen, shown)] if screen else shown)


async def drawn(
    sources: Sources, every: Mapping[str, Screen], path: str, query: Mapping[str, str], now: datetime
) -> Drawn:
    """The whole page at ``path``; an unknown path gets a page that leads back."""
    language = language_of(query.get("lang"))
    screen, asked = screen_at(every, sources.kpis, path)
    if screen is None:
        return Drawn(unknown_address(language), None)
    data = await load(sources, screen, language, {**query, **asked}, now)
    return Drawn(shell(screen, every.values(), data), data)
