"""A made-up centre for screens: real declarations and places, seeded figures, in three conditions."""

import random
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import collection_day
import map_fixtures
from said import at_place, kpi_result, status_event

import areas as area_room
import data_sources
import kpi as kpi_room
from domain.abnormal import Abnormal, Priority
from domain.area import Area
from domain.correction import Correction
from domain.discovery import discover
from domain.feed import Feed
from domain.health import FeedHealth, StatusEvent
from domain.kpi import Kpi, KpiResult, Status
from domain.map_import import MapImport
from domain.map_layer import MapLayer
from domain.observation import Kind, Observation, Rejection
from domain.place import IN_FORCE, PROVINCE, Place
from domain.pull import PullState
from domain.reason import Reason
from domain.retention import RetentionRun
from domain.rhythm import rhythm_of
from domain.run import Override
from domain.service_day import ServiceDay
from domain.text import Text
from domain.vehicle import Vehicle
from layouts._present import RowVM, alarm_row
from store import territories
from store.records import Device, RegisteredVehicle, RejectedItem

NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
FEEDS: dict[str, Feed] = discover(data_sources, "FEED", Feed)
KPIS: dict[str, Kpi] = discover(kpi_room, "KPIS", Kpi)
WARDS = ("27694", "27712", "27715")
# Value of the province, and what it is a share of (None: a plain count).
FIGURES: dict[str, tuple[float, float | None]] = {
    "waste_vehicles_supplying": (90.0, 30.0),
    "waste_online_rate": (94.2, 432_000.0),
    "waste_on_time_share": (97.4, 18_400.0),
    "waste_completeness": (91.8, 14_400.0),
    "services_on_time": (98.1, 20_412.0),
    "services_online": (93.4, 22_806.0),
    "services_cashless": (61.7, 9_310.0),
    "services_app_installs": (413_500.0, None),
    "coverage_fibre_households": (88.9, 478_494.0),
    "coverage_4g_population": (99.9, 1_688_547.0),
    "coverage_4g_gap": (1_690.0, 1_688_547.0),
    "coverage_fibre_communes": (100.0, 60.0),
    "teams_active_share": (90.8, 1_004.0),
    "teams_hamlet_coverage": (98.6, 1_010.0),
    "teams_it_xanh": (100.0, 188.0),
    "teams_training_turns": (27_245.0, None),
    "lookups_success": (96.4, 412.0),
    "lookups_none_marked": (1.2, 168.0),
    "lookups_none_plain": (2.0, 244.0),
}
# Any other KPI shows what its first worked example gives, so that a new declaration needs no line here.
FIGURES |= {
    key: (next((example.expect for example in kpi.examples if example.expect is not None), 1.0), 100.0)
    for key, kpi in KPIS.items()
    if key not in FIGURES
}
VALUES = {key: value for key, (value, _) in FIGURES.items()}
WHOLES = {key: whole for key, (_, whole) in FIGURES.items()}
ABNORMAL = {"waste_vehicles_supplying": Status.CRITICAL, "teams_active_share": Status.ADVISORY}
# Each feed told its figures seven tenths of its rhythm ago.
AGES = {key: feed.cadence * 0.7 for key, feed in FEEDS.items()}
AREAS: dict[str, Area] = discover(area_room, "AREA", Area)
# Feeds that tell of the whole province only, by what their KPIs ask.
PROVINCIAL = FEEDS.keys() - {kpi.feed for kpi in KPIS.values() if kpi.by_place}


def places() -> list[Place]:
    """The sixty communes and the province, from the product's own seed."""
    return list(territories.places(IN_FORCE))


