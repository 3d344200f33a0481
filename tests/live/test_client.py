"""One page's queue: a page that keeps up gets changes at once, never out of order or before the full state."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hangs import HANG_S

from live.client import Client
from live.message import Message, text


class Numbers:
    """A stream whose whole state is one message."""

    def full(self) -> Sequence[Message]:
        return [text({"k": "whole"})]


class Page:
    """A page with a line; the test says whether the network takes anything."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.fast = True
        self.gate = asyncio.Event()
        self.client = Client(text({"k": "hello"}), self._line)
        self._news = asyncio.Condition()
        self.task = asyncio.create_task(self.client.write(self._send))

    def _line(self, messages: Sequence[Message]) -> bool:
        if self.fast:
            self.got += [b"straight " + message.asgi["text"].encode() for message in messages]
        return self.fast

    async def _send(self, message: Any) -> None:
        await self.gate.wait()
        self.got.append(message["text"].encode())
        async with self._news:
            self._news.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(HANG_S), self._news:
            await self._news.wait_for(lambda: len(self.got) == count)

    async def at_rest(self) -> None:
        """Open the network and see hello through."""
        self.gate.set()
        await self.until(1)
        await asyncio.sleep(0)


def change(number: int) -> list[Message]:
    return [text({"n": number})]


async def test_nothing_goes_straight_before_hello() -> None:
    page = Page()
    page.client.offer(Numbers(), change(1))
    await asyncio.sleep(0)
    assert page.got == []
    page.gate.set()
    await page.until(2)
    assert page.got == [b'{"k":"hello"}', b'{"n":1}']
    page.task.cancel()


async def test_a_page_at_rest_is_sent_a_change_at_once() -> None:
    page = Page()
    await page.at_rest()
    page.client.offer(Numbers(), change(1))
    assert page.got[1:] == [b'straight {"n":1}']  # no task had to run for it
    assert page.client.sent == 1
    page.task.cancel()


async def test_a_change_never_overtakes_the_state_that_waits() -> None:
    page = Page()
    await page.at_rest()
    page.client.offer_full(Numbers())
    page.client.offer(Numbers(), change(1))
    assert len(page.got) == 1
    await page.until(3)
    assert page.got[1:] == [b'{"k":"whole"}', b'{"n":1}']
    page.task.cancel()


async def test_a_change_waits_while_another_is_being_sent() -> None:
    page = Page()
    await page.at_rest()
    page.gate.clear()
    page.client.offer_full(Numbers())
    await asyncio.sleep(0)  # the writer now stands in send
    page.client.offer(Numbers(), change(1))
    assert len(page.got) == 1
    page.gate.set()
    await page.until(3)
    assert page.got[1:] == [b'{"k":"whole"}', b'{"n":1}']
    page.task.cancel()


async def test_what_a_slow_page_misses_becomes_one_whole_state() -> None:
    page = Page()
    await page.at_rest()
    page.fast, stream = False, Numbers()
    page.gate.clear()
    for number in range(5):
        page.client.offer(stream, change(number))
    page.gate.set()
    await page.until(2)
    assert page.got[1:] == [b'{"k":"whole"}']
    page.fast = True
    await asyncio.sleep(0)
    page.client.offer(stream, change(6))
    assert page.got[2:] == [b'straight {"n":6}']
    page.task.cancel()


@pytest.mark.parametrize("said", [{}, {"k": "Đường mẫu 01"}])
def test_both_forms_of_a_message_say_the_same(said: dict[str, str]) -> None:
    message = text(said)
    assert message.frame.endswith(message.asgi["text"].encode())
