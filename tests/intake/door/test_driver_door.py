"""The drivers' register over HTTP: dispatchers only, refusals that name nobody, hostile tables."""

import io
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from data_sources.plan.drivers import read_drivers
from data_sources.workbooks.named import REGISTER_ROWS_MAX
from domain.access.principal import Actor, Principal
from domain.audit import Act
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.fleets.driver import Driver
from domain.imports.file_import import SamePersonError
from domain.key_role import Holder, KeyRole
from domain.observation import Rejection
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.imports.driver_importer import DriverImporter
from intake.imports.machine import Machine
from intake.messages.decoding import decode
from store.audit import AuditLog
from store.drivers import Drivers
from store.imports import Imports
from store.intake import Batch, IntakeStore
from store.records import RejectedItem
from store.registry import hash_key
from store.tables.base import metadata
from store.tables.feeds import rejections
from tests.intake.door.test_front_door import FEEDS, NOW, Stream
from tests.intake.imports.second_person import MINH

SECRETS = Secrets(bytes(32))

DISPATCHER = {"Authorization": "Bearer may"}
SOURCE = {"Authorization": "Bearer may-not"}
TABLE = (
    "Sổ tài xế;;;;;\n"
    "Mã tài xế;Họ và tên;Điện thoại;Hạng GPLX;Hạn GPLX;Vào làm\n"
    "TX-07;Nguyễn Văn An;0912 345 678;c;31/12/2030;2026-01-01\n"
    "TX-08;Trần Thị Bình;;;;\n"
).encode()


@pytest.fixture
def drivers(engine: Engine) -> Drivers:
    return Drivers(engine)


@pytest.fixture
def kept() -> Stream:
    return Stream()


@pytest.fixture
def machine(engine: Engine, drivers: Drivers) -> Machine:
    return Machine(Imports(engine), [DriverImporter(drivers)], lambda: NOW)


@pytest.fixture
async def door(machine: Machine, kept: Stream) -> AsyncIterator[httpx.AsyncClient]:
    holders = {hash_key("may"): Holder("Điều phối", KeyRole.DISPATCHER), hash_key("may-not"): Holder("VNPT")}
    app = create_front_door(kept, KeyRing(lambda: holders), FEEDS, desk=machine, clock=lambda: NOW, secrets=SECRETS)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client


async def post(door: httpx.AsyncClient, body: bytes, status: int = 202, **headers: Any) -> dict[str, Any]:
    answer = await door.post("/ingest/drivers", params={"name": "so.csv"}, content=body, headers=headers or DISPATCHER)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_register_is_kept_counted_and_the_same_again_changes_nothing(
    door: httpx.AsyncClient, drivers: Drivers, kept: Stream, engine: Engine, machine: Machine
) -> None:
    said = await post(door, TABLE)
    assert (said["outcome"], said["stage"], said["new"], said["refused"]) == ("waits", "mapped", 2, 0)
    assert drivers.register() == [], "a key hands a register in, a person approves it"
    with pytest.raises(SamePersonError):
        await machine.approve(said["import"], Principal(actor=Actor.SOURCE, name="VNPT"))
    await machine.approve(said["import"], MINH)
    told = AuditLog(engine).newest(5)
    assert {one.act for one in told} == {Act.FILE_RECEIVED, Act.FILE_APPROVED, Act.DRIVERS_IMPORTED}
    assert {(one.act, one.name) for one in told} == {
        (Act.FILE_RECEIVED, "Điều phối"), (Act.FILE_APPROVED, "minh"), (Act.DRIVERS_IMPORTED, "minh"),
    }  # fmt: skip
    assert not any("Văn An" in one.after for one in told), "the log says that drivers came, not who"
    an, binh = drivers.register()
    assert an == Driver(
        id="TX-07", name="Nguyễn Văn An", phone="0912 345 678", licence_class="C",
        licence_expires=date(2030, 12, 31), active_from=date(2026, 1, 1),
    )  # fmt: skip
    assert binh == Driver(id="TX-08", name="Trần Thị Bình")
    again = await post(door, TABLE)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert kept.kept == [], "never an observation, never in a stream"
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in ("drivers", "driver_changes"):
                assert "Nguyễn Văn An" not in str(connection.execute(select(table)).all())


async def test_only_a_dispatcher_may_write(door: httpx.AsyncClient, drivers: Drivers) -> None:
    missing = await post(door, TABLE, 401, Authorization="")
    assert missing["vi"]
    refused = await post(door, TABLE, 403, **SOURCE)
    assert "--role dispatcher" in refused["vi"]
    assert "--role dispatcher" in refused["en"]
    assert drivers.register() == []
    answer = await door.post("/ingest/osmand?id=1&lat=10.5&lon=106.4", headers=DISPATCHER)
    assert answer.status_code == 202, "a dispatcher may send data too"


