"""Disk size of a province's year: measured bytes a row times declared volumes after retention."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Engine
from sqlalchemy.sql.schema import Table

import data_sources
import kpi
from bench.rig.figure import Figure
from bench.rig.load import position
from domain.discovery import discover
from domain.feeds.feed import Bearer, Feed, Payload
from domain.fleets.tracker_day import TrackerDay
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.observation import Fix, Kind, Observation, Rejection
from domain.places.place import IN_FORCE
from domain.reason import Reason
from domain.subject import place
from store import rows
from store.database import insert_new, insert_new_rows, migrate, open_database, writing
from store.keeping.raw_archive import archive, packed
from store.keeping.retention import RULES
from store.records import RejectedItem
from store.tables import feeds as feed_tables
from store.tables import fleet, runs
from store.tables.observations import observations
from store.tables.results import kpi_results, status_events
from store.tables.retention import raw

FIGURES = ("year_of_a_province_gb",)
TRUCKS, HOURS, FIX_EVERY_S, COMMUNES = 500, 10, 30, 60
SAMPLE_TRUCKS = 50
EVENTS_A_DAY, REFUSED_SHARE = 1_000, 0.01
ROUTES = 300
# Statements a day about a truck (duty, tickets), independent of the interval of its positions.
TOLD_OF_A_TRUCK = 2
# Approximate size of a run or a vehicle's day with its evidence, from the judged day of bench/rounds_day.py.
DOCUMENT_BYTES = 20_000
DAY = datetime(2026, 11, 22, 0, tzinfo=UTC)
YEAR = 365


class Volume(NamedTuple):
    """A table's rows a day, and its rows a day after they are rolled up to hours."""

    table: Table
    a_day: float
    hourly: float = 0.0


def measure() -> Iterator[Figure]:
    """Fill one database with a sample of a day of each table, and compute the year from its bytes a row."""
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as folder:
        each = _bytes_a_row(Path(folder))
    volumes = _volumes()
    total = sum(_after_a_year(volume) * each[volume.table.name] for volume in volumes)
    fast = (FIX_EVERY_S - 1) * next(_after_a_year(v) for v in volumes if v.table is fleet.fixes) * each["fixes"]
    parts = ", ".join(
        f"{v.table.name} {v.a_day:,.0f}/d x {each[v.table.name]:.0f} B -> {_after_a_year(v):,.0f} rows "
        f"{_after_a_year(v) * each[v.table.name] / 1e9:.2f} GB"
        for v in volumes
    )
    forever = sum(YEAR * v.a_day * each[v.table.name] for v in volumes)
    yield Figure(
        name="year_of_a_province_gb",
        value=total / 1e9,
        unit="GB",
        baseline=forever / 1e9,
        ratio=total / forever,
        note=f"SQLite with indexes after {YEAR} days; baseline keeps everything; {TRUCKS} trucks x {HOURS} h x a fix "
        f"every {FIX_EVERY_S} s (at 1 Hz {(total + fast) / 1e9:.1f} GB without the raw messages of it), {COMMUNES} "
        f"communes at each feed's cadence; run_results and vehicle_days with documents of {DOCUMENT_BYTES} B. {parts}",
    )


def _volumes() -> list[Volume]:
    fixes = TRUCKS * HOURS * 3_600 / FIX_EVERY_S
    observed, observed_hourly = 0.0, 0.0
    feeds = discover(data_sources, "FEED", Feed)
    for feed in feeds.values():
        a_day = 86_400 / max(feed.cadence.total_seconds(), 60)
        series = COMMUNES * sum(one.bearer is Bearer.PLACE for one in feed.measures)
        of_trucks = TRUCKS * TOLD_OF_A_TRUCK * sum(one.bearer is Bearer.ENTITY for one in feed.measures)
        observed += series * a_day + of_trucks
        observed_hourly += series * min(a_day, 24) + of_trucks
    results, results_hourly = 0.0, 0.0
    for one in discover(kpi, "KPIS", Kpi).values():
        a_day = 86_400 / max(feeds[one.feed].cadence.total_seconds(), 60)
        series = (COMMUNES + 1) if one.by_place else 1
        results += series * a_day
        results_hourly += series * min(a_day, 24)
    return [
        Volume(fleet.fixes, fixes),
        Volume(raw, fixes),
        Volume(observations, observed, observed_hourly),
        Volume(kpi_results, results, results_hourly),
        Volume(status_events, EVENTS_A_DAY),
        Volume(feed_tables.rejections, fixes * REFUSED_SHARE),
        Volume(fleet.tracker_days, TRUCKS),
        Volume(runs.run_results, ROUTES),
        Volume(runs.vehicle_days, TRUCKS),
    ]


def _after_a_year(volume: Volume) -> float:
    """Rows after a year: all rows of the days kept, and hourly rows of earlier days where they are rolled up."""
    whole = min(YEAR, next(rule.days for rule in RULES if rule.table is volume.table))
    return volume.a_day * whole + volume.hourly * (YEAR - whole)


