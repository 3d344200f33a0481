"""A commune's register of teams: wrong cells are named, a second person approves, no name stays."""

import io
from datetime import UTC, date, datetime

import openpyxl
import orjson
import pytest
from collecting import drain, parts, reader
from sqlalchemy import select
from standing_clock import Clock

from data_sources.registers.teams import read_team_register
from domain.access.principal import CENTRE, Actor, Principal, Role
from domain.feeds.scrub import Secrets
from domain.imports.file_import import FileImport, OvertakenError, Preview, SamePersonError, Stage
from intake.collector.collector import Parts
from intake.imports.machine import Machine
from intake.imports.team_importer import TeamImporter
from store.casework.teams import Teams
from store.imports import Imports
from store.tables.imports import file_imports

__all__ = ["clock", "parts"]

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LAN = Principal(actor=Actor.PERSON, name="lan", roles=frozenset({Role.REPORTER}), units=("27694",))
MINH = Principal(actor=Actor.PERSON, name="minh", roles=frozenset({Role.APPROVER}))
PLANTED = ("Nguyễn Văn Bí Mật", "0912345678")
HEAD = ("STT", "Mã tổ", "Ấp, khu phố", "Họ tên tổ trưởng", "Điện thoại", "Ngày thành lập")
RIGHT = [
    (n, f"27694-T{n:02d}", f"Khu phố {n}", PLANTED[0], PLANTED[1], date(2022, 5, n)) for n in range(1, 8)
]  # fmt: skip
WRONG = [
    (8, "27694", "Khu phố 8", PLANTED[0], PLANTED[1], date(2022, 5, 8)),
    (9, "27694-T09", "", PLANTED[0], PLANTED[1], date(2022, 5, 9)),
    (10, "27694-T10", "Khu phố 10", PLANTED[0], PLANTED[1], "mùng mười"),
]


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("DANH SÁCH TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG",))
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


def machine_of(parts: Parts) -> Machine:
    importer = TeamImporter(parts.stream, Teams(parts.engine), Secrets(b"a key of the test, 32 bytes long"))
    return Machine(Imports(parts.engine), [importer], parts.clock)


async def hand_in(machine: Machine, *rows: tuple[object, ...], by: Principal = LAN) -> FileImport:
    return await machine.receive("team_register", "to.xlsx", "Phường Long An", workbook(*rows), by)


def codes(parts: Parts) -> list[str]:
    return [one.team.code for one in Teams(parts.engine).board().standings]


def test_wrong_cells_are_named_as_a_spreadsheet_names_them():
    read = read_team_register(workbook(*RIGHT, *WRONG), "to.xlsx", ["27694"], TODAY)
    assert [one.name for one in read.wrong] == ["B10", "C11", "F12"]
    assert [one["team"] for one in read.records] == [f"27694-T{n:02d}" for n in range(1, 8)]
    assert read.records[0]["launched"] == "2022-05-01"
    assert read.unread == 3, "STT, names and telephones"
    foreign = read_team_register(workbook(*RIGHT), "to.xlsx", ["27712"], TODAY)
    assert (len(foreign.records), len(foreign.wrong)) == (0, 7)
    twice = read_team_register(workbook(RIGHT[0], RIGHT[0]), "to.xlsx", ["27694"], TODAY)
    assert [one.name for one in twice.wrong] == ["B4"]
    assert read_team_register(b"x", "to.xlsx", ["27694"], TODAY).records == ()


async def test_three_wrong_rows_are_told_and_the_right_ones_wait_for_a_second_person(parts: Parts) -> None:
    desk, collector = machine_of(parts), await reader(parts, "team_work")
    told = await hand_in(desk, *RIGHT, *WRONG)
    assert told.stage is Stage.MAPPED
    assert told.preview is not None
    assert (told.preview.new, told.preview.refused) == (7, 3)
    assert [one.detail for one in told.preview.problems] == ["B10", "C11", "F12"]
    await drain(collector)
    assert codes(parts) == [], "nothing before the approval"
    with pytest.raises(SamePersonError):
        await desk.approve(told.id, LAN)
    with pytest.raises(SamePersonError):
        await desk.approve(told.id, CENTRE)
    assert (await desk.approve(told.id, MINH)).stage is Stage.APPLIED
    await drain(collector)
    assert codes(parts) == [f"27694-T{n:02d}" for n in range(1, 8)]
    with pytest.raises(OvertakenError):
        await desk.approve(told.id, MINH)
    again = await hand_in(desk, *RIGHT)
    assert again.preview is not None
    assert (again.preview.new, again.preview.changed, again.preview.unchanged) == (0, 0, 7)


