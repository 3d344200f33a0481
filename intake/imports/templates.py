"""Workbooks to fill in: every unit by its code, the headings of a feed, locked but for the figures."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter

from domain.feeds.feed import Bearer, Feed, Measure
from domain.places.place import Place

_SHEET = "Số liệu"
_WIDTH = 18


def template_of(feed: Feed, places: Sequence[Place], day: date) -> bytes:
    """A workbook for figures of ``feed`` at ``day``, one row a place; filled in, it imports without a question."""
    measures = [measure for measure in feed.measures if measure.bearer is Bearer.PLACE]
    heads = ["Mã xã", "Tên xã", "Kỳ báo cáo", *map(_heading, measures)]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_SHEET)
        bold, open_ = book.add_format({"bold": True}), book.add_format({"locked": False})
        sheet.set_column(0, len(heads) - 1, _WIDTH)
        sheet.freeze_panes(1, 3)
        sheet.protect()
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for row, place in enumerate(sorted(places, key=lambda one: one.code), start=1):
            sheet.write_string(row, 0, place.code)
            sheet.write_string(row, 1, place.name)
            sheet.write_string(row, 2, day.isoformat(), open_)
            for column in range(3, len(heads)):
                sheet.write_blank(row, column, None, open_)
    return out.getvalue()


def _heading(measure: Measure) -> str:
    return f"{measure.names.vi} ({measure.unit})"
