"""Parsers that all decoders share: numbers, instants, clean text, coordinates, refusals."""

import json
import math
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

import orjson

from domain.feeds.payload import Payload
from domain.instant import VIETNAM, from_ms
from domain.observation import Rejection
from domain.reason import Reason

if TYPE_CHECKING:
    # A process is started for each spreadsheet (workbooks/apart.py), and it waits for whatever is imported here.
    from domain.feeds.feed import Measure

RAW_KEPT = 2_000
DRIVER_CHARS_MAX = 64
# Trackers with an unset clock report 1970 or 1980; GPS week rollover gives years after 2000.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_FUTURE = timedelta(hours=24)
KMH_PER_KNOT = 1.852
KMH_PER_MS = 3.6

BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TOO_DEEP = orjson.dumps("lồng quá sâu / nested too deeply")
_ATTRIBUTES_MAX = 32
_ATTRIBUTE_CHARS_MAX = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# Milliseconds after 1973 are larger, seconds before the year 5138 smaller.
_SECONDS_BELOW = 1e11


class RefusalError(ValueError):
    """One item cannot be decoded; the decoder turns it into that item's Rejection."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.detail = detail


def rejection(
    payload: Payload, reason: Reason, detail: str = "", raw: str | bytes = b"", source: str = ""
) -> Rejection:
    """A Rejection of this payload, its raw text cut to 2,000 characters.

    A reason that is only counted keeps no text, because cards, driver registers and private places arrive that way.
    """
    if reason is Reason.NO_POSITION_MESSAGE:
        raw = ""
    text = raw[: RAW_KEPT * 4].decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return Rejection(
        feed=payload.feed,
        reason=reason,
        received_at=payload.received_at,
        detail=clean(detail, 500),
        source=source or payload.source,
        raw=_CONTROL.sub(" ", text[:RAW_KEPT]),
    )


def json_of(body: bytes, values_max: int) -> object:
    """The value of a JSON text; RefusalError NOT_JSON, or TOO_MANY_ITEMS before more than ``values_max`` are made.

    Windows editors save JSON with a byte order mark, or as UTF-16 with one; both are read. Each value beyond the first
    follows a comma or an opening bracket, so their number bounds the memory.
    """
    values = sum(body.count(mark) for mark in (b",", b"[", b"{"))
    if values > values_max:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{values} > {values_max} giá trị / values")
    try:
        return orjson.loads(unmarked(body))
    except ValueError as error:  # of JSON or of UTF-16
        raise RefusalError(Reason.NOT_JSON, str(error)) from None


def require_single_names(body: bytes) -> None:
    """Refuse a JSON text in which one object has a name twice: orjson keeps the last value without a word.

    ``body`` is valid JSON. RefusalError WRONG_SHAPE.
    """

    def object_of(pairs: list[tuple[str, object]]) -> None:
        told: set[str] = set()
        for name, _ in pairs:
            if name in told:
                said = name[:60]
                raise RefusalError(
                    Reason.WRONG_SHAPE, f"“{said}” ghi hai lần trong một đối tượng / twice in one object"
                )
            told.add(name)

    with suppress(RecursionError):  # nested deeper than any table
        json.loads(unmarked(body), object_pairs_hook=object_of)


def unmarked(body: bytes) -> bytes:
    """A text as UTF-8 without a byte order mark. UnicodeDecodeError for broken UTF-16."""
    if body.startswith(UTF_16):
        return body.decode("utf-16").encode()
    return body.removeprefix(BOM)


def composed(text: str) -> str:
    """``text`` in NFC; RefusalError NOT_READABLE when it stacks accents as no language does.

    The time to put a run of accents in order grows with the square of its length, and holds the interpreter's lock.
    """
    if _stacked().search(text):
        raise RefusalError(Reason.NOT_READABLE, "dấu chồng lên nhau / stacked accents")
    return normalize("NFC", text)


@cache
def _stacked() -> re.Pattern[str]:
    """More accents on one letter than the 30 of Unicode's stream-safe text."""
    return re.compile(f"[{''.join(filter(combining, map(chr, range(sys.maxunicode + 1))))}]{{31}}")


def written(item: object) -> bytes:
    """One item of a message as JSON; a note instead when it nests deeper than orjson can write."""
    try:
        return orjson.dumps(item)
    except orjson.JSONEncodeError:
        return _TOO_DEEP


