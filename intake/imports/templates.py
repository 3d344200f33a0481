"""Workbooks to fill in: every unit by its code, the headings of a feed, locked but for the figures."""

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Font, Protection
from openpyxl.utils import get_column_letter

from domain.feeds.feed import Bearer, Feed, Measure
from domain.places.place import Place

_SHEET = "Số liệu"
_WIDTH = 18


def template_of(feed: Feed, places: Sequence[Place], day: date) -> bytes:
    """A workbook for figures of ``feed`` at ``day``, one row a place; filled in, it imports without a question."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _SHEET
    measures = [measure for measure in feed.measures if measure.bearer is Bearer.PLACE]
    sheet.append(["Mã xã", "Tên xã", "Kỳ báo cáo", *map(_heading, measures)])
    for place in sorted(places, key=lambda one: one.code):
        sheet.append([place.code, place.name, day.isoformat()])
    open_ = Protection(locked=False)
    for row in sheet.iter_rows(min_row=2, min_col=3, max_col=3 + len(measures)):
        for cell in row:
            cell.protection = open_
    for number in range(1, 4 + len(measures)):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
        sheet.cell(1, number).font = Font(bold=True)
    sheet.freeze_panes = "D2"
    sheet.protection.sheet = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(measure: Measure) -> str:
    return f"{measure.names.vi} ({measure.unit})"
