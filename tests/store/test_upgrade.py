"""A centre of release 0.1.0 starts with today's code: every row is found again, with its meaning.

tests/samples/release_0_1_0.json holds the rows that the classes of that release wrote themselves (commit 5f15984):
figures with a revision, a roster of a vehicle told in two wards at once, trackers, drivers' codes, KPI history and
status machines, judged runs, keys, bindings and refusals.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
import run_fixtures
from alembic import command
from alembic.config import Config
from collecting import stored_fixes
from servers import Servers
from sqlalchemy import Engine, MetaData, func, select, text

from data_sources import services
from domain.access.principal import CENTRE
from domain.audit import Whole
from domain.feeds.part import Part
from domain.feeds.payload import Payload
from domain.fleets.fleet import Carrier
from domain.imports.file_import import Stage
from domain.instant import from_ms, to_ms
from domain.kpis.kpi import Status
from domain.kpis.result_columns import STATUSES
from domain.observation import Observation
from domain.period import Span
from domain.places.place import PROVINCE
from store.audit import AuditLog
from store.database import migrate, open_database, schema, writing
from store.drivers import Drivers
from store.imports import Imports
from store.intake import Batch, IntakeStore, feed_counts
from store.registry import Registry
from store.results import Results
from store.revisions import Corrections
from store.rounds.runs import Runs
from store.tables.observations import observations, observations_latest

OLD: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "samples" / "release_0_1_0.json").read_text("utf-8")
)
OLD_HEAD = "0005"
T = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def empty_url(pair: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table."""
    if pair == "embedded":
        yield f"sqlite:///{tmp_path}/old.sqlite3"
        return
    servers: Servers = request.getfixturevalue("servers")
    name = f"old_{uuid4().hex}"
    admin = open_database(servers.database_url)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield servers.database_url.replace("/postgres?", f"/{name}?")
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def upgraded(empty_url: str) -> Iterator[Engine]:
    """The old release's database after the new code has opened it."""
    engine = open_database(empty_url)
    migrated(engine, command.upgrade, OLD_HEAD)
    then = MetaData()
    then.reflect(engine)
    with writing(engine) as connection:
        for name, rows in OLD.items():
            connection.execute(then.tables[name].insert(), rows)
    migrate(engine)
    yield engine
    engine.dispose()


def migrated(engine: Engine, how: Callable[[Config, str], None], revision: str) -> None:
    """Run alembic's ``how`` (upgrade or downgrade) to ``revision`` in one transaction."""
    with writing(engine) as connection:
        how(schema(connection), revision)


def told(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that name measures, sorted; feed and measure come first."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))))
            for table in (observations, observations_latest)
        }


def newest(engine: Engine, feed: str) -> dict[tuple[str, str], Observation]:
    return {(o.measure, o.of.code): o for o in IntakeStore(engine).latest_observations(feed)}


def test_no_figure_is_lost_and_revisions_stand(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(observations)) == len(OLD["observations"])
    stands = newest(upgraded, "services")
    due = stands["dossiers_due", "27694"]
    assert (due.value, due.at, due.period.code) == (100, T + timedelta(days=4), "2026-11")
    at_first = {
        o.of.code: o for o in IntakeStore(upgraded).observations_as_of("services", T) if o.measure == "dossiers_due"
    }
    assert (at_first["27694"].value, at_first["27694"].revision, at_first["27694"].author) == (120, 2, "chị Hoa")
    # 31 October, 17:30 UTC, is November in Việt Nam.
    assert at_first["27712"].period.code == "2026-11"
    (corrected,) = Corrections(upgraded).newest(feed="services")
    assert (corrected.before.value, corrected.after.value) == (100, 120)


def test_figures_of_dossiers_have_their_new_names_and_can_go_back(upgraded: Engine) -> None:
    strange = replace(newest(upgraded, "services")["dossiers_due", "27694"], feed="hotline", measure="files_due")
    store = IntakeStore(upgraded)
    hotline = Part("hotline")
    batch = Batch(observations=[strange])
    store.write(hotline, expected_cursor=store.cursor(hotline), cursor="1-0", batch=batch)
    before = told(upgraded)
    assert Counter(measure for feed, measure, *_ in before[observations.name] if feed == "services") == {
        "app_installs": 1, "dossiers_due": 7, "dossiers_on_time": 1,
    }  # fmt: skip
    assert [measure for feed, measure, *_ in before[observations.name] if feed == "hotline"] == ["files_due"]
    migrated(upgraded, command.downgrade, "0012")
    assert told(upgraded) == {
        table: sorted((feed, measure.replace("dossiers_", "files_"), *rest) for feed, measure, *rest in rows)
        for table, rows in before.items()
    }
    migrated(upgraded, command.upgrade, "head")
    assert told(upgraded) == before