def clean(value: str, limit: int) -> str:
    """``value`` without control characters and outer blanks, cut to ``limit`` characters."""
    if len(value) <= limit and value.isprintable():
        return value.strip()
    cut = value[: limit * 2]
    return (cut if cut.isprintable() else _CONTROL.sub(" ", cut)).strip()[:limit]


def number(text: str) -> float | None:
    """A finite decimal number written with a point, or None."""
    if not text or len(text) > 40 or "_" in text:  # float() would accept 1_000
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def json_number(value: object) -> float | None:
    """A JSON number, finite; None for anything else (text that looks like a number included)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        real = float(value)
    except OverflowError:
        return None
    return real if math.isfinite(real) else None


def within(value: float | None, low: float, high: float) -> float | None:
    """``value`` when it is in [low, high], else None: senders write -1 or 1e9 for "unknown"."""
    return value if value is not None and low <= value <= high else None


def whole(value: float, measure: "Measure") -> None:
    """Raises RefusalError NOT_WHOLE when a count is not a whole number."""
    if measure.whole and value != round(value):
        raise RefusalError(Reason.NOT_WHOLE, f"{measure.key}: {value:g} {measure.unit}")


def instant_of_epoch(value: float) -> datetime:
    """Epoch seconds (below 10^11) or milliseconds as UTC. Raises RefusalError BAD_TIME."""
    milliseconds = value * 1000 if abs(value) < _SECONDS_BELOW else value
    if not 0 <= milliseconds < 1e14:
        raise RefusalError(Reason.BAD_TIME, f"{value:g}")
    return _not_ancient(from_ms(int(milliseconds)), str(value))


def instant_of_text(text: str, *, zoneless_is: str) -> datetime:
    """An ISO 8601 instant as UTC; ``zoneless_is`` says how to read one without a zone: "utc", "vietnam" or "refused".

    Rounded to the stored millisecond, so that a repeat equals the stored value. Raises RefusalError BAD_TIME.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise RefusalError(Reason.BAD_TIME, text[:60]) from None
    if at.tzinfo is None:
        if zoneless_is == "refused":
            raise RefusalError(Reason.BAD_TIME, f"{text[:60]}: thiếu múi giờ / time zone is missing")
        at = at.replace(tzinfo=UTC if zoneless_is == "utc" else VIETNAM)
    try:
        return _not_ancient(at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000), text)
    except OverflowError:
        raise RefusalError(Reason.BAD_TIME, text[:60]) from None


def _not_ancient(at: datetime, said: str) -> datetime:
    if at < EARLIEST:
        raise RefusalError(Reason.BAD_TIME, f"{said[:60]}: đồng hồ chưa đặt / clock not set")
    return at


def coordinates(latitude: float | None, longitude: float | None) -> tuple[float, float]:
    """Both degrees, on earth. Raises RefusalError NO_COORDINATES or BAD_COORDINATES."""
    if latitude is None or longitude is None:
        raise RefusalError(Reason.NO_COORDINATES, "giữ vị trí cũ / the last position stays")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise RefusalError(Reason.BAD_COORDINATES, f"{latitude:g}, {longitude:g}")
    return latitude, longitude


def course(degrees: float | None) -> float | None:
    """Course in [0, 360), None when unknown (negative or beyond 360)."""
    kept = within(degrees, 0, 360)
    return None if kept is None else kept % 360


def has_lock(attributes: Mapping[str, object]) -> bool:
    """False when the tracker reports zero satellites: its position is then meaningless."""
    return not any(attributes.get(key) == 0 and attributes[key] is not False for key in ("sat", "sats"))


def driver(said: object) -> str:
    """The driver code (a card, a staff code) from text or a whole number; "" for anything else."""
    is_code = isinstance(said, str) or (isinstance(said, int) and not isinstance(said, bool))
    return clean(str(said), DRIVER_CHARS_MAX) if is_code else ""


def bounded(attributes: Mapping[str, object]) -> dict[str, object]:
    """At most 32 attributes: numbers, booleans and short text. Drops nested values and attributes about a driver."""
    kept: dict[str, object] = {}
    for key, value in attributes.items():
        if len(kept) == _ATTRIBUTES_MAX:
            break
        if "driver" in key.casefold():
            continue
        if isinstance(value, str):
            kept[clean(key, 40)] = clean(value, _ATTRIBUTE_CHARS_MAX)
        elif isinstance(value, bool) or json_number(value) is not None:
            kept[clean(key, 40)] = value
    return kept
