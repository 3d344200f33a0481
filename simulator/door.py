"""The simulator's HTTP client for the front door; like any tracker it retries while the door is closed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx

from simulator.agenda import MAX_ITEMS
from simulator.trackers import Message

_KMH_PER_KNOT = 1.852
_RECORDS = 2_000
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 10.0
_log = logging.getLogger("simulator")

Pause = Callable[[float], Awaitable[None]]


class Door:
    """Sends one message at a time and returns when the door has accepted or finally refused it.

    Repeats a message while the door cannot be reached or answers 401, 429 or 5xx, after 0.5 s, 1 s, 2 s … up to 10 s
    (or as Retry-After asks). Logs any other 4xx and does not repeat it. Reads ``key`` for each call, so that a key
    written after the start is found.
    """

    def __init__(self, client: httpx.AsyncClient, key: Callable[[], str], pause: Pause = asyncio.sleep) -> None:
        self._client = client
        self._key = key
        self._pause = pause
        self._spoke = False

    async def observations(self, items: Sequence[dict[str, Any]]) -> None:
        """Post observation items, at most 5,000 in a call."""
        for first in range(0, len(items), MAX_ITEMS):
            await self._send("POST", "/ingest/observations", keyed=True, json=list(items[first : first + MAX_ITEMS]))

    async def dossiers(self, records: Sequence[dict[str, Any]]) -> None:
        """Post records of dossiers, at most 2,000 in a call: one has about twenty values."""
        for first in range(0, len(records), _RECORDS):
            await self._send("POST", "/ingest/dossiers", keyed=True, json=list(records[first : first + _RECORDS]))

    async def feedback(self, records: Sequence[dict[str, Any]]) -> None:
        """Post records of feedback, at most 2,000 in a call."""
        for first in range(0, len(records), _RECORDS):
            await self._send("POST", "/ingest/feedback", keyed=True, json=list(records[first : first + _RECORDS]))

    async def team_work(self, records: Sequence[dict[str, Any]]) -> None:
        """Post the register of teams and their reports, at most 2,000 in a call."""
        for first in range(0, len(records), _RECORDS):
            await self._send("POST", "/ingest/team_work", keyed=True, json=list(records[first : first + _RECORDS]))

    async def fix(self, message: Message) -> None:
        """Send one tracker message in the OsmAnd protocol, marked as mock; the key stands for its truck."""
        spot = message.spot
        params = {
            "id": message.truck,
            "timestamp": str(int(message.at.timestamp())),
            "lat": f"{spot.latitude:.6f}",
            "lon": f"{spot.longitude:.6f}",
            "speed": f"{spot.speed_kmh / _KMH_PER_KNOT:.2f}",
            "accuracy": "5",
            "mock": "true",
        }
        if spot.course_deg is not None:
            params["bearing"] = f"{spot.course_deg:.0f}"
        await self._send("GET", "/ingest/osmand", keyed=True, params=params)

    async def _send(self, method: str, path: str, *, keyed: bool = False, **content: Any) -> None:
        wait_s = _FIRST_WAIT_S
        while True:
            key = self._key() if keyed else ""
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            try:
                answer = await self._client.request(method, path, headers=headers, **content)
            except httpx.TransportError as error:
                asked_s, why = 0.0, type(error).__name__
            else:
                if not _worth_repeating(answer.status_code):
                    self._note(path, answer)
                    return
                asked_s, why = _retry_after_s(answer), str(answer.status_code)
            _log.debug("front door: %s; again in %.1f s", why, max(wait_s, asked_s))
            await self._pause(max(wait_s, asked_s))
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _note(self, path: str, answer: httpx.Response) -> None:
        if answer.status_code >= 300:
            _log.warning("front door refused %s: %d %s", path, answer.status_code, answer.text[:200])
        elif not self._spoke:
            self._spoke = True
            _log.info("simulator: speaking to %s, everything marked simulated", self._client.base_url)


def _worth_repeating(status: int) -> bool:
    return status in (401, 429) or status >= 500


def _retry_after_s(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0
