"""What every test of fetching stands on: a clock that is set by hand, a client, and the parts with the lease held."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pull_parts import FEEDS, OWNER, SECRETS, pull_parts
from standing_clock import Clock

from intake.pull.http import http_client
from intake.pull.pulling import Parts
from store.valkey.pulls import lease_name
from store.valkey.raw_stream import RawStream


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 28, 4, tzinfo=UTC))


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as client:
        yield client


@pytest.fixture
async def parts(stream: RawStream, redis: Any, clock: Clock) -> Parts:
    assert await stream.acquire_lease(lease_name("services"), OWNER, 600)
    return pull_parts(redis, FEEDS, SECRETS, clock)
