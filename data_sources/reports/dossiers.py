"""Reads dossiers with the field names of the national portal, and keeps nothing that could name a person.

A scrub turns each record into a dossier of ours: codes that match their pattern, instants, and facts. Everything else
is dropped before the message is stored, and counted by the name of its field. The decoder reads what the scrub wrote.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.reports.keeping import (
    OFFICE,
    Record,
    code,
    instant,
    keep,
    plain,
    read_kept,
    records_of,
    told_instant,
    yes,
)
from domain import subject
from domain.case import CASE_KEY, CaseEvent
from domain.feeds.feed import Decoded, Payload
from domain.feeds.scrub import Scrubbed, Secrets
from domain.observation import Kind
from domain.places.place import IN_FORCE
from domain.reason import Reason
from domain.services.dossier import DOSSIER, FACTS, Channel
from domain.text import folded

_CHANNELS = {"": Channel.COUNTER, "1": Channel.COUNTER, "2": Channel.ONLINE, "3": Channel.POST}
# Patterns no telephone number, identity number or name can match: what does not fit its own is dropped.
_PROCEDURE = re.compile(r"\d\.\d{6}(?:\.\d{3})?(?:\.\d{2}){0,2}(?:\.H\d{2})?")
_FIELD = re.compile(r"[A-Z]{1,4}[0-9.\-]{0,6}")
_DATES = {"received": "NgayTiepNhan", "due": "NgayHenTra", "ended": "NgayKetThucXuLy", "refused": "NgayTuChoi"}
_READ = {
    "MaHoSo", "MaTTHC", "MaLinhVuc", "KenhThucHien", "DonViXuLy", "HoSoCoThanhPhanSoHoa", "DuocThanhToanTrucTuyen",
    "TaiKhoanDuocXacThucVoiVNeID", "TaiLieuNop", "DanhSachLePhi", "DanhSachHoSoBoSung", "DanhSachGiayToKetQua", "kind",
    "NgayNopHoSo", "NgayTra", *_DATES.values(),
}  # fmt: skip
# A table has no lists: these columns are the one entry of a list.
_LISTS = {
    "DuocSoHoa": "TaiLieuNop", "DuocTaiSuDung": "TaiLieuNop", "DuocLayTuKhoDMQG": "TaiLieuNop", "Gia": "DanhSachLePhi",
    "NgayBoSung": "DanhSachHoSoBoSung", "NgayHenTraMoi": "DanhSachHoSoBoSung",
    "MaGiayToKetQua": "DanhSachGiayToKetQua", "DuongDanTepTinKetQua": "DanhSachGiayToKetQua",
}  # fmt: skip
_PORTAL = frozenset(
    {"TenTTHC", "ChuHoSo", "SoGiayToChuHoSo", "LoaiDoiTuong", "TrangThaiHoSo", "HinhThuc", "SoDienThoai", "Email"}
    | {"NgaySinh", "DiaChi"}
)
_NAMES = {folded(name): name for name in (*_READ, *_LISTS, *_PORTAL)}
_LIST_MAX = 100


def scrub_dossiers(payload: Payload, secrets: Secrets) -> Scrubbed:
    """The message as dossiers of ours, and how many values of each field were dropped; a file loses its name too.

    A message that cannot be read keeps nothing of its text, only why.
    """
    dropped: Counter[str] = Counter()
    return keep(
        payload,
        dropped,
        lambda: [_kept(record, secrets, dropped) for record in records_of(payload, dropped, _NAMES, "MaHoSo", _LISTS)],
    )


def read_dossiers(payload: Payload) -> Iterable[Decoded]:
    """The events of scrubbed dossiers; a record without id, office, procedure or receipt is refused, by field names."""
    return read_kept(payload, _event)


def _kept(record: Record, secrets: Secrets, dropped: Counter[str]) -> dict[str, Any]:
    """One record as ours; what it lacks is null, a fact that it does not state is left out."""
    for name in record.keys() - _READ:
        # A field's own name may be somebody's: only names of the portal are counted by name.
        dropped[name if name in _PORTAL else "other"] += 1
    raw_id = plain(record.get("MaHoSo"))
    dropped["MaHoSo"] += bool(raw_id)
    extras = _entries(record, "DanhSachHoSoBoSung", dropped)
    asked = [one for one in extras if plain(one.get("NgayBoSung"))]
    papers, results = (_entries(record, name, dropped) for name in ("TaiLieuNop", "DanhSachGiayToKetQua"))
    dates = {ours: instant(record.get(theirs), theirs, dropped) for ours, theirs in _DATES.items()}
    moved = [at for one in asked if (at := instant(one.get("NgayHenTraMoi"), "NgayHenTraMoi", dropped))]
    fees = [plain(one.get("Gia")) for one in _entries(record, "DanhSachLePhi", dropped)]
    e_result = any(plain(one.get("MaGiayToKetQua")) and plain(one.get("DuongDanTepTinKetQua")) for one in results)
    scanned = any(yes(one.get("DuocSoHoa")) for one in papers)
    facts = {
        "has_fee": any(fee.strip("0., ") != "" for fee in fees),
        "paid": plain(record.get("DuocThanhToanTrucTuyen")) in ("1", "2"),
        "asks_result": bool(results),
        "e_result": e_result,
        "digitised": scanned and e_result,
        "reused": scanned or yes(record.get("HoSoCoThanhPhanSoHoa")),
        "shared": any(yes(one.get("DuocLayTuKhoDMQG")) for one in papers),
        "verified": yes(record.get("TaiKhoanDuocXacThucVoiVNeID")),
    }
    return {
        "case": secrets.hashed(raw_id) if raw_id else None,
        "office": code(record, "DonViXuLy", OFFICE, dropped),
        "procedure": code(record, "MaTTHC", _PROCEDURE, dropped),
        "field": code(record, "MaLinhVuc", _FIELD, dropped),
        "channel": _CHANNELS.get(plain(record.get("KenhThucHien"))),
        "received": dates["received"],
        "due": max(moved) if moved else dates["due"],
        "ended": dates["ended"] or dates["refused"],
        "refused": dates["refused"] is not None,
        "supplements": len(asked),
        # The office gives a new due date when the supplement has come.
        "waits": bool(asked) and not moved and dates["ended"] is None,
        "simulated": record.get("kind") == Kind.SIMULATED,
        **{name: True for name, said in facts.items() if said},
    }


def _event(payload: Payload, item: object) -> CaseEvent:
    if not isinstance(item, dict):
        raise RefusalError(Reason.WRONG_SHAPE)
    missing = [theirs for ours, theirs in _NEEDED.items() if not item.get(ours)]
    if missing:
        raise RefusalError(Reason.MISSING_FIELD, ", ".join(missing))
    case, office = str(item["case"]), str(item["office"])
    if not CASE_KEY.fullmatch(case):
        raise RefusalError(Reason.NOT_A_HASH)
    if not OFFICE.fullmatch(office):
        raise RefusalError(Reason.BAD_CODE, "DonViXuLy")
    received = told_instant(item, "received", _DATES["received"])
    assert received is not None, "a missing one is refused above"
    if received > payload.received_at + parse.MAX_FUTURE:
        raise RefusalError(Reason.FUTURE_TIME, "NgayTiepNhan")
    organisation = office.startswith("H")
    return CaseEvent(
        feed=payload.feed,
        case_type=DOSSIER.key,
        case=case,
        event="recorded",
        of=subject.organisation(office) if organisation else subject.place(office, IN_FORCE),
        at=received,
        received_at=payload.received_at,
        kind=Kind.SIMULATED if item.get("simulated") is True else Kind.MEASURED,
        source=payload.source,
        place="" if organisation else office,
        attributes=_attributes(item),
    )


def _attributes(item: Record) -> dict[str, str | float | bool]:
    procedure, field = str(item["procedure"]), str(item.get("field") or "")
    asked = item.get("supplements", 0)
    if not _PROCEDURE.fullmatch(procedure) or (field and not _FIELD.fullmatch(field)):
        raise RefusalError(Reason.BAD_CODE, "MaTTHC, MaLinhVuc")
    if item["channel"] not in tuple(Channel) or type(asked) is not int or not 0 <= asked <= _LIST_MAX:
        raise RefusalError(Reason.BAD_CODE, "KenhThucHien, DanhSachHoSoBoSung")
    found: dict[str, str | float | bool] = {
        "procedure": procedure, "field": field, "channel": str(item["channel"]), "supplements": asked,
    }  # fmt: skip
    # Only what is true is kept: a million dossiers say "not so" ten million times.
    found |= {name: True for name in ("refused", "waits", *FACTS) if item.get(name) is True}
    return found | {name: at.isoformat() for name in ("due", "ended") if (at := told_instant(item, name, _DATES[name]))}


_NEEDED = {"case": "MaHoSo", "office": "DonViXuLy", "procedure": "MaTTHC", "received": "NgayTiepNhan",
           "channel": "KenhThucHien"}  # fmt: skip


def _entries(record: Record, name: str, dropped: Counter[str]) -> Sequence[Record]:
    found = record.get(name)
    if found in (None, "", []):
        return ()
    if not isinstance(found, list) or len(found) > _LIST_MAX:
        dropped[name] += 1
        return ()
    return [one for one in found if isinstance(one, dict)]
