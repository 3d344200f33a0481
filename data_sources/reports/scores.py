"""Reads the export of the QĐ 766 scores: a row for each office, a column for each group, all cells text."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from xml.parsers import expat

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import read_records, read_rows
from data_sources.workbooks.cells import Cell, is_missing, text_of
from data_sources.workbooks.named import Named, named_rows
from data_sources.workbooks.records import is_json
from data_sources.workbooks.table import Reader
from domain.feeds.feed import Decode, Decoded, Measure, Payload
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
_NAMES_MAX_BYTES = 2**20


class ScoreReports(Reader):
    """Reads reports for the figure desk sheet by sheet, all of them; sent to the front door, ``decode`` reads them."""

    def __init__(self, measures: tuple[Measure, ...], columns: Mapping[str, str], decode: Decode) -> None:
        super().__init__(measures, columns, {PROVINCE_OFFICE: PROVINCE})
        self._decode = decode

    def __call__(self, payload: Payload) -> Iterable[Decoded]:
        """Decode the first sheet; a row counts whole or not at all."""
        return self._decode(payload)


def score_reports(measures: tuple[Measure, ...], columns: Mapping[str, str]) -> ScoreReports:
    """A decoder of reports; ``columns`` maps a heading of the report to the measure under it.

    The file's name gives the month (…T10_2025, …2025-10); a sheet whose name says "năm" has the year's scores up to it.
    A column "kỳ" wins over both. The row of the province's own office is the province's. A blank is unknown. It never
    raises.
    """
    known = {measure.key: measure for measure in measures}
    headings = {"code": _CODE, "period": _PERIOD} | {key: (folded(told), key) for told, key in columns.items()}

    def decode(payload: Payload) -> Iterable[Decoded]:
        try:
            sheet, cells = _sheet(payload)
            rows = named_rows(cells, headings, ("code", *known))
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
            return
        if not rows:
            yield parse.rejection(payload, Reason.EMPTY, "không có dòng số liệu / no data rows", payload.body)
        for row in rows:
            yield from _read(payload, sheet, row, known)

    return ScoreReports(measures, columns, decode)


def _sheet(payload: Payload) -> tuple[str, Sequence[Sequence[Cell]]]:
    """The name of the first sheet ("" of CSV and JSON) and its rows."""
    if is_json(payload.body):
        return "", read_records(payload.body)
    return _first_name(payload.body), read_rows(payload.body, payload.name)


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


def _first_name(body: bytes) -> str:
    """The name of a workbook's first sheet, "" where there is none."""
    if not body.startswith(b"PK"):
        return ""
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, said: names.append(said["name"]) if tag.endswith("sheet") else None
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open("xl/workbook.xml") as file:
            parser.Parse(file.read(_NAMES_MAX_BYTES), True)
    except (zipfile.BadZipFile, KeyError, expat.ExpatError):
        return ""
    return names[0] if names else ""
