"""Made-up centres and Chromium for browser tests."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, sync_playwright

from bench.rig.centre import free_port, wait_ready

HERE = Path(__file__).parent
CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_GL = ("--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer")
TRUE_COLOURS = ("--force-color-profile=srgb",)


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


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """A Chromium of one's own."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *arguments])
        yield started
        started.close()
