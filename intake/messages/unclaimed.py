"""The feed of items that name no known feed: they are counted and shown with their reason like any other refusal.

No declaration says what may be stored of them, so only codes and numbers in known fields are.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import orjson

from data_sources import VALUES_MAX
from data_sources.messages.parse import RefusalError, json_of, written
from domain.feeds.feed import Decoded, Feed, Payload
from domain.feeds.owner import Owner
from domain.feeds.reporter import Listed
from domain.feeds.scrub import Scrubbed, Secrets
from domain.feeds.way_in import HouseJson
from domain.observation import Rejection
from domain.reason import Reason
from domain.text import Text

KEY = "unknown"
_RAW_KEPT = 2_000
_KEPT = frozenset({"feed", "measure", "place", "at", "period", "value", "kind", "territory", "status", "revision"})
_CODE = re.compile(r"[\w.:+-]{1,60}", re.ASCII)
# The mask byte is not UTF-8, so that a body that was not JSON does not become JSON.
_MASK = bytes(0xFF if byte > 127 else ord("x") if chr(byte).isalnum() else byte for byte in range(256))


def decode_unclaimed(payload: Payload) -> Iterable[Decoded]:
    """Refuse every item: no JSON, not an array, an item that is no object, or an undeclared feed. Never raises."""
    try:
        items = json_of(payload.body, VALUES_MAX)
    except RefusalError as refused:
        reason = refused.reason if payload.body.strip() else Reason.EMPTY
        yield _rejection(payload, reason, refused.detail, payload.body)
        return
    if not isinstance(items, list):
        yield _rejection(payload, Reason.WRONG_SHAPE, "cần một mảng JSON / a JSON array is needed", payload.body)
        return
    if not items:
        yield _rejection(payload, Reason.EMPTY, "", payload.body)
    for item in items:
        raw = written(item)
        if not isinstance(item, dict):
            yield _rejection(payload, Reason.WRONG_SHAPE, "mỗi mục là một đối tượng / each item is an object", raw)
        elif "feed" not in item:
            yield _rejection(payload, Reason.MISSING_FIELD, "feed", raw)
        else:
            yield _rejection(payload, Reason.UNKNOWN_FEED, str(item["feed"])[:60], raw)


def scrub(payload: Payload, _secrets: Secrets) -> Scrubbed:
    """Keep known fields that hold codes or numbers; of a body that is not JSON keep only the punctuation."""
    dropped: Counter[str] = Counter()
    try:
        told = json_of(payload.body, VALUES_MAX)
    except RefusalError:
        masked = payload.body.translate(_MASK)
        return Scrubbed(replace(payload, body=masked, query=""), {"text": 1} if payload.body.strip() else {})
    kept = [_codes(item, dropped) for item in told] if isinstance(told, list) else _codes(told, dropped)
    return Scrubbed(replace(payload, body=orjson.dumps(kept), query=""), dropped)


def _codes(item: object, dropped: Counter[str]) -> dict[str, object] | None:
    if not isinstance(item, dict):
        dropped["item"] += item is not None
        return None
    kept = {key: value for key, value in item.items() if key in _KEPT and _is_code(value)}
    dropped["field"] += len(item) - len(kept)
    return kept


def _is_code(value: object) -> bool:
    return not isinstance(value, list | dict) and (not isinstance(value, str) or bool(_CODE.fullmatch(value)))


def _rejection(payload: Payload, reason: Reason, detail: str, raw: bytes) -> Rejection:
    return Rejection(
        feed=KEY,
        reason=reason,
        received_at=payload.received_at,
        detail=detail,
        source=payload.source,
        raw=raw[:_RAW_KEPT].decode("utf-8", "replace"),
    )


UNCLAIMED = Feed(
    key=KEY,
    names=Text("Không rõ nguồn", "No known feed"),
    owner=Owner(office=Text("Trung tâm IOC", "IOC centre"), role=Text("trực vận hành", "operator on duty")),
    reporters=Listed(()),
    cadence=timedelta(days=1),
    stale_after=timedelta(days=2),
    measures=(),
    ways_in=(HouseJson(decode_unclaimed),),
    scrub=scrub,
)
