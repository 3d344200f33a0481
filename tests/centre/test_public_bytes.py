"""No byte that the public may have names a vehicle, device, driver or place of a truck; a new address is read too.

The addresses come from the application itself. OPERATORS are those that show vehicles or what people sent; whatever is
not among them is public.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import quote

import httpx
import orjson
import pytest
from fastapi import FastAPI
from hangs import HANG_S
from plan_fixtures import HUNG_VUONG, ROUTE, done
from redis.asyncio import Redis
from run_fixtures import DAY, NOW, RUN, VEHICLE_DAY
from sqlalchemy import Engine

import app as web_side
from callbacks.pages import screens
from centre.access.gate import Gate
from centre.delivery import FILES
from domain.access.needs import Need
from domain.access.principal import CENTRE
from domain.feeds.part import Part
from domain.fleets.driver import Driver, Stint
from domain.fleets.vehicle import Position, Vehicle
from domain.instant import service_day, to_ms
from domain.observation import Fix, Rejection
from domain.public_text import PublicText
from domain.reason import Reason
from domain.waste.plan import Action, PlanException
from domain.waste.run import Assignment, RunResult
from domain.waste.work import VehicleDay
from pages.schedule_view import StreetView
from present.cards import PublicCardVM
from present.led import LedMessage
from settings import Settings
from store.casework.feedback import Progress
from store.drivers import Drivers
from store.intake import Batch, IntakeStore
from store.records import Binding, Device, LatestFix, RegisteredVehicle, RejectedItem
from store.registry import Registry
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.valkey.live_state import LiveState
from tests.store.test_intake import fix

PLATE, DEVICE, LATITUDE, LONGITUDE = "62C-777.71", "359998887776665", 10.5364219, 106.4087531
DRIVER = Driver(id="TX-MAT-07", name="Nguyễn Văn Kín", phone="0999 888 777", licence_number="790999888777")
PLANTED = (
    *(PLATE, "62C77771", "777.71", DEVICE, str(LATITUDE), str(LONGITUDE), "10.53642", "106.40875"),
    *(
        DRIVER.id,
        DRIVER.name,
        "Văn Kín",
        DRIVER.phone,
        DRIVER.licence_number,
        "0999 8",
        "0999888",
        "0988 111 222",
        "0988111222",
    ),
    "khong-duoc-thay",
)
OPERATORS = (
    *("/api/v1/vehicles", "/api/v1/vehicle-days", "/api/v1/runs", "/api/v1/drivers", "/api/v1/session"),
    *("/api/v1/plan", "/api/v1/maps", "/api/v1/imports"),
)
HERE = b"127.0.0.1:8050"
OPERATORS_SCREENS = ("/", "/waste", "/data")
TYPED = {
    "code": "27694", "key": "services_on_time", "address": "tap-ket-27694", "z": "12", "x": "3258", "y": "1924",
    "name": "none.pdf", "sha256": "0" * 64, "layer": "none", "band": "0", "path": "none",
    "package_name": "dash", "fingerprinted_path": "none.js", "token": "none", "feed": "services", "id": "1",
}  # fmt: skip


@pytest.fixture
def secret_key(engine: Engine) -> str:
    """A centre in which everything that may not be public is planted; returns a source's key."""
    registry = Registry(engine)
    registry.seed_places()
    today = service_day(web_side._now())
    registry.put_vehicles(
        [RegisteredVehicle(id=PLATE, feed="waste_trucks", place="27694", in_service=True)], NOW, moved_by="sổ xe"
    )
    registry.bind(DEVICE, PLATE, feed="waste_trucks", by=CENTRE, now=NOW - timedelta(days=1))
    given = fix(
        device=DEVICE, driver=DRIVER.id, at=NOW, received_at=NOW, latitude=LATITUDE, longitude=LONGITUDE,
    )  # fmt: skip
    refused = Rejection(
        feed="waste_trucks", reason=Reason.BAD_NUMBER, received_at=NOW, source="VNPT",
        detail=f"{PLATE}: khong-duoc-thay", raw=f"id={DEVICE}&lat=khong-duoc-thay&phone=0988111222",
    )  # fmt: skip
    batch = Batch(
        fixes=[given],
        latest=[LatestFix(fix=given)],
        rejections=[RejectedItem(rejection=refused, stream_id="1-0", device=DEVICE)],
    )
    store = IntakeStore(engine)
    store.write(Part("waste_trucks"), expected_cursor=store.cursor(Part("waste_trucks")), cursor="1-0", batch=batch)
    Drivers(engine).put([DRIVER], CENTRE, NOW)
    named = replace(
        HUNG_VUONG, name=f"Đường tập kết {PLATE.replace('-', '—')} gọi 0988 111 222", start=f"xe {PLATE}", end="chợ"
    )
    daily = replace(
        ROUTE, streets=(named,), weekdays=frozenset(range(1, 8)), places=("27694",), plates=("62C77771",),
        source=f"Đội xe {PLATE}", valid_from=None,
    )  # fmt: skip
    told = PlanException(day=today + timedelta(days=1), action=Action.CANCEL, note=f"xe {PLATE} hỏng, gọi 0988 111 222")
    Plan(engine).add(done(), [daily], [told], valid={daily.id: True})
    assigned = tuple(replace(one, vehicle=PLATE) for one in RUN.assignments)
    for day in (DAY, today):
        run = replace(RUN, day=day, route=daily.id, assignments=assigned)
        Runs(engine).put([run], [replace(VEHICLE_DAY, day=day, vehicle=PLATE)])
    return registry.add_key("VNPT", NOW)


