"""One connected page: one waiting message a stream, newest wins, never a backlog."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Protocol

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Stream(Protocol):
    """Something a client follows: changes are offered to clients, the whole state is asked for when needed."""

    def full(self) -> Sequence[Message]:
        """The whole current state as ready messages."""


class Client:
    """What still has to go to one page.

    A second change of a stream that arrives before the first was sent turns into "send the whole state": a slow
    page skips what it missed and is right again with one message; its memory on the server stays bounded.
    """

    def __init__(self, hello: Message) -> None:
        """``hello`` goes out before anything else."""
        self._hello = hello
        self._waiting: dict[Stream, Sequence[Message] | None] = {}
        self._wake = asyncio.Event()
        self.sent = 0

    def offer(self, stream: Stream, messages: Sequence[Message]) -> None:
        """Queue one change of ``stream``."""
        self._waiting[stream] = None if stream in self._waiting else messages
        self._wake.set()

    def offer_full(self, stream: Stream) -> None:
        """Queue the whole state of ``stream``."""
        self._waiting[stream] = None
        self._wake.set()

    async def write(self, send: Send) -> None:
        """Send for ever; ends by cancellation or by ``send`` raising."""
        await send(self._hello)
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                stream = next(iter(self._waiting))
                messages = self._waiting.pop(stream)
                for message in stream.full() if messages is None else messages:
                    await send(message)
                    self.sent += 1