def test_a_message_of_before_the_upgrade_is_a_repeat_of_what_it_told(upgraded: Engine) -> None:
    known = newest(upgraded, "services")["dossiers_due", "27694"]
    message = {
        "measure": "files_due",
        "place": "27694",
        "at": known.at.isoformat(),
        "value": known.value,
        "source": "xã",
    }
    payload = Payload(feed="services", format="observations", body=orjson.dumps([message]), received_at=known.at)
    (again,) = services.FEED.decode(payload)
    assert isinstance(again, Observation)
    store, part = IntakeStore(upgraded), Part("services")
    batch = Batch(observations=[again])
    done = store.write(part, expected_cursor=store.cursor(part), cursor="99-0", batch=batch)
    assert (done.accepted, done.duplicates, done.corrected) == (0, 1, 0)


def test_spans_are_those_in_which_the_feeds_speak_from_now_on(upgraded: Engine) -> None:
    assert newest(upgraded, "services")["app_installs", PROVINCE].period.span is Span.TO_DATE
    assert newest(upgraded, "teams")["training_turns", PROVINCE].period.span is Span.TO_DATE
    assert newest(upgraded, "teams")["teams_active", "27694"].period.span is Span.INSTANT
    with upgraded.connect() as connection:
        query = select(observations.c.period).where(observations.c.measure == "lookups").order_by(observations.c.at_ms)
        # 16:59 UTC is the evening of the 20th, 17:01 the first minute of the 21st.
        assert list(connection.scalars(query)) == ["2026-11-20", "2026-11-21"]
    former = newest(upgraded, "coverage")["households", "27694"]
    assert (former.territory, former.source) == ("2024-01", "VNPT")


def test_a_figure_sent_again_after_the_upgrade_is_a_repeat(upgraded: Engine) -> None:
    store = IntakeStore(upgraded)
    again = newest(upgraded, "services")["dossiers_due", "27694"]
    cursor = store.cursor(Part("services"))
    done = store.write(
        Part("services"), expected_cursor=cursor, cursor="99-0", batch=Batch(observations=[replace(again, revision=0)])
    )
    assert (done.accepted, done.duplicates, done.corrected) == (0, 1, 0)


