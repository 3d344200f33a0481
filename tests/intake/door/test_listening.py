"""The MQTT listener against a real Mosquitto: no message is acknowledged before it is on disk, none is lost."""

import asyncio
import getpass
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiomqtt
import orjson
import pytest
from hangs import HANG_S, until

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.fleets.fleet import WAITING
from domain.observation import Fix
from intake.door.listening import Broker, Listener, Topics, broker_at
from intake.messages.decoding import decode
from intake.messages.fleets import Fleets
from intake.messages.scrubbing import Scrubber
from store.valkey.raw_stream import RawStream, StreamUnreachable

SECRETS = Secrets(bytes(32))

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(
    MOSQUITTO is None, reason="BỎ QUA: cần mosquitto (scripts/test cài) / needs mosquitto (scripts/test installs it)"
)


class Stream:
    """Remembers what was appended; while `down` nothing can be."""

    def __init__(self) -> None:
        self.kept: list[Payload] = []
        self.tried = 0
        self.down = False

    async def append(self, payload: Payload) -> str:
        self.tried += 1
        if self.down:
            raise StreamUnreachable("off")
        self.kept.append(payload)
        return f"{len(self.kept)}-0"

    async def append_many(self, payloads: Sequence[Payload]) -> list[str]:
        return [await self.append(payload) for payload in payloads]


