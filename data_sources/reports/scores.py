"""Reads the export of the QĐ 766 scores: a row for each office, a column for each group, all cells text."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import Cell, is_missing, text_of
from data_sources.workbooks.named import Named, named_rows
from data_sources.workbooks.sheet import Sheet
from data_sources.workbooks.table import Reader, told_of
from domain.feeds.feed import Decoded, Measure, Payload
from domain.observation import Kind, Observation, ObsStatus
from domain.organisation import CODE, PROVINCE_OFFICE
from domain.period import Period, Span, period_of
from domain.places.place import IN_FORCE, PROVINCE
from domain.reason import Reason
from domain.text import folded

_CODE = ("ma_coquan", "mã cơ quan", "mã định danh", "organisation", "code")
_PERIOD = ("kỳ", "kỳ báo cáo", "period", "at")
_MONTH = re.compile(r"(?:^|[^a-z0-9])(?:t|th|thang|tháng)[ _.-]?(\d{1,2})[ _./-]+(?:nam[ _]|năm[ _])?(20\d\d)(?!\d)")
_ISO_MONTH = re.compile(r"(?<!\d)(20\d\d)-(\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_OF_YEAR = re.compile(r"(?:^|\s)năm(?:\s|$)")
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,4})?")


class ScoreReports(Reader):
    """Reads reports of every sheet that people see: for the figure desk figure by figure, at the front door by rows.

    The file's name gives the month (…T10_2025, …2025-10); a sheet whose name says "năm" has the year's scores up to it.
    A column "kỳ" wins over both. The row of the province's own office is the province's. A blank is unknown. It never
    raises.
    """

    def __init__(self, measures: tuple[Measure, ...], columns: Mapping[str, str]) -> None:
        """``columns`` maps a heading of the report to the measure under it."""
        super().__init__(measures, columns, {PROVINCE_OFFICE: PROVINCE})
        self._known = {measure.key: measure for measure in measures}
        named = {key: (folded(told), key) for told, key in columns.items()}
        self._headings = {"code": _CODE, "period": _PERIOD} | named

    def __call__(self, payload: Payload) -> Iterable[Decoded]:
        """Decode a report; a row counts whole or not at all, and what was not read is told at the end."""
        read = self.read(payload)
        used = [one.sheet for one in read.book.sheets if one.used] if read.book else []
        if read.book is None or not used:
            assert read.refused is not None
            yield read.refused
            return
        for sheet in used:
            yield from self._rows(payload, sheet)
        yield told_of(payload, read.book)

    def _rows(self, payload: Payload, sheet: Sheet) -> Iterable[Decoded]:
        try:
            rows = named_rows(sheet.rows, self._headings, ("code", *self._known))
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, f"{sheet.name}: {refused.detail}", payload.body)
            return
        if not rows:
            yield parse.rejection(payload, Reason.EMPTY, "không có dòng số liệu / no data rows", payload.body)
        for row in rows:
            yield from _read(payload, sheet.name, row, self._known)


def _read(payload: Payload, sheet: str, row: Named, known: Mapping[str, Measure]) -> Iterable[Decoded]:
    try:
        code = row.text("code").upper()
        if not CODE.fullmatch(code):
            raise RefusalError(Reason.BAD_CODE, f"organisation: {code[:40]}")
        period = report_period(row.text("period"), sheet, payload.name)
        at = period.as_of(payload.received_at)
        assert at is not None, "a month or a year"
        values = {key: _value(row.cell(key), measure) for key, measure in known.items()}
    except RefusalError as refused:
        where = f"dòng {row.row} / row {row.row}: {refused.detail}"
        yield parse.rejection(payload, refused.reason, where, " | ".join(map(text_of, row.cells.values())))
        return
    own = code == PROVINCE_OFFICE
    for key, value in values.items():
        yield Observation(
            feed=payload.feed,
            measure=key,
            at=at,
            received_at=payload.received_at,
            value=value,
            kind=Kind.DECLARED,
            source=payload.source or "Tệp",
            organisation="" if own else code,
            place=PROVINCE if own else "",
            territory=IN_FORCE if own else "",
            period=period,
            status=ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
        )


def _value(cell: Cell, measure: Measure) -> float | None:
    if is_missing(cell):
        return None
    said = text_of(cell).replace(" ", "")
    if not _NUMBER.fullmatch(said):
        raise RefusalError(Reason.BAD_NUMBER, f"{measure.key}: {said[:40]}")
    value = float(said.replace(",", "."))
    if not measure.low <= value <= measure.high:
        raise RefusalError(Reason.OUT_OF_RANGE, f"{measure.key}: {said} ({measure.low:g}..{measure.high:g})")
    parse.whole(value, measure)
    return value


def report_period(told: str, sheet: str, name: str) -> Period:
    """The period of a row: its own, else the year or month that sheet and file name. Raises RefusalError."""
    for said in filter(None, (folded(told), folded(name))):
        month = _MONTH.search(said)
        numbers = (int(month[2]), int(month[1])) if month else None
        if numbers is None and (iso := _ISO_MONTH.search(said)):
            numbers = int(iso[1]), int(iso[2])
        if numbers is not None and 1 <= numbers[1] <= 12:
            whole_year = _OF_YEAR.search(folded(sheet)) and said != folded(told)
            return period_of(Span.YEAR if whole_year else Span.MONTH, date(*numbers, 1))
        if numbers is None and (year := _YEAR.search(said)):
            return period_of(Span.YEAR, date(int(year[1]), 1, 1))
    raise RefusalError(
        Reason.BAD_PERIOD,
        "thêm cột Kỳ, hoặc tháng trong tên tệp (T10_2025) / add a column Kỳ, or the month in the file name (T10_2025)",
    )
