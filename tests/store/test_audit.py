"""The audit log on both pairs of servers: one chain however many write, and every way to spoil it is found."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import orjson
import pytest
from map_fixtures import SHAPES, layer
from plan_fixtures import ROUTE, done
from sqlalchemy import Connection, Engine, delete, select, update
from standing_clock import Clock

from domain.access.principal import CENTRE, NOBODY, Actor, Principal
from domain.audit import ACTS, KEPT, Act, Broken, Fault, Whole
from domain.fleets.driver import Driver
from domain.waste.run import Override
from store.audit import AuditLog, note
from store.database import open_database, writing
from store.drivers import Drivers
from store.keeping.retaining import Retainer
from store.keeping.retention import RULES
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.tables.audit import audit_entries

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AN = Principal(actor=Actor.PERSON, name="an", address="10.0.0.7")
BY_KEY = {rule.key: rule for rule in RULES}
C = audit_entries.c


@pytest.fixture
def log(engine: Engine) -> AuditLog:
    return AuditLog(engine)


def write(engine: Engine, count: int, begin: datetime = T0) -> None:
    for minute in range(count):
        with writing(engine) as connection:
            at = begin + timedelta(minutes=minute)
            note(connection, Act.KEY_ADDED, f"key {minute}", AN, at, after={"role": "source"})


def test_an_entry_tells_who_from_where_what_and_when(engine: Engine, log: AuditLog) -> None:
    with writing(engine) as connection:
        note(connection, Act.VEHICLE_BOUND, "tk-1", AN, T0, before={"vehicle": "A"}, after={"vehicle": "B"})
    (entry,) = log.newest(10)
    assert (entry.number, entry.at, entry.actor, entry.name, entry.address) == (1, T0, Actor.PERSON, "an", "10.0.0.7")
    assert (entry.act, entry.of) == (Act.VEHICLE_BOUND, "tk-1")
    assert (orjson.loads(entry.before), orjson.loads(entry.after)) == ({"vehicle": "A"}, {"vehicle": "B"})


def test_every_act_has_its_words() -> None:
    assert set(ACTS) == set(Act)
    assert all(words.vi and words.en for words in ACTS.values())


def test_an_untouched_log_is_whole_and_an_empty_one_too(engine: Engine, log: AuditLog) -> None:
    assert log.verify() == Whole(0, 0, "")
    write(engine, 5)
    found = log.verify()
    assert isinstance(found, Whole)
    assert (found.entries, found.number, found.seal) == (5, 5, log.newest(1)[0].seal)


def change(connection: Connection) -> None:
    connection.execute(update(audit_entries).where(C.number == 3).values(name="somebody else"))


def remove(connection: Connection) -> None:
    connection.execute(delete(audit_entries).where(C.number == 3))


def remove_first(connection: Connection) -> None:
    connection.execute(delete(audit_entries).where(C.number <= 2))


def remove_last(connection: Connection) -> None:
    connection.execute(delete(audit_entries).where(C.number == 5))


def insert_after(connection: Connection) -> None:
    row = dict(connection.execute(select(audit_entries).where(C.number == 5)).mappings().one())
    connection.execute(audit_entries.insert().values(row | {"number": 6}))


def insert_between(connection: Connection) -> None:
    for number in (5, 4, 3):
        connection.execute(update(audit_entries).where(C.number == number).values(number=number + 1))
    row = dict(connection.execute(select(audit_entries).where(C.number == 2)).mappings().one())
    connection.execute(audit_entries.insert().values(row | {"number": 3}))


def swap(connection: Connection) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        connection.execute(update(audit_entries).where(C.number == old).values(number=new))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (change, Broken(3, Fault.CHANGED)),
        (remove, Broken(3, Fault.MISSING)),
        (remove_first, Broken(1, Fault.MISSING)),
        (remove_last, Broken(5, Fault.MISSING)),
        (insert_after, Broken(6, Fault.SURPLUS)),
        (insert_between, Broken(3, Fault.CHANGED)),
        (swap, Broken(2, Fault.CHANGED)),
    ],
)
def test_the_first_spoilt_entry_is_named(engine: Engine, log: AuditLog, spoil: object, found: Broken) -> None:
    write(engine, 5)
    with writing(engine) as connection:
        spoil(connection)  # type: ignore[operator]
    assert log.verify() == found


def test_a_chain_rewritten_as_a_whole_does_not_fit_what_was_written_down(engine: Engine, log: AuditLog) -> None:
    write(engine, 5)
    known = log.newest(1)[0]
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM audit_entries")
        connection.exec_driver_sql("DELETE FROM audit_heads")
    write(engine, 6, T0 + timedelta(hours=1))
    assert isinstance(log.verify(), Whole), "whoever rewrites everything leaves a chain that is whole in itself"
    assert log.verify((known.number, known.seal)) == Broken(5, Fault.CHANGED)


def test_an_entry_goes_with_its_change_or_not_at_all(engine: Engine, log: AuditLog) -> None:
    registry = Registry(engine)
    for _ in range(2):
        registry.add_key("VNPT", T0, by=CENTRE)
    with pytest.raises(ValueError, match="VNPT"):
        registry.add_key("VNPT", T0, by=CENTRE)
    assert not registry.revoke_key("nobody's", T0, CENTRE)
    with pytest.raises(KeyError):
        Plan(engine).withdraw("none", CENTRE, T0)
    assert [entry.of for entry in log.newest(10)] == ["VNPT", "VNPT"]


def _write_many(url: str, name: str) -> None:
    engine = open_database(url)
    for number in range(20):
        with writing(engine) as connection:
            by = Principal(actor=Actor.SOURCE, name=name)
            note(connection, Act.DRIVERS_READ, str(number), by, T0)
    engine.dispose()


@pytest.mark.servers
def test_several_processes_write_one_chain(engine: Engine, database_url: str, log: AuditLog) -> None:
    names = ["a", "b", "c"]
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        list(processes.map(_write_many, [database_url] * 3, names))
    found = log.verify()
    assert isinstance(found, Whole)
    assert found.entries == 60
    assert {name: sum(entry.name == name for entry in log.newest(100)) for name in names} == dict.fromkeys(names, 20)


@pytest.fixture
def clock() -> Clock:
    return Clock(T0)


@pytest.fixture
def retainer(engine: Engine, clock: Clock) -> Iterator[Retainer]:
    one = Retainer(engine, "one", clock)
    assert one.acquire()
    yield one
    one.release()


def test_expired_entries_go_and_the_rest_still_verifies(
    engine: Engine, log: AuditLog, retainer: Retainer, clock: Clock
) -> None:
    write(engine, 3)
    write(engine, 2, T0 + timedelta(days=2))
    clock.now = T0 + KEPT + timedelta(days=1)
    assert sum(retainer.steps(BY_KEY["audit"])) == 3
    assert isinstance(log.verify(), Whole)
    newest, *rest = log.newest(10)
    assert (newest.act, newest.of, newest.actor) == (Act.AUDIT_CUT, "3", Actor.CENTRE)
    assert [entry.number for entry in rest] == [5, 4]
    assert sum(retainer.steps(BY_KEY["audit"])) == 0
    assert len(log.newest(10)) == 3, "a run that removes nothing tells nothing"
    with writing(engine) as connection:
        connection.execute(delete(audit_entries).where(C.number == 4))
    assert log.verify() == Broken(4, Fault.MISSING), "only retention may move the beginning"


def test_no_entry_goes_before_a_younger_one_in_front_of_it(
    engine: Engine, log: AuditLog, retainer: Retainer, clock: Clock
) -> None:
    write(engine, 1, T0 + timedelta(days=2))
    write(engine, 2, T0)
    clock.now = T0 + KEPT + timedelta(days=1)
    assert sum(retainer.steps(BY_KEY["audit"])) == 0
    assert log.verify() == Whole(3, 3, log.newest(1)[0].seal)


def test_forgetting_people_is_told_without_naming_them(
    engine: Engine, log: AuditLog, retainer: Retainer, clock: Clock
) -> None:
    Drivers(engine).put([Driver(id="TX-08", name="Trần Thị Bình", active_to=T0.date())], CENTRE, T0)
    clock.now = T0 + timedelta(days=92)
    assert sum(retainer.steps(BY_KEY["drivers"])) == 1
    newest = log.newest(1)[0]
    assert (newest.act, newest.of, newest.actor) == (Act.DRIVERS_FORGOTTEN, "drivers", Actor.CENTRE)
    assert "Bình" not in str(log.newest(10))
    assert "TX-08" not in str(log.newest(10))


def test_acts_of_today_are_told(engine: Engine, log: AuditLog, tmp_path: Path) -> None:
    registry, plan, maps = Registry(engine), Plan(engine), MapLayers(engine, tmp_path)
    registry.add_key("VNPT", T0, by=AN)
    registry.revoke_key("VNPT", T0, AN)
    registry.bind("tk-1", "LA-001", feed="waste_trucks", by=AN, now=T0)
    registry.bind("tk-1", "LA-002", feed="waste_trucks", by=AN, now=T0 + timedelta(minutes=1))
    registry.unbind("tk-1", by=AN, now=T0 + timedelta(minutes=2))
    registry.vouch({"LA-009": "VNPT", "LA-008": "VNPT"}, T0, feed="waste_trucks")
    plan.add(done("imp1"), [ROUTE], valid={}, by=AN)
    plan.withdraw("imp1", AN, T0)
    plan.activate("imp1", AN, T0)
    maps.add(layer("aa11"), SHAPES, {}, AN)
    maps.withdraw("aa11", AN, T0)
    maps.activate("aa11", AN, T0)
    given = Override(
        vehicle="LA-001", day=T0.date(), route="R1", number=1, since=T0, until=T0 + timedelta(hours=1),
        by="chị Hoa", note="", said_at=T0,
    )  # fmt: skip
    Runs(engine).override(given, NOBODY)
    told = log.newest(20)[::-1]
    assert [entry.act for entry in told] == [
        Act.KEY_ADDED, Act.KEY_REVOKED, Act.VEHICLE_BOUND, Act.VEHICLE_BOUND, Act.VEHICLE_UNBOUND, Act.VEHICLE_BOUND,
        Act.PLAN_IMPORTED, Act.PLAN_WITHDRAWN, Act.PLAN_USED, Act.MAP_IMPORTED, Act.MAP_WITHDRAWN, Act.MAP_USED,
        Act.RUN_OVERRIDDEN,
    ]  # fmt: skip
    assert orjson.loads(told[3].before) == {"vehicle": "LA-001", "feed": "waste_trucks"}
    assert orjson.loads(told[5].after)["devices"] == 2
    changes = {
        Act.PLAN_WITHDRAWN: ({"withdrawn": False, "routes": 1}, {"withdrawn": True, "routes": 0}),
        Act.PLAN_USED: ({"withdrawn": True}, {"withdrawn": False, "routes": 1}),
        Act.MAP_WITHDRAWN: ({"shown": "aa11"}, {"shown": ""}),
        Act.MAP_USED: ({"shown": ""}, {"shown": "aa11"}),
    }
    for entry in told:
        if entry.act in changes:
            assert (orjson.loads(entry.before), orjson.loads(entry.after)) == changes[entry.act], entry.act
    assert told[5].name == "VNPT"
    assert told[-1].actor is Actor.NOBODY, "a typed name is no principal"
    assert orjson.loads(told[-1].after)["typed_name"] == "chị Hoa"
    assert isinstance(log.verify(), Whole)


def test_foreign_text_stays_small_and_storable(engine: Engine, log: AuditLog) -> None:
    by = Principal(actor=Actor.PERSON, name="a\0\ud800" + "b" * 5_000, address="x" * 5_000)
    with writing(engine) as connection:
        note(connection, Act.KEY_ADDED, "k\0" + "k" * 9_000, by, T0, after={"said": "\0\ud800" + "z" * 9_000})
    (entry,) = log.newest(1)
    assert max(map(len, (entry.name, entry.address, entry.of, entry.after))) < 600
    assert isinstance(log.verify(), Whole)
