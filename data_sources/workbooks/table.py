"""Tables in CSV, spreadsheets or JSON records, with one value per row (long) or one column per measure (wide)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from data_sources.messages import parse
from data_sources.messages.covered import covered
from data_sources.messages.parse import RefusalError
from data_sources.messages.two_values import two_values
from data_sources.workbooks.apart import read_records, read_rows
from data_sources.workbooks.cells import Cell, Column, is_missing, text_of
from data_sources.workbooks.records import is_json
from domain.feeds.feed import Bearer, Decode, Decoded, Measure, Payload, by_heading
from domain.instant import VIETNAM, day_start
from domain.observation import Kind, Observation, ObsStatus, Rejection
from domain.period import Period, Span, period_of
from domain.places.place import IN_FORCE
from domain.reason import Reason
from domain.text import folded

_HEADER_WITHIN_ROWS = 20
_VALUES_MAX = 200_000
_HEADINGS = {
    "place": ("place", "mã", "mã xã", "mã đơn vị", "mã đvhc"),
    "place_name": ("tên xã", "xã", "xã, phường", "xã/phường", "phường/xã", "tên đơn vị", "địa phương"),
    "district": ("huyện", "tên huyện", "quận/huyện", "huyện, thị xã, thành phố"),
    "territory": ("territory", "phiên bản địa giới"),
    "organisation": ("organisation", "mã định danh", "mã cơ quan", "ma_coquan", "mã đơn vị giải quyết"),
    "entity": ("entity", "xe", "mã xe", "biển số"),
    "measure": ("measure", "chỉ tiêu"),
    "at": ("at", "ngày", "thời điểm", "kỳ", "kỳ báo cáo"),
    "value": ("value", "giá trị"),
    "kind": ("kind", "loại số liệu"),
    "source": ("source", "nguồn", "nguồn số liệu"),
    "revision": ("revision", "lần sửa"),
}
_ROLE_OF = {heading: role for role, headings in _HEADINGS.items() for heading in headings}
_WHOSE = {"place", "place_name", "organisation", "entity"}
_QUARTER = re.compile(r"(?:quý|q)\s*(iv|i{1,3}|[1-4])\s*[/-]?\s*(20\d\d)|(20\d\d)-q([1-4])", re.IGNORECASE)
_YEAR = re.compile(r"(?:năm\s*)?(20\d\d)", re.IGNORECASE)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTH = re.compile(r"(?<!\d)(20\d\d)-(\d\d)(?!-?\d)|(?<!\d)(\d{1,2})/(20\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(20\d\d)(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?")
_DAY_IN_NAME = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class _Layout:
    """The header row, the column of each role, the measure of each measure column, and all headings (`folded`).

    ``doubled``: two columns are of one measure, for example under its former and its present name.
    """

    header: int
    roles: Mapping[str, int]
    measures: Mapping[int, Measure]
    headings: Sequence[str]
    doubled: bool


class _Read(NamedTuple):
    """A decoded value, the name its sender gave the measure, and the row and column (from 0) where it stands."""

    name: str
    item: Decoded
    number: int
    column: int


def tables(measures: tuple[Measure, ...], called: Mapping[str, str] | None = None) -> Decode:
    """A decoder of CSV, spreadsheet and JSON files for a feed with these measures.

    Long layout: columns measure, place (or entity), at, value and optionally territory, kind, source, revision. Wide
    layout: place (or entity), optionally at, and one column per measure, headed by its key, name or former name; where
    two columns are of one measure, a blank gives way. A place is given by code, or by name with the district in the
    next column or after a comma. Without an ``at`` column the file name must contain the day (2026-11-30) or month
    (2026-11). A period is a month (2026-11, 11/2026), a quarter (Quý IV/2026, 2026-Q4) or a year; its figures describe
    its last day, or the day of arrival while it still runs. Days and times without a zone are in Việt Nam's. A blank or
    "đang cập nhật" is a missing value, never zero. Never raises.

    JSON is an array of flat objects; their names are the columns (data_sources/workbooks/records.py). ``called`` maps a
    sender's own names to ours: {"maDonVi": "place", "tiepNhan": "dossiers_received"}.
    """
    named = by_heading(measures)
    roles = dict(_ROLE_OF)
    for theirs, ours in (called or {}).items():
        if folded(ours) in named:
            named[folded(theirs)] = named[folded(ours)]
        else:
            roles[folded(theirs)] = _ROLE_OF[folded(ours)]

    def decode(payload: Payload) -> Iterable[Decoded]:
        try:
            rows = read_records(payload.body) if is_json(payload.body) else read_rows(payload.body, payload.name)
            layout = _layout(rows, roles, named)
            columns = {
                c: Column([row[c] for row in rows[layout.header + 1 :] if c < len(row)]) for c in _numeric(layout)
            }
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
            return
        read = [
            one
            for number, row in enumerate(rows)
            if number > layout.header and not all(is_missing(cell) for cell in row)
            for one in _row(payload, layout, named, columns, number, row)
        ]
        if not read:
            yield parse.rejection(payload, Reason.EMPTY, "không có dòng số liệu / no data rows", payload.body)
        refused_too = two_values([(one.name, one.item) for one in read])
        for at, one in enumerate(read):
            if at in refused_too:
                yield _refused(payload, Reason.TWO_VALUES, refused_too[at], one.number, one.column, rows[one.number])
            else:
                yield one.item

    return decode


def _layout(rows: Sequence[Sequence[Cell]], role_of: Mapping[str, str], named: Mapping[str, Measure]) -> _Layout:
    for index, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        headings = [folded(text_of(cell)) for cell in row]
        roles = {role_of[h]: c for c, h in reversed(list(enumerate(headings))) if h in role_of}
        measures = {} if "measure" in roles else {c: named[h] for c, h in enumerate(headings) if h in named}
        if roles.keys() & _WHOSE and (measures or {"measure", "value"} <= roles.keys()):
            if len(rows) * max(1, len(measures)) > _VALUES_MAX:
                raise RefusalError(Reason.TOO_MANY_ITEMS, f"> {_VALUES_MAX}")
            doubled = len({measure.key for measure in measures.values()}) < len(measures)
            return _Layout(index, roles, measures, headings, doubled)
    raise RefusalError(
        Reason.WRONG_SHAPE,
        "cần dòng tiêu đề có cột place và cột chỉ tiêu / a header row with place and measure columns is needed",
    )


def _numeric(layout: _Layout) -> Iterable[int]:
    return layout.measures or (layout.roles["value"],)


def _row(
    payload: Payload,
    layout: _Layout,
    named: Mapping[str, Measure],
    columns: Mapping[int, Column],
    number: int,
    row: Sequence[Cell],
) -> Iterable[_Read]:
    def cell(role: str) -> Cell:
        column = layout.roles.get(role)
        return row[column] if column is not None and column < len(row) else None

    for column, name, measure in _targets(layout, named, row, folded(text_of(cell("measure")))):
        try:
            if measure is None or measure.key == "position":
                raise RefusalError(Reason.UNKNOWN_MEASURE, text_of(cell("measure")) or "position")
            value = columns[column].value(row[column] if column < len(row) else None, measure)
            if value is not None and not measure.low <= value <= measure.high:
                raise RefusalError(Reason.OUT_OF_RANGE, f"{value:g} ({measure.low:g}..{measure.high:g} {measure.unit})")
            if value is not None:
                parse.whole(value, measure)
            place = text_of(cell("place")) or _named(cell("place_name"), cell("district"))
            # Ignore a vehicle column for figures of a place.
            entity = text_of(cell("entity")) if measure.bearer is Bearer.ENTITY else ""
            organisation = "" if entity else text_of(cell("organisation"))
            if not (entity if measure.bearer is Bearer.ENTITY else place or organisation):
                raise RefusalError(Reason.MISSING_FIELD, str(measure.bearer))
            at, period = covered(measure, *_when(cell("at"), payload), payload.received_at)
            item = Observation(
                feed=payload.feed,
                measure=measure.key,
                at=at,
                period=period,
                received_at=payload.received_at,
                value=value,
                kind=_kind(cell("kind")),
                source=text_of(cell("source")) or payload.source or "Tệp",
                place=place,
                territory=(text_of(cell("territory")) or IN_FORCE) if place else "",
                entity=entity,
                organisation=organisation,
                status=ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
                revision=_revision(cell("revision")),
            )
        except RefusalError as refused:
            yield _Read(name, _refused(payload, refused.reason, refused.detail, number, column, row), number, column)
        else:
            yield _Read(name, item, number, column)


def _targets(
    layout: _Layout, named: Mapping[str, Measure], row: Sequence[Cell], measure: str
) -> Iterable[tuple[int, str, Measure | None]]:
    """The columns of a row that hold values, each with its name and measure; ``measure`` is named by a long row."""
    if not layout.measures:
        return [(layout.roles["value"], measure, named.get(measure))]
    found = [(column, layout.headings[column], one) for column, one in layout.measures.items()]
    if not layout.doubled:
        return found
    told = {column for column, _, _ in found if column < len(row) and not is_missing(row[column])}
    elsewhere = {layout.measures[column].key for column in told}
    # The column number tells apart two columns with the same heading.
    return [
        (column, f"{name} ({column + 1})", one)
        for column, name, one in found
        if column in told or one.key not in elsewhere
    ]


def _refused(payload: Payload, reason: Reason, detail: str, number: int, column: int, row: Sequence[Cell]) -> Rejection:
    line = number + 1
    where = f"dòng {line}, cột {column + 1} / row {line}, column {column + 1}: {detail}"
    return parse.rejection(payload, reason, where, " | ".join(text_of(cell) for cell in row))


def _named(name: Cell, district: Cell) -> str:
    """A place's name, followed by its district when the file gives one; the intake looks it up."""
    return ", ".join(filter(None, (text_of(name), text_of(district)))) if text_of(name) else ""


