"""Dossiers: facts by QĐ 766 from the portal's field names, and nothing that names a person in what is kept."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.dossiers import FEED
from domain.case import CaseEvent
from domain.feeds.feed import Payload
from domain.feeds.scrub import Scrubbed, Secrets
from domain.observation import Rejection
from domain.reason import Reason

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
PLANTED = ("Nguyễn Văn Bí Mật", "0912345678", "080123456789")
ID = "000.00.12.H53-261118-0001"
RECORD: dict[str, Any] = {
    "MaHoSo": ID, "MaTTHC": "1.001612.000.00.00.H53", "TenTTHC": f"Cấp bản sao cho {PLANTED[0]}", "MaLinhVuc": "TP-01",
    "KenhThucHien": "2", "ChuHoSo": PLANTED[0], "SoGiayToChuHoSo": PLANTED[2], "NgayTiepNhan": "20261118083000",
    "NgayHenTra": "23/11/2026 17:00:00", "NgayKetThucXuLy": "2026-11-20 10:00:00", "TrangThaiHoSo": "9",
    "DonViXuLy": "H53.12", "HoSoCoThanhPhanSoHoa": "0", "TaiKhoanDuocXacThucVoiVNeID": "1",
    "DuocThanhToanTrucTuyen": "1", "TaiLieuNop": [{"TenGiayTo": PLANTED[0], "DuocSoHoa": "1", "DuocLayTuKhoDMQG": "0"}],
    "DanhSachLePhi": [{"Gia": "15000"}],
    "DanhSachGiayToKetQua": [{"MaGiayToKetQua": "KQ1", "DuongDanTepTinKetQua": f"/kq/{PLANTED[2]}.pdf"}],
}  # fmt: skip


def scrubbed(body: bytes, form: str = "dossiers", name: str = f"{PLANTED[0]}.xlsx") -> Scrubbed:
    given = Payload(
        feed=FEED.key, format=form, body=body, received_at=NOW, source="Một cửa", name=name, query=PLANTED[1]
    )
    return FEED.scrub(given, SECRETS)


def read(*records: Mapping[str, Any]) -> list[Any]:
    return list(FEED.decode(scrubbed(orjson.dumps(list(records))).payload))


def one(**fields: Any) -> CaseEvent:
    (found,) = read({**RECORD, **fields})
    assert isinstance(found, CaseEvent), found
    return found


def reason(**fields: Any) -> Rejection:
    (found,) = read({**RECORD, **fields})
    assert isinstance(found, Rejection), found
    return found


def test_a_record_becomes_one_event_under_a_keyed_hash():
    found = one()
    assert found.case == SECRETS.hashed(ID)
    assert (found.of.code, found.at) == ("H53.12", datetime(2026, 11, 18, 1, 30, tzinfo=UTC))
    assert dict(found.attributes) == {
        "procedure": "1.001612.000.00.00.H53", "field": "TP-01", "channel": "online", "supplements": 0,
        "has_fee": True, "paid": True, "asks_result": True, "e_result": True, "digitised": True, "reused": True,
        "verified": True,
        "due": "2026-11-23T10:00:00+00:00", "ended": "2026-11-20T03:00:00+00:00",
    }  # fmt: skip


def test_one_supplement_without_a_new_date_stops_the_clock_and_its_new_date_moves_the_deadline():
    asked = [{"NgayBoSung": "20261119", "NgayHenTraMoi": ""}]
    assert one(NgayKetThucXuLy="", DanhSachHoSoBoSung=asked).attributes["waits"] is True
    moved = one(DanhSachHoSoBoSung=[{"NgayBoSung": "20261119", "NgayHenTraMoi": "20261127170000"}]).attributes
    assert (moved["supplements"], moved["due"]) == (1, "2026-11-27T10:00:00+00:00")
    assert "waits" not in moved
    assert (
        one(DanhSachHoSoBoSung=[{"NgayBoSung": "20261119"}, {"NgayBoSung": "20261120"}]).attributes["supplements"] == 2
    )


@pytest.mark.parametrize(
    ("fields", "fact", "expected"),
    [
        ({"KenhThucHien": None}, "channel", "counter"),
        ({"KenhThucHien": "3"}, "channel", "post"),
        ({"DanhSachLePhi": [{"Gia": "0"}, {"Gia": "0.00"}]}, "has_fee", False),
        ({"DuocThanhToanTrucTuyen": "0"}, "paid", False),
        ({"DanhSachGiayToKetQua": [{"MaGiayToKetQua": "KQ1", "DuongDanTepTinKetQua": ""}]}, "e_result", False),
        ({"DanhSachGiayToKetQua": []}, "asks_result", False),
        ({"TaiLieuNop": []}, "digitised", False),
        ({"TaiLieuNop": [], "HoSoCoThanhPhanSoHoa": "1"}, "reused", True),
    ],
)
def test_facts_follow_the_decision(fields: Mapping[str, Any], fact: str, expected: object):
    assert one(**fields).attributes.get(fact, False) == expected


@pytest.mark.parametrize(
    ("fields", "why", "named"),
    [
        ({"MaHoSo": ""}, Reason.MISSING_FIELD, "MaHoSo"),
        ({"MaTTHC": PLANTED[1]}, Reason.MISSING_FIELD, "MaTTHC"),
        ({"DonViXuLy": PLANTED[2]}, Reason.MISSING_FIELD, "DonViXuLy"),
        ({"DonViXuLy": f"H53.{PLANTED[1]}"}, Reason.MISSING_FIELD, "DonViXuLy"),
        ({"NgayTiepNhan": PLANTED[1]}, Reason.MISSING_FIELD, "NgayTiepNhan"),
        ({"NgayTiepNhan": "20990101"}, Reason.FUTURE_TIME, "NgayTiepNhan"),
        ({"KenhThucHien": "9"}, Reason.MISSING_FIELD, "KenhThucHien"),
    ],
)
def test_what_a_record_lacks_is_told_by_the_name_of_the_field(fields: Mapping[str, Any], why: Reason, named: str):
    found = reason(**fields)
    assert (found.reason, found.detail, found.raw) == (why, named, "")


TEXTS = st.sampled_from([*PLANTED, *(f"a {one}" for one in PLANTED), ID])
ANYTHING = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS | st.sampled_from([*RECORD]), inner)
)


@pytest.mark.long
@given(st.lists(st.dictionaries(st.sampled_from([*RECORD, *PLANTED]), ANYTHING, max_size=6), max_size=3), st.booleans())
def test_no_planted_text_passes_wherever_it_stands(records: list[dict[str, Any]], wrapped: bool):
    body = orjson.dumps({PLANTED[0]: records} if wrapped else [{**RECORD, **one} for one in records])
    found = scrubbed(body)
    everything = (
        found.payload.body + repr((found.payload, dict(found.dropped), list(FEED.decode(found.payload)))).encode()
    )
    for text in (*PLANTED, ID):
        assert text.encode() not in everything
        assert orjson.dumps(text)[1:-1] not in everything


@pytest.mark.parametrize("body", [b"", b"not json 0912345678", b"[1, 2]", b'"080123456789"', b"[{]"])
def test_what_cannot_be_read_keeps_only_why(body: bytes):
    found = scrubbed(body)
    assert b"0912345678" not in found.payload.body
    (refused,) = FEED.decode(found.payload)
    assert isinstance(refused, Rejection)
    assert refused.reason in (Reason.NOT_JSON, Reason.EMPTY, Reason.WRONG_SHAPE)


def test_a_workbook_has_the_same_names_and_loses_its_own():
    book = openpyxl.Workbook()
    book.active.append(["DANH SÁCH HỒ SƠ", PLANTED[0]])
    book.active.append(
        [*(name for name in RECORD if not isinstance(RECORD[name], list)), "Gia", "DuocSoHoa", PLANTED[0]]
    )
    book.active.append([*(said for said in RECORD.values() if not isinstance(said, list)), 15000, 1, PLANTED[1]])
    book.create_sheet(PLANTED[0]).append(["Ghi chú"])
    out = io.BytesIO()
    book.save(out)
    found = scrubbed(out.getvalue(), "file")
    assert found.payload.name == ""
    assert found.dropped["other_sheets"] == 1
    (event,) = FEED.decode(found.payload)
    assert isinstance(event, CaseEvent)
    assert (event.case, event.attributes["has_fee"]) == (SECRETS.hashed(ID), True)
    assert found.dropped["ChuHoSo"] == 1
    assert found.dropped["other"] >= 1
    assert not any(text.encode() in found.payload.body for text in PLANTED)