def result(kpi: Kpi, place: str, value: float | None, **changes: Any) -> KpiResult:
    """A simulated result as the KPI run would record it."""
    whole = WHOLES.get(kpi.key)
    share = kpi.formula.whole
    numerator = None if value is None or whole is None or share is None else round(whole * value / share)
    vehicles = kpi.feed in ("waste_trucks", "waste_routes")
    expected = 30 if vehicles else 60 if kpi.by_place else 1
    reporting = 27 if vehicles else 58 if kpi.feed == "teams" else expected
    made = kpi_result(
        key=kpi.key,
        territory=IN_FORCE,
        place=place,
        value=value,
        numerator=numerator,
        denominator=whole if share or kpi.formula.described.kind == "difference" else None,
        reporting=reporting if place == PROVINCE else 1,
        expected=expected if place == PROVINCE else 1,
        as_of=NOW - AGES[kpi.feed],
        computed_at=NOW,
        status=Status.NORMAL,
        since=NOW - timedelta(hours=3),
        kinds={Kind.SIMULATED: reporting},
        sources=("Mô phỏng",),
    )
    return at_place(made, **changes)


def series(kpi: Kpi, last: KpiResult) -> list[KpiResult]:
    """A wandering history that ends in ``last``."""
    assert last.value is not None
    assert last.as_of is not None
    dice, rhythm = random.Random(kpi.key), rhythm_of(kpi, FEEDS[kpi.feed])
    steps = 13 if rhythm.window > timedelta(days=30) else 40
    value, points = last.value, [last]
    for step in range(1, steps):
        value -= last.value * dice.uniform(-0.004, 0.006)
        points.append(replace(last, value=value, as_of=last.as_of - rhythm.window / steps * step))
    return points[::-1]


def commune_results(kpi: Kpi, codes: list[str]) -> Iterator[KpiResult]:
    """Each commune near the province's figure; two of them do not report."""
    dice, whole = random.Random(kpi.key + "x"), WHOLES.get(kpi.key)
    top = kpi.formula.whole
    for index, code in enumerate(codes):
        value = VALUES[kpi.key] * dice.uniform(0.94, 1.04) if top else VALUES[kpi.key] / 60 * dice.uniform(0.3, 2)
        value = min(top, value) if top else value
        if kpi.key == "coverage_fibre_communes":
            value = 100.0
        if index in (7, 41) and kpi.feed == "teams":
            yield result(kpi, code, None, status=Status.NO_DATA, reporting=0, as_of=None, kinds={}, sources=())
        else:
            low = kpi.key == "services_on_time" and index == 12
            status = Status.WARNING if low else Status.NORMAL
            shown = 88.4 if low else value
            part = whole / 60 if whole else None
            numerator = shown if top is None else shown * part / top if part else None
            yield replace(result(kpi, code, shown, status=status), numerator=numerator, denominator=part)


@dataclass
class FakeReading:
    """Answers like store.reading.Reading from values held in lists."""

    results: list[KpiResult] = field(default_factory=list)
    history: dict[str, list[KpiResult]] = field(default_factory=dict)
    health: list[FeedHealth] = field(default_factory=list)
    positions: list[Vehicle] = field(default_factory=list)
    refused: list[RejectedItem] = field(default_factory=list)
    waiting: list[Device] = field(default_factory=list)
    happened: list[StatusEvent] = field(default_factory=list)
    observed: list[Observation] = field(default_factory=list)
    recorded: list[KpiResult] = field(default_factory=list)
    corrected: list[Correction] = field(default_factory=list)
    layers: list[MapLayer] = field(default_factory=list)
    imports: list[MapImport] = field(default_factory=list)
    kept: list[RetentionRun] = field(default_factory=list)
    fetches: list[PullState] = field(default_factory=list)
    collected: ServiceDay | None = None
    failure: Exception | None = None

    async def results_latest(self, _territory: str = IN_FORCE) -> list[KpiResult]:
        if self.failure:
            raise self.failure
        return self.results

    async def result_series(self, key: str, *_where: object, limit: int = 1000) -> list[KpiResult]:
        return self.history.get(key, [])[-limit:]

    async def places(self, territory: str = IN_FORCE) -> list[Place]:
        return list(territories.places(territory))

    async def feeds(self) -> list[FeedHealth]:
        return self.health

    async def vehicles(self) -> list[Vehicle]:
        return self.positions

    async def fleet(self, feed: str) -> dict[str, RegisteredVehicle]:
        assert feed == "waste_trucks"
        mute = [] if not self.positions else ["LA-030"]
        return {id_: RegisteredVehicle(id=id_, feed="waste_trucks", place="27694", in_service=True) for id_ in mute}

    async def newest_observations(self, feed: str) -> list[Observation]:
        return [item for item in self.observed if item.feed == feed]

    async def events(self, limit: int = 200) -> list[StatusEvent]:
        return self.happened[:limit]

    def at(self, instant: datetime) -> "FakePast":
        return FakePast(self, instant)

    def then(self, result: KpiResult, instant: datetime) -> KpiResult:
        """As it is said to have stood at ``instant``."""
        return replace(result, as_of=result.as_of and instant - AGES[KPIS[result.key].feed])

    async def evaluated_at(self) -> datetime | None:
        return NOW

    async def corrections(self, limit: int = 100, feed: str | None = None) -> list[Correction]:
        return self.corrected[:limit]

    async def rejections(self, feed: str | None = None, limit: int = 100) -> list[RejectedItem]:
        return self.refused[:limit]

    async def pending_devices(self) -> list[Device]:
        return self.waiting

    async def count_pending(self) -> int:
        return len(self.waiting)

    async def pulls(self, feeds: Iterable[Feed]) -> list[PullState]:
        return self.fetches

    async def retention(self) -> list[RetentionRun]:
        return self.kept


