"""Reads the fields of one item of house JSON."""

from collections.abc import Mapping
from datetime import datetime

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Payload
from domain.observation import Kind
from domain.places.place import IN_FORCE
from domain.reason import Reason

_REVISION_MAX = 1_000_000
_KINDS = {kind.value: kind for kind in Kind}


def instant(value: object, payload: Payload, instants: dict[str, datetime]) -> datetime:
    """``at`` as UTC; ``instants`` caches the texts of one message."""
    if value is None:
        raise RefusalError(Reason.MISSING_FIELD, "at")
    if not isinstance(value, str):
        raise RefusalError(Reason.BAD_TIME, f"at: {said(value)}")
    at = instants.get(value)
    if at is None:
        at = parse.instant_of_text(value, zoneless_is="refused")
        if at > payload.received_at + parse.MAX_FUTURE:
            raise RefusalError(Reason.FUTURE_TIME, f"at: {value[:40]}")
        instants[value] = at
    return at


def number(item: Mapping[str, object], key: str) -> float | None:
    """A JSON number, None when the item has none. Raises RefusalError."""
    value = item.get(key)
    if value is None or type(value) is float:  # JSON has no infinity
        return value
    told = parse.json_number(value)
    if told is None:
        raise RefusalError(Reason.BAD_NUMBER, f"{key}: {said(value)}")
    return told


def text(item: Mapping[str, object], key: str, *, required: bool = False) -> str:
    """A text without control characters, "" when the item has none. Raises RefusalError."""
    value = item.get(key)
    if type(value) is str:
        return parse.clean(value, 100)
    if value is None and not required:
        return ""
    if value is None:
        raise RefusalError(Reason.MISSING_FIELD, key)
    raise RefusalError(Reason.WRONG_SHAPE, f"{key} phải là chuỗi / must be text")


def own_feed(item: Mapping[str, object], payload: Payload) -> None:
    """Check that the item belongs to the message's feed. Raises RefusalError."""
    if item.get("feed", payload.feed) != payload.feed:
        raise RefusalError(Reason.UNKNOWN_FEED, said(item.get("feed")))


def territory(item: Mapping[str, object]) -> str:
    """The territory version of the item's place code. Raises RefusalError."""
    return text(item, "territory") or IN_FORCE


def source(item: Mapping[str, object], payload: Payload) -> str:
    """The source: as the item says, else the key's holder. Raises RefusalError."""
    told = text(item, "source") or payload.source
    if not told:
        raise RefusalError(Reason.MISSING_FIELD, "source")
    return told


def kind(item: Mapping[str, object], default: Kind) -> Kind:
    """The kind of the number. Raises RefusalError."""
    told = item.get("kind", default)
    found = _KINDS.get(told) if isinstance(told, str) else None
    if found is None:
        raise RefusalError(Reason.BAD_CODE, f"kind: {said(told)}")
    return found


def revision(item: Mapping[str, object]) -> int:
    """The sender's revision number, 0 without one. Raises RefusalError."""
    if "revision" not in item:
        return 0
    told = item["revision"]
    if not isinstance(told, int) or isinstance(told, bool) or not 1 <= told <= _REVISION_MAX:
        raise RefusalError(Reason.BAD_NUMBER, f"revision: {said(told)}")
    return told


def said(value: object) -> str:
    """Any sent value as text short enough to show."""
    return parse.clean(str(value), 60)
