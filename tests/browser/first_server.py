"""The web side of the made-up centre with its first responses and scripts: `python first_server.py CONDITION PORT`."""

import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "fixtures")]

import screen_fixtures as made  # noqa: E402
from map_fixtures import FakeMaps  # noqa: E402

from api.maps import map as map_routes  # noqa: E402
from callbacks import kpi, pages  # noqa: E402
from callbacks.parts.every import register_all  # noqa: E402
from callbacks.parts.first_pages import FirstPages  # noqa: E402
from callbacks.parts.principal import ACTING  # noqa: E402
from centre.delivery import Delivery  # noqa: E402
from centre.first import FirstView  # noqa: E402
from centre.page import content_policy, mount, prepare  # noqa: E402
from domain.access.principal import Actor, Principal, Role  # noqa: E402
from live.grounds import Grounds  # noqa: E402


def create(condition: str) -> FastAPI:
    """As app.create_app makes it, without the live channel: what a page looks like before and without it."""
    services = made.services(made.CONDITIONS[condition]())
    grounds = Grounds(services.reading, FakeMaps(), None)
    first = FirstPages(services, grounds, _now)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        prepare(page)
        yield

    server = FastAPI(lifespan=lifespan)
    page = mount(server, ROOT, "test", {path: screen.title for path, screen in pages.screens().items()})
    register_all(page, services, first)
    server.include_router(map_routes.router(grounds, services.reading, services.kpis))
    server.add_middleware(FirstView, painter=first, clock=_now)
    server.add_middleware(Delivery, policy=lambda: content_policy(page))
    return server


def _now() -> datetime:
    return made.NOW


class FixtureClock(datetime):
    """What a button draws is as of the fixture's instant, too."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return made.NOW


if __name__ == "__main__":
    # No gate stands here: whoever asks is an operator.
    ACTING.set(Principal(actor=Actor.PERSON, name="lan", roles=frozenset({Role.OPERATOR})))
    kpi.datetime = FixtureClock  # type: ignore[misc]
    uvicorn.run(create(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
