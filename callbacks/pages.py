"""Pages: each screen's layout function behind its route; language and choices come from the address."""

from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime

from dash.development.base_component import Component

import layouts
from callbacks._load import load
from domain.discovery import discover
from domain.text import Language
from layouts._screen import Screen
from layouts._shell import shell
from store.services import Services


def screens() -> list[Screen]:
    """Every screen under layouts/, in navigation order."""
    return sorted(discover(layouts, "SCREEN", Screen).values(), key=lambda screen: screen.order)


def language_of(asked: object) -> Language:
    """English when asked for, otherwise Vietnamese."""
    return "en" if asked == "en" else "vi"


def page(screen: Screen, every: Collection[Screen], services: Services) -> Callable[..., Awaitable[Component]]:
    """The coroutine Dash calls with the address's query for each view of ``screen``."""

    async def layout(lang: str = "vi", **query: str) -> Component:
        data = await load(services, screen, language_of(lang), query, datetime.now(UTC))
        return shell(screen, every, data)

    return layout