async def test_rows_are_refused_with_a_reason_and_the_others_kept(
    door: httpx.AsyncClient, drivers: Drivers, machine: Machine
) -> None:
    rows = [
        "driver,name,phone,licence_class,licence_expires,active_from,active_to,licence_number",
        "TX-1,An,,,,,,790123",
        "TX-2,,,,,,,",
        ",Bình,,,,,,",
        "TX-3,Chi,gọi sau 5h,,,,,",
        "TX-4,Dũng,,Z9,,,,",
        "TX-5,Em,,,31/02/2027,,,",
        "TX-6,Giang,,,,2027-01-01,2026-01-01,",
        "tx-1,Khác,,,,,,",
        "TX-7,Hà,,,,,,79/01",
        "TX-1,An,,,,,,790123",
    ]
    said = await post(door, "\n".join(rows).encode())
    assert (said["new"], said["refused"]) == (1, 8)
    await machine.approve(said["import"], MINH)
    assert [driver.id for driver in drivers.register()] == ["TX-1"]
    assert [(one["row"], one["reason"]) for one in said["problems"]] == [
        (3, "missing"), (4, "missing"), (5, "bad_value"), (6, "bad_value"), (7, "bad_value"), (8, "backward_time"),
        (9, "duplicate"), (10, "bad_value"),
    ]  # fmt: skip
    assert all(one["vi"] and one["en"] and one["vi"] != one["en"] for one in said["problems"])
    assert "Khác" not in str(said)
    assert "Giang" not in str(said)


async def test_a_register_sent_to_the_files_of_a_feed_names_nobody_in_the_rejections(
    engine: Engine, kept: Stream, door: httpx.AsyncClient
) -> None:
    answer = await door.post("/ingest/files/teams?name=so.csv", content=TABLE, headers=DISPATCHER)
    assert answer.status_code == 400
    assert "Nguyễn Văn An" not in answer.text
    refused = [item for item in decode(FEEDS["teams"], kept.kept[0]) if isinstance(item, Rejection)]
    store = IntakeStore(engine)
    rejected = [RejectedItem(rejection=one, stream_id="1-0") for one in refused]
    store.write(
        Part("teams"), expected_cursor=store.cursor(Part("teams")), cursor="1-0", batch=Batch(rejections=rejected)
    )
    with engine.connect() as connection:
        (row,) = connection.execute(select(rejections)).mappings()
    assert "Nguyễn Văn An" not in str(row)
    assert row["reason"] == "wrong_shape"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"PK\x03\x04nonsense",
        "tên\nAn\n".encode(),
        b"driver,name\n",
        b"\x00" * 50,
        b"driver,name\n,x\n",
    ],
)
async def test_a_hostile_table_is_refused_and_keeps_nothing(
    door: httpx.AsyncClient, drivers: Drivers, body: bytes
) -> None:
    said = await post(door, body, 400)
    assert said["reason"] == "nothing_usable"
    assert "người nạp đã bỏ" not in said["detail"], "its sender did not give it up"
    assert said["vi"]
    assert said["en"]
    assert drivers.register() == []


async def test_scripts_formulas_and_control_characters_are_plain_text(
    door: httpx.AsyncClient, drivers: Drivers, machine: Machine
) -> None:
    body = 'driver,name\n=1+1,<script>alert(1)</script>\nTX\u0007-2,"An\x1b[2J"\n'
    said = await post(door, body.encode())
    assert said["new"] == 2
    await machine.approve(said["import"], MINH)
    assert [(d.id, d.name) for d in drivers.register()] == [("=1+1", "<script>alert(1)</script>"), ("TX -2", "An [2J")]


def test_a_spreadsheet_is_read_with_its_days() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Mã nhân viên", "Họ tên", "Hạn GPLX"])
    book.active.append([1007, "Nguyễn Văn An", date(2030, 12, 31)])
    file = io.BytesIO()
    book.save(file)
    (driver,) = read_drivers(file.getvalue(), "so.xlsx").drivers
    assert (driver.id, driver.licence_expires) == ("1007", date(2030, 12, 31))


def test_too_many_rows_are_refused_as_a_whole() -> None:
    body = "driver,name\n" + "\n".join(f"{n},A" for n in range(REGISTER_ROWS_MAX + 1))
    draft = read_drivers(body.encode(), "")
    assert draft.drivers == ()
    assert draft.findings[0].row is None


@settings(max_examples=examples(200), derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: f"driver,name,hạng\n{text}".encode("utf-8", "replace"))
)
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    draft = read_drivers(body, "")
    assert draft.drivers or draft.findings
    assert all(driver.id and driver.name for driver in draft.drivers)
