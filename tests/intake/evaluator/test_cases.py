"""From a POST of records to the numbers of the KPIs, and no planted name, number or telephone anywhere on the way."""

import logging
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select

import kpi
from data_sources import dossiers, feedback
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.instant import VIETNAM
from domain.key_role import Holder
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE, PROVINCE
from intake.collector.collector import FeedReader, Parts
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.evaluator.tick import Ticks
from store.registry import Registry, hash_key
from store.schema import whole
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

pytestmark = pytest.mark.servers
NOW = datetime(2026, 11, 20, 9, tzinfo=VIETNAM).astimezone(UTC)
PLANTED = ("Nguyễn Văn Bí Mật", "0912345678", "080123456789")
FEEDS: dict[str, Feed] = {one.key: one for one in (dossiers.FEED, feedback.FEED)}
KPIS = {key: one for key, one in discover(kpi, "KPIS", Kpi).items() if one.feed in FEEDS}
PERSON = {"ChuHoSo": PLANTED[0], "SoGiayToChuHoSo": PLANTED[2], "SoDienThoai": PLANTED[1], PLANTED[0]: PLANTED[1]}
BASE = {"MaTTHC": "1.001612", "TenTTHC": PLANTED[0], "DonViXuLy": "27694", "NgayTiepNhan": "20261110083000", **PERSON}
DOSSIERS = [
    {"MaHoSo": f"{PLANTED[2]}-1", "NgayHenTra": "20261112170000", "NgayKetThucXuLy": "20261111100000", **BASE},
    {"MaHoSo": f"{PLANTED[2]}-2", "NgayHenTra": "20261112170000", **BASE},
    {"MaHoSo": f"{PLANTED[2]}-3", "NgayHenTra": "20261120170000", **BASE},
    {"MaHoSo": f"{PLANTED[2]}-4", "NgayHenTra": "20261130170000", **BASE, "KenhThucHien": "2",
     "DanhSachHoSoBoSung": [{"NgayBoSung": "20261111"}, {"NgayBoSung": "20261112"}]},
    {"MaHoSo": f"{PLANTED[2]}-5", **BASE, "DonViXuLy": PLANTED[1]},
]  # fmt: skip
ITEM = {"DonViXuLy": "27694", "LinhVuc": PLANTED[0], "NoiDung": PLANTED[0], "NgayTiepNhan": "20261102083000", **PERSON}
FEEDBACK = [
    {"MaPhanAnh": f"{PLANTED[1]}-1", "NgayTraLoi": "20261110083000", "HaiLong": "1", **ITEM},
    {"MaPhanAnh": f"{PLANTED[1]}-2", "NgayTraLoi": "20261110083000", "HaiLong": "0", **ITEM},
    {"MaPhanAnh": f"{PLANTED[1]}-3", **ITEM, "NgayTiepNhan": "20261001083000"},
]


async def test_records_become_numbers_and_nobody_is_in_any_byte(
    stream: RawStream, live: LiveState, engine: Engine, redis: Any, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    Registry(engine).seed_places()
    keys = KeyRing(lambda: {hash_key("right"): Holder("Một cửa")})
    app = create_front_door(stream, keys, FEEDS, secrets=Secrets(b"0" * 32), clock=lambda: NOW)
    said = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://door", headers={"X-API-Key": "right"}
    ) as client:
        for path, records in (("dossiers", DOSSIERS), ("feedback", FEEDBACK)):
            answer = await client.post(f"/ingest/{path}", json=records)
            assert answer.status_code == 202, answer.text
            said.append(answer.text)
        said.append((await client.get("/metrics")).text)
    assert '"rejected":1' in said[0].replace(" ", "")
    for key, feed in FEEDS.items():
        said.append(repr(await redis.xrange(f"raw:{key}")))
        parts = Parts(stream=stream, live=live, engine=engine, feeds=FEEDS, clock=lambda: NOW, ticks=NOW.timestamp)
        assert await stream.acquire_lease(Part(key), "one", 600)
        reader = FeedReader(feed, parts)
        await reader.open()
        assert await reader.read_once(block_ms=0) == 1
    ticks = Ticks(engine, FEEDS, KPIS, places=["27694", "27712"], sets=(), now=NOW)
    ticks.take(NOW)
    told = ticks.once(NOW)
    values = {
        (one.key, code): one.result(code).value
        for one in told.results
        for code in one.codes
        if code in ("27694", PROVINCE)
    }
    assert values["dossiers_on_time", "27694"] == 50, "one of four is late, one has two requests for supplements"
    assert values["dossiers_late", PROVINCE] == 2
    assert values["dossiers_due_soon", PROVINCE] == 1
    assert values["feedback_liked", PROVINCE] == 50
    assert values["feedback_overdue", "27694"] == 1
    assert values["feedback_on_time", PROVINCE] == pytest.approx(200 / 3)
    with engine.connect() as connection:
        for table in whole().tables.values():
            if table.name not in ("places", "organisations"):
                said += [repr(row) for row in connection.execute(select(table))]
    said += [repr(told), caplog.text]
    everything = "\n".join(said)
    for text in PLANTED:
        assert text not in everything
        assert text.encode().hex() not in everything
        assert repr(text.encode())[2:-1] not in everything
    assert IN_FORCE in everything
