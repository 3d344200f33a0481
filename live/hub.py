"""The hub of one web worker: keeps the newest state of everything and fans each change out to the sockets."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.fleets.vehicle import Position, Vehicle
from domain.instant import to_ms
from domain.kpis.alarm import Handling
from domain.kpis.health import FeedHealth, StatusEvent
from domain.kpis.kpi import Audience, KpiResult
from domain.kpis.result_columns import ResultColumns
from domain.places.place import IN_FORCE, PROVINCE
from domain.subject import SubjectKind
from domain.text import Language
from live.client import Client, Stream, Write
from live.message import Message, text
from live.pace import Pace
from live.streams import Heartbeat, KeyedStream, MapsStream, RowStream, VehicleStream
from present.wire import HEARTBEAT_EVERY_S, TOPICS

# Just below the collector's step: one collector's announcements pass at once, several collectors share a frame.
VEHICLES_EVERY_S = 0.04
CARDS_EVERY_S = 0.5
ROWS_EVERY_S = 2.0
# Alarms last for minutes and each pass scans every vehicle: at 2 s this took 1/7 of a worker, so run every 5 s.
ALARMS_EVERY_S = 5.0
EVENTS_KEPT = 100
SERIES_KEPT = 2_000
ROWS = ("alarms", "feeds", "events")
PUBLIC_TOPICS = ("kpis",)


class Presenter(Protocol):
    """Makes view-models in one language; the hub only compares and sends them."""

    def card(self, result: KpiResult, series: Sequence[KpiResult], language: Language, now: datetime) -> object | None:
        """An operator's or leader's card; None when the KPI is not declared."""

    def public_card(self, result: KpiResult, language: Language, now: datetime) -> object | None:
        """The public's card; None when the KPI's public rule allows nothing."""

    def layer(self, key: str, results: Mapping[str, KpiResult], language: Language, now: datetime) -> object | None:
        """One KPI's values by commune (code to result) as classes for the map."""

    def feed_rows(self, health: Mapping[str, FeedHealth], language: Language, now: datetime) -> Sequence[object]:
        """Health of every declared feed."""

    def alarm_rows(
        self,
        results: Iterable[KpiResult],
        health: Mapping[str, FeedHealth],
        vehicles: Sequence[Vehicle],
        language: Language,
        now: datetime,
        *,
        exact: bool,
        handlings: Mapping[str, Handling],
    ) -> Sequence[object]:
        """Open alarms, worst first; ``exact``: with the positions of their vehicles."""

    def event_rows(self, events: Sequence[StatusEvent], language: Language, now: datetime) -> Sequence[object]:
        """Changes of status, newest first."""


class View:
    """The text streams of one audience in one language, with or without positions."""

    def __init__(self) -> None:
        self.cards = KeyedStream("kpis", "cards")
        self.places = KeyedStream("places", "layers")
        self.rows = {name: RowStream(name) for name in ROWS}
        self.clients: dict[str, set[Client]] = {topic: set() for topic in ("kpis", "places", *ROWS)}


