"""A commune's register of teams: wrong cells are named, a second person approves, no name stays."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from collecting import drain, parts, reader
from standing_clock import Clock

from data_sources.registers.teams import read_team_register
from domain.access.principal import Actor, Principal, Role
from domain.feeds.scrub import Secrets
from domain.imports.file_import import OvertakenError, SamePersonError, Stage
from intake.collector.collector import Parts
from intake.teams.register import TeamRegisters
from store.casework.teams import Teams
from store.imports import Imports

__all__ = ["clock", "parts"]

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
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


def registers(parts: Parts) -> TeamRegisters:
    secrets = Secrets(b"a key of the test, 32 bytes long")
    return TeamRegisters(Imports(parts.engine), parts.stream, Teams(parts.engine), secrets, parts.clock)


def codes(parts: Parts) -> list[str]:
    return [one.team.code for one in Teams(parts.engine).board().standings]


def test_wrong_cells_are_named_as_a_spreadsheet_names_them():
    read = read_team_register(workbook(*RIGHT, *WRONG), "to.xlsx", ["27694"])
    assert [one.name for one in read.wrong] == ["B10", "C11", "F12"]
    assert [one["team"] for one in read.records] == [f"27694-T{n:02d}" for n in range(1, 8)]
    assert read.records[0]["launched"] == "2022-05-01"
    assert read.unread == 3, "STT, names and telephones"
    foreign = read_team_register(workbook(*RIGHT), "to.xlsx", ["27712"])
    assert (len(foreign.records), len(foreign.wrong)) == (0, 7)
    twice = read_team_register(workbook(RIGHT[0], RIGHT[0]), "to.xlsx", ["27694"])
    assert [one.name for one in twice.wrong] == ["B4"]
    assert read_team_register(b"x", "to.xlsx", ["27694"]).records == ()


async def test_three_wrong_rows_are_told_and_the_right_ones_wait_for_a_second_person(parts: Parts) -> None:
    desk, collector = registers(parts), await reader(parts, "team_work")
    told = await desk.receive("to.xlsx", workbook(*RIGHT, *WRONG), ["27694"], LAN)
    assert told.stage is Stage.MAPPED
    assert told.preview is not None
    assert (told.preview.new, told.preview.refused) == (7, 3)
    assert [one.detail for one in told.preview.problems] == ["B10", "C11", "F12"]
    await drain(collector)
    assert codes(parts) == [], "nothing before the approval"
    with pytest.raises(SamePersonError):
        await desk.approve(told.id, LAN)
    assert [one.id for one in await desk.open_files()] == [told.id]
    assert (await desk.approve(told.id, MINH)).stage is Stage.APPLIED
    await drain(collector)
    assert codes(parts) == [f"27694-T{n:02d}" for n in range(1, 8)]
    with pytest.raises(OvertakenError):
        await desk.approve(told.id, MINH)
    again = await desk.receive("to.xlsx", workbook(*RIGHT), ["27694"], LAN)
    assert again.preview is not None
    assert (again.preview.new, again.preview.changed, again.preview.unchanged) == (0, 0, 7)


async def test_a_register_is_taken_back_to_what_stood_before_it(parts: Parts) -> None:
    desk, collector = registers(parts), await reader(parts, "team_work")

    async def applied(*rows: tuple[object, ...]) -> str:
        told = await desk.receive("to.xlsx", workbook(*rows), ["27694"], LAN)
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
    waiting = await desk.receive("to.xlsx", workbook(RIGHT[3]), ["27694"], LAN)
    with pytest.raises(OvertakenError):
        await desk.withdraw(waiting.id, MINH)


async def test_names_and_telephones_stay_with_the_commune(parts: Parts) -> None:
    told = await registers(parts).receive("to.xlsx", workbook(*RIGHT), ["27694"], LAN)
    kept = Imports(parts.engine).body(told.id)
    assert all(said.encode() not in kept for said in PLANTED)
    assert Imports(parts.engine).newest() == [], "it is no file of figures"


async def test_a_file_without_a_right_row_is_refused_in_words(parts: Parts) -> None:
    told = await registers(parts).receive("to.xlsx", workbook(*WRONG), ["27694"], LAN)
    assert told.stage is Stage.REFUSED
    assert told.refused is not None
