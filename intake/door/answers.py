"""The front door's answers as JSON: receipts and problems; each says in Vietnamese and English what to do."""

import math
from dataclasses import asdict, dataclass
from typing import Annotated

import orjson
from pydantic import BaseModel, Field

from domain.imports.cells import SheetPart
from domain.imports.question import Topic
from domain.imports.told import FileTold
from domain.observation import Rejection
from domain.text import Text
from intake.messages.decoding import Receipt
from present.answers import BothLanguages


class Refused(BaseModel):
    """One refused item of a message; ``item`` counts from 0."""

    item: Annotated[int, Field(ge=0)]
    reason: str
    vi: str
    en: str
    detail: str


class CellCounts(BaseModel):
    """Filled cells of a file: cells = labels + values + not_read. Values and blanks are its items."""

    cells: Annotated[int, Field(ge=0)]
    labels: Annotated[int, Field(ge=0)]
    values: Annotated[int, Field(ge=0)]
    not_read: Annotated[int, Field(ge=0)]
    blanks: Annotated[int, Field(ge=0)]


class LeftUnread(BaseModel):
    """A sheet, column or row of a file that was not read; ``row`` and ``column`` count from 1.

    ``aside``: it holds no figures by its own words (numbering, notes, sums).
    """

    part: SheetPart
    sheet: str
    row: int | None
    column: int | None
    name: str
    cells: int
    aside: bool
    vi: str
    en: str


class Asked(BaseModel):
    """What a file leaves open; ``cells`` values were refused as unclear because of it."""

    ask: Topic
    name: str
    cells: int
    vi: str
    en: str


class Accepted(BaseModel):
    """The message is on disk. Refused items (the first 20 are listed) are kept with their reasons too.

    Accepted and rejected add up to the items of the message. Of the accepted figures, ``corrected`` replace a stored
    value and ``repeated`` equal it; both are null when the database did not answer.

    Of a file, ``file`` counts the cells, ``not_read`` lists what was not read, ``questions`` what is unclear,
    ``warnings`` what does not add up (each at most 100).
    """

    accepted: Annotated[int, Field(ge=0)]
    corrected: Annotated[int, Field(ge=0)] | None = None
    repeated: Annotated[int, Field(ge=0)] | None = None
    rejected: Annotated[int, Field(ge=0)]
    rejections: list[Refused]
    file: CellCounts | None = None
    not_read: list[LeftUnread] = []
    questions: list[Asked] = []
    warnings: list[BothLanguages] = []


class RefusalAnswer(BaseModel):
    """Why nothing was taken, and what to do about it."""

    reason: str
    vi: str
    en: str
    detail: str = ""
    rejected: Annotated[int, Field(ge=0)] = 0
    rejections: list[Refused] = []
    file: CellCounts | None = None
    not_read: list[LeftUnread] = []
    questions: list[Asked] = []
    warnings: list[BothLanguages] = []


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer ready to send; the body is JSON."""

    status: int
    body: bytes
    retry_after_s: int | None = None


class Refusing(Exception):  # noqa: N818 - an answer on its way out, not a fault
    """Carries an Answer from wherever a request was refused to the door."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


