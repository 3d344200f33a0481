"""The feed of what names no feed: such messages are counted and shown with their reason like any other refusal."""

from collections.abc import Iterable
from datetime import timedelta

import orjson

from data_sources._parse import written
from domain.feed import Decoded, Feed, Payload
from domain.observation import Rejection
from domain.owner import Owner
from domain.reason import Reason
from domain.reporter import Listed
from domain.text import Text
from domain.way_in import HouseJson

KEY = "unknown"
_RAW_KEPT = 2_000


def decode_unclaimed(payload: Payload) -> Iterable[Decoded]:
    """Refuse every item: no JSON, not an array, an item that is no object, or a feed nobody declares. Never raises."""
    try:
        items = orjson.loads(payload.body)
    except orjson.JSONDecodeError as error:
        yield _rejection(payload, Reason.NOT_JSON if payload.body.strip() else Reason.EMPTY, str(error), payload.body)
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
)
