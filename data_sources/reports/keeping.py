"""The records of a message, what scrubs keep of them and how it is read again; all else is dropped and counted."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson

from data_sources import MAX_ITEMS, VALUES_MAX
from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import FirstSheet, read_records, read_rows
from data_sources.workbooks.cells import text_of
from data_sources.workbooks.records import is_json
from domain.case import CaseEvent
from domain.feeds.feed import Decoded, Payload
from domain.feeds.scrub import Scrubbed
from domain.instant import VIETNAM
from domain.reason import Reason
from domain.text import folded

OFFICE = re.compile(r"H\d{2}(?:\.\d{1,4}){0,4}|\d{5}")
"""The code of an organisation or of a commune: no telephone or identity number matches."""
_WHEN = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[ T]?(?:(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?")
_HEADER_WITHIN_ROWS = 20
OTHER_SHEETS = "other_sheets"
"""Under this name sheets are counted that something is written on and that are not read."""

Record = Mapping[str, Any]


def plain(value: object) -> str:
    """A text or whole number as text, "" for anything else."""
    return str(value).strip() if isinstance(value, str | int) else ""


def yes(value: object) -> bool:
    """Whether a flag is set."""
    return value is True or plain(value) == "1"


def code(record: Record, name: str, pattern: re.Pattern[str], dropped: Counter[str]) -> str:
    """The code in a field; "" without one or when it does not match, which is counted."""
    said = plain(record.get(name)).upper()
    if said and not pattern.fullmatch(said):
        dropped[name] += 1
        return ""
    return said


def instant(value: object, name: str, dropped: Counter[str]) -> str | None:
    """An instant as ISO text in UTC; without a zone it is Việt Nam's. None when there is none that can be read."""
    said = plain(value)
    if not said:
        return None
    iso, day_first = _WHEN.fullmatch(said), _DAY_FIRST.fullmatch(said)
    try:
        if iso:
            year, month, day, hour, minute, second = (int(one or 0) for one in iso.groups()[:6])
        elif day_first:
            day, month, year, hour, minute, second = (int(one or 0) for one in day_first.groups())
        else:
            raise ValueError(name)
        at = datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)
        if iso and iso[7]:
            at = datetime.fromisoformat(f"{at:%Y-%m-%dT%H:%M:%S}{iso[7]}")
        return at.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        dropped[name] += 1
        return None


def told_instant(item: Record, name: str, field: str) -> datetime | None:
    """An instant of a scrubbed record. Raises RefusalError that names the sender's ``field``."""
    said = item.get(name)
    if said is None:
        return None
    if not isinstance(said, str):
        raise RefusalError(Reason.BAD_TIME, field)
    try:
        return parse.instant_of_text(said, zoneless_is="refused")
    except RefusalError:
        raise RefusalError(Reason.BAD_TIME, field) from None


def records_of(
    payload: Payload,
    dropped: Counter[str],
    names: Mapping[str, str],
    key: str,
    lists: Mapping[str, str] = MappingProxyType({}),
) -> Sequence[Record]:
    """The records of a message: a JSON array, alone or in an object; of a file, the rows under the header with ``key``.

    ``names`` gives a field by its folded heading; another column is "#n" without its value, which may be anything. A
    table has no lists: its columns in ``lists`` make the one entry of the list that they name. ``dropped`` counts other
    sheets with something on them. Raises RefusalError.
    """
    if payload.format == "file":
        return _rows_of(payload.body, dropped, names, key, lists)
    if not payload.body.strip():
        raise RefusalError(Reason.EMPTY)
    found = parse.json_of(payload.body, VALUES_MAX)
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), None)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RefusalError(Reason.WRONG_SHAPE)
    if len(found) > MAX_ITEMS:
        raise RefusalError(Reason.TOO_MANY_ITEMS)
    return found


def _rows_of(
    body: bytes, dropped: Counter[str], names: Mapping[str, str], key: str, lists: Mapping[str, str]
) -> Sequence[Record]:
    sheet = FirstSheet(read_records(body)) if is_json(body) else read_rows(body, "")
    rows = sheet.rows
    if sheet.others:
        dropped[OTHER_SHEETS] += len(sheet.others)
    for at, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        heads = [names.get(folded(text_of(cell)), "") for cell in row]
        if key in heads:
            return [_of_row(heads, cells, lists) for cells in rows[at + 1 :] if any(text_of(cell) for cell in cells)]
    raise RefusalError(Reason.WRONG_SHAPE)


def _of_row(heads: Sequence[str], cells: Sequence[Any], lists: Mapping[str, str]) -> Record:
    record: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        name = heads[number] if number < len(heads) else ""
        said = cell.isoformat(" ") if isinstance(cell, datetime) else text_of(cell)
        if not name:
            record |= {f"#{number}": ""} if said else {}
        elif name not in lists:
            record[name] = said
        elif said:
            (entry,) = record.setdefault(lists[name], [{}])
            entry[name] = said
    return record


def keep(payload: Payload, dropped: Counter[str], records: Callable[[], Sequence[Record]]) -> Scrubbed:
    """``payload`` with ``records`` as its body and without its file's name; of what cannot be read, only why."""
    try:
        body = orjson.dumps(records())
    except RefusalError as refused:
        body = orjson.dumps({"refused": refused.reason.code})
    return Scrubbed(replace(payload, body=body, name="", query="", content_type="application/json"), dropped)


def read_kept(payload: Payload, event: Callable[[Payload, object], CaseEvent]) -> Iterable[Decoded]:
    """The ``event`` of each record that `keep` wrote, or why it is refused."""
    try:
        items = parse.json_of(payload.body, VALUES_MAX)
        if isinstance(items, dict):
            told = items.get("refused")
            raise RefusalError(next((one for one in Reason if one.code == told), Reason.NOT_READABLE))
        if not isinstance(items, list):
            raise RefusalError(Reason.WRONG_SHAPE)
        if not items:
            raise RefusalError(Reason.EMPTY)
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason)
        return
    for item in items:
        try:
            yield event(payload, item)
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail)
