"""The whole centre on one machine: start its processes, restart those that die, end all together."""

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from centre.addresses import CannotListenError, bound, close, nearest, shown
from centre.beating import owner
from centre.patience import raise_open_files
from centre.private import own_folder
from domain.instant import CLOCKS_DIFFER
from domain.text import Text
from present.wire import ACCOUNT
from settings import Settings
from store.access.accounts import FIRST, Accounts
from store.database import migrate, open_database
from store.registry import Registry
from store.rounds.plan import Plan
from store.valkey.beats import Beats
from store.valkey.server import EmbeddedValkey, ServerUnavailableError, connect

WRONG_USE = 2
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_AFTER_S = 30.0
STOP_WITHIN_S = 10.0
SILENT_AFTER_S = 30.0
POLL_S = 0.2
DEMONSTRATION = "Mô phỏng"


class CannotStartError(Exception):
    """The centre cannot start here; the message says in Vietnamese and English what to do."""


class Child(NamedTuple):
    """One process of the centre."""

    name: str
    command: tuple[str, ...]


def children(settings: Settings) -> tuple[Child, ...]:
    """The processes of docs/overview.md, in stopping order."""
    python = sys.executable
    web: tuple[str, ...] = (
        python, "-m", "centre.serving", "app:create_server",
        "--host", settings.host, "--port", str(settings.port), "--log-level", _quiet(settings.log_level),
    )  # fmt: skip
    if settings.public:
        web += ("--public-host", settings.public[0], "--public-port", str(settings.public[1]))
    ingest = (python, "-m", "ingest")
    wanted = (
        (settings.simulator, Child("simulator", (python, "-m", "simulator"))),
        (settings.mqtt_url, Child("listener", (*ingest, "listen"))),
        (settings.pulls, Child("puller", (*ingest, "pull"))),
        (True, Child("web", web)),
        (True, Child("door", (*ingest, "door"))),
        (True, Child("collector", (*ingest, "collect"))),
        (True, Child("evaluator", (*ingest, "evaluate"))),
        (True, Child("assessor", (*ingest, "assess"))),
    )
    return tuple(child for on, child in wanted if on)


