"""Starts a whole centre for one measurement, as scripts/run does, in a temporary directory on free ports."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 180.0
_SAID = "printed.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A running centre's addresses and processes."""

    web: str
    door: str
    data_dir: Path
    supervisor: psutil.Process

    @property
    def key(self) -> str:
        """The local source key."""
        return (self.data_dir / "local.key").read_text().strip()

    def process(self, *words: str) -> psutil.Process:
        """The child whose command line holds all ``words``; RuntimeError when there is none."""
        for child in self.supervisor.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                line = " ".join(child.cmdline())
                if all(word in line for word in words):
                    return child
        raise RuntimeError(f"no child process with {words}")

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return (self.data_dir / _SAID).read_text("utf-8")

    @property
    def stream_url(self) -> str:
        """URL of the embedded Valkey."""
        return f"unix://{self.data_dir / 'valkey.sock'}"

    @property
    def database_url(self) -> str:
        """URL of the SQLite file."""
        return f"sqlite:///{self.data_dir / 'ioc.sqlite3'}"


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    *, simulator: bool = False, command: Sequence[str] = (sys.executable, "app.py"), **settings: str
) -> Iterator[Centre]:
    """Start a centre by ``command`` with further ``settings``, wait until it is ready, stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name:
        web, door = free_port(), free_port()
        env = os.environ | {
            "IOC_DATA_DIR": name,
            "IOC_PORT": str(web),
            "IOC_INGEST_PORT": str(door),
            "IOC_SIMULATOR": "on" if simulator else "off",
            "REDIS_URL": "",
            "DATABASE_URL": "",
            "IOC_LOG_LEVEL": "error",
            **settings,
        }
        with (Path(name) / _SAID).open("wb") as said:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=said)
        centre = Centre(
            web=f"http://127.0.0.1:{web}",
            door=f"http://127.0.0.1:{door}",
            data_dir=Path(name),
            supervisor=psutil.Process(process.pid),
        )
        try:
            wait_ready(f"{centre.web}/readyz")
            wait_ready(f"{centre.door}/readyz")
            yield centre
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_ready(url: str) -> None:
    """Return when ``url`` answers 200; RuntimeError after READY_WITHIN_S."""
    pause, deadline = Event(), monotonic() + READY_WITHIN_S
    while monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == 200:
                return
        pause.wait(0.1)
    raise RuntimeError(f"{url} was not ready within {READY_WITHIN_S:.0f} s")


def cpu_seconds(process: psutil.Process) -> float:
    """User plus system CPU seconds a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)