def _kind(cell: Cell) -> Kind:
    said = text_of(cell) or Kind.DECLARED
    if said not in tuple(Kind):
        raise RefusalError(Reason.BAD_CODE, f"kind: {said}")
    return Kind(said)


def _revision(cell: Cell) -> int:
    said = text_of(cell)
    if not said:
        return 0
    if not said.isdecimal() or not said.isascii() or not 1 <= int(said[:9]) <= 1_000_000:
        raise RefusalError(Reason.BAD_NUMBER, f"revision: {said}")
    return int(said)


def _when(cell: Cell, payload: Payload) -> tuple[datetime | None, Period | None]:
    """The instant or period in a cell, else in the file name."""
    said: Cell = cell
    if is_missing(cell):
        in_name = _DAY_IN_NAME.search(payload.name) or _MONTH.search(payload.name)
        if in_name is None:
            raise RefusalError(
                Reason.MISSING_FIELD,
                "at: thêm cột at, hoặc ngày trong tên tệp / add an at column, or a day in the file name",
            )
        said = in_name.group()
    period = _period(said)
    at = None if period is not None else _instant(said)
    if at is not None and at < parse.EARLIEST:
        raise RefusalError(Reason.BAD_TIME, text_of(said))
    if at is not None and at > payload.received_at + parse.MAX_FUTURE:
        raise RefusalError(Reason.FUTURE_TIME, text_of(said))
    return at, period


