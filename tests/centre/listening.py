"""A server of uvicorn's on a port of this machine, inside the test's own event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from hangs import until


@asynccontextmanager
async def listening(config: uvicorn.Config) -> AsyncIterator[int]:
    """Serve until the block is left; the port.

    Uvicorn's own loop only waits for its end, which it notices and carries out within a third of a second.
    """
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    await server.on_tick(0)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        for listener in server.servers:
            listener.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        await until(lambda: not server.server_state.connections and not server.server_state.tasks)
        await server.lifespan.shutdown()
