"""Serve the made-up centre's screens as of its own instant: `python screen_server.py CONDITION PORT`."""

import sys
from pathlib import Path
from unittest.mock import patch

import uvicorn
from dash.backends._fastapi import FastAPIDashServer
from fastapi import FastAPI

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "fixtures")]

import screen_fixtures as made  # noqa: E402

from callbacks.parts.every import register_all  # noqa: E402
from callbacks.parts.principal import ACTING  # noqa: E402
from centre.page import Guarded, prepare  # noqa: E402
from domain.access.principal import Actor, Principal, Role  # noqa: E402
from domain.instant import to_ms  # noqa: E402

SCRIPTS = r"^(?!13-|25-|26-|27-|28-).*\.js$"  # what speaks to /live, which has no server here
# What these scripts ask of the page's frame; time stands at the fixture's instant.
FRAME = f"""<script>document.documentElement.classList.add("ioc-ticking");
  window.IOC = {{ now: () => {to_ms(made.NOW)}, seconds: [],
  text: (element, text) => {{ element.textContent = text; }} }};</script></head>"""


def create(condition: str) -> FastAPI:
    """The web side with screens only; its assets are style, fonts and shapes."""
    services = made.services(made.CONDITIONS[condition]())
    server = FastAPI()
    FastAPIDashServer.websocket_capability = False
    app = Guarded(
        "ioc",
        server=server,
        assets_folder=str(ROOT / "assets"),
        assets_ignore=SCRIPTS,
        suppress_callback_exceptions=True,
        update_title=None,
    )
    app.index_string = app.index_string.replace("</head>", FRAME)
    register_all(app, services)
    prepare(app)
    return server


class FixtureClock(made.datetime):
    """Pages are rendered as of the fixture's instant, so pictures do not depend on today."""

    @classmethod
    def now(cls, tz: object = None) -> made.datetime:
        return made.NOW


if __name__ == "__main__":
    # No gate stands here: whoever asks is an operator.
    ACTING.set(Principal(actor=Actor.PERSON, name="lan", roles=frozenset({Role.OPERATOR})))
    with patch("callbacks.pages.datetime", FixtureClock), patch("callbacks.refresh.datetime", FixtureClock):
        uvicorn.run(create(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