@dataclass
class FakePast:
    """Answers like store.past.Past."""

    reading: FakeReading
    instant: datetime

    async def results(self, *, key: str | None = None) -> list[KpiResult]:
        return [self.reading.then(r, self.instant) for r in self.reading.recorded if key in (None, r.key)]

    async def events(self, since: datetime, places: Iterable[str]) -> list[StatusEvent]:
        wanted = set(places)
        return [e for e in self.reading.happened if since < e.at <= self.instant and e.place in wanted]


def normal() -> FakeReading:
    """A working day: one critical KPI, one advisory, a few refusals, one strange device."""
    made = _normal()
    return replace(made, **{name: copy(held) for name, held in vars(made).items()})


@cache
def _normal() -> FakeReading:
    codes = [place.code for place in places() if place.code != PROVINCE]
    provincial = {
        key: result(kpi, PROVINCE, VALUES[key], status=ABNORMAL.get(key, Status.NORMAL)) for key, kpi in KPIS.items()
    }
    local = [
        found
        for kpi in KPIS.values()
        if kpi.by_place
        for found in commune_results(kpi, [*WARDS] if kpi.feed in ("waste_trucks", "waste_routes") else codes)
    ]
    return FakeReading(
        results=[*provincial.values(), *local],
        history={key: series(KPIS[key], found) for key, found in provincial.items()},
        health=[_health(key) for key in FEEDS],
        positions=_fleet(),
        refused=_refused(),
        waiting=[
            Device(
                device="862019041234567",
                source="osmand",
                first_seen_at=NOW - timedelta(minutes=40),
                last_seen_at=NOW - timedelta(seconds=12),
                fixes=128,
                clock_offset_min=None,
            )
        ],
        happened=_events(),
        observed=_observed(),
        recorded=[_earlier(r) for r in (*provincial.values(), *local)],
        collected=collection_day.service_day(),
        layers=[map_fixtures.layer(), map_fixtures.streets(report=map_fixtures.STREETS_REPORT, active=False)],
        imports=[map_fixtures.job()],
    )


def _observed() -> list[Observation]:
    """Two sources that do not agree about fibre in Phường Long An, and about teams in a commune."""
    said = (
        ("coverage", "fibre_households", "27694", "VNPT", 4_120, 23, Kind.DECLARED),
        ("coverage", "fibre_households", "27694", "Sở Khoa học và Công nghệ", 4_260, 25, Kind.ESTIMATED),
        ("teams", "teams_active", "27721", "UBND xã", 11, 5, Kind.DECLARED),
        ("teams", "teams_active", "27721", "Đoàn Thanh niên", 14, 9, Kind.SIMULATED),
    )
    return [
        Observation(
            feed=feed,
            measure=measure,
            place=place,
            territory=IN_FORCE,
            at=NOW - timedelta(days=days),
            received_at=NOW - timedelta(days=days),
            value=value,
            kind=kind,
            source=source,
        )
        for feed, measure, place, source, value, days, kind in said
    ]