class Hub:
    """Newest vehicles, results, feed health and events; ``take_*`` bring changes in, ``join`` brings a page in.

    Runs on one event loop and never waits for a store: live/follow.py reads the store and calls ``take_*``.
    """

    def __init__(
        self,
        presenter: Presenter,
        *,
        release: str,
        clock: Callable[[], datetime],
        series: Callable[[str], Awaitable[Sequence[KpiResult]]],
    ) -> None:
        """``series(key)`` loads the province's history of a KPI, oldest first; ``clock`` gives aware UTC."""
        self._presenter = presenter
        self._release = release
        self._clock = clock
        self._load_series = series
        self._results: dict[str, ResultColumns] = {}
        self._newest: dict[str, Position] = {}
        self._series: dict[str, deque[KpiResult]] = {}
        self._health: dict[str, FeedHealth] = {}
        self._handlings: Mapping[str, Handling] = {}
        self._events: deque[StatusEvent] = deque(maxlen=EVENTS_KEPT)
        self._changed_keys: set[str] = set()
        self._heartbeat = Heartbeat()
        self._maps = MapsStream()
        self._vehicles = VehicleStream(clock)
        self._vehicle_clients: set[Client] = set()
        self._views: dict[tuple[Audience, Language, bool], View] = {}
        self._all: set[Client] = set()
        self._sent_before = 0
        self._vehicle_pace = Pace(VEHICLES_EVERY_S, self._send_vehicles)
        self._card_pace = Pace(CARDS_EVERY_S, self._send_cards)
        self._row_pace = Pace(ROWS_EVERY_S, lambda: self._send_rows("feeds", "events"))
        self._alarm_pace = Pace(ALARMS_EVERY_S, lambda: self._send_rows("alarms"))

    @property
    def clients(self) -> int:
        """Pages connected now."""
        return len(self._all)

    @property
    def sent(self) -> int:
        """Messages sent since the start."""
        return self._sent_before + sum(client.sent for client in self._all)

    def join(
        self,
        audience: Audience,
        language: Language,
        topics: Iterable[str],
        line: Write | None = None,
        *,
        exact: bool = False,
    ) -> Client:
        """Connect a page: send hello, then the whole state of each topic it may see, then changes.

        ``exact``: it may see where vehicles are; others hear no vehicles, and alarms without their vehicle's position.
        """
        allowed = PUBLIC_TOPICS if audience is Audience.PUBLIC else TOPICS
        granted = [topic for topic in allowed if topic in set(topics) and (exact or topic != "vehicles")]
        now_ms = to_ms(self._clock())
        client = Client(text({"k": "hello", "release": self._release, "now": now_ms, "topics": granted}), line)
        self._all.add(client)
        client.offer_full(self._maps)
        view = self._view(audience, language, exact)
        for topic in granted:
            if topic == "vehicles":
                self._vehicle_clients.add(client)
                client.offer_full(self._vehicles)
            else:
                view.clients[topic].add(client)
                client.offer_full(self._stream(view, topic))
        return client

    def leave(self, client: Client) -> None:
        """Disconnect a page and drop all state held for it."""
        self._all.discard(client)
        self._sent_before += client.sent
        self._vehicle_clients.discard(client)
        for who, view in list(self._views.items()):
            for members in view.clients.values():
                members.discard(client)
            if not any(view.clients.values()):
                del self._views[who]  # present nothing for a view that nobody watches

    def take_vehicles(self, positions: Sequence[Position]) -> None:
        """Take newer positions; pages get them at once, or within VEHICLES_EVERY_S of the last frame."""
        for position in positions:
            self._newest[position.id] = position
        self._vehicles.changed(self._vehicles.columns.put(positions))
        self._vehicle_pace.mark()

    def take_results(self, results: Iterable[ResultColumns]) -> None:
        """Take the whole results of changed KPIs; ignore other territory versions, which are history.

        The columns become single results only when a page shows them.
        """
        for columns in results:
            if columns.territory != IN_FORCE:
                continue
            self._results[columns.key] = columns
            self._changed_keys.add(columns.key)
            province = columns.result(PROVINCE) if columns.key in self._series else None
            if province is not None:
                self._series[columns.key].append(province)
        self._card_pace.mark()
        self._alarm_pace.mark()

    def take_health(self, health: Iterable[FeedHealth]) -> None:
        """Take newer health of some feeds."""
        self._health.update((item.feed, item) for item in health)
        self._row_pace.mark()
        self._alarm_pace.mark()

    def take_events(self, events: Iterable[StatusEvent]) -> None:
        """Take new changes of status, oldest first."""
        self._events.extendleft(events)
        self._row_pace.mark()

    def take_handlings(self, handlings: Mapping[str, Handling]) -> None:
        """Take what people did about alarms, by the alarm's id."""
        if handlings != self._handlings:
            self._handlings = handlings
            self._alarm_pace.mark()

    def take_maps(self, version: str) -> None:
        """Send the version of the active layers (`MapLayers.version`) to every page: public pages may show a map."""
        _offer(self._all, self._maps, self._maps.update(version))

    async def take_everything(
        self,
        vehicles: Sequence[Vehicle] | None,
        results: Sequence[ResultColumns] | None,
        health: Sequence[FeedHealth] | None,
        events: Sequence[StatusEvent] | None,
    ) -> None:
        """Take the whole state after a start or a lost connection; ``events`` newest first. Drop vehicles not in it.

        None marks a part that could not be read: the hub keeps what it has of it.
        """
        if events is not None:
            self._events = deque(events, maxlen=EVENTS_KEPT)
        self.take_results(results or ())
        self.take_health(health or ())
        if vehicles is not None:
            self._take_fleet({vehicle.id: Position.of(vehicle) for vehicle in vehicles})
        await self.reload_series()

    def _take_fleet(self, newest: dict[str, Position]) -> None:
        self._newest = newest
        columns = self._vehicles.columns
        self._vehicles.changed(columns.keep(newest.keys()))
        self._vehicles.changed(columns.put(newest.values(), authoritative=True))
        self._vehicle_pace.mark()

    async def reload_series(self) -> None:
        """Read the province's history of every KPI again: no change announces late data or imported past years."""
        keys = {key for key, columns in self._results.items() if PROVINCE in columns.codes}
        for key in keys:
            self._series[key] = deque(await self._load_series(key), maxlen=SERIES_KEPT)
        self._changed_keys |= keys
        self._card_pace.mark()

    async def beat(self) -> None:
        """Send heartbeats for ever, and rows with them: words like "stale" change with time, without a new result."""
        while True:
            beat = self._heartbeat.beat(to_ms(self._clock()))
            for client in self._all:
                client.offer(self._heartbeat, beat)
            self._row_pace.mark()
            self._alarm_pace.mark()
            await asyncio.sleep(HEARTBEAT_EVERY_S)

    def stop(self) -> None:
        """Cancel the sends that are due."""
        for pace in (self._vehicle_pace, self._card_pace, self._row_pace, self._alarm_pace):
            pace.stop()

    def _view(self, audience: Audience, language: Language, exact: bool) -> View:
        known = self._views.get((audience, language, exact))
        if known is None:
            known = self._views[audience, language, exact] = View()
            self._present_cards(known, audience, language, set(self._results))
            self._present_rows(known, audience, language, exact, ROWS)
        return known

    def _stream(self, view: View, topic: str) -> Stream:
        if topic == "kpis":
            return view.cards
        return view.places if topic == "places" else view.rows[topic]

    def _send_vehicles(self) -> None:
        if self._vehicle_clients:
            _offer(self._vehicle_clients, self._vehicles, self._vehicles.delta())
        else:
            self._vehicles.pass_over()

    def _send_cards(self) -> None:
        keys, self._changed_keys = self._changed_keys, set()
        for (audience, language, _), view in self._views.items():
            self._present_cards(view, audience, language, keys)

    def _send_rows(self, *names: str) -> None:
        for (audience, language, exact), view in self._views.items():
            self._present_rows(view, audience, language, exact, names)

    def _present_cards(self, view: View, audience: Audience, language: Language, keys: Iterable[str]) -> None:
        now, presenter = self._clock(), self._presenter
        cards: dict[str, object | None] = {}
        layers: dict[str, object | None] = {}
        for key in keys:
            columns = self._results[key]
            province = columns.result(PROVINCE)
            if audience is Audience.PUBLIC:
                cards[key] = presenter.public_card(province, language, now) if province else None
                continue
            cards[key] = presenter.card(province, self._series.get(key, ()), language, now) if province else None
            by_place = {
                result.place: result
                for result in columns.results()
                if result.of.kind is SubjectKind.PLACE and result.place != PROVINCE
            }
            layers[key] = presenter.layer(key, by_place, language, now)
        _offer(view.clients["kpis"], view.cards, view.cards.update(cards))
        _offer(view.clients["places"], view.places, view.places.update(layers))

    def _present_rows(
        self, view: View, audience: Audience, language: Language, exact: bool, names: Iterable[str]
    ) -> None:
        if audience is Audience.PUBLIC:
            return
        now = self._clock()
        for name in names:
            stream = view.rows[name]
            _offer(view.clients[name], stream, stream.update(self._rows(name, language, exact, now)))

    def _rows(self, name: str, language: Language, exact: bool, now: datetime) -> Sequence[object]:
        if name == "feeds":
            return self._presenter.feed_rows(self._health, language, now)
        if name == "events":
            return self._presenter.event_rows(list(self._events), language, now)
        vehicles = [position.vehicle() for position in self._newest.values()]
        every = [result for columns in self._results.values() for result in columns.results()]
        handlings = self._handlings
        return self._presenter.alarm_rows(
            every, self._health, vehicles, language, now, exact=exact, handlings=handlings
        )


def _offer(clients: Iterable[Client], stream: Stream, messages: Sequence[Message]) -> None:
    if messages:
        for client in clients:
            client.offer(stream, messages)