def _period(said: Cell) -> Period | None:
    """The month, quarter or year in a cell; None for a day or an instant."""
    text = text_of(said) if isinstance(said, str | float | int) else ""
    if quarter := _QUARTER.fullmatch(text):
        number = quarter[4] or _ROMAN.get(str(quarter[1]).lower(), quarter[1])
        return period_of(Span.QUARTER, date(int(quarter[2] or quarter[3]), 3 * int(number), 1))
    try:
        if month := _MONTH.fullmatch(text):
            return period_of(Span.MONTH, date(int(month[1] or month[4]), int(month[2] or month[3]), 1))
    except ValueError:
        raise RefusalError(Reason.BAD_TIME, text[:60]) from None
    if year := _YEAR.fullmatch(text):
        return period_of(Span.YEAR, date(int(year[1]), 1, 1))
    return None


def _instant(said: Cell) -> datetime:
    if isinstance(said, datetime):
        return said.replace(tzinfo=VIETNAM).astimezone(UTC)
    if isinstance(said, date):
        return day_start(said)
    text = text_of(said)
    try:
        if day := _DAY_FIRST.fullmatch(text):
            at = time(int(day[5] or 0), int(day[6] or 0), int(day[7] or 0))
            return datetime.combine(date(int(day[4]), int(day[3]), int(day[1])), at, VIETNAM).astimezone(UTC)
    except ValueError:
        raise RefusalError(Reason.BAD_TIME, text[:60]) from None
    return parse.instant_of_text(text, zoneless_is="vietnam")
