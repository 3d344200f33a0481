"""The plan as a table: CSV or spreadsheet, one entry per row, columns by Vietnamese or English heading.

Template (headings in data_sources/plan/_records.py): route, route_name, places, vehicle_class, weekdays, order, street,
kerb, from, to, begins, ends, lat, lon, valid_from, valid_to. A table with columns day and action contains exceptions.
"""

from dataclasses import replace

from data_sources.messages.parse import RefusalError
from data_sources.plan import values as read
from data_sources.plan._assemble import ID_MAX, assemble
from data_sources.plan._records import DAYS, Record, header, month_first, records_of, unread_columns
from data_sources.workbooks.apart import read_rows
from data_sources.workbooks.cells import Cell, text_of
from data_sources.workbooks.named import other_sheets, unreadable
from domain.finding import Finding, Problem
from domain.text import Text
from domain.waste.plan import Action, PlanException
from domain.waste.plan_draft import PlanDraft

_NO_HEADER = Text(
    "không thấy dòng tiêu đề có cột tuyến và cột đường (hoặc điểm).",
    "no header row with columns for route and street (or stop).",
)
_NOT_AN_EXCEPTION = Text("dòng không dùng được: “{said}”.", "the row is unusable: “{said}”.")
_SHIFT_MAX_MIN = 24 * 60
_ACTIONS = {
    "nghỉ": Action.CANCEL, "bỏ": Action.CANCEL, "tăng cường": Action.EXTRA, "thêm": Action.EXTRA,
    "dời": Action.MOVE, "chuyển": Action.MOVE, "đổi giờ": Action.WINDOW,
}  # fmt: skip


def read_table(body: bytes, name: str, source: str) -> PlanDraft:
    """Read routes or exceptions from a table. Never raises: an unreadable file is one finding."""
    try:
        sheet = read_rows(body, name)
    except RefusalError as refused:
        return PlanDraft(findings=(unreadable(refused),))
    draft = draft_of_rows(sheet.rows, source)
    return replace(draft, findings=(*draft.findings, *other_sheets(sheet)))


def draft_of_rows(rows: list[list[Cell]], source: str) -> PlanDraft:
    """Routes or exceptions from the rows of a table with a header."""
    found = header(rows)
    if found is None:
        return _unreadable(_NO_HEADER)
    at, roles = found
    records = records_of(rows[at + 1 :], at + 2, roles, rows[at])
    draft = _exceptions(records) if "action" in roles else assemble(records, source)
    more = (*month_first(records, DAYS), *unread_columns(rows, at, roles))
    return replace(draft, findings=(*draft.findings, *more))


def _exceptions(records: list[Record]) -> PlanDraft:
    kept: list[PlanException] = []
    findings: list[Finding] = []
    for record in records:
        try:
            kept.append(_exception(record))
        except (ValueError, OverflowError) as wrong:
            said = " | ".join(text_of(cell) for cell in record.cells.values())
            words = wrong.words if isinstance(wrong, read.UnclearError) else _NOT_AN_EXCEPTION.filled(said=said)
            findings.append(Finding(problem=Problem.BAD_VALUE, words=words, route=record.text("route"), row=record.row))
    return PlanDraft(exceptions=tuple(kept), findings=tuple(findings))


def _exception(record: Record) -> PlanException:
    day, said = read.day(record.cells.get("day")), record.text("action").casefold()
    if day is None:
        raise ValueError("day")
    shift = read.amount(record.cells.get("shift")) or 0.0
    if abs(shift) > _SHIFT_MAX_MIN or len(record.text("route")) > ID_MAX:
        raise ValueError("shift")
    return PlanException(
        day=day,
        action=_ACTIONS[said] if said in _ACTIONS else Action(said),
        route=record.text("route"),
        moved_to=read.day(record.cells.get("moved_to")),
        shift_s=round(shift * 60),
        note=record.text("note"),
    )


def _unreadable(words: Text) -> PlanDraft:
    return PlanDraft(findings=(Finding(problem=Problem.UNREADABLE, words=words),))
