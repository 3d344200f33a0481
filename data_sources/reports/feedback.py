"""Reads citizens' feedback; a scrub keeps codes and instants, and drops who reported and what was written.

The text of a report names people and houses, so it is never kept: the public sees its field and its progress.
"""

from collections import Counter
from collections.abc import Iterable
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
from domain.services.feedback import CHANNELS, FEEDBACK, FIELDS
from domain.text import folded

_DATES = {
    "received": "NgayTiepNhan", "contacted": "NgayLienHe", "asked": "NgayYeuCauBoSung", "came": "NgayBoSung",
    "answered": "NgayTraLoi", "refused": "NgayTuChoi", "published": "NgayCongKhai",
}  # fmt: skip
_READ = {"MaPhanAnh", "DonViXuLy", "LinhVuc", "Kenh", "HaiLong", "LapLai", "kind", *_DATES.values()}
_DROPPED = {"NguoiPhanAnh", "HoTen", "SoDienThoai", "SoGiayTo", "Email", "DiaChi", "NoiDung", "TraLoi", "DinhKem"}
_NAMES = {folded(name): name for name in (*_READ, *_DROPPED)}
_NEEDED = {"case": "MaPhanAnh", "office": "DonViXuLy", "field": "LinhVuc", "received": "NgayTiepNhan"}


def scrub_feedback(payload: Payload, secrets: Secrets) -> Scrubbed:
    """The message as feedback of ours, and how many values of each field were dropped; a file loses its name too."""
    dropped: Counter[str] = Counter()
    return keep(
        payload,
        dropped,
        lambda: [_kept(record, secrets, dropped) for record in records_of(payload, dropped, _NAMES, "MaPhanAnh")],
    )


def read_feedback(payload: Payload) -> Iterable[Decoded]:
    """The events of scrubbed feedback; a record without id, unit, field or receipt is refused, by field names."""
    return read_kept(payload, _event)


def _kept(record: Record, secrets: Secrets, dropped: Counter[str]) -> dict[str, Any]:
    for name in record.keys() - _READ:
        # A field's own name may be somebody's: only known names are counted by name.
        dropped[name if name in _DROPPED else "other"] += 1
    raw_id, field, channel = (plain(record.get(name)) for name in ("MaPhanAnh", "LinhVuc", "Kenh"))
    dropped["MaPhanAnh"] += bool(raw_id)
    liked = plain(record.get("HaiLong"))
    return {
        "case": secrets.hashed(raw_id) if raw_id else None,
        "office": code(record, "DonViXuLy", OFFICE, dropped),
        # A field that no list has is counted as another, never kept as it was written.
        "field": (field if field in FIELDS else "other") if field else "",
        "channel": channel if channel in CHANNELS else "",
        **{ours: instant(record.get(theirs), theirs, dropped) for ours, theirs in _DATES.items()},
        "liked": {"1": True, "0": False}.get(liked),
        "repeated": yes(record.get("LapLai")),
        "simulated": record.get("kind") == Kind.SIMULATED,
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
    if not OFFICE.fullmatch(office) or item["field"] not in FIELDS or item.get("channel", "") not in ("", *CHANNELS):
        raise RefusalError(Reason.BAD_CODE, "DonViXuLy, LinhVuc, Kenh")
    dates = {ours: told_instant(item, ours, theirs) for ours, theirs in _DATES.items()}
    received = dates.pop("received")
    assert received is not None, "a missing one is refused above"
    if received > payload.received_at + parse.MAX_FUTURE:
        raise RefusalError(Reason.FUTURE_TIME, "NgayTiepNhan")
    organisation = office.startswith("H")
    attributes: dict[str, str | float | bool] = {"field": item["field"], "channel": str(item.get("channel") or "")}
    attributes |= {name: at.isoformat() for name, at in dates.items() if at is not None}
    attributes |= {"repeated": item.get("repeated") is True}
    if isinstance(item.get("liked"), bool):
        attributes["liked"] = item["liked"]
    return CaseEvent(
        feed=payload.feed,
        case_type=FEEDBACK.key,
        case=case,
        event="recorded",
        of=subject.organisation(office) if organisation else subject.place(office, IN_FORCE),
        at=received,
        received_at=payload.received_at,
        kind=Kind.SIMULATED if item.get("simulated") is True else Kind.MEASURED,
        source=payload.source,
        place="" if organisation else office,
        attributes=attributes,
    )