_ONE_ACCEPTED = Answer(202, b'{"accepted":1,"rejected":0,"rejections":[]}')
_LISTED = 100
_WORDS = {
    "unauthorised": Text(
        "khoá không đúng hoặc đã bị thu hồi; tạo khoá bằng: python -m ingest key add TÊN",
        "the key is wrong or revoked; make one with: python -m ingest key add NAME",
    ),
    "needs_dispatcher": Text(
        "khoá này không có vai trò điều phối; tạo khoá bằng: python -m ingest key add TÊN --role dispatcher",
        "this key does not have the dispatcher role; make one with: python -m ingest key add NAME --role dispatcher",
    ),
    "only_reads": Text(
        "khoá này chỉ đọc, không gửi được dữ liệu; tạo khoá gửi bằng: python -m ingest key add TÊN",
        "this key only reads; make one that sends with: python -m ingest key add NAME",
    ),
    "from_a_page": Text(
        "cửa tiếp nhận không nhận dữ liệu do trang web gửi qua trình duyệt; hãy gửi bằng thiết bị hoặc chương trình",
        "the front door takes nothing that a web page sends through a browser; send it from a tracker or a program",
    ),
    "wrong_keys": Text(
        "địa chỉ này gửi quá nhiều khoá sai; hãy dùng khoá đúng hoặc chờ rồi gửi lại",
        "too many wrong keys from this address; use a valid key, or wait and send again",
    ),
    "unscrubbed": Text(
        "không tách được dữ liệu không được phép lưu nên bản tin không được lưu; hãy sửa cấu trúc rồi gửi lại",
        "data that may not be stored could not be removed, so nothing was kept; correct the message and send it again",
    ),
    "lists_people": Text(
        "tệp có danh sách người nên không nhận và không lưu; sổ tài xế gửi tới /ingest/drivers",
        "the file lists people and is neither taken nor kept; a drivers' register goes to /ingest/drivers",
    ),
    "too_large": Text("bản tin quá lớn; hãy chia nhỏ", "the message is too large; send it in parts"),
    "too_many_items": Text("quá nhiều mục trong một lần gửi; hãy chia nhỏ", "too many items in one call; send parts"),
    "compressed": Text(
        "thân yêu cầu bị nén (Content-Encoding); hãy gửi không nén",
        "the body is compressed (Content-Encoding); send it uncompressed",
    ),
    "multipart": Text(
        "biểu mẫu nhiều phần (multipart); hãy gửi tệp gốc trong thân yêu cầu: curl --data-binary @TỆP",
        "a multipart form; send the file itself as the body: curl --data-binary @FILE",
    ),
    "too_fast": Text("gửi quá nhanh; chờ rồi gửi lại", "sent too fast; wait, then send again"),
    "stream_unreachable": Text(
        "chưa lưu được bản tin; hãy giữ lại và gửi lại sau ít giây",
        "the message could not be kept; send it again",
    ),
    "store_unreachable": Text(
        "chưa lưu được vào kho dữ liệu; hãy giữ lại và gửi lại sau ít giây",
        "the database could not store it; keep it and send it again in a few seconds",
    ),
    "unknown_feed": Text("không có nguồn dữ liệu này", "there is no such feed"),
    "not_found": Text("không có địa chỉ này; xem /docs", "no such address; see /docs"),
    "method_not_allowed": Text("phương thức không dùng được ở đây; xem /docs", "method not allowed here; see /docs"),
    "bad_request": Text("yêu cầu không hợp lệ; xem /docs", "invalid request; see /docs"),
    "internal": Text("lỗi nội bộ của hệ thống; hãy gửi lại sau ít giây", "internal error; send again in a few seconds"),
}


def receipt(given: Receipt) -> Answer:
    """202 when anything of the message is usable, else 400 with the first reason."""
    if given.accepted == 1 and not given.rejected and not given.observations:
        return _ONE_ACCEPTED
    listed = [_refused(number, refused) for number, refused in given.rejections]
    told = {} if given.told is None else _beside(given.told)
    if given.usable:
        worth = given.worth
        beside = {
            "corrected": None if worth is None else worth.corrected,
            "repeated": None if worth is None else worth.repeated,
        }
        counts = {"accepted": given.accepted, **(beside if given.observations else {}), "rejected": given.rejected}
        return Answer(202, orjson.dumps({**counts, "rejections": listed, **told}))
    first = {name: value for name, value in listed[0].items() if name != "item"}
    return Answer(400, orjson.dumps(first | {"rejected": given.rejected, "rejections": listed, **told}))


def _beside(told: FileTold) -> dict[str, object]:
    """What a file said beside its figures."""
    return {
        "file": asdict(told.account),
        "not_read": [_worded(asdict(part)) for part in told.not_read[:_LISTED]],
        "questions": [
            _worded({"ask": one.ask, "name": one.name, "cells": one.cells, "words": one.words})
            for one in told.questions[:_LISTED]
        ],
        "warnings": [words._asdict() for words in told.warnings[:_LISTED]],
    }


def _worded(said: dict[str, object]) -> dict[str, object]:
    words = said.pop("words")
    assert isinstance(words, Text)
    return {**said, "vi": words.vi, "en": words.en}


def problem(status: int, reason: str, detail: str = "", retry_after_s: float | None = None) -> Answer:
    """An answer about the request itself; ``reason`` is one of the codes in this module."""
    words = _WORDS[reason]
    said = {"reason": reason, "vi": words.vi, "en": words.en, "detail": detail, "rejected": 0, "rejections": []}
    return Answer(status, orjson.dumps(said), None if retry_after_s is None else max(1, math.ceil(retry_after_s)))


def _refused(number: int, refused: Rejection) -> dict[str, str | int]:
    words = refused.reason.value
    return {
        "item": number,
        "reason": refused.reason.code,
        "vi": words.vi,
        "en": words.en,
        "detail": refused.detail,
    }