def _earlier(r: KpiResult) -> KpiResult:
    """As it was one period before: a little lower or higher, everything normal, two communes not heard yet."""
    dice = random.Random(r.key + r.place)
    if r.value is None or r.place in ("27721", "27727"):
        return replace(r, value=None, status=Status.NO_DATA, as_of=None)
    return replace(r, value=r.value * (1 + dice.uniform(-0.015, 0.01)), status=Status.NORMAL)


def quiet() -> FakeReading:
    """A normal province: nothing abnormal anywhere."""
    calm = normal()
    calm.results = [replace(r, status=Status.NORMAL) if r.value is not None else r for r in calm.results]
    calm.happened, calm.recorded = [], calm.results
    return calm


def empty() -> FakeReading:
    """Nothing was ever sent."""
    return FakeReading()


def broken() -> FakeReading:
    """Yesterday's data: trackers and services silent, one measure never seen, one denominator 0."""
    old = normal()
    late = {"waste_trucks": timedelta(hours=5), "services": timedelta(days=3), "coverage": timedelta(days=61)}

    def age(r: KpiResult) -> KpiResult:
        if r.key == "teams_it_xanh":
            return replace(r, value=None, status=Status.NOT_APPLICABLE)
        if r.key == "teams_training_turns":
            return replace(r, value=None, status=Status.NO_DATA, reporting=0, as_of=None, kinds={}, sources=())
        delay = late.get(KPIS[r.key].feed)
        return replace(r, as_of=r.as_of - delay, reporting=0) if delay and r.as_of else r

    old.results = [age(r) for r in old.results]
    old.health = [
        replace(h, last_at=h.last_at - late[h.feed], reporting=0) if h.feed in late and h.last_at else h
        for h in old.health
    ]
    old.positions = [replace(v, at=v.at - timedelta(hours=5)) for v in old.positions]
    return old


CONDITIONS = {"normal": normal, "quiet": quiet, "empty": empty, "broken": broken}


def alarms(language: str, now: datetime) -> list[RowVM]:
    """Three alarms, worst first."""
    said = (
        ("critical", "Xe LA-012 mất tín hiệu 14 phút", "Truck LA-012 silent for 14 minutes", "Phường Tân An",
         "Gọi tổ lái; chuyển xe LA-027 nếu quá 20 phút", "Call the crew; send LA-027 after 20 minutes", 2),
        ("high", "Hồ sơ đúng hạn thấp: 88,4 %", "Files on time low: 88.4 %", "Xã Mỹ Quý",
         "Báo bộ phận một cửa", "Tell the one-stop desk", 84),
        ("advisory", "Tổ hoạt động 30 ngày thấp: 90,8 %", "Teams active low: 90.8 %", "",
         "Nhắc cán bộ phụ trách", "Remind the officer in charge", 180),
    )  # fmt: skip
    found = [
        Abnormal(
            id=str(i),
            priority=Priority(tone),
            what=Text(vi, en),
            where=Text(where, where),
            since=now - timedelta(minutes=minutes),
            response=Text(do_vi, do_en),
            feed="",
        )
        for i, (tone, vi, en, where, do_vi, do_en, minutes) in enumerate(said)
    ]
    return [alarm_row(one, "en" if language == "en" else "vi", now) for one in found]


def services(reading: FakeReading) -> Any:
    """What the composition root hands over, with a fake reading and a registry that remembers bindings."""
    return SimpleNamespace(
        reading=reading,
        registry=FakeRegistry(reading),
        maps=map_fixtures.FakeMaps(reading.layers),
        map_imports=map_fixtures.FakeImports(reading.imports),
        runs=FakeRuns(),
        service_days=FakeDays(reading.collected),
        feeds=FEEDS,
        kpis=KPIS,
        areas=AREAS,
        release="test",
        simulator=True,
    )


@dataclass
class FakeRuns:
    """Remembers what dispatchers said, like store.runs.Runs."""

    said: list[Override] = field(default_factory=list)

    def override(self, given: Override) -> None:
        self.said.append(given)


