"""The Dash application with our page frame, without Dash's sockets, and with no file from another host."""

import json
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial, wraps
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from dash import Dash, Input, ctx
from dash.backends._fastapi import FastAPIDashServer
from dash.exceptions import PreventUpdate
from fastapi import FastAPI, Response

from callbacks.parts.principal import allow
from centre import bundle
from centre.first import FIRST, First
from domain.access.needs import Need, need_of
from domain.text import Language, Text

Callback = Callable[..., Awaitable[Any]]
NAME = "IOC Long An"

_FRAME = """<!DOCTYPE html>
<html lang="%LANGUAGE%" data-release="%RELEASE%" data-now="%NOW%">
    <head>
        {%metas%}
        <title>{%title%}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
        {%css%}
        %PRELOADS%
        <style>%STYLE%</style>
        <noscript><style>.ioc-ago { display: none } [data-clock] { display: none }</style></noscript>
        <script>%TICKING%</script>
        <script defer src="%SCRIPTS%"></script>
    </head>
    <body>
        {%app_entry%}
        <footer>
            {%config%}
            <template id="ioc-react">
            <script src="%LATER%"></script>
            {%scripts%}
            {%renderer%}
            </template>
            <script type="speculationrules">%NEXT%</script>
        </footer>
    </body>
</html>"""
_NO_PAGES = ("/api/*", "/brief*", "/services/tables/*")
# Bundles that Dash always names and no page uses: for browsers of 2016, and a table that no layout has.
UNUSED = re.compile(r'<script src="[^"]*/(?:deps/polyfill@|dash_table/)[^"]*"></script>\s*')
# But for one page: where somebody may open plotly's figure, Dash's own component needs generators of the first bundle.
CHARTED = "/kpi"
GENERATORS = re.compile(r'<script src="[^"]*/deps/polyfill@[^"]*"></script>\s*')
_ENTRY = '<div id="react-entry-point"><div class="_dash-loading"></div></div>'


class Guarded(Dash):  # type: ignore[misc] # Dash comes without types
    """Dash that asks before each callback whether who acts may, and takes no drawn button for a press."""

    needs: Sequence[tuple[str, Need]] = ()
    """What each callback requires."""

    def callback(self, *given: Any, **named: Any) -> Callable[[Callback], Callback]:
        """Dash's decorator for a function that declares with @needing what it requires; TypeError for one without.

        A function of buttons alone is called when one was pressed; Dash itself calls it when buttons are drawn too.
        """
        register = super().callback(*given, **named)
        buttons = all(one.component_property == "n_clicks" for one in given if isinstance(one, Input))

        def guarded(function: Callback) -> Callback:
            need = need_of(function)
            if need is None:
                raise TypeError(
                    f"{function.__module__}.{function.__qualname__}: declare what it requires with @needing"
                )
            self.needs = [*self.needs, (f"{function.__module__}.{function.__qualname__}", need)]

            @wraps(function)
            async def allowed(*inputs: Any) -> Any:
                if buttons and not any(one["value"] for one in ctx.triggered):
                    # Before the question who asks: whoever may not press must still see the button drawn.
                    raise PreventUpdate
                allow(need)
                return await function(*inputs)

            register(allowed)
            return function

        return guarded


class Page(Guarded):
    """Dash whose HTML carries the page's language and title and the release that rendered it.

    Dash's own scripts and those of single screens lie in a template, where no browser asks for them:
    assets/scripts/15-react.js starts them once people see the page of the first response.
    """

    frame = _FRAME
    ticking = ""
    following = ""
    """The rules for pages that are fetched before the click."""
    titles: Mapping[str, Text] = {}

    def interpolate_index(self, **parts: Any) -> str:
        """Fill the frame; ``?lang=en`` makes an English page."""
        request = self.backend.request_adapter()
        language: Language = "en" if request.args.get("lang") == "en" else "vi"
        title = self.titles.get(request.path) or self.titles.get(request.path.rpartition("/")[0])
        parts["title"] = escape(f"{title.to(language)} · {NAME}" if title else NAME)
        generators = GENERATORS.search(parts["scripts"]) if request.path.startswith(CHARTED) else None
        parts["scripts"] = (generators[0] if generators else "") + UNUSED.sub("", parts["scripts"])
        first = FIRST.get(First())
        frame = self.frame.replace("%LANGUAGE%", language).replace("%NOW%", str(first.now_ms))
        for name, value in parts.items():
            if name != "app_entry":
                frame = frame.replace("{%" + name + "%}", str(value))
        return frame.replace("{%app_entry%}", first.place + _ENTRY)


