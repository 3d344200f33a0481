"""Feedback: codes and instants from the portal's field names; who reported and what was written never pass."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.feedback import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Scrubbed, Secrets
from domain.observation import Rejection
from domain.reason import Reason

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
PLANTED = ("Nguyễn Văn Bí Mật", "0912345678", "080123456789")
ID = "PA-2026-000123"
RECORD: dict[str, Any] = {
    "MaPhanAnh": ID, "DonViXuLy": "27694", "LinhVuc": "traffic", "Kenh": "phone", "NguoiPhanAnh": PLANTED[0],
    "SoDienThoai": PLANTED[1], "NoiDung": f"Nhà {PLANTED[0]} gọi {PLANTED[1]}", "NgayTiepNhan": "20261118083000",
    "NgayLienHe": "2026-11-18 09:10:00", "NgayTraLoi": "20/11/2026 10:00:00", "HaiLong": "1", "LapLai": "0",
}  # fmt: skip


def scrubbed(body: bytes, form: str = "feedback") -> Scrubbed:
    return FEED.scrub(
        Payload(feed=FEED.key, format=form, body=body, received_at=NOW, source="1022", name=PLANTED[0]), SECRETS
    )


def one(**fields: Any) -> Any:
    (found,) = FEED.decode(scrubbed(orjson.dumps([{**RECORD, **fields}])).payload)
    return found


def test_an_item_becomes_one_event_under_a_keyed_hash():
    found = one()
    assert isinstance(found, CaseEvent)
    assert (found.case, found.place) == (SECRETS.hashed(ID), "27694")
    assert dict(found.attributes) == {
        "field": "traffic", "channel": "phone", "contacted": "2026-11-18T02:10:00+00:00",
        "answered": "2026-11-20T03:00:00+00:00", "repeated": False, "liked": True,
    }  # fmt: skip


def test_a_missing_rating_stays_unknown_and_an_unlisted_field_is_another():
    assert "liked" not in one(HaiLong="").attributes
    assert one(HaiLong="0").attributes["liked"] is False
    assert one(LinhVuc=PLANTED[0]).attributes["field"] == "other"
    assert one(Kenh=PLANTED[1]).attributes["channel"] == ""


@pytest.mark.parametrize(
    ("fields", "reason", "named"),
    [
        ({"MaPhanAnh": ""}, Reason.MISSING_FIELD, "MaPhanAnh"),
        ({"DonViXuLy": PLANTED[2]}, Reason.MISSING_FIELD, "DonViXuLy"),
        ({"NgayTiepNhan": PLANTED[1]}, Reason.MISSING_FIELD, "NgayTiepNhan"),
        ({"NgayTiepNhan": "20990101"}, Reason.FUTURE_TIME, "NgayTiepNhan"),
    ],
)
def test_what_an_item_lacks_is_told_by_the_name_of_the_field(fields: dict[str, str], reason: Reason, named: str):
    found = one(**fields)
    assert isinstance(found, Rejection)
    assert (found.reason, found.detail, found.raw) == (reason, named, "")


TEXTS = st.sampled_from([*PLANTED, ID])


@given(st.lists(st.dictionaries(st.sampled_from([*RECORD, *PLANTED]), TEXTS | st.lists(TEXTS), max_size=6), max_size=3))
def test_no_planted_text_passes_wherever_it_stands(records: list[dict[str, Any]]):
    found = scrubbed(orjson.dumps([{**RECORD, **more} for more in records]))
    told = repr((found.payload, dict(found.dropped), list(FEED.decode(found.payload))))
    for text in (*PLANTED, ID):
        assert text not in told
        assert orjson.dumps(text)[1:-1] not in found.payload.body


def test_a_workbook_has_the_same_names():
    book = openpyxl.Workbook()
    book.active.append([*RECORD, PLANTED[0]])
    book.active.append([*RECORD.values(), PLANTED[1]])
    out = io.BytesIO()
    book.save(out)
    found = scrubbed(out.getvalue(), "file")
    (event,) = FEED.decode(found.payload)
    assert isinstance(event, CaseEvent)
    assert event.case == SECRETS.hashed(ID)
    assert (found.dropped["NoiDung"], found.dropped["other"], found.payload.name) == (1, 1, "")
