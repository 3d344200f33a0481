"""Times of the API: input is ISO 8601 with a zone, output ISO 8601 in UTC ending in Z."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def iso_z(value: datetime) -> str:
    """An aware instant as ISO 8601 in UTC, whole milliseconds, ending in Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _only_text(value: object) -> object:
    """Refuse what pydantic would read as an epoch or a date: the API takes full instants only."""
    if isinstance(value, datetime):
        return value
    # An unescaped plus sign in a query arrives as a space; nothing else can be in that place.
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", value) if isinstance(value, str) else ""
    if not _ISO.fullmatch(text):
        raise ValueError("2026-11-22T08:00:00Z or 2026-11-22T15:00:00+07:00 is needed")
    return text


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the years 1 to 9999") from None


Instant = Annotated[
    datetime,
    BeforeValidator(_only_text),
    AfterValidator(_in_utc),
    PlainSerializer(iso_z, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T08:00:00Z"]}),
]
"""An instant: input must carry its zone, output is UTC."""