def mount(server: FastAPI, root: Path, release: str, titles: Mapping[str, Text], base: str = "") -> Page:
    """Put Dash on ``server``, with assets from ``root``; ``titles`` (by path) fill the window's title.

    ``base``: the path under which a proxy shows the centre.
    """
    assets = root / "assets"
    _serve_scripts(server, bundle.scripts(assets))
    # Otherwise Dash opens a SharedWorker and a callback socket on every page, used or not.
    FastAPIDashServer.websocket_capability = False
    page = Page(
        "ioc",
        server=server,
        routes_pathname_prefix="/",
        requests_pathname_prefix=f"{base}/",
        assets_folder=str(assets),
        assets_ignore=r".*\.(css|js)$",  # in the frame, and one file of all scripts
        title=NAME,
        update_title=None,
        serve_locally=True,
        compress=False,
        suppress_callback_exceptions=True,
        enable_mcp=False,
        add_log_handler=False,
    )
    page.titles = titles
    framed = assets / "scripts" / bundle.CONTRACT, Path(__file__).parent / "ticking.js"
    page.ticking = "".join(bundle.packed_script(script.read_text("utf-8")) for script in framed)
    page.following = _following(base)
    preload = '<link rel="preload" as="font" type="font/woff2" crossorigin href="{}">'
    said = {
        "%RELEASE%": escape(release),
        "%SCRIPTS%": f"{bundle.SCRIPTS}?m={escape(release)}",
        "%LATER%": f"{bundle.LATER}?m={escape(release)}",
        "%TICKING%": page.ticking,
        "%NEXT%": page.following,
        "%PRELOADS%": "".join(preload.format(address) for address in bundle.fonts(assets, release)),
        "%STYLE%": bundle.styles(assets, release),
    }
    for place, text in said.items():
        page.frame = page.frame.replace(place, text)
    return page


def _following(base: str) -> str:
    """A page that somebody points at is on its way before the click. It tells its age as every page does."""
    others = [base + path for path in _NO_PAGES]
    pages = {"and": [{"href_matches": f"{base}/*"}, {"not": {"href_matches": others}}]}
    return json.dumps({"prefetch": [{"where": pages, "eagerness": "moderate"}]})


def _serve_scripts(server: FastAPI, texts: Mapping[str, str]) -> None:
    """Answer for our scripts, each text as one file; before Dash, which answers for other names under /assets/."""
    for address, text in texts.items():
        server.add_api_route(address, partial(_script, text), include_in_schema=False)


async def _script(text: str) -> Response:
    return Response(text, media_type="text/javascript")


def files_of(page: Page) -> list[str]:
    """Paths of the scripts that every page asks for, in that order, as this server answers for them."""
    named = re.findall(r'<script src="([^"?]*)', UNUSED.sub("", page._generate_scripts_html()))
    base: str = page.config.requests_pathname_prefix
    return [bundle.SCRIPTS, bundle.LATER, *(path.removeprefix(base.rstrip("/")) for path in named)]


def prepare(page: Page) -> None:
    """Let Dash set itself up now and not during the first request."""
    page._setup_server()


def content_policy(page: Page) -> str:
    """Policy: everything from this host only. The hashes allow the inline scripts of Dash and of the frame.

    'wasm-unsafe-eval' allows a decoder inside the map's library, blob: MapLibre's worker.
    """
    own = " ".join(
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (page.ticking, page.following)
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {own} {' '.join(page.csp_hashes())}",
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