def _bytes_a_row(folder: Path) -> dict[str, float]:
    """By table, bytes of its pages and indexes divided by its rows, after a day's writing."""
    engine = open_database(f"sqlite:///{folder}/ioc.sqlite3")
    migrate(engine)
    whole = {
        fleet.fixes: [rows.fix_row(fix, quarantined=False) for fix in _fixes()],
        fleet.tracker_days: [(*rows.day_row(one, "waste_trucks"), 1) for one in _days()],
    }
    samples = {
        observations: [rows.observation_row(one) for one in _observations()],
        kpi_results: [rows.result_row(one, IN_FORCE) for one in _results()],
        status_events: [_event(minute) for minute in range(3_000)],
        feed_tables.rejections: [rows.rejection_row(one) for one in _refused()],
        runs.run_results: [_document({"route": f"LA-{n:03d}", "number": 1}) for n in range(ROUTES)],
        runs.vehicle_days: [_document({"vehicle": f"62C-{n:05d}"}) for n in range(ROUTES)],
    }
    for table, sample in samples.items():
        for start in range(0, len(sample), 1_000):
            with writing(engine) as connection:
                insert_new(connection, table, sample[start : start + 1_000])
    for table, given in whole.items():
        for start in range(0, len(given), 1_000):
            with writing(engine) as connection:
                insert_new_rows(connection, table, given[start : start + 1_000])
    archived = _archive(engine)
    counts = {table.name: len(sample) for table, sample in (samples | whole).items()} | {raw.name: archived}
    weights = _pages(engine)
    engine.dispose()
    return {name: weights[name] / count for name, count in counts.items()}


def _pages(engine: Engine) -> dict[str, int]:
    """Bytes of pages by table, indexes included."""
    query = "SELECT m.tbl_name, SUM(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY m.tbl_name"
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql(query)}


def _fixes() -> Iterable[Fix]:
    """A day of some trucks in order of arrival, each tracker on its own second."""
    for step in range(HOURS * 3_600 // FIX_EVERY_S):
        for truck in range(SAMPLE_TRUCKS):
            at = DAY + timedelta(seconds=step * FIX_EVERY_S + truck % FIX_EVERY_S)
            latitude, longitude = position(truck, int(at.timestamp()))
            yield Fix(
                feed="waste_trucks", device=f"8657{truck:011d}", at=at, received_at=at + timedelta(seconds=2),
                latitude=latitude, longitude=longitude, kind=Kind.MEASURED, source="đơn vị thu gom", speed_kmh=17.5,
                course_deg=float(step % 360), altitude_m=3.0, accuracy_m=5.0, driver="790123456789",
                attributes={"batt": 87, "ignition": True, "sat": 9},
            )  # fmt: skip


def _archive(engine: Engine) -> int:
    """Archive the same fixes as OsmAnd messages, one a batch: messages more than 50 ms apart are not joined."""
    count = 0
    for fix in list(_fixes())[:10_000]:
        said: dict[str, Any] = {"id": fix.device, "timestamp": int(fix.at.timestamp()), "speed": 9.4}
        said |= {"lat": fix.latitude, "lon": fix.longitude, "bearing": fix.course_deg, "altitude": 3, "batt": 87}
        query = urlencode(said)
        received = fix.received_at
        payload = Payload(feed="waste_trucks", format="osmand", body=b"", received_at=received, query=query)
        batch = packed([(f"{int(received.timestamp() * 1000)}-0", payload)])
        assert batch is not None
        with writing(engine) as connection:
            archive(connection, batch)
        count += 1
    return count


def _observations() -> Iterable[Observation]:
    for step in range(288):
        for commune in range(COMMUNES):
            at = DAY + timedelta(minutes=5 * step)
            yield Observation(
                feed="coverage", measure="households_with_fibre", at=at, received_at=at, value=1_234.0 + step,
                kind=Kind.MEASURED, source="Sở Khoa học và Công nghệ", place=f"{27_600 + commune}", territory=IN_FORCE,
            )  # fmt: skip


def _results() -> Iterable[KpiResult]:
    for minute in range(600):
        for commune in range(COMMUNES):
            at = DAY + timedelta(minutes=minute)
            yield KpiResult(
                key="waste_vehicles_supplying", of=place(f"{27_600 + commune}", IN_FORCE), computed_at=at,
                value=87.5 + minute, numerator=7.0, denominator=8.0, reporting=8, expected=8, as_of=at,
                status=Status.NORMAL, since=DAY, kinds={Kind.MEASURED: 8}, sources=("đơn vị thu gom",),
            )  # fmt: skip


def _event(minute: int) -> dict[str, object]:
    return {
        "at_ms": 60_000 * minute, "key": "waste_vehicles_supplying", "territory": IN_FORCE,
        "subject_kind": "place", "subject": "27694",
        "before": "normal", "after": "critical", "value": 87.5,
    }  # fmt: skip


def _refused() -> Iterable[RejectedItem]:
    raw_text = urlencode({"id": "865700000000001", "lat": "x", "lon": 106.41, "timestamp": 1_772_414_940})
    refused = Rejection(
        feed="waste_trucks", reason=Reason.BAD_NUMBER, received_at=DAY, detail="lat: x", source="", raw=raw_text
    )
    return (RejectedItem(rejection=refused, stream_id=f"1772414940{n}-0") for n in range(3_000))


def _days() -> Iterable[TrackerDay]:
    for day in range(10):
        for truck in range(TRUCKS):
            at = DAY + timedelta(days=day)
            yield TrackerDay(
                day=at.date(), device=f"8657{truck:011d}", kind=Kind.MEASURED, fixes=1_200, duplicates=2,
                out_of_order=3, late_120s=4, late_600s=2, late_3600s=1, online_s=35_000.0, first_at=at,
                last_at=at + timedelta(hours=10),
            )  # fmt: skip


def _document(identity: dict[str, object]) -> dict[str, object]:
    return identity | {"day": "2026-11-22", "computed_ms": 1_772_414_940_000, "document": "x" * DOCUMENT_BYTES}
