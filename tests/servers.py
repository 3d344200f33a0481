"""PostgreSQL and Redis for the tests, on unix sockets in a directory of their own; one pair a test process."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hangs import HANG_S


class Servers(NamedTuple):
    """How to reach both."""

    database_url: str
    redis_url: str


@contextlib.contextmanager
def running() -> Iterator[Servers | None]:
    """Both servers until the end of the block; None where one of them is not installed."""
    tools, redis = _postgresql_tools(), shutil.which("redis-server") or shutil.which("valkey-server")
    if tools is None or redis is None:
        yield None
        return
    # Not under pytest's own folder: only its owner may enter that, and PostgreSQL refuses to run as root.
    directory = Path(tempfile.mkdtemp(prefix="ioc-servers-"))
    directory.chmod(0o755)
    try:
        _start_redis(redis, directory)
        _start_postgresql(tools, directory)
        yield Servers(
            f"postgresql+psycopg://{_owner()}@/postgres?host={directory}/postgresql", f"unix://{directory}/redis.sock"
        )
    finally:
        _stop(tools, directory)
        shutil.rmtree(directory, ignore_errors=True)


def _stop(tools: Path, directory: Path) -> None:
    data, pid_file = directory / "postgresql" / "data", directory / "redis.pid"
    if (data / "postmaster.pid").exists():
        _run([tools / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w", "-s"])
    if pid_file.exists():
        os.kill(int(pid_file.read_text()), signal.SIGTERM)
        # The pid file goes last: once it is gone the directory may go too.
        pause, deadline = threading.Event(), time.monotonic() + HANG_S
        while pid_file.exists() and time.monotonic() < deadline:
            pause.wait(0.02)


def _start_redis(program: str, directory: Path) -> None:
    options = {
        "port": "0",
        "unixsocket": directory / "redis.sock",
        "dir": directory,
        "pidfile": directory / "redis.pid",
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "daemonize": "yes",
    }
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)


def _start_postgresql(tools: Path, directory: Path) -> None:
    home = directory / "postgresql"
    home.mkdir()
    if os.getuid() == 0:
        shutil.chown(home, _owner())
    _run([tools / "initdb", "-D", home / "data", "-U", _owner(), "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])
    # Throw-away data: durability of the tests' PostgreSQL is not what they test.
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    _run([tools / "pg_ctl", "start", "-D", home / "data", "-l", home / "log", "-o", options, "-w", "-s"])


def _run(command: list[str | Path]) -> None:
    # PostgreSQL refuses to run as root.
    owner = _owner() if os.getuid() == 0 else None
    subprocess.run(
        list(map(str, command)), check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, user=owner, cwd="/"
    )


def _owner() -> str:
    return "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _postgresql_tools() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None
