"""uvicorn as this centre runs it, on both HTTP sides; the web side: `python -m centre.serving APP --port PORT`."""

import argparse
import asyncio
import contextlib
import os
import sys
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from centre.addresses import CannotListenError, bound
from centre.beating import beat
from centre.patience import bounded, raise_open_files
from centre.private import UMASK
from settings import Settings

# The Date header has a resolution of one second.
_TICK_S = 1.0


class Server(uvicorn.Server):
    """Waits for a signal to end; uvicorn polls ten times a second, half the cost of an idle process."""

    def __init__(self, config: uvicorn.Config, stream_url: str) -> None:
        """``config`` as uvicorn takes it; the heartbeat goes to ``stream_url``."""
        super().__init__(config)
        self._stream_url = stream_url
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Run until a signal comes; renew the default headers every second."""
        self._loop = asyncio.get_running_loop()
        beating = asyncio.create_task(beat(self._stream_url))
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _TICK_S)
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to end and wake the main loop."""
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)


def main() -> int:
    """Serve an application factory until a signal ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("app", help="module:factory")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--public-host", default="127.0.0.1")
    parser.add_argument("--public-port", type=int, help="a further port with public pages only")
    parser.add_argument("--log-level", default="warning")
    given = parser.parse_args()
    config = uvicorn.Config(
        given.app,
        factory=True,
        ws="live.line:Line",
        ws_per_message_deflate=False,
        access_log=False,
        server_header=False,
        log_level=given.log_level,
        timeout_graceful_shutdown=2,
        **bounded(raise_open_files()),
    )
    try:
        opened = bound("IOC_PORT", given.host, given.port)
        if given.public_port:
            opened += bound("IOC_PUBLIC_PORT", given.public_host, given.public_port)
    except CannotListenError as error:
        print(error, file=sys.stderr)  # noqa: T201 - before there is a log
        return STARTUP_FAILURE
    server = Server(config, Settings.from_env().stream_url)
    with contextlib.suppress(KeyboardInterrupt):  # raised again when all is closed
        server.run(sockets=opened)
    return 0 if server.started else STARTUP_FAILURE


if __name__ == "__main__":
    os.umask(UMASK)
    sys.exit(main())
