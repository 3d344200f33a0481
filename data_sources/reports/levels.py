"""Reads the counter of a public-service portal by level of service, and tells where its parts do not add up.

A published table may contradict itself. What it says is kept as it stands, with a note of the gap: nothing is mended.
"""

import re
from collections.abc import Iterable, Mapping

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.reports.scores import report_period
from data_sources.workbooks.apart import read_rows
from data_sources.workbooks.cells import is_missing, text_of
from data_sources.workbooks.named import Named, named_rows, other_sheets
from domain.feeds.feed import Decode, Decoded, Measure, Payload
from domain.observation import Kind, Observation, ObsStatus
from domain.places.place import IN_FORCE, PROVINCE
from domain.reason import Reason

_HEADINGS = {
    "level": ("mức độ", "mức"), "total": ("tổng", "tổng số"), "processed": ("đã xử lý",),
    "pending": ("chưa xử lý",), "early": ("trước hạn",), "on_time": ("đúng hạn",), "late": ("trễ hạn",),
    "period": ("kỳ", "kỳ báo cáo"),
}  # fmt: skip
_LEVELS = {"1,2": "12", "3": "3", "4": "4"}
_WHOLE = re.compile(r"\d{1,9}")
_PARTS = (("processed", ("early", "on_time", "late")), ("total", ("processed", "pending")))
COUNTS = ("total", "processed", "pending", "early", "on_time", "late")
LEVELS = tuple(_LEVELS.values())


def level_tables(measures: tuple[Measure, ...]) -> Decode:
    """A decoder of tables with a row for each level; the file's name or a column "kỳ" gives the period. Never raises.

    Measures are called level12_total, level3_late and so on. Parts that do not add up to their whole become a note
    (DOES_NOT_ADD_UP) beside the figures.
    """
    known = {measure.key: measure for measure in measures}

    def decode(payload: Payload) -> Iterable[Decoded]:
        try:
            sheet = read_rows(payload.body, payload.name)
            rows = named_rows(sheet.rows, _HEADINGS, ("level", *COUNTS))
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
            return
        if not rows:
            yield parse.rejection(payload, Reason.EMPTY, "không có dòng số liệu / no data rows", payload.body)
        for row in rows:
            yield from _read(payload, row, known)
        for finding in other_sheets(sheet):
            yield parse.rejection(payload, Reason.NOT_READ, f"{finding.words.vi} / {finding.words.en}", b"")

    return decode


def _read(payload: Payload, row: Named, known: Mapping[str, Measure]) -> Iterable[Decoded]:
    try:
        said = re.sub(r"[^\d,]", "", row.text("level"))
        if said not in _LEVELS:
            raise RefusalError(Reason.BAD_CODE, f"mức độ: {row.text('level')[:40]}")
        period = report_period(row.text("period"), "", payload.name)
        values = {name: _count(row, name) for name in COUNTS}
    except RefusalError as refused:
        where = f"dòng {row.row} / row {row.row}: {refused.detail}"
        yield parse.rejection(payload, refused.reason, where, " | ".join(map(text_of, row.cells.values())))
        return
    at = period.as_of(payload.received_at)
    assert at is not None, "a month or a year"
    for name, value in values.items():
        yield Observation(
            feed=payload.feed,
            measure=known[f"level{_LEVELS[said]}_{name}"].key,
            at=at,
            received_at=payload.received_at,
            value=value,
            kind=Kind.DECLARED,
            source=payload.source or "Tệp",
            place=PROVINCE,
            territory=IN_FORCE,
            period=period,
            status=ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
        )
    for whole, parts in _PARTS:
        told = [values[part] for part in parts]
        total = values[whole]
        if total is not None and None not in told and (gap := total - sum(one or 0 for one in told)):
            names = " + ".join(_HEADINGS[part][0] for part in parts)
            detail = f"dòng {row.row} / row {row.row}: {_HEADINGS[whole][0]} − ({names}) = {gap:g}"
            yield parse.rejection(payload, Reason.DOES_NOT_ADD_UP, detail)


def _count(row: Named, name: str) -> float | None:
    if is_missing(row.cell(name)):
        return None
    said = text_of(row.cell(name)).replace(".", "").replace(" ", "")
    if not _WHOLE.fullmatch(said):
        raise RefusalError(Reason.BAD_NUMBER, f"{_HEADINGS[name][0]}: {said[:40]}")
    return float(said)