@dataclass
class FakeDays:
    """One service day, like store.service_days.ServiceDays; of every other day nothing is known."""

    async def planned(self, day: date, route: str, number: int) -> bool:
        return (await self.day(day)).run(route, number) is not None

    found: ServiceDay | None

    async def day(self, day: date) -> ServiceDay:
        return self.found if self.found and self.found.day == day else ServiceDay(day=day)


@dataclass
class FakeRegistry:
    """Binds like store.registry.Registry."""

    reading: FakeReading
    bound: dict[str, tuple[str, Device]] = field(default_factory=dict)

    def fleet_of(self, vehicle: str) -> str | None:
        return None

    def bind(self, device: str, vehicle: str, *, feed: str, by: str, now: datetime) -> None:
        assert feed == "waste_trucks"
        found = next(d for d in self.reading.waiting if d.device == device)
        self.reading.waiting.remove(found)
        self.bound[device] = (vehicle, found)

    def unbind(self, device: str, *, now: datetime) -> None:
        self.reading.waiting.append(self.bound.pop(device)[1])


def _owed(feed: str) -> int:
    return 1 if feed in PROVINCIAL else 60


def _health(feed: str) -> FeedHealth:
    vehicles = feed == "waste_trucks"
    return FeedHealth(
        feed=feed,
        accepted=184_203 if vehicles else 12_480,
        duplicates=912 if vehicles else 0,
        rejected=37 if vehicles else 4,
        late=240 if vehicles else 0,
        corrected=0 if vehicles else 3,
        last_received_at=NOW - timedelta(seconds=5),
        last_at=NOW - AGES[feed],
        reporting=27 if vehicles else 58 if feed == "teams" else _owed(feed),
        expected=30 if vehicles else _owed(feed),
        automatic_share=1.0 if feed in ("waste_trucks", "services") else 0.25,
        simulated_share=1.0,
    )


def _fleet() -> list[Vehicle]:
    dice = random.Random(3)
    return [
        Vehicle(
            id=f"LA-{i:03d}",
            device=f"LA-{i:03d}",
            bound=True,
            at=NOW - (timedelta(minutes=14) if i == 12 else timedelta(seconds=dice.randint(2, 70))),
            received_at=NOW,
            latitude=10.54 + dice.uniform(-0.03, 0.03),
            longitude=106.41 + dice.uniform(-0.03, 0.03),
            kind=Kind.SIMULATED,
            source="Mô phỏng",
            speed_kmh=dice.choice((0.0, 8.0, 12.0, 32.0)),
            course_deg=dice.uniform(0, 360),
            place=WARDS[i % 3],
        )
        for i in range(1, 31)
    ]


def _refused() -> list[RejectedItem]:
    said = (
        (Reason.ZERO_COORDINATES, "waste_trucks", "", "id=LA-019&lat=0&lon=0&timestamp=1795415101&speed=0.0"),
        (Reason.UNKNOWN_PLACE, "services", "27999", '{"feed":"services","measure":"files_due","place":"27999"}'),
        (Reason.BAD_NUMBER, "teams", "“đang cập nhật”", "Xã Mỹ Quý;đang cập nhật;31/10/2026;12;9;"),
    )
    return [
        RejectedItem(
            rejection=Rejection(
                feed=feed, reason=reason, received_at=NOW - timedelta(minutes=7 * i), detail=detail, raw=raw
            ),
            stream_id=f"{i}-0",
            id=3 - i,
        )
        for i, (reason, feed, detail, raw) in enumerate(said)
    ]


def _events() -> list[StatusEvent]:
    said = (
        ("waste_vehicles_supplying", PROVINCE, Status.NORMAL, Status.CRITICAL, 2),
        ("services_on_time", "27721", Status.NORMAL, Status.WARNING, 84),
        ("teams_active_share", PROVINCE, Status.NORMAL, Status.ADVISORY, 180),
        ("waste_on_time_share", PROVINCE, Status.WARNING, Status.NORMAL, 310),
    )
    return [
        status_event(
            at=NOW - timedelta(minutes=minutes),
            key=key,
            territory=IN_FORCE,
            place=place,
            before=before,
            after=after,
            value=None,
        )
        for key, place, before, after, minutes in said
    ]
