"""Pages: each screen behind its address; language and choices come from the address too."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, ctx, dcc, html
from dash.development.base_component import Component

import areas
import layouts
from callbacks._load import load
from domain.area import Area
from domain.discovery import discover
from domain.text import Language
from layouts._domain import domain_screen
from layouts._screen import Screen
from layouts._shell import shell, unknown_address
from present.wire import LAST_VISIT
from store.services import Services

ADDRESS, PAGE = "ioc-address", "ioc-page"


def screens() -> dict[str, Screen]:
    """Every screen by its path: those under layouts/, and the general one of each area that has none of its own."""
    own = discover(layouts, "SCREEN", Screen)
    general = [domain_screen(area) for key, area in discover(areas, "AREA", Area).items() if key not in own]
    return {screen.path: screen for screen in (*own.values(), *general)}


def language_of(asked: object) -> Language:
    """English when asked for, otherwise Vietnamese."""
    return "en" if asked == "en" else "vi"


def register(app: Dash, services: Services) -> None:
    """The frame every address gets, and the callback that fills it."""
    every = screens()
    app.layout = html.Div([dcc.Location(id=ADDRESS, refresh="callback-nav"), html.Div(id=PAGE)])

    @app.callback(Output(PAGE, "children"), Input(ADDRESS, "pathname"), Input(ADDRESS, "search"))
    async def page(path: str | None, search: str | None) -> Component:
        query = dict(parse_qsl((search or "").removeprefix("?"))) | {"since": ctx.cookies.get(LAST_VISIT, "")}
        return await view(services, every, path or "/", query, datetime.now(UTC))


async def view(
    services: Services, every: dict[str, Screen], path: str, query: dict[str, str], now: datetime
) -> Component:
    """The whole page at ``path``; an unknown path gets a page that leads back."""
    language = language_of(query.get("lang"))
    screen = every.get(path.rstrip("/") or "/")
    if screen is None:
        return unknown_address(language)
    return shell(screen, every.values(), await load(services, screen, language, query, now))
