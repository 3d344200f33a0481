"""The MQTT way in: subscribe at a broker, and acknowledge a message only once its raw payload is on disk."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import aiomqtt
from sqlalchemy.exc import SQLAlchemyError

from data_sources import trackers
from domain.discovery import discover
from domain.feeds.feed import Feed, Format, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.fleets.fleet import WAITING
from intake.door.door import OBSERVATIONS_MAX_BYTES
from intake.messages import unclaimed
from intake.messages.fleets import Fleets
from intake.messages.scrubbing import Scrubber, UnscrubbedError
from store.valkey.raw_stream import RawStream, StreamUnreachable
from store.valkey.stopping import stop_if_cancelled

_log = logging.getLogger(__name__)
# The broker queues messages under this name while we are away: never change it; only one client may use it.
CLIENT_ID = "ioc-long-an"
# Topic of our own JSON format: ioc/<feed>/observations.
OBSERVATIONS_TOPIC = "ioc/+/observations"
_AT_LEAST_ONCE = 1
_REFUSED_FROM = 128
_PAUSE_FIRST_S, _PAUSE_MAX_S = 0.5, 30.0
_PORTS = {"mqtt": 1883, "mqtts": 8883}


class Broker(NamedTuple):
    """A broker's address and our account there."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool


def broker_at(url: str) -> Broker:
    """The broker of mqtt://[user:password@]host[:port] or mqtts://…; raises ValueError, which never repeats the url."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("IOC_MQTT_URL must look like mqtt://user:password@host:1883 or mqtts://host")
    user, password = (None if text is None else unquote(text) for text in (parts.username, parts.password))
    return Broker(parts.hostname, parts.port or _PORTS[parts.scheme], user, password, parts.scheme == "mqtts")


class Topics:
    """The topics to subscribe to, and the format of each."""

    def __init__(self, feeds: Mapping[str, Feed]) -> None:
        self._feeds = feeds
        self._forms = [
            (pattern, form) for form in discover(trackers, "FORMAT", TrackerFormat).values() for pattern in form.topics
        ]

    @property
    def patterns(self) -> list[str]:
        """Topic filters to subscribe to."""
        return [OBSERVATIONS_TOPIC, *(pattern for pattern, _ in self._forms)]

    def payload(self, message: aiomqtt.Message, received_at: datetime) -> Payload:
        """The message as a payload for the stream; a tracker's has feed WAITING until its fleet is known.

        An oversized body is cut: decoding will refuse it visibly, and it blocks nothing.
        """
        feed, form, limit = self._reader(message.topic)
        return Payload(
            feed=feed,
            format=form,
            body=bytes(message.payload or b"")[:limit],
            received_at=received_at,
            source="MQTT",
            name=message.topic.value[:200],
            retained=message.retain,
        )

    def _reader(self, topic: aiomqtt.Topic) -> tuple[str, str, int]:
        for pattern, form in self._forms:
            if topic.matches(pattern):
                return WAITING, form.key, form.max_bytes
        named = topic.value.split("/")[1]
        known = named in self._feeds and Format.OBSERVATIONS in self._feeds[named].decoders
        return named if known else unclaimed.KEY, Format.OBSERVATIONS, OBSERVATIONS_MAX_BYTES


class _Client(aiomqtt.Client):
    """Acknowledges only when told to (by paho's manual_ack): aiomqtt alone would do so before we have written."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password,
            identifier=CLIENT_ID,
            clean_session=False,
            tls_context=ssl.create_default_context() if broker.tls else None,
        )
        self._client.manual_ack_set(True)

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker that it may forget the message."""
        self._client.ack(message.mid, message.qos)


class Listener:
    """Listens for ever; messages are taken one by one, in the broker's order."""

    def __init__(
        self,
        broker: Broker,
        stream: RawStream,
        topics: Topics,
        *,
        fleets: Fleets,
        scrubbed: Scrubber,
        clock: Callable[[], datetime],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._broker = broker
        self._stream = stream
        self._topics = topics
        self._fleets = fleets
        self._scrubbed = scrubbed
        self._clock = clock
        self._wait = wait

    async def run(self) -> None:
        """Listen until cancelled; after an outage of the broker connect again, with growing pauses."""
        pause_s = _PAUSE_FIRST_S
        while True:
            try:
                async with _Client(self._broker) as client:
                    await self._subscribe(client)
                    pause_s = _PAUSE_FIRST_S
                    async for message in client.messages:
                        await self._keep(self._topics.payload(message, self._clock()))
                        client.acknowledge(message)
                        stop_if_cancelled()
            except (aiomqtt.MqttError, OSError) as outage:
                _log.warning("MQTT %s: %s; again in %.1f s", self._broker.host, outage, pause_s)
            stop_if_cancelled()
            await self._wait(pause_s)
            pause_s = min(2 * pause_s, _PAUSE_MAX_S)

    async def _subscribe(self, client: _Client) -> None:
        for pattern in self._topics.patterns:
            (granted,) = await client.subscribe(pattern, qos=_AT_LEAST_ONCE)
            if (granted if isinstance(granted, int) else granted.value) >= _REFUSED_FROM:
                _log.error("MQTT %s: không được nghe / may not listen to %s", self._broker.host, pattern)
            else:
                _log.info("MQTT %s: nghe / listening to %s", self._broker.host, pattern)

    async def _keep(self, payload: Payload) -> None:
        """Return once the payload is on disk; until then nothing is acknowledged and the broker holds back the rest.

        A payload that cannot be scrubbed is logged and dropped: it may not be kept, and would come back for ever.
        """
        pause_s = _PAUSE_FIRST_S
        while True:
            try:
                parts = await self._fleets.routed(payload) if payload.feed == WAITING else [payload]
                await self._stream.append_many([self._scrubbed(part) for part in parts])
                return
            except UnscrubbedError:
                return
            except (StreamUnreachable, SQLAlchemyError) as error:
                what = error if isinstance(error, StreamUnreachable) else type(error).__name__
                _log.warning("%s; again in %.1f s", what, pause_s)
            stop_if_cancelled()
            await self._wait(pause_s)
            pause_s = min(2 * pause_s, _PAUSE_MAX_S)
