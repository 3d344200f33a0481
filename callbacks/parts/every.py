"""Every callback of the screens, registered once when the web side is made."""

from dash import Dash

import callbacks
from callbacks import pages, refresh
from callbacks.parts.trees import Trees
from domain.discovery import modules
from store.services import Services


def register_all(app: Dash, services: Services, earlier: pages.Earlier | None = None) -> None:
    """Those of each module of the room; ``earlier`` keeps the pages of first responses."""
    trees = Trees(app)
    pages.register(app, services, trees, earlier)
    refresh.register(app, services, trees)
    for module in modules(callbacks):
        if module not in (pages, refresh):
            module.register(app, services)
