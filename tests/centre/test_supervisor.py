"""The supervisor with small real processes: restarts what dies, leaves nothing behind, says why it cannot start."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
from hangs import come, until

from centre import supervisor
from centre.beating import owner
from centre.supervisor import CannotStartError, Child, Supervisor, check_ports
from domain.imports.file_import import Stage
from settings import Settings
from store.database import open_database
from store.imports import Imports
from store.rounds.plan import Plan
from store.valkey.beats import Beats
from store.valkey.server import EmbeddedValkey, connect

ROOT = Path(__file__).parents[2]
SLEEPER = "import signal; signal.pause()"
STUBBORN = """
import pathlib, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({ready!r}).touch()
while True: signal.pause()
"""


def sleeper(name: str, code: str = SLEEPER) -> Child:
    return Child(name, (sys.executable, "-S", "-c", code))


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Supervisor, asyncio.Task[int]]]:
    keeper = Supervisor([sleeper("a"), sleeper("b")], ROOT, os.environ)
    task = asyncio.create_task(keeper.run())
    await until(lambda: keeper.pid("a") is not None and keeper.pid("b") is not None)
    yield keeper, task
    keeper.stop()
    await task


async def test_a_killed_child_is_started_again_and_the_other_is_left_alone(
    pair: tuple[Supervisor, asyncio.Task[int]],
) -> None:
    keeper, _ = pair
    first, other = keeper.pid("a"), keeper.pid("b")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: keeper.pid("a") not in (None, first))
    assert keeper.pid("b") == other


async def test_stop_ends_every_child(pair: tuple[Supervisor, asyncio.Task[int]]) -> None:
    keeper, task = pair
    pids = [keeper.pid("a"), keeper.pid("b")]
    keeper.stop()
    assert await task == 0
    assert not any(psutil.pid_exists(pid) for pid in pids if pid)


async def test_a_child_that_does_not_obey_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_WITHIN_S", 0.1)
    ready = tmp_path / "deaf"
    keeper = Supervisor([sleeper("stubborn", STUBBORN.format(ready=str(ready)))], ROOT, os.environ)
    task = asyncio.create_task(keeper.run())
    await until(ready.exists)
    pid = keeper.pid("stubborn")
    keeper.stop()
    await task
    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_a_child_that_calls_itself_misconfigured_ends_the_centre() -> None:
    keeper = Supervisor([sleeper("a"), sleeper("wrong", "raise SystemExit(2)")], ROOT, os.environ)
    assert await come(keeper.run()) == supervisor.WRONG_USE


@pytest.mark.servers
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a process's life to another's")
async def test_children_die_with_a_supervisor_that_is_killed() -> None:
    code = (
        "import asyncio, os, sys; from pathlib import Path; from centre.supervisor import Child, Supervisor\n"
        f"asyncio.run(Supervisor([Child('a', (sys.executable, '-S', '-c', {SLEEPER!r}))], Path({str(ROOT)!r}),"
        " os.environ).run())"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)  # noqa: ASYNC220
    watched = psutil.Process(parent.pid)
    await until(lambda: any(SLEEPER in " ".join(c.cmdline()[:4]) for c in watched.children()))
    child = watched.children()[0]
    parent.kill()
    parent.wait()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def settings_on(tmp_path: Path, port: int) -> Settings:
    given = Settings.from_env({"IOC_DATA_DIR": str(tmp_path), "IOC_PORT": str(port), "IOC_INGEST_PORT": "1"})
    return replace(given, ingest_port=port)


def test_a_taken_port_is_named_in_both_languages(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStartError, match=rf"cổng {port} .* IOC_PORT .* port {port}"):
            check_ports(settings_on(tmp_path, port))


def test_a_free_port_is_fine(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_ports(settings_on(tmp_path, port))


def test_a_second_centre_on_the_same_data_is_refused_with_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with supervisor.alone(tmp_path):
        assert supervisor.run(settings_on(tmp_path, 1), ROOT) == supervisor.WRONG_USE
    said = capsys.readouterr().err
    assert "Một trung tâm khác" in said
    assert "IOC_DATA_DIR" in said


def test_the_centre_closes_its_folder_to_other_accounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o750)
    with supervisor.alone(tmp_path):
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert "750" in capsys.readouterr().err


def test_senders_stop_before_receivers(tmp_path: Path) -> None:
    given = Settings.from_env({"IOC_DATA_DIR": str(tmp_path)})
    assert [child.name for child in supervisor.children(given)] == [
        "simulator",
        "web",
        "door",
        "collector",
        "evaluator",
        "assessor",
    ]
    assert "simulator" not in [c.name for c in supervisor.children(replace(given, simulator=False))]


def test_listener_and_puller_run_only_where_there_is_something_to_hear_or_fetch(tmp_path: Path) -> None:
    given = Settings.from_env(
        {
            "IOC_DATA_DIR": str(tmp_path),
            "IOC_MQTT_URL": "mqtt://host",
            "IOC_PULL_WASTE_TRUCKS_URL": " http://a  http://b",
        }
    )
    assert given.pulls["waste_trucks"].urls == ("http://a", "http://b")
    names = [child.name for child in supervisor.children(given)]
    assert names == ["simulator", "listener", "puller", "web", "door", "collector", "evaluator", "assessor"]


@pytest.mark.servers
def test_the_demonstration_plan_comes_with_the_simulator_and_goes_with_it(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    given = Settings.from_env({"IOC_DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url})
    plan = Plan(open_database(sqlite_url))
    supervisor.demonstrate(given, ROOT)
    shown = plan.routes()
    assert len(shown) > 60
    assert {kept.route.source for kept in shown} == {supervisor.DEMONSTRATION}
    supervisor.demonstrate(given, ROOT)
    assert len(plan.imports()) == 2, "a second start imports nothing again"
    files = Imports(open_database(sqlite_url)).newest()
    assert {(one.stage, one.approved_by) for one in files} == {(Stage.APPLIED, "centre:simulator")}
    supervisor.demonstrate(replace(given, simulator=False), ROOT)
    assert plan.routes() == []
    assert {one.stage for one in Imports(open_database(sqlite_url)).newest()} == {Stage.WITHDRAWN}


@pytest.mark.servers
async def test_an_embedded_server_that_was_killed_is_started_again(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as valkey:
        keeper = Supervisor([sleeper("a")], ROOT, os.environ, valkey)
        task = asyncio.create_task(keeper.run())
        await until(lambda: keeper.pid("a") is not None)
        first = valkey.process
        assert first is not None
        first.kill()
        await until(lambda: valkey.process not in (None, first))
        assert await connect(valkey.url).ping()
        keeper.stop()
        assert await task == 0


BEATING = """
import asyncio
from centre import beating
beating.EVERY_S = 0.05
asyncio.run(beating.beat({url!r}))
"""


@pytest.mark.servers
async def test_a_child_that_stands_still_is_started_again_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedValkey(tmp_path) as valkey:
        still, alive = (Child(name, (sys.executable, "-c", BEATING.format(url=valkey.url))) for name in "ab")
        keeper = Supervisor([still, alive, sleeper("c")], ROOT, os.environ, stream_url=valkey.url, silent_s=3.0)
        task, redis = asyncio.create_task(keeper.run()), connect(valkey.url)

        async def beats(name: str) -> bool:
            pid = keeper.pid(name)
            return pid is not None and await Beats(redis).last(owner(pid)) is not None

        for name in "ab":
            await until(partial(beats, name))
        before = {name: keeper.pid(name) for name in "abc"}
        os.kill(before["a"] or 0, signal.SIGSTOP)
        await until(lambda: keeper.pid("a") not in (None, before["a"]))
        await until(partial(beats, "a"))
        assert {name: keeper.pid(name) for name in "bc"} == {name: before[name] for name in "bc"}
        keeper.stop()
        assert await task == 0
        await redis.aclose()
    said = capsys.readouterr().err
    assert said.count("does not answer") == 1
    assert "a does not answer" in said


async def test_a_clock_that_steps_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loop, step_s, looks = asyncio.get_running_loop(), 0.0, 0

    def clock() -> float:
        nonlocal looks
        looks += 1
        return loop.time() + step_s

    keeper = Supervisor([], ROOT, os.environ, stream_url=f"unix://{tmp_path}/none", silent_s=0.06, clock=clock)
    task = asyncio.create_task(keeper.run())
    await until(lambda: looks >= 3)
    assert "clock" not in capsys.readouterr().err
    step_s = 86_400.0
    told = looks
    await until(lambda: looks >= told + 3)
    keeper.stop()
    assert await task == 0
    assert capsys.readouterr().err.count("stepped by +86400 s") == 1
