"""Drives Chromium over the raw DevTools protocol; without the Network domain, whose buffers look like a leak."""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

from bench.rig.centre import free_port

# Software GL on purpose: the figures are for a wall without a GPU.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--js-flags=--expose-gc",
)


class Page:
    """One tab: sends commands by name and passes events to handlers."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._next = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.handlers: dict[str, Any] = {}
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if "id" in message:
                self._waiting.pop(message["id"]).set_result(message)
            elif message["method"] in self.handlers:
                self.handlers[message["method"]](message["params"])

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call one protocol method; RuntimeError with the browser's message on refusal."""
        self._next += 1
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._next] = future
        await self._socket.send(json.dumps({"id": self._next, "method": method, "params": params}))
        answer = await future
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    async def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression (promises awaited)."""
        result = await self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    async def until(self, expression: str, within_s: float = 30.0) -> None:
        """Return once the expression is true; TimeoutError otherwise."""
        async with asyncio.timeout(within_s):
            while not await self.evaluate(f"!!({expression})"):
                await asyncio.sleep(0.02)

    async def metrics(self) -> dict[str, float]:
        """Performance.getMetrics as a mapping (TaskDuration in seconds, JSHeapUsedSize in bytes, ...)."""
        answer = await self.send("Performance.getMetrics")
        return {m["name"]: float(m["value"]) for m in answer["metrics"]}


class Browser:
    """A running Chromium."""

    def __init__(self, port: int, process: psutil.Process) -> None:
        self._port = port
        self.process = process

    def cpu_seconds(self) -> float:
        """CPU seconds of all its processes."""
        total = 0.0
        for process in [self.process, *self.process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    @contextlib.asynccontextmanager
    async def page(self, *, width: int = 1280, height: int = 720) -> AsyncIterator[Page]:
        """A new empty tab of the given size."""
        async with httpx.AsyncClient() as http:
            target = (await http.put(f"http://127.0.0.1:{self._port}/json/new?about:blank")).json()
        async with connect(target["webSocketDebuggerUrl"], max_size=None) as socket:
            page = Page(socket)
            await page.send("Page.enable")
            await page.send("Performance.enable")
            await page.send(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            try:
                yield page
            finally:
                await page.send("Page.close")


@contextlib.asynccontextmanager
async def chromium(*extra: str) -> AsyncIterator[Browser]:
    """Start Debian's Chromium with an empty profile; stop it at the end."""
    binary = shutil.which("chromium")
    if binary is None:
        raise RuntimeError("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="ioc-chromium-", ignore_cleanup_errors=True) as profile:
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            binary, *FLAGS, *extra, f"--user-data-dir={profile}", f"--remote-debugging-port={port}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(30), httpx.AsyncClient() as http:
                while True:
                    with contextlib.suppress(httpx.HTTPError):
                        if (await http.get(f"http://127.0.0.1:{port}/json/version")).is_success:
                            break
                    await asyncio.sleep(0.1)
            yield Browser(port, psutil.Process(process.pid))
        finally:
            process.terminate()
            await process.wait()
