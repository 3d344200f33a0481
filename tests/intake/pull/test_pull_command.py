"""`python -m ingest pull` as a real process: it fetches GTFS-realtime, stops when told to, and shows no address."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hangs import HANG_S
from pull_server import response, saying, serving

import ingest
from domain.feeds.part import Part
from domain.fleets.fleet import WAITING
from store.valkey.raw_stream import RawStream

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("IOC_PULL_SERVICES_URL", "", "IOC_PULL_<FEED>_URL"),
        ("IOC_PULL_NOBODY_URL", "http://host/secret", "IOC_PULL_NOBODY_URL"),
        ("IOC_PULL_SERVICES_URL", "ftp://host/secret", "IOC_PULL_SERVICES_URL"),
        ("IOC_GTFS_RT_URL", "http://host/secret", "IOC_PULL_WASTE_TRUCKS_URL"),
    ],
)
def test_nothing_to_fetch_and_a_wrong_address_are_said_at_the_start(
    name: str, address: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(name, address)
    assert ingest.main(["pull"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "secret" not in told


@pytest.mark.servers
async def test_a_feed_is_begun_anew_by_command(redis: Any, redis_url: str, tmp_path: Path) -> None:
    await redis.hset("pull:{raw:services}:positions", "x", '{"since":"9"}')
    environment = os.environ | {"IOC_DATA_DIR": str(tmp_path), "REDIS_URL": redis_url}

    async def anew(feed: str) -> int:
        command = (sys.executable, "-m", "ingest", "pull", "--anew", feed)
        return await (await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)).wait()

    assert await anew("teams") == 2
    assert await redis.hgetall("pull:{raw:services}:positions") != {}
    assert await anew("services") == 0
    assert await redis.hgetall("pull:{raw:services}:positions") == {}


def written(folder: Path) -> str:
    return repr([file.read_bytes() for file in folder.rglob("*") if file.is_file()])


def vehicles() -> bytes:
    pb = pytest.importorskip("google.transit.gtfs_realtime_pb2")
    now_s = int(datetime.now(UTC).timestamp())
    position = {"latitude": 10.54, "longitude": 106.41}
    vehicle = {"vehicle": {"id": "BUS-1"}, "position": position, "timestamp": now_s}
    message = pb.FeedMessage(header={"gtfs_realtime_version": "2.0"}, entity=[{"id": "1", "vehicle": vehicle}])
    return bytes(message.SerializeToString())


@pytest.mark.servers
async def test_the_process_fetches_and_keeps_its_secrets(
    stream: RawStream, redis: Any, redis_url: str, database_url: str, tmp_path: Path
) -> None:
    body = vehicles()
    async with serving(saying(response(body, content_type="application/x-protobuf"))) as server:
        environment = os.environ | {
            "IOC_DATA_DIR": str(tmp_path),
            "REDIS_URL": redis_url,
            "DATABASE_URL": database_url,
            "IOC_LOG_LEVEL": "debug",
            "IOC_PULL_WASTE_TRUCKS_URL": server.url("/hush-path?key=hush-key").replace("//", "//me:hush-pass@"),
            "IOC_PULL_WASTE_TRUCKS_HEADER": "X-Key: hush-header",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ingest", "pull", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(HANG_S):
                while not (read := await stream.read(Part(WAITING), "0-0", 1, 1_000)):
                    pass
                process.send_signal(signal.SIGTERM)
                _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    assert process.returncode == 0
    ((_, payload),) = read
    assert (payload.format, payload.source, payload.body) == ("gtfs-rt", "localhost", body)
    assert server.asked[0].headers["x-key"] == "hush-header"
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    kept = repr(payload) + repr([await redis.hgetall(f"pull:waste_trucks:{what}") for what in ("states", "positions")])
    assert "localhost" in kept, "what is remembered is looked at"
    assert "hush" not in kept + said.decode() + written(tmp_path)
