"""One connected page: at most one waiting change per stream, never a backlog."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Protocol

from live.message import Message

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Write = Callable[[Sequence[Message]], bool]


class Stream(Protocol):
    """Something a client follows: it offers changes to clients and gives its whole state when asked."""

    def full(self) -> Sequence[Message]:
        """The whole current state as ready messages."""


class Client:
    """The messages that one page has still to receive.

    When a second change of a stream arrives before the first was sent, the client sends the stream's whole state
    instead: one message brings a slow page up to date, and its memory on the server stays bounded.
    """

    def __init__(self, hello: Message, line: Write | None = None) -> None:
        """``hello`` goes out before anything else; ``line`` takes changes at once while the page keeps up."""
        self._hello = hello
        self._line = line
        self._waiting: dict[Stream, Sequence[Message] | None] = {}
        self._wake = asyncio.Event()
        self._at_rest = False
        self.sent = 0

    def offer(self, stream: Stream, messages: Sequence[Message]) -> None:
        """Send one change of ``stream`` at once, or queue it."""
        if self._line is not None and self._at_rest and not self._waiting and self._line(messages):
            self.sent += len(messages)
            return
        self._waiting[stream] = None if stream in self._waiting else messages
        self._wake.set()

    def offer_full(self, stream: Stream) -> None:
        """Queue the whole state of ``stream``."""
        self._waiting[stream] = None
        self._wake.set()

    async def write(self, send: Send) -> None:
        """Send queued messages for ever, until cancelled or until ``send`` raises."""
        await send(self._hello.asgi)
        while True:
            self._at_rest = True
            await self._wake.wait()
            self._wake.clear()
            self._at_rest = False
            while self._waiting:
                stream = next(iter(self._waiting))
                messages = self._waiting.pop(stream)
                for message in stream.full() if messages is None else messages:
                    await send(message.asgi)
                    self.sent += 1
