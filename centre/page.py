"""The Dash application as this house uses it: own page frame, no sockets of its own, nothing from elsewhere."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from dash import Dash
from dash.backends._fastapi import FastAPIDashServer
from fastapi import FastAPI

from domain.text import Language, Text

NAME = "IOC Long An"

_FRAME = """<!DOCTYPE html>
<html lang="%LANGUAGE%" data-release="%RELEASE%">
    <head>
        {%metas%}
        <title>{%title%}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
        {%css%}
    </head>
    <body>
        {%app_entry%}
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>"""
_ENTRY = '<div id="react-entry-point"><div class="_dash-loading"></div></div>'


class Page(Dash):  # type: ignore[misc] # Dash comes without types
    """Dash whose HTML carries the page's language and title and the release that rendered it."""

    release = ""
    titles: Mapping[str, Text] = {}

    def interpolate_index(self, **parts: Any) -> str:
        """Fill the frame; ``?lang=en`` makes an English page."""
        request = self.backend.request_adapter()
        language: Language = "en" if request.args.get("lang") == "en" else "vi"
        title = self.titles.get(request.path)
        parts["title"] = escape(f"{title.to(language)} · {NAME}" if title else NAME)
        frame = _FRAME.replace("%LANGUAGE%", language).replace("%RELEASE%", escape(self.release))
        parts["app_entry"] = _ENTRY
        for name, value in parts.items():
            frame = frame.replace("{%" + name + "%}", str(value))
        return frame


def mount(server: FastAPI, root: Path, release: str, titles: Mapping[str, Text]) -> Page:
    """Dash on ``server``, with assets from ``root``; ``titles`` by path go into the window's title."""
    # Otherwise every page opens a SharedWorker and a callback socket of Dash's own, used or not.
    FastAPIDashServer.websocket_capability = False
    page = Page(
        "ioc",
        server=server,
        assets_folder=str(root / "assets"),
        title=NAME,
        update_title=None,
        serve_locally=True,
        compress=False,
        suppress_callback_exceptions=True,
        enable_mcp=False,
        add_log_handler=False,
    )
    page.release, page.titles = release, titles
    return page


def prepare(page: Page) -> None:
    """Let Dash collect assets and callbacks now; by itself it does so at the first request to /, not to /kiosk."""
    page._setup_server()


def content_policy(page: Page) -> str:
    """Everything from this host only; the hashes are Dash's own inline scripts.

    'wasm-unsafe-eval' is for a decoder inside the map's library, blob: for MapLibre's worker.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {' '.join(page.csp_hashes())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )
