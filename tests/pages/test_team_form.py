"""The form of a team's phone at the whole web side: codes, reports that count once, photos without metadata."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from domain.access.principal import CENTRE, Role
from domain.audit import Act
from pages.teams.photo import PHOTO_MAX_BYTES, bare
from store.access.accounts import Accounts
from store.audit import AuditLog
from store.database import writing
from store.tables.team_codes import team_photos
from store.tables.teams import teams
from tests.pages.test_accounts import PASSWORD, accounts, browser, enter, made

__all__ = ["accounts", "made"]  # fixtures of the same centre

NOW = datetime.now(UTC)
TEAM, OTHER = "27694-T01", "27712-T01"
REPORT = {"sessions": 1, "guided": 12, "installs": 3, "households": 7}
# Two bytes of picture behind a table and a frame; beside them what a telephone writes.
TABLE, FRAME = b"\xff\xdb\x00\x04qt", b"\xff\xc0\x00\x08framed"
SCAN = b"\xff\xda\x00\x03s" + b"p\xff\x00x"
EXIF, COMMENT = b"\xff\xe1\x00\x12Exif\0\0GPS 10.5N!", b"\xff\xfe\x00\x0bby Lan B."
PHOTO = b"\xff\xd8" + EXIF + TABLE + COMMENT + FRAME + SCAN + b"\xff\xd9" + b"thumbnail of 0912345678"


def listed(engine: Engine) -> None:
    row = {"territory": "2025-07", "launched": "", "ended": False, "kind": "declared", "told_ms": 0}
    with writing(engine) as connection:
        for code, hamlet in ((TEAM, "Khu phố 1"), (OTHER, "Ấp 2")):
            connection.execute(teams.insert().values(code=code, place=code[:5], hamlet=hamlet, **row))


def reporter(accounts: Accounts, name: str = "lan", units: tuple[str, ...] = ("27694",)) -> None:
    accounts.invite(name, "Trần Thị Lan", {Role.REPORTER}, units, CENTRE, NOW)
    assert accounts.change(name, PASSWORD, CENTRE, NOW) is None


def record(id_: str, **said: Any) -> dict[str, Any]:
    return {"id": id_, "team": TEAM, "at": NOW.isoformat(), "day": "2026-01-15", **REPORT, **said}


@pytest.fixture
async def commune(made: Any, accounts: Accounts, engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    """The officer of commune 27694, signed in."""
    listed(engine)
    reporter(accounts)
    async with browser(made()) as opened:
        await enter(opened)
        yield opened


@pytest.fixture
async def phone(made: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(made(), "203.0.113.20") as opened:
        yield opened


async def code_from(commune: httpx.AsyncClient, team: str = TEAM) -> str:
    page = await commune.post(f"/to-cong-nghe/{team}")
    assert page.status_code == 200, page.text
    return page.text.partition('class="code" role="status">')[2].partition("<")[0]


async def let_in(phone: httpx.AsyncClient, commune: httpx.AsyncClient) -> None:
    answer = await phone.post("/bao-cao/ma", json={"code": (await code_from(commune)).lower()})
    assert answer.json() == {"team": TEAM, "hamlet": "Khu phố 1", "place": "Phường Long An"}


async def test_a_code_opens_one_phone_once_and_a_revoked_phone_keeps_its_reports(
    commune: httpx.AsyncClient, phone: httpx.AsyncClient, engine: Engine
) -> None:
    assert (await phone.get("/bao-cao")).status_code == 200
    assert (await phone.get("/bao-cao/cua-may")).json()["reason"] == "no_code"
    assert (await phone.post("/bao-cao/gui", json=[record("a")])).status_code == 401
    code = await code_from(commune)
    entered = await phone.post("/bao-cao/ma", json={"code": code})
    for said in ("HttpOnly", "SameSite=strict", "Path=/bao-cao"):
        assert said in entered.headers["set-cookie"]
    assert (await phone.post("/bao-cao/ma", json={"code": code})).status_code == 404, "a code counts once"
    assert (await phone.post("/bao-cao/gui", json=[record("a")])).status_code == 202
    assert "đã" not in (await commune.post(f"/to-cong-nghe/{TEAM}/thu-hoi")).headers.get("location", "")
    assert (await phone.post("/bao-cao/gui", json=[record("b")])).status_code == 401
    acts = {one.act for one in AuditLog(engine).newest(9)}
    assert {Act.TEAM_CODE_HANDED_OUT, Act.TEAM_PHONE_LET_IN, Act.TEAM_CODES_REVOKED} <= acts


async def test_a_commune_reads_how_many_codes_wait_and_what_to_choose(
    commune: httpx.AsyncClient, made: Any, accounts: Accounts
) -> None:
    await code_from(commune)
    assert "0 · 1 mã chờ nhập" in (await commune.get("/to-cong-nghe")).text
    for name, units, said in (
        ("hai", ("27694", "27712"), "Chọn xã, phường để xem các tổ"),
        ("khong", (), "chưa gắn với xã, phường nào"),
    ):
        accounts.invite(name, name, {Role.REPORTER}, units, CENTRE, NOW)
        assert accounts.change(name, PASSWORD, CENTRE, NOW) is None
        async with browser(made()) as other:
            await enter(other, name)
            assert said in (await other.get("/to-cong-nghe")).text, name


async def test_a_reporter_serves_the_own_units_and_others_none(
    commune: httpx.AsyncClient, made: Any, accounts: Accounts, phone: httpx.AsyncClient
) -> None:
    assert (await commune.post(f"/to-cong-nghe/{OTHER}")).status_code == 403
    shown = (await commune.get("/to-cong-nghe")).text
    assert TEAM in shown
    assert OTHER not in (await commune.get("/to-cong-nghe?xa=27712")).text
    assert (await phone.get("/to-cong-nghe")).status_code in (303, 401)
    accounts.invite("minh", "Minh", {Role.LEADER}, (), CENTRE, NOW)
    assert accounts.change("minh", PASSWORD, CENTRE, NOW) is None
    async with browser(made()) as leader:
        await enter(leader, "minh")
        assert (await leader.get("/to-cong-nghe")).status_code == 403


async def test_what_is_sent_twice_is_one_message_more_and_no_report_more(
    commune: httpx.AsyncClient,
    phone: httpx.AsyncClient,
) -> None:
    await let_in(phone, commune)
    wrong = [record("far", guided=99_999), record("other", team=OTHER), record("later", day="2099-01-01")]
    answer = (await phone.post("/bao-cao/gui", json=[record("a"), *wrong])).json()
    assert answer["accepted"] == ["a"]
    assert {one["id"] for one in answer["refused"]} == {"far", "other", "later"}
    assert all(one["vi"] != one["en"] for one in answer["refused"])
    assert (await phone.post("/bao-cao/gui", json={"id": "a"})).status_code == 400
    assert (await phone.post("/bao-cao/gui", content=b"[" * 5_000)).status_code == 400


async def test_wrong_codes_are_slowed_down(phone: httpx.AsyncClient, made: Any) -> None:
    tried = [(await phone.post("/bao-cao/ma", json={"code": f"XXXX-YY{n:02d}"})).status_code for n in range(12)]
    assert tried == [404] * 10 + [429] * 2


async def test_a_photo_is_kept_once_without_what_the_telephone_wrote(
    commune: httpx.AsyncClient, phone: httpx.AsyncClient, engine: Engine
) -> None:
    await let_in(phone, commune)
    for _ in range(2):
        assert (await phone.post("/bao-cao/anh/a", content=PHOTO)).status_code == 202
    with engine.connect() as connection:
        (kept,) = connection.execute(team_photos.select()).all()
    assert kept.jpeg == b"\xff\xd8" + TABLE + FRAME + SCAN + b"\xff\xd9"
    page = (await commune.get(f"/to-cong-nghe/{TEAM}/anh")).text
    assert kept.case_key in page
    (look,) = AuditLog(engine).newest(9, acts=(Act.TEAM_PHOTOS_READ,))
    assert (look.of, look.after) == (TEAM, '{"photos":1}')
    shown = await commune.get(f"/to-cong-nghe/{TEAM}/anh/{kept.case_key}")
    assert (shown.headers["content-type"], shown.content) == ("image/jpeg", kept.jpeg)
    assert (await phone.post("/bao-cao/anh/b", content=b"GIF89a")).status_code == 400
    assert (await phone.post("/bao-cao/anh/b", content=b"\xff\xd8" + bytes(600_000))).status_code == 413


def test_bare_refuses_what_is_no_picture_and_reads_restarts_and_padding() -> None:
    for wrong in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xffshort", b"\xff\xd8junk", b"\xff\xd8" + TABLE,
                  b"\xff\xd8" + bytes(PHOTO_MAX_BYTES)):  # fmt: skip
        with pytest.raises(ValueError, match=r"JPEG|marker|segment"):
            bare(wrong)
    scan = b"\xff\xda\x00\x03s" + b"a\xff\xd0b\xff\x00c"
    assert bare(b"\xff\xd8\xff" + TABLE + FRAME + scan + EXIF + b"\xff\xd9") == (
        b"\xff\xd8" + TABLE + FRAME + scan + b"\xff\xd9"
    )