class Mosquitto:
    """A broker of the test's own; its memory lies in ``folder``, so a restart keeps what it queued."""

    def __init__(self, folder: Path, *extra: str) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        lines = [
            f"listener {self.port} 127.0.0.1",
            "max_queued_messages 10000",
            # Started by root it would become a user who cannot get at the test's files.
            f"user {getpass.getuser()}",
            "persistence true",
            f"persistence_location {folder}/",
            *(extra or ("allow_anonymous true",)),
        ]
        (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        assert MOSQUITTO
        self._process = subprocess.Popen(  # noqa: ASYNC220
            [MOSQUITTO, "-c", str(self._folder / "mosquitto.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await until(self._answers)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(HANG_S)
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mosquitto]:
    opened = Mosquitto(tmp_path_factory.mktemp("mosquitto"))
    await opened.start()
    yield opened
    opened.stop()


@asynccontextmanager
async def listening(stream: Any, broker: Mosquitto, **said: Any) -> AsyncIterator[list[float]]:
    """A listener at work; gives the pauses it made."""
    pauses: list[float] = []

    async def at_once(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    at = Broker("127.0.0.1", broker.port, said.get("user"), said.get("password"), said.get("tls", False))
    fleets, scrubbed = Fleets(FEEDS, ticks=lambda: 0.0), Scrubber(FEEDS, SECRETS)
    await fleets.fresh()
    listener = Listener(at, stream, Topics(FEEDS), fleets=fleets, scrubbed=scrubbed, clock=lambda: NOW, wait=at_once)
    task = asyncio.create_task(listener.run())
    try:
        yield pauses
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def publish(broker: Mosquitto, *messages: tuple[str, bytes], retain: bool = False, **said: Any) -> None:
    async with aiomqtt.Client("127.0.0.1", broker.port, **said) as client:
        for topic, body in messages:
            await client.publish(topic, body, qos=1, retain=retain)


async def made_known(stream: Stream, broker: Mosquitto) -> None:
    """Listen once, so that the broker queues for us from now on."""
    async with listening(stream, broker):
        await until_heard(stream, broker)
    stream.kept.clear()


async def until_heard(stream: Stream, broker: Mosquitto) -> None:
    async with asyncio.timeout(HANG_S):
        while not stream.kept:
            await publish(broker, ("owntracks/probe/probe", b"{}"))
            await asyncio.sleep(0.02)


def location(n: int = 0, device: str = "LA-B07") -> tuple[str, bytes]:
    said = {"_type": "location", "tst": 1_772_414_000 + n, "lat": 10.5431, "lon": 106.4102, "vel": 18}
    return f"owntracks/ba-gac/{device}", orjson.dumps(said)


@pytest.mark.servers
async def test_a_position_arrives_as_it_was_sent_under_its_topics_name(broker: Mosquitto) -> None:
    stream = Stream()
    await made_known(stream, broker)
    await publish(broker, location())
    async with listening(stream, broker):
        await until(lambda: bool(stream.kept))
    (payload,) = stream.kept
    assert payload.body == location()[1]
    assert (payload.feed, payload.format, payload.source, payload.received_at) == (
        WAITING,
        "owntracks",
        "MQTT",
        NOW,
    )
    (fix,) = decode(FEEDS["waste_trucks"], payload)
    assert isinstance(fix, Fix)
    assert fix.device == "ba-gac:LA-B07"


@pytest.mark.servers
async def test_observations_go_to_the_feed_of_their_topic_and_unknown_feeds_are_counted(broker: Mosquitto) -> None:
    stream = Stream()
    await made_known(stream, broker)
    item = {"measure": "households", "place": "27694", "at": "2026-03-02T01:00:00Z", "value": 5}
    await publish(broker, ("ioc/coverage/observations", orjson.dumps([item])), ("ioc/cats/observations", b"[]"))
    async with listening(stream, broker):
        await until(lambda: len(stream.kept) == 2)
    assert [(p.feed, p.format) for p in stream.kept] == [("coverage", "observations"), ("unknown", "observations")]
    (read,) = decode(FEEDS["coverage"], stream.kept[0])
    assert getattr(read, "value", None) == 5


@pytest.mark.servers
async def test_what_is_sent_while_nobody_listens_waits_at_the_broker(broker: Mosquitto) -> None:
    stream = Stream()
    await made_known(stream, broker)
    await publish(broker, *(location(n) for n in range(300)))
    async with listening(stream, broker):
        await until(lambda: len(stream.kept) == 300)
    assert [orjson.loads(p.body)["tst"] - 1_772_414_000 for p in stream.kept] == list(range(300))


@pytest.mark.servers
async def test_a_message_that_cannot_be_kept_is_not_acknowledged_and_comes_again(broker: Mosquitto) -> None:
    stream = Stream()
    await made_known(stream, broker)
    stream.down, stream.tried = True, 0
    await publish(broker, location())
    async with listening(stream, broker):
        await until(lambda: stream.tried > 3)
    assert not stream.kept
    stream.down = False
    async with listening(stream, broker):
        await until(lambda: len(stream.kept) == 1)
    # Now it is acknowledged: it must not come a third time.
    async with listening(stream, broker):
        await publish(broker, location(1))
        await until(lambda: len(stream.kept) == 2)
    assert [orjson.loads(p.body)["tst"] - 1_772_414_000 for p in stream.kept] == [0, 1]


@pytest.mark.servers
async def test_a_retained_message_is_told_apart_from_news(broker: Mosquitto) -> None:
    await publish(broker, location(), retain=True)
    stream = Stream()
    async with listening(stream, broker):
        await until(lambda: bool(stream.kept))
        await publish(broker, location(60))
        await until(lambda: len(stream.kept) == 2)
    assert [p.retained for p in stream.kept] == [True, False]
    (fix,) = decode(FEEDS["waste_trucks"], stream.kept[0])
    assert isinstance(fix, Fix)
    assert "retained" in fix.flags
    assert fix.at < NOW


@pytest.mark.servers
async def test_the_brokers_restart_is_survived(broker: Mosquitto) -> None:
    stream = Stream()
    async with listening(stream, broker):
        await until_heard(stream, broker)
        broker.stop()
        await broker.start()
        stream.kept.clear()
        await until_heard(stream, broker)


@pytest.mark.servers
async def test_a_wrong_password_is_tried_again_and_the_right_one_gets_in(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("mosquitto_passwd")
    folder = tmp_path_factory.mktemp("mosquitto")
    subprocess.run([tool, "-c", "-b", folder / "passwords", "ioc", "p@ss"], check=True, capture_output=True)  # noqa: ASYNC221
    opened = Mosquitto(folder, "allow_anonymous false", f"password_file {folder}/passwords")
    await opened.start()
    stream = Stream()
    try:
        at = broker_at(f"mqtt://ioc:p%40ss@127.0.0.1:{opened.port}")
        async with listening(stream, opened, user="ioc", password="wrong") as pauses:
            await until(lambda: len(pauses) > 3)
        assert pauses[:3] == [0.5, 1, 2]
        assert not stream.kept
        async with listening(stream, opened, user=at.user, password=at.password):
            while not stream.kept:
                await publish(opened, location(), username="ioc", password="p@ss")
                await asyncio.sleep(0.02)
    finally:
        opened.stop()


@pytest.mark.servers
async def test_over_tls_a_broker_is_trusted_by_its_certificate_or_not_spoken_to(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl")
    folder = tmp_path_factory.mktemp("mosquitto")
    signed = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=broker"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([openssl, "req", *signed, *files], check=True, capture_output=True)  # noqa: ASYNC221
    lines = ("allow_anonymous true", f"certfile {folder}/cert.pem", f"keyfile {folder}/key.pem")
    opened = Mosquitto(folder, *lines)
    await opened.start()
    stream = Stream()
    try:
        async with listening(stream, opened, tls=True) as pauses:
            await until(lambda: len(pauses) > 2)
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
        trusted = ssl.create_default_context()
        async with listening(stream, opened, tls=True), asyncio.timeout(HANG_S):
            while not stream.kept:
                await publish(opened, location(), tls_context=trusted)
                await asyncio.sleep(0.02)
    finally:
        opened.stop()


@pytest.mark.servers
async def test_kill_9_of_the_listener_loses_nothing(
    broker: Mosquitto, stream: RawStream, redis_url: str, database_url: str
) -> None:
    sent = 600

    def start() -> subprocess.Popen[bytes]:
        servers = {"REDIS_URL": redis_url, "DATABASE_URL": database_url}
        environment = os.environ | servers | {"IOC_MQTT_URL": f"mqtt://127.0.0.1:{broker.port}"}
        command = [sys.executable, "-m", "ingest", "listen"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)

    async def kept(at_least: int) -> set[int]:
        async with asyncio.timeout(HANG_S):
            while True:
                entries = await stream.read(Part(WAITING), "0-0", 10_000, 10)
                found = {orjson.loads(p.body).get("tst", 0) - 1_772_414_000 for _, p in entries}
                if len(found & set(range(sent))) >= at_least:
                    return found & set(range(sent))
                await asyncio.sleep(0.02)

    listener = start()
    try:
        while not await stream.length(WAITING):
            await publish(broker, ("owntracks/probe/probe", b'{"tst":0}'))
            await asyncio.sleep(0.05)
        sending = asyncio.create_task(publish(broker, *(location(n) for n in range(sent - 1))))
        await kept(20)
        listener.send_signal(signal.SIGSTOP)  # wherever it stands; what is sent from now on it cannot have kept
        await sending
        await publish(broker, location(sent - 1))
        listener.send_signal(signal.SIGKILL)
        listener.wait()
        assert 20 <= len(await kept(20)) < sent
        listener = start()
        assert await kept(sent) == set(range(sent))
    finally:
        listener.kill()
        listener.wait()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtt://host", Broker("host", 1883, None, None, False)),
        ("mqtts://u:p%40s@host", Broker("host", 8883, "u", "p@s", True)),
        ("mqtt://[::1]:99", Broker("::1", 99, None, None, False)),
    ],
)
def test_addresses(url: str, expected: Broker) -> None:
    assert broker_at(url) == expected


@pytest.mark.parametrize("url", ["", "host:1883", "http://host", "mqtt://", "mqtt://u:secret@host:99999"])
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError) as refused:
        broker_at(url)
    assert "secret" not in str(refused.value)


def test_what_is_too_large_is_cut_so_that_it_is_seen_and_does_not_come_again_for_ever() -> None:
    message = aiomqtt.Message("owntracks/a/b", b"x" * 70_000, 1, False, 1, None)
    payload = Topics(FEEDS).payload(message, NOW)
    assert len(payload.body) == 64 * 1024
