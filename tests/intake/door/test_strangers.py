"""A flood of made-up devices is slowed by its address and all together; bound trackers and keys lose nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from domain.fleets.fleet import WAITING
from domain.key_role import Holder
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages.fleets import Carrier, Fleets
from store.registry import hash_key
from tests.intake.door.test_front_door import FEEDS, KEY, NOW, SECRETS, Stream, Ticks

A_BURST, ALL_BURST = 200, 2_000


class Door:
    """One door, asked from any address."""

    def __init__(self) -> None:
        self.kept, self.ticks = Stream(), Ticks()
        keys = KeyRing(lambda: {hash_key("right"): Holder("VNPT")})
        bound = {"LA-001": Carrier("LA-001", "waste_trucks")}
        fleets = Fleets(FEEDS, lambda: (1, bound, {}), lambda: 1, ticks=self.ticks)
        self._app = create_front_door(
            self.kept,
            keys,
            FEEDS,
            fleets=fleets,
            clock=lambda: NOW,
            ticks=self.ticks,
            secrets=SECRETS,  # type: ignore[arg-type]
        )

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(self._app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
            yield http


async def send(http: httpx.AsyncClient, device: str, **headers: str) -> int:
    answer = await http.get("/", params={"id": device, "lat": "10.5", "lon": "106.4"}, headers=headers)
    return answer.status_code


async def test_an_address_that_makes_devices_up_is_slowed_and_nobody_else() -> None:
    door = Door()
    async with door.of("10.0.0.1") as flood, door.of("10.0.0.2") as phone, door.of("10.0.0.1") as beside:
        assert {await send(flood, f"made-up-{n}") for n in range(A_BURST)} == {202}
        assert await send(flood, "made-up-more") == 429
        assert {part.feed for part in door.kept.kept} == {WAITING}
        assert await send(phone, "a-phone") == 202, "another address is another bucket"
        assert await send(beside, "LA-001") == 202, "a bound tracker behind the same address is heard"
        assert await send(beside, "made-up-again", **KEY) == 202, "and so is a key"


@pytest.mark.long
async def test_all_strangers_together_are_slowed_and_bound_trackers_are_not() -> None:
    door = Door()
    told = []
    for address in range(ALL_BURST // 100 + 1):
        async with door.of(f"10.0.1.{address}") as flood:
            told += [await send(flood, f"made-up-{address}-{n}") for n in range(100)]
    assert (told.count(202), told.count(429)) == (ALL_BURST, 100)
    async with door.of("10.0.9.9") as http:
        assert await send(http, "a-phone") == 429
        assert {await send(http, "LA-001") for _ in range(50)} == {202}
        door.ticks.now_s += 1
        assert await send(http, "a-phone") == 202, "it is a matter of seconds"


async def test_addresses_of_one_network_of_ipv6_are_one_sender() -> None:
    door = Door()
    told = []
    for host in range(A_BURST + 1):
        async with door.of(f"2001:db8::{host + 1:x}") as flood:
            told.append(await send(flood, f"made-up-{host}"))
    assert (told.count(202), told[-1]) == (A_BURST, 429)