@pytest.fixture
async def server(
    database_url: str, redis_url: str, redis: "Redis", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    """The whole web side, running."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path))
    settings = Settings.from_env()
    made = web_side.create_app(settings, web_side.services_of(settings))
    # Dash adds its answer to every address when it hears that the server starts.
    asked: asyncio.Queue[Any] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.create_task(made({"type": "lifespan", "state": {}}, asked.get, told.put))
    await asked.put({"type": "lifespan.startup"})
    assert (await told.get())["type"] == "lifespan.startup.complete"
    yield made
    await asked.put({"type": "lifespan.shutdown"})
    await running


@pytest.fixture
async def client(server: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(server, raise_app_exceptions=False), base_url="http://ioc.example"
    ) as opened:
        yield opened


@pytest.fixture
async def visitor(server: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Who sits at the machine of the demonstration."""
    here = f"http://{HERE.decode()}"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(server, raise_app_exceptions=False), base_url=here
    ) as opened:
        yield opened


def templates(routes: list[Any]) -> Iterator[str]:
    """Every path that answers GET, routers and their routes included."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from templates(inner.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


def public_addresses(server: FastAPI) -> list[str]:
    """The public addresses of the application, with something for each parameter."""
    found = [path for path in screens() if path not in OPERATORS_SCREENS]
    for path in templates(server.routes):
        if path not in ("/", *OPERATORS_SCREENS) and not path.startswith(OPERATORS):
            found.append(re.sub(r"\{(\w+)(:\w+)?\}", lambda given: TYPED[given[1]], path))
    search = "/lich-thu-gom?q=" + quote("tập kết")
    return [*found, search, "/lich-thu-gom/tap-ket-goi-27694", "/lich-thu-gom/tap-ket-goi-27694.ics", "/no-such-page"]


def leaks(said: bytes, *more: str) -> list[str]:
    text = said.decode("utf-8", "replace")
    return [secret for secret in (*PLANTED, *more) if secret in text or quote(secret) in text]


async def test_no_public_answer_holds_what_was_planted(
    server: FastAPI, client: httpx.AsyncClient, secret_key: str
) -> None:
    addresses = public_addresses(server)
    assert {"/kiosk", "/led", "/openapi.json", "/lich-thu-gom", "/api/v1/rejections", "/metrics"} <= set(addresses)
    read: dict[str, int] = {}
    for address in addresses:
        for language in ("", "en"):
            asked = f"{address}{'&' if '?' in address else '?'}lang={language}" if language else address
            answer = await client.get(asked)
            headers = b"\n".join(b": ".join(pair) for pair in answer.headers.raw)
            assert not leaks(headers + answer.content, secret_key), asked
            read[asked] = answer.status_code
    for hostile in ("/api/v1/kpis/%00", "/lich-thu-gom/" + "x" * 500, "/tiles/x/y/z.pbf", "/briefs/..%2F..%2Fx"):
        answer = await client.get(hostile)
        assert answer.status_code in (401, 404, 422), hostile
        assert not leaks(answer.content, secret_key), hostile
    for must in ("/kiosk", "/led", "/lich-thu-gom/tap-ket-goi-27694", "/lich-thu-gom/tap-ket-goi-27694.ics"):
        assert read[must] == 200, f"{must} shows the planted street"


async def test_the_planted_things_are_really_there(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, secret_key: str
) -> None:
    """A scan that finds nothing because nothing was planted proves nothing."""
    found = (await visitor.get("/api/v1/plan/routes")).text + (await visitor.get("/waste")).text
    assert PLATE in found
    assert "tập kết" in (await client.get("/lich-thu-gom/tap-ket-goi-27694")).text


async def test_what_is_not_for_everybody_is_kept_by_no_shared_cache(
    server: FastAPI, visitor: httpx.AsyncClient, secret_key: str
) -> None:
    """A proxy that keeps an answer gives it to whoever asks next."""
    (rules,) = [layer.kwargs["rules"] for layer in server.user_middleware if layer.cls is Gate]
    answered = set()
    for rule in rules.all:
        if rule.method != "GET" or rule.need is Need.PUBLIC or rule.path.startswith(FILES):
            continue
        address = re.sub(r"\{(\w+)(:\w+)?\}", lambda given: TYPED.get(given[1], str(DAY)), rule.path)
        answer = await visitor.get(address)
        if answer.status_code == 200:
            answered.add(rule.path)
            kept = answer.headers.get("cache-control", "")
            assert re.search("no-store|no-cache|private", kept), (address, kept)
            assert "public" not in kept, (address, kept)
    assert {"/", "/data", "/api/v1/vehicles", "/api/v1/plan/routes", "/map/layers.json"} <= answered


class Listener:
    """One page's socket, by ASGI."""

    def __init__(self, server: FastAPI, query: str, host: bytes = b"ioc") -> None:
        self.heard = b""
        self._news = asyncio.Condition()
        scope = {
            "type": "websocket", "path": "/live", "query_string": query.encode(), "headers": [(b"host", host)],
            "scheme": "ws", "extensions": {}, "client": ("127.0.0.1", 1), "server": ("ioc", 80), "state": {},
        }  # fmt: skip
        self.task = asyncio.create_task(server(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    async def _send(self, message: Any) -> None:
        async with self._news:
            self.heard += orjson.dumps(message.get("text", "")) + bytes(message.get("bytes") or b"")
            self._news.notify_all()

    async def hears(self, wanted: bytes) -> None:
        async with asyncio.timeout(HANG_S), self._news:
            await self._news.wait_for(lambda: wanted in self.heard)

    async def close(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


async def test_the_public_socket_hears_of_no_vehicle(server: FastAPI, live: LiveState, secret_key: str) -> None:
    topics = "topics=kpis,vehicles,alarms,feeds,events"
    public, asking = Listener(server, topics), Listener(server, topics + "&audience=public&lang=en")
    operator = Listener(server, topics + "&audience=operator", HERE)
    stranger = Listener(server, topics + "&audience=operator")
    await stranger.task
    assert not leaks(stranger.heard, secret_key)
    position = Position(
        PLATE, DEVICE, True, to_ms(NOW), to_ms(NOW), LATITUDE, LONGITUDE, "measured", "VNPT", 9.0, None, "27694", (),
        "waste_trucks",
    )  # fmt: skip
    await live.publish_positions([position])
    await operator.hears(PLATE.encode())
    for page in (public, asking):
        await page.hears(b"hello")
        assert not leaks(page.heard, secret_key)
    for page in (public, asking, operator):
        await page.close()


PRIVATE = (Fix, Vehicle, Position, Driver, Stint, Binding, Device, RegisteredVehicle, Assignment, RunResult, VehicleDay)
WORDS = re.compile(r"plate|driver|device|imei|latitude|longitude|(^|_)(lat|lon|fix|position|vehicle_id)(_|$)")


def held(kind: Any, seen: set[Any]) -> Iterator[tuple[str, Any]]:
    """Every field (name, type) that a value of ``kind`` can hold, of its parts too."""
    if kind in seen:
        return
    seen.add(kind)
    for part in get_args(kind):
        yield from held(part, seen)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        for one in fields(kind):
            yield one.name, hints[one.name]
            yield from held(hints[one.name], seen)


@pytest.mark.parametrize("view", [StreetView, LedMessage, PublicCardVM, Progress])
def test_a_public_view_cannot_hold_a_vehicle_a_driver_or_a_position(view: type) -> None:
    found = list(held(view, set()))
    assert not [name for name, _ in found if WORDS.search(name)]
    assert not {kind for _, kind in found} & set(PRIVATE)


def test_the_name_of_a_street_is_public_text_by_its_type() -> None:
    assert get_type_hints(StreetView)["name"] is PublicText


async def test_every_document_of_the_web_side_has_its_headers(visitor: httpx.AsyncClient, secret_key: str) -> None:
    pages = ("/", "/kiosk", "/led", "/lich-thu-gom", "/lich-thu-gom.svg", "/docs", "/dang-nhap", "/no-such-page")
    for address in pages:
        headers = (await visitor.get(address)).headers
        for name in ("content-security-policy", "referrer-policy", "permissions-policy", "x-content-type-options"):
            assert headers.get(name), (address, name)
    assert (await visitor.get("/no-such-page")).status_code == 404
