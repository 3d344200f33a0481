"""A damaged append-only file: the server starts again with all that stands before the fault; a copy is kept."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.feeds.feed import Payload
from domain.feeds.part import Part
from store.valkey.append_only import mend, whole_until
from store.valkey.raw_stream import RawStream
from store.valkey.server import EmbeddedValkey, ServerUnavailableError, connect

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FEED = "waste_trucks"
SET = b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n"
pytestmark = pytest.mark.servers
MULTI, EXEC = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"


def payload(number: int) -> Payload:
    return Payload(feed=FEED, format="osmand", body=b"", received_at=NOW, query=f"id=LA-{number:03}")


async def kept(data_dir: Path) -> list[str]:
    with EmbeddedValkey(data_dir) as server:
        redis = connect(server.url)
        entries = await RawStream(redis).read(Part(FEED), "0-0", 1_000, 0)
        await redis.aclose()
    return [entry.query for _, entry in entries]


async def test_a_file_with_a_fault_is_cut_there_and_the_centre_starts_with_the_rest(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as server:
        redis = connect(server.url)
        await RawStream(redis).append_many([payload(number) for number in range(100)])
        await redis.aclose()
    (file,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    body = file.read_bytes()
    fault = body.index(b"*", body.index(b"LA-060"))
    damaged = body[:fault] + b"\xff" * 10 + body[fault + 10 :]
    file.write_bytes(damaged)
    with pytest.raises(ServerUnavailableError, match="python -m ingest repair"):
        await asyncio.to_thread(EmbeddedValkey(tmp_path).start)

    (cut,) = mend(tmp_path, NOW)
    assert cut.copy.read_bytes() == damaged
    assert (cut.at, cut.lost_bytes, cut.entries) == (fault, len(body) - fault, 39)
    assert cut.first is not None
    assert cut.last is not None
    assert cut.first <= cut.last
    assert await kept(tmp_path) == [payload(number).query for number in range(61)]
    assert mend(tmp_path, NOW) == [], "a whole file stays as it is"


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"", 0),
        (SET * 2, 2 * len(SET)),
        (b"#TS:1700000000\r\n" + SET, 16 + len(SET)),
        (SET + SET[:-1], len(SET)),
        (SET + b"*x\r\n", len(SET)),
        (SET + b"*0\r\n", len(SET)),
        (SET + b"*3\r\n$999999999\r\nSET", len(SET)),
        (SET + MULTI + SET + EXEC, 2 * len(SET) + len(MULTI + EXEC)),
        (SET + MULTI + SET, len(SET)),
        (SET + MULTI + SET + b"\0", len(SET)),
        (b"\0" + SET, 0),
    ],
    ids=range(11),
)
def test_a_file_is_whole_until_the_first_command_that_cannot_be_read(data: bytes, whole: int) -> None:
    assert whole_until(data) == whole