def run(settings: Settings, root: Path) -> int:
    """Run the centre until Ctrl-C or SIGTERM; returns the exit code. ``root`` is where the source lies."""
    raise_open_files()  # Valkey and all processes inherit it
    try:
        with alone(settings.data_dir):
            check_ports(settings)
            with _valkey(settings) as valkey:
                _prepare_store(settings)
                demonstrate(settings, root)
                environment = os.environ | {"IOC_DATA_DIR": str(settings.data_dir), "PYTHONUNBUFFERED": "1"}
                supervisor = Supervisor(children(settings), root, environment, valkey, stream_url=settings.stream_url)
                return asyncio.run(_until_stopped(supervisor, settings))
    except (CannotStartError, ServerUnavailableError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE


class Supervisor:
    """Keeps children running; restarts one that ends, after a short pause if it had run steadily, else a longer one."""

    def __init__(
        self,
        listed: Sequence[Child],
        root: Path,
        environment: Mapping[str, str],
        valkey: EmbeddedValkey | None = None,
        *,
        stream_url: str = "",
        silent_s: float = SILENT_AFTER_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Run children in ``root``; watch ``valkey`` too when given, and their heartbeats at ``stream_url``."""
        self._children = listed
        self._root = root
        self._environment = dict(environment)
        self._valkey = valkey
        self._stream_url = stream_url
        self._silent_s = silent_s
        self._clock = clock
        self._stopping = asyncio.Event()
        self._child_ended = asyncio.Event()
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._code = 0

    async def run(self) -> int:
        """Run until `stop`, or until a child exits with 2 (misconfigured); return the exit code."""
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keep(child))
            if self._valkey is not None:
                group.create_task(self._keep_valkey(self._valkey))
            if self._stream_url:
                group.create_task(self._watch(self._stream_url))
            await self._stopping.wait()
            await self._end_children()
        return self._code

    def stop(self) -> None:
        """End everything."""
        self._stopping.set()
        self._child_ended.set()

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def pid(self, name: str) -> int | None:
        """Process id of a child that runs now."""
        process = self._processes.get(name)
        return process.pid if process is not None and process.returncode is None else None

    async def pause(self, seconds: float) -> None:
        """Wait ``seconds``, or until `stop` is called."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _keep(self, child: Child) -> None:
        loop, pause_s = asyncio.get_running_loop(), FIRST_PAUSE_S
        while not self._stopping.is_set():
            started_s = loop.time()
            command = (*leash(), *child.command)
            process = await asyncio.create_subprocess_exec(*command, cwd=self._root, env=self._environment)
            self._processes[child.name] = process
            code = await process.wait()
            if self._stopping.is_set():
                return
            if code == WRONG_USE:
                print(f"{child.name} không chạy được: xem thông báo ở trên / cannot run: see above", file=sys.stderr)
                self._code = code
                self.stop()
                return
            if loop.time() - started_s > STEADY_AFTER_S:
                pause_s = FIRST_PAUSE_S
            said = Text(
                f"{child.name} dừng (mã {code}), chạy lại", f"{child.name} ended (code {code}), starting it again"
            )
            print(f"{said.vi} / {said.en}", file=sys.stderr)
            await self.pause(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _keep_valkey(self, valkey: EmbeddedValkey) -> None:
        # Wait for SIGCHLD: polling five times a second cost more than everything else here.
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._child_ended.set)
        while not self._stopping.is_set():
            self._child_ended.clear()
            if valkey.process is None or valkey.process.poll() is not None:
                print("Valkey dừng, chạy lại / Valkey ended, starting it again", file=sys.stderr)
                try:
                    # On this thread: the kernel kills the server when the thread that started it ends.
                    valkey.start()
                except ServerUnavailableError as error:
                    print(error, file=sys.stderr)
                    await self.pause(LONGEST_PAUSE_S)
                    continue
            await self._child_ended.wait()

    async def _watch(self, stream_url: str) -> None:
        """Kill a child whose heartbeat stopped, so that it is started again; tell when the clock steps."""
        loop, every_s = asyncio.get_running_loop(), self._silent_s / 6
        redis = connect(stream_url)
        heard: dict[int, tuple[int, float]] = {}
        looked_s, ahead_s = loop.time(), self._clock() - loop.time()
        while not self._stopping.is_set():
            await self.pause(every_s)
            ahead_s = self._told_of_step(ahead_s)
            if loop.time() - looked_s > 3 * every_s:
                heard.clear()  # this process stood still too: nobody is to blame
            looked_s = loop.time()
            try:
                for child in self._children:
                    pid = self.pid(child.name)
                    if pid is not None and self._fell_silent(heard, pid, await Beats(redis).last(owner(pid))):
                        print(
                            f"{child.name} không trả lời, chạy lại / {child.name} does not answer, starting it again",
                            file=sys.stderr,
                        )
                        self._processes[child.name].kill()
            except (RedisError, OSError):
                heard.clear()  # without the server nobody can be heard
        await redis.aclose()

    def _fell_silent(self, heard: dict[int, tuple[int, float]], pid: int, last: int | None) -> bool:
        """Whether a process that had a heartbeat has had no new one for too long; takes ``last`` into ``heard``."""
        now_s = asyncio.get_running_loop().time()
        before = heard.get(pid)
        if last is not None and (before is None or before[0] != last):
            heard[pid] = last, now_s
        elif before is not None and now_s - before[1] > self._silent_s:
            del heard[pid]
            return True
        return False

    def _told_of_step(self, before_s: float) -> float:
        """How far the clock is ahead of this process's own; says when it has stepped."""
        ahead_s = self._clock() - asyncio.get_running_loop().time()
        step_s = ahead_s - before_s
        if abs(step_s) > CLOCKS_DIFFER.total_seconds():
            print(
                f"Đồng hồ máy chủ vừa nhảy {step_s:+.0f} giây: kiểm tra NTP. / "
                f"The server's clock stepped by {step_s:+.0f} s: check NTP.",
                file=sys.stderr,
            )
        return ahead_s

    async def _end_children(self) -> None:
        """End senders before receivers, so that no process sends to one that has ended."""
        for child in self._children:
            process = self._processes.get(child.name)
            if process is None or process.returncode is not None:
                continue
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
            except TimeoutError:
                process.kill()


def leash() -> tuple[str, ...]:
    """Prefix of a command that makes it die with this process (Linux) and shields it from Ctrl-C."""
    return sys.executable, str(Path(__file__).parent / "leash.py"), str(os.getpid())


def check_ports(settings: Settings) -> None:
    """Raise CannotStartError when another program uses a port of the centre."""
    ports = [("IOC_PORT", settings.host, settings.port), ("IOC_INGEST_PORT", settings.host, settings.ingest_port)]
    if settings.public:
        ports.append(("IOC_PUBLIC_PORT", *settings.public))
    for name, host, port in ports:
        try:
            close(bound(name, host, port))
        except CannotListenError as error:
            raise CannotStartError(str(error)) from error


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Lock the data directory: two centres in it would corrupt each other's files."""
    own_folder(data_dir)
    with (data_dir / "centre.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStartError(
                f"Một trung tâm khác đang dùng {data_dir}: hãy dừng trung tâm đó hoặc đặt IOC_DATA_DIR khác. / "
                f"Another centre uses {data_dir}: stop it or set another IOC_DATA_DIR."
            ) from error
        yield


@contextlib.contextmanager
def _valkey(settings: Settings) -> Iterator[EmbeddedValkey | None]:
    if settings.redis_url:
        yield None
        return
    with EmbeddedValkey(settings.data_dir, launcher=leash()) as valkey:
        yield valkey


def _prepare_store(settings: Settings) -> None:
    try:
        engine = open_database(settings.database_url)
        migrate(engine)
        Registry(engine).seed_places()
        _tell_first(Accounts(engine).first(datetime.now(UTC)), settings)
        engine.dispose()
    except SQLAlchemyError as error:
        raise CannotStartError(
            "Không mở được cơ sở dữ liệu: kiểm tra DATABASE_URL. / "
            f"Cannot open the database: check DATABASE_URL.\n{error}"
        ) from error


def _tell_first(password: str | None, settings: Settings) -> None:
    """Print the first administrator's password, once: it is stored nowhere."""
    if password is not None:
        at = shown(settings.host, settings.port)[-1] + ACCOUNT
        print(f"Quản trị viên đầu tiên / first administrator: {FIRST}")
        print(f"Mật khẩu (chỉ hiện lần này) / password (shown this once): {password}")
        print(f"Đổi mật khẩu tại / change it at: {at}", flush=True)


def demonstrate(settings: Settings, root: Path) -> None:
    """Have the simulator's plan imported while it runs and there is no plan; have it taken back when the simulator is
    off, or when another plan counts.
    """
    engine = open_database(settings.database_url)
    plan = Plan(engine)
    shown = any(done.source == DEMONSTRATION and not done.withdrawn for done in plan.imports())
    sources = {kept.route.source for kept in plan.routes()}
    engine.dispose()
    begins = settings.simulator and not sources
    ends = shown and (not settings.simulator or sources != {DEMONSTRATION})
    if begins or ends:
        environment = os.environ | {
            "IOC_DATA_DIR": str(settings.data_dir), "IOC_SIMULATOR": "on" if settings.simulator else "off"
        }  # fmt: skip
        command = [sys.executable, "-m", "ingest", "demonstration"]
        subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)


async def _until_stopped(supervisor: Supervisor, settings: Settings) -> int:
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, supervisor.stop)
    announcement = asyncio.create_task(_announce(supervisor, settings))
    code = await supervisor.run()
    announcement.cancel()
    return code


async def _announce(supervisor: Supervisor, settings: Settings) -> None:
    """Print the addresses once both sides answer."""
    async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
        for port in (settings.port, settings.ingest_port):
            while not supervisor.stopping:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(f"{nearest(settings.host, port)}/readyz")).status_code == 200:
                        break
                await supervisor.pause(POLL_S)
    if not supervisor.stopping:
        print("IOC Long An:", *shown(settings.host, settings.port))
        if settings.public:
            print("Trang công khai / public pages:", *(one + "/lich-thu-gom" for one in shown(*settings.public)))
        print("Cửa nhận dữ liệu / front door:", *shown(settings.host, settings.ingest_port), flush=True)


def _quiet(level: str) -> str:
    """Log level for uvicorn: its lines about each start and socket only when asked for."""
    return "warning" if level == "info" else level
