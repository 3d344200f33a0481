"""Made-up centres and Chromium for browser tests."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, sync_playwright

from bench.rig.centre import free_port, wait_ready

HERE = Path(__file__).parent
CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_GL = ("--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer")
PLAIN = ("--no-sandbox", "--force-color-profile=srgb")


def draw_all_again(screen: str) -> str:
    """Script: every region of the page is asked for again, those too that say what they said."""
    store = f"dash_clientside.set_props('{screen}-drawn', {{ data: [] }})"
    return f"{store}; dash_clientside.set_props('{screen}-revision', {{ data: 1 }})"


@contextmanager
def serving(script: str, *arguments: str) -> Iterator[str]:
    """Address of a made-up centre: a ``script`` of this folder, with its ``arguments`` before the port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, HERE / script, *arguments, str(port)])
    try:
        wait_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


class Centres(dict[str, str]):
    """Addresses of made-up centres by condition; each is started when a test first asks for it."""

    def __init__(self, script: str, running: ExitStack) -> None:
        """``script`` serves the condition; what is started ends with ``running``."""
        super().__init__()
        self._script, self._running = script, running

    def __missing__(self, condition: str) -> str:
        self[condition] = self._running.enter_context(serving(self._script, condition))
        return self[condition]


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium of one's own, without WebGL: no test that is not asynchronous looks at a live map."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=[*PLAIN, *NO_GL])
        yield started
        started.close()