async def test_a_register_is_taken_back_to_what_stood_before_it(parts: Parts) -> None:
    desk, collector = machine_of(parts), await reader(parts, "team_work")

    async def applied(*rows: tuple[object, ...]) -> str:
        told = await hand_in(desk, *rows)
        await desk.approve(told.id, MINH)
        await drain(collector)
        return told.id

    def standing() -> dict[str, tuple[str, bool]]:
        return {one.team.code: (one.team.hamlet, one.team.ended) for one in Teams(parts.engine).board().standings}

    await applied(RIGHT[0])
    renamed = (1, "27694-T01", "Khu phố mới", "", "", date(2022, 5, 1))
    second = await applied(renamed, RIGHT[1], RIGHT[2])
    await applied((3, "27694-T03", "Khu phố sửa sau", "", "", date(2022, 5, 3)))
    done = await desk.withdraw(second, MINH)
    await drain(collector)
    assert (done.stage, done.kept_back, done.withdrawn_by) == (Stage.WITHDRAWN, 1, str(MINH))
    assert standing() == {
        "27694-T01": ("Khu phố 1", False), "27694-T02": ("Khu phố 2", True), "27694-T03": ("Khu phố sửa sau", False),
    }  # fmt: skip
    with pytest.raises(OvertakenError):
        await desk.withdraw(second, MINH)
    waiting = await hand_in(desk, RIGHT[3])
    with pytest.raises(OvertakenError):
        await desk.withdraw(waiting.id, MINH)


async def test_names_and_telephones_stay_with_the_commune(parts: Parts) -> None:
    machine = machine_of(parts)
    told = await hand_in(machine, *RIGHT)
    await machine.approve(told.id, MINH)
    with parts.engine.connect() as connection:
        kept = str(connection.execute(select(file_imports)).all())
    assert "27694-T01" in kept
    assert not any(said in kept for said in PLANTED)
    assert not told.is_kept
    with pytest.raises(KeyError):
        machine.original(told.id)


async def test_a_file_without_a_right_row_is_refused_and_says_where(parts: Parts) -> None:
    told = await hand_in(machine_of(parts), *WRONG)
    assert (told.stage, told.preview is not None and told.preview.refused) == (Stage.REFUSED, 3)
    assert told.refused is not None


async def test_a_reporter_hands_in_the_own_communes_teams_and_an_operator_everyones(parts: Parts) -> None:
    foreign = (1, "27712-T01", "Ấp 1", "", "", "")
    refused = await hand_in(machine_of(parts), foreign)
    assert (refused.stage, refused.refused is not None and "27712-T01" in refused.refused.vi) == (Stage.REFUSED, True)
    some = await hand_in(machine_of(parts), foreign, RIGHT[0])
    assert some.preview is not None
    assert (some.stage, some.preview.new, some.preview.refused) == (Stage.MAPPED, 1, 1)
    everyone = Principal(actor=Actor.PERSON, name="ha", roles=frozenset({Role.OPERATOR}))
    whole = await hand_in(machine_of(parts), foreign, RIGHT[0], by=everyone)
    assert whole.preview is not None
    assert (whole.preview.new, whole.preview.refused) == (2, 0)


async def test_a_register_that_an_earlier_release_read_is_approved_by_this_one(parts: Parts) -> None:
    """Its row names the feed, and holds the records alone."""
    imports, machine, collector = Imports(parts.engine), machine_of(parts), await reader(parts, "team_work")
    records = orjson.dumps(read_team_register(workbook(RIGHT[0]), "to.xlsx", ["27694"], TODAY).records)
    imports.receive("0123456789ab", "teams", "team_work", "to.xlsx", "lan", 9, records, "x", LAN, NOW)
    imports.begun("0123456789ab")
    imports.read("0123456789ab", Preview(new=1), {}, "")
    assert (await machine.approve("0123456789ab", MINH)).stage is Stage.APPLIED
    await drain(collector)
    assert codes(parts) == ["27694-T01"]
