"""The embedded Valkey: ours alone, on a unix socket, nothing lost when it is killed."""

import asyncio
import os
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from hangs import HANG_S

import store.valkey.server
from store.valkey.server import EmbeddedValkey, ServerUnavailableError, connect, find_server

pytestmark = pytest.mark.servers


async def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as server:
        client = connect(server.url)
        await client.set("kept", "1")
        assert server.process is not None
        server.process.kill()
        await asyncio.to_thread(server.process.wait)
        await asyncio.to_thread(server.start)
        assert await client.get("kept") == b"1", "the same client connects again"
        await client.aclose()


async def test_it_is_durable_refuses_to_evict_and_opens_no_port(valkey: EmbeddedValkey) -> None:
    client = connect(valkey.url)
    settings = await client.config_get("*")
    text = {
        (name.decode() if isinstance(name, bytes) else name): (value.decode() if isinstance(value, bytes) else value)
        for name, value in settings.items()
    }
    assert (text["appendonly"], text["appendfsync"], text["maxmemory-policy"]) == ("yes", "always", "noeviction")
    assert text["port"] == "0"
    assert stat.S_IMODE(valkey.socket_path.stat().st_mode) == 0o700
    await client.aclose()


def test_a_server_left_over_is_shut_down_not_adopted(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as left_over, EmbeddedValkey(tmp_path) as mine:
        assert left_over.process is not None
        assert left_over.process.wait(HANG_S) == 0
        assert mine.process is not None
        assert mine.process.poll() is None


def test_stop_ends_the_process_and_may_be_called_again(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path)
    server.stop()
    server.start()
    process = server.process
    assert process is not None
    server.stop()
    server.stop()
    assert process.poll() == 0
    assert server.process is None
    assert not server.socket_path.exists()


def test_a_stale_socket_file_is_no_obstacle(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(server.socket_path))
    with server:
        assert server.process is not None


def test_a_path_too_long_for_a_socket_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailableError, match=r"(?s)IOC_DATA_DIR ngắn hơn.*shorter IOC_DATA_DIR"):
        EmbeddedValkey(tmp_path / ("x" * 100)).start()


def test_a_server_that_cannot_start_tells_why(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").mkdir()
    (tmp_path / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    server = EmbeddedValkey(tmp_path)
    with pytest.raises(ServerUnavailableError, match=r"(?s)không khởi động được.*valkey\.log.*did not start"):
        server.start()
    assert server.process is None


def test_without_the_wheel_a_server_on_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.valkey.server, "find_spec", lambda name: None)
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == program
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(ServerUnavailableError, match=r"(?s)REDIS_URL.*REDIS_URL"):
        find_server()


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server absent")
def test_debian_redis_serves_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.valkey.server, "find_spec", lambda name: None)
    with EmbeddedValkey(tmp_path) as server:
        assert server.process is not None
        assert "redis-server" in str(subprocess.list2cmdline([str(part) for part in server.process.args]))
