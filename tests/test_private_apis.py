"""Bets on what libraries do not promise: each is listed in docs/dependencies.md, with the version read, and holds."""

import ast
import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import sqlalchemy as sa
from dash import Dash, Input, Output, html
from dash.backends._fastapi import FastAPIDashServer
from fastapi import FastAPI
from redis.asyncio.connection import AbstractConnection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from uvicorn import Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from api.maps.map import pydeck_bundle
from centre.page import mount, prepare
from centre.rooms import rooms
from domain.access.needs import Need, needing
from store.valkey.server import EmbeddedValkey, connect

ROOT = Path(__file__).parent.parent
ROOMS = rooms(ROOT)
PROMISED = {"_replace", "_asdict", "_fields", "_make"}  # of a NamedTuple: private by name only
UNDERSCORE = re.compile(r"\._[a-z]\w*")


class Bet(NamedTuple):
    """One line of the list; ``read_at`` is the version whose source was read."""

    package: str
    read_at: str
    leans_on: str
    where: list[str]
    held_by: list[str]


def bets() -> list[Bet]:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").partition("## Bets on what nobody promises")[2]
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    return [
        Bet(package, read_at, leans_on, re.findall(r"`([^`]+)`", where), re.findall(r"`([^`]+)`", held_by))
        for package, read_at, leans_on, where, held_by in rows[1:]
    ]


def own_sources() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            yield path, path.read_text("utf-8")
    yield ROOT / "app.py", (ROOT / "app.py").read_text("utf-8")


@pytest.mark.parametrize("bet", bets(), ids=lambda bet: f"{bet.package}: {bet.leans_on[:30]}")
def test_a_bet_was_read_at_the_version_that_is_installed(bet: Bet):
    installed = version(bet.package)
    assert installed == bet.read_at, (
        f"{bet.package} is {installed} now: read again what {bet.where} leans on, then write the version into the list"
    )


@pytest.mark.parametrize("bet", bets(), ids=lambda bet: f"{bet.package}: {bet.leans_on[:30]}")
def test_a_bet_says_truly_where_it_stands_and_what_holds_it(bet: Bet):
    text = "".join((ROOT / where).read_text("utf-8") for where in bet.where)
    unused = [name for name in re.findall(r"`(\w+)`", bet.leans_on) if name not in text]
    assert not unused, "the code does not use these any more: take them off the list"
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in bet.held_by if f"def {name}(" not in tests] == []


def private_names(text: str) -> tuple[set[str], set[str]]:
    """Private names that a module binds itself, and those it takes from elsewhere."""
    own, used = set[str](), set[str]()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                own.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                own.add(name)
            case ast.Attribute(attr=name):
                used.add(name)
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] not in ROOMS:
                used |= {*module.split("."), *(alias.name for alias in names)}
    return own, {name for name in used - PROMISED if name.startswith("_") and not name.startswith("__")}


def test_the_scan_tells_own_names_from_others():
    text = "from lib._inner import T\nclass A:\n    def _mine(self): return self._mine() + T._theirs + x._replace()"
    own, used = private_names(text)
    assert (own, used) == ({"A", "_mine"}, {"_inner", "_mine", "_theirs"})


@pytest.mark.long
def test_every_private_name_of_a_library_is_on_the_list():
    found = {path: private_names(text) for path, text in own_sources()}
    own = {name for bound, _ in found.values() for name in bound} | {path.stem for path in found}
    listed = {name for bet in bets() for name in re.findall(r"`(\w+)`", bet.leans_on)}
    unlisted = {name: str(path) for path, (_, used) in found.items() for name in used - own - listed}
    assert not unlisted, "say in docs/dependencies.md what is leant on, and test it here"


def test_every_private_name_in_a_script_is_on_the_list():
    texts = [re.sub(r"//.*", "", path.read_text("utf-8")) for path in (ROOT / "assets").rglob("*.js")]
    used = {name[1:] for text in texts for name in UNDERSCORE.findall(text)}
    assert used <= {name for bet in bets() for name in re.findall(r"`(\w+)`", bet.leans_on)}


