"""A forgotten driver is in no file of the data folder: not in SQL, its journal, the raw streams or their log."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from standing_clock import Clock

from domain.access.principal import CENTRE
from domain.feeds.feed import Payload
from domain.feeds.part import Part
from domain.fleets.driver import Driver
from intake.running.retaining import once
from settings import Settings
from store.database import open_database
from store.drivers import Drivers
from store.intake import IntakeStore
from store.keeping.forgetting import forget_for_good
from store.keeping.retaining import Retainer
from store.keeping.retention import RULES
from store.valkey.raw_stream import RawStream
from store.valkey.server import EmbeddedValkey, connect
from tests.store.test_intake import FEED, T0, Writer, fix

GONE = Driver(
    id="TX-MAT-07", name="Nguyễn Văn Kín", phone="0999888777", licence_number="790999888777", active_to=T0.date()
)
STAYS = Driver(id="TX-CON-08", name="Trần Thị Bình", active_from=date(2026, 1, 1))
SECRETS = [said.encode() for said in (GONE.id, GONE.name, GONE.phone, GONE.licence_number)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def engine(folder: Path, sqlite_url: str) -> Iterator[Engine]:
    opened = open_database(Settings.from_env({"IOC_DATA_DIR": str(folder)}).database_url)
    assert opened.url.render_as_string() == sqlite_url
    yield opened
    opened.dispose()


def found(folder: Path) -> set[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {(path.name, secret) for path in files for secret in SECRETS if secret in path.read_bytes()}


async def told(engine: Engine, stream: RawStream, seed: int) -> None:
    """Trackers name the driver in thousands of fixes, and then another; the messages go through the raw stream.

    The fixes of a shift come in any order: SQLite then divides and joins its pages, and copies rows between them.
    """
    chance = random.Random(seed)
    devices = ("LA-001", "LA-002", "LA-003")
    old = [(device, second) for device in devices for second in range(0, 200_000, 40)]
    new = [(device, 8_000_000 + second) for device in devices for second in range(0, 40_000, 40)]
    chance.shuffle(old)
    chance.shuffle(new)
    given = old + new
    write = Writer(IntakeStore(engine))
    for begin in range(0, len(given), 50):
        some = given[begin : begin + 50]
        driver = GONE.id if begin % 100 else GONE.licence_number
        driver = STAYS.id if begin >= len(old) else driver
        body = f"id=LA-001&driverUniqueId={driver}&{'x' * chance.randrange(400)}".encode()
        await stream.append(Payload(feed=FEED, format="osmand", body=body, received_at=T0, source="phone"))
        write(fixes=[fix(second, device=device, driver=driver) for device, second in some])
    await stream.forget(Part(FEED), (await stream.read(Part(FEED), "0-0", 10_000, 0))[-1][0])


@pytest.mark.servers
async def test_no_byte_of_a_forgotten_driver_stays_on_disk(folder: Path, engine: Engine) -> None:
    with EmbeddedValkey(folder) as valkey:
        redis = connect(valkey.url)
        stream, drivers = RawStream(redis), Drivers(engine)
        drivers.hand_in("f1", [GONE, STAYS], T0)
        drivers.put(drivers.handed_in("f1"), CENTRE, T0, "f1")
        drivers.hand_in("f2", [GONE], T0)
        await told(engine, stream, seed=7)
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(FULL)")  # type: ignore[union-attr]
        assert {name for name, _ in found(folder)} >= {"ioc.sqlite3", "ioc.sqlite3-wal"}, "it was there"
        assert any("appendonly" in name for name, _ in found(folder)), "the raw message was there"

        clock = Clock(T0 + timedelta(days=93))
        retainer = Retainer(engine, "one", clock)
        assert retainer.acquire()

        async def at_once(_seconds: float) -> None:
            pass

        assert await once(retainer, RULES, at_once), "something of a person went"
        assert not await once(retainer, RULES, at_once), "and nothing more is left"
        await forget_for_good(engine, redis)
        assert found(folder) == set()
        assert drivers.register() == [STAYS]
        assert await stream.length(FEED) == 0
        with closing(sqlite3.connect(folder / "ioc.sqlite3")) as now, closing(sqlite3.connect(folder / "copy")) as copy:
            now.backup(copy)  # as docs/operate.md makes one
        assert found(folder) == set(), "nor in a backup made from then on"
        await redis.aclose()
    engine.dispose()
    assert found(folder) == set(), "nor after everything has stopped"
