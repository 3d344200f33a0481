"""The socket at /live: only the page's own host, known audiences, and a page that leaves is forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from hangs import HANG_S

from domain.access.needs import HELD, Need, permits
from domain.access.principal import NOBODY, Actor, Principal, Role
from domain.key_role import ROLES, KeyRole
from domain.kpis.kpi import Audience
from live.hub import TOPICS, Hub
from live.socket import LiveSocket, Scope, same_origin
from present.wire import SIGNED_OUT
from tests.live.test_hub import make_hub

OPERATOR = Principal(actor=Actor.PERSON, name="lan", roles=frozenset({Role.OPERATOR}))
AUDITOR = Principal(actor=Actor.PERSON, name="an", roles=frozenset({Role.AUDITOR}))


class Connection:
    """One ASGI connection as a server would drive it."""

    def __init__(
        self,
        hub: Hub,
        query: str = "",
        headers: list[tuple[bytes, bytes]] | None = None,
        by: Principal = OPERATOR,
        still: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.sent: list[dict[str, Any]] = []
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._news = asyncio.Condition()
        scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/live",
            "query_string": query.encode(),
            "headers": headers or [(b"host", b"ioc.local:8050")],
            "principal": by,
        }
        if still is not None:
            scope["still"] = still
        socket = LiveSocket(refuse_everything, hub, pause=lambda _: asyncio.sleep(0))
        self.task = asyncio.create_task(socket(scope, self._incoming.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        async with self._news:
            self._news.notify_all()

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(HANG_S), self._news:
            await self._news.wait_for(condition)

    async def close(self) -> None:
        await self._incoming.put({"type": "websocket.disconnect", "code": 1000})
        await self.task


async def refuse_everything(scope: Scope, receive: Any, send: Any) -> None:
    raise AssertionError(f"the framework was asked for {scope['path']}")


async def test_a_page_is_accepted_greeted_and_forgotten_when_it_leaves() -> None:
    hub = make_hub()
    page = Connection(hub, "audience=operator&lang=vi&topics=vehicles,kpis")
    await page.until(lambda: len(page.sent) >= 3)
    assert page.sent[0]["type"] == "websocket.accept"
    assert orjson.loads(page.sent[1]["text"])["topics"] == ["vehicles", "kpis"]
    assert hub.clients == 1
    await page.close()
    assert hub.clients == 0


async def test_another_site_s_page_is_refused_before_it_hears_anything() -> None:
    hub = make_hub()
    page = Connection(hub, "audience=operator", [(b"host", b"ioc.local:8050"), (b"origin", b"http://evil.example")])
    await page.task
    assert [m["type"] for m in page.sent] == ["websocket.close"]
    assert hub.clients == 0


async def test_an_unknown_audience_is_refused() -> None:
    page = Connection(make_hub(), "audience=admin")
    await page.task
    assert [m["type"] for m in page.sent] == ["websocket.close"]


async def test_without_an_audience_it_is_the_public() -> None:
    page = Connection(make_hub(), "topics=vehicles,alarms,kpis")
    await page.until(lambda: len(page.sent) >= 2)
    assert orjson.loads(page.sent[1]["text"])["topics"] == ["kpis"]
    await page.close()


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, b"a:1", True),
        (b"http://a:1", b"a:1", True),
        (b"https://a:1", b"a:1", True),
        (b"http://a:2", b"a:1", False),
        (b"null", b"a:1", False),
        (b"http://a:1.evil", b"a:1", False),
    ],
)
def test_origin_must_be_the_host_asked(origin: bytes | None, host: bytes, allowed: bool) -> None:
    headers = [(b"host", host)] + ([(b"origin", origin)] if origin is not None else [])
    assert same_origin({"headers": headers}) is allowed


@pytest.mark.parametrize("by", [NOBODY, AUDITOR, None], ids=["nobody", "auditor", "no gate"])
@pytest.mark.parametrize("audience", ["operator", "leader"])
async def test_a_query_never_widens_what_somebody_may_hear(by: Principal, audience: str) -> None:
    hub = make_hub()
    page = Connection(hub, f"audience={audience}&topics=vehicles,kpis", by=by)
    await page.task
    assert [(one["type"], one.get("code")) for one in page.sent] == [
        ("websocket.accept", None), ("websocket.close", SIGNED_OUT),
    ]  # fmt: skip
    assert hub.clients == 0


EVERYBODY = [
    NOBODY, Principal(actor=Actor.SOURCE, name="VNPT", roles=ROLES[KeyRole.SOURCE]),
    Principal(actor=Actor.SOURCE, name="Sở", roles=ROLES[KeyRole.READER]),
    Principal(actor=Actor.SCREEN, name="Sảnh", roles=frozenset({Role.LEADER})),
    *(Principal(actor=Actor.PERSON, name=role, roles=frozenset({role})) for role in Role),
]  # fmt: skip


@pytest.mark.parametrize("by", EVERYBODY, ids=str)
@pytest.mark.parametrize("audience", Audience)
async def test_everybody_hears_the_topics_of_the_own_audience_and_no_other(by: Principal, audience: Audience) -> None:
    page = Connection(make_hub(), f"audience={audience}&topics={','.join(TOPICS)},more", by=by)
    if audience is not Audience.PUBLIC and not by.roles & HELD[Need.LOOK]:
        await page.task
        assert [one["type"] for one in page.sent] == ["websocket.accept", "websocket.close"], "not a byte more"
        return
    await page.until(lambda: len(page.sent) >= 2)
    heard = orjson.loads(page.sent[1]["text"])["topics"]
    positions = permits(by, Need.POSITIONS)
    assert positions is (by.actor is Actor.SCREEN or bool(by.roles & {Role.OPERATOR, Role.DISPATCHER}))
    everything = [topic for topic in TOPICS if positions or topic != "vehicles"]
    assert heard == (["kpis"] if audience is Audience.PUBLIC else everything)
    await page.close()


async def test_a_query_may_narrow_it() -> None:
    page = Connection(make_hub(), "audience=public&topics=vehicles,kpis")
    await page.until(lambda: len(page.sent) >= 2)
    assert orjson.loads(page.sent[1]["text"])["topics"] == ["kpis"]
    await page.close()


async def test_a_page_leaves_when_its_person_is_signed_out() -> None:
    hub, looks = make_hub(), []

    async def still() -> bool:
        looks.append(hub.clients)
        return len(looks) < 3

    page = Connection(hub, "audience=operator&topics=kpis", still=still)
    await page.task
    assert page.sent[-1] == {"type": "websocket.close", "code": SIGNED_OUT}
    assert (len(looks), hub.clients) == (3, 0)