@asynccontextmanager
async def started(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of ``app`` after its start, as a server tells it to start."""
    told, said = asyncio.Queue[dict[str, str]](), asyncio.Queue[Any]()
    running = asyncio.create_task(app({"type": "lifespan"}, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    assert await said.get() == {"type": "lifespan.startup.complete"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc") as http:
        yield http
    await told.put({"type": "lifespan.shutdown"})
    await running


async def test_dash_is_set_up_before_the_first_request():
    server = FastAPI()
    page = mount(server, ROOT, "r1", {})
    page.layout = html.Div()

    @page.callback(Output("figure", "children"), Input("place", "value"))
    @needing(Need.PUBLIC)
    async def drawn(place: str) -> str:
        return place

    prepare(page)
    async with started(server) as http:
        assert "figure.children" in (await http.get("/_dash-dependencies")).text
    assert page._got_first_request["setup_server"], "_setup_server notes that it has run"


def test_dash_opens_sockets_of_its_own_unless_told_not_to():
    assert "websocket_capability" in vars(FastAPIDashServer), "a class attribute, set before the page is made"
    assert "websocket_capability" in inspect.getsource(Dash), "Dash asks for it"


def test_dash_asks_callbacks_at_one_address_and_serves_bundles_at_another():
    routes = inspect.getsource(Dash)
    assert "_dash-update-component" in routes, (
        "the cookie of the last visit is bound to it (assets/scripts/29-last-visit.js)"
    )
    assert "_dash-component-suites" in routes, "delivery keeps these files packed"


def test_uvicorns_websocket_keeps_what_the_line_asks_it():
    names = set(re.findall(r"self\.(\w+)", inspect.getsource(WebSocketsSansIOProtocol)))
    assert "available_extensions" in inspect.getsource(ServerProtocol), "where the line puts its compression"
    assert {"conn", "scope", "handshake_complete", "close_sent", "transport", "writable"} <= names
    assert inspect.iscoroutinefunction(WebSocketsSansIOProtocol.run_asgi)


def test_uvicorns_server_has_one_loop_that_ticks():
    assert inspect.iscoroutinefunction(Server.main_loop)
    assert list(inspect.signature(Server.on_tick).parameters) == ["self", "counter"]
    assert list(inspect.signature(Server.handle_exit).parameters) == ["self", "sig", "frame"]
    assert STARTUP_FAILURE == 3


def test_a_frame_is_serialized_without_a_connection():
    assert Frame(Opcode.TEXT, b"hi").serialize(mask=False) == b"\x81\x02hi"


async def test_a_subscription_is_read_from_its_connection(valkey: EmbeddedValkey):
    parameters = inspect.signature(AbstractConnection.read_response).parameters
    assert {"timeout", "disconnect_on_error"} <= set(parameters)
    redis = connect(valkey.url)
    subscription = redis.pubsub()
    await subscription.subscribe("bets")
    line = subscription.connection
    assert line is not None
    assert (await line.read_response(timeout=5, disconnect_on_error=False))[0] == b"subscribe"
    assert await line.read_response(timeout=0.01, disconnect_on_error=False) is None, "quiet is no error"
    await redis.publish("bets", b"told")
    assert await line.read_response(timeout=5, disconnect_on_error=False) == [b"message", b"bets", b"told"]
    await subscription.aclose()
    await redis.aclose()


@pytest.mark.parametrize(("dialect", "order"), [(sqlite.dialect(), ["a", "b"]), (postgresql.dialect(), None)])
def test_sqlalchemy_tells_the_order_of_parameters(dialect: sa.Dialect, order: list[str] | None):
    table = sa.Table("t", sa.MetaData(), sa.Column("a"), sa.Column("b"))
    compiled = table.insert().compile(dialect=dialect, column_keys=["a", "b"])
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup == order


def test_pydecks_bundle_keeps_what_the_map_takes_from_it():
    bundle = pydeck_bundle().read_text("utf-8")
    assert "this._map=null,this._deck=null" in bundle, "the overlay tells its map and its deck"
    assert "_cancelAnimationFrame(){this._animationFrameId" in bundle, "deck's own loop can be taken over"
    assert "this.map._fadeDuration" in bundle, "names need not fade in"
    hides_itself = re.search(
        r"(\w+)\.setProps=function\((\w+)\)\{\2\.layers&&\1\.setProps\(\{layers:\2\.layers\}\)\}", bundle
    )
    assert hides_itself, "setProps does not call itself for ever any more: 51-map.js need not delete it"