def test_a_vehicle_told_in_two_wards_keeps_all_that_was_told(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        told = connection.execute(
            select(observations.c.at_ms, observations.c.revision, observations.c.place)
            .where(observations.c.subject == "LA-003")
            .order_by(observations.c.at_ms, observations.c.revision)
        ).all()
    assert len(told) == 3
    assert {row.place for row in told} == {"27694", "27712", "27715"}
    assert newest(upgraded, "waste_trucks")["in_service", "LA-003"].place == "27715"


def test_trackers_go_on_where_they_were(upgraded: Engine) -> None:
    store = IntakeStore(upgraded)
    kept = store.latest_fixes("waste_trucks", ["phone-7"])["phone-7"]
    assert kept.suspect is not None
    assert (kept.fix.at, kept.latencies_s) == (T + timedelta(minutes=5), (2.0, 2.0))
    (day,) = store.tracker_days("waste_trucks", date(2026, 11, 20), ["phone-7"]).values()
    registry = Registry(upgraded)
    _, bound, vehicles = registry.fleets()
    assert bound == {"phone-7": Carrier("LA-001", "waste_trucks")}
    assert vehicles == dict.fromkeys(("LA-001", "LA-002"), "waste_trucks")
    assert [one.feed for one in registry.bindings_of("LA-001")] == ["waste_trucks"]
    assert (day.fixes, day.duplicates, day.online_s) == (6, 1, 300)
    assert len(stored_fixes(upgraded, "phone-7", T, T + timedelta(hours=1))) == 6
    counts = feed_counts(upgraded)["waste_trucks"]
    assert (counts.rejected, counts.late, counts.corrected) == (1, 1, 0)
    assert store.cursor(Part("waste_trucks")) == "1-0"
    registry = Registry(upgraded)
    assert registry.bound() == {"phone-7": Carrier("LA-001", "waste_trucks")}
    assert {key.name: key.revoked_at is None for key in registry.source_keys()} == {
        "VNPT": True, "Điều phối": True, "cũ": False,
    }  # fmt: skip


def test_results_history_and_status_machines_stand(upgraded: Engine) -> None:
    results = Results(upgraded)
    latest = {(r.key, r.place): r for r in results.latest()}
    province = latest["services_on_time", PROVINCE]
    assert (province.value, province.status, province.since) == (79, Status.WARNING, T + timedelta(minutes=2))
    assert (province.reporting, province.expected, province.sources) == (58, 60, ("xã", "tỉnh"))
    assert latest["coverage_fibre_communes", PROVINCE].value is None
    (kept,) = results.documents(key="services_on_time")
    at = kept.codes.index(PROVINCE)
    assert STATUSES[kept.pending[at]] is Status.CRITICAL
    assert from_ms(int(kept.pending_since_ms[at])) == T + timedelta(minutes=3)
    history = results.series("services_on_time", "2025-07", "27694", since=T, until=T + timedelta(hours=1))
    assert [point.value for point in history] == [95, 88, 88, 79][-len(history) :]
    assert {event.place for event in results.events()} == {"27694", PROVINCE}
    stood = results.at(T + timedelta(minutes=1), key="services_on_time", place=PROVINCE)
    assert [one.value for one in stood] == [88]


def test_judged_runs_stand(upgraded: Engine) -> None:
    assert Runs(upgraded).runs(run_fixtures.DAY) == [run_fixtures.RUN]
    assert Runs(upgraded).vehicle_days(run_fixtures.DAY) == [run_fixtures.VEHICLE_DAY]


def test_known_reads_of_drivers_data_are_the_first_entries_of_the_audit_log(empty_url: str) -> None:
    engine = open_database(empty_url)
    migrated(engine, command.upgrade, "0013")
    with writing(engine) as connection:
        for by, what in (("Ca sáng", "register"), ("Ca tối", "vehicle LA-001 2026-11-20")):
            values = {"at": to_ms(T), "by": by, "what": what}
            connection.execute(text('INSERT INTO driver_reads (at_ms, "by", what) VALUES (:at, :by, :what)'), values)
    migrate(engine)
    drivers = Drivers(engine)
    drivers.note_read(CENTRE, "register", T)
    assert [(read.by, read.what, read.at) for read in drivers.reads(10)] == [
        ("", "register", T), ("Ca tối", "vehicle LA-001 2026-11-20", T), ("Ca sáng", "register", T),
    ]  # fmt: skip
    assert AuditLog(engine).verify() == Whole(3, 3, AuditLog(engine).newest(1)[0].seal)
    engine.dispose()


def test_imports_of_maps_stand_among_the_files_handed_in(empty_url: str) -> None:
    engine = open_database(empty_url)
    migrated(engine, command.upgrade, "0034")
    then = MetaData()
    then.reflect(engine)
    common = {
        "kind": "boundaries",
        "stage_vi": "Sai tọa độ",
        "stage_en": "Wrong coordinates",
        "done": 1.0,
        "reason": "",
    }
    rows = [
        common | {"id": id_, "state": state, "layer": layer, "file_name": f"{id_}.geojson", "started_by": "Lan",
                  "started_ms": to_ms(T) + n, "updated_ms": to_ms(T) + n}
        for n, (id_, state, layer) in enumerate((("a1", "refused", ""), ("b2", "running", ""), ("c3", "done", "aa11")))
    ]  # fmt: skip
    with writing(engine) as connection:
        connection.execute(then.tables["map_imports"].insert(), rows)
    migrate(engine)
    done, running, refused = Imports(engine).newest()
    assert (done.stage, done.importer, done.feed, done.received_by) == (Stage.APPLIED, "maps", "boundaries", "Lan")
    assert (refused.stage, refused.refused, refused.is_kept) == (
        Stage.REFUSED, ("Sai tọa độ", "Wrong coordinates"), False,
    )  # fmt: skip
    assert (running.stage, running.approved_at, done.approved_at) == (
        Stage.REFUSED, None, T + timedelta(milliseconds=2),
    )  # fmt: skip
    assert Imports(engine).applied("c3") == b'["aa11", ""]'
    engine.dispose()
