"""The brief as a workbook: goals, communes, changes, and what it stands on; figures as numbers, not as text."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from present.brief.brief import Brief
from present.text import words

WIDEST = 60


def xlsx(brief: Brief) -> bytes:
    """The bytes of the workbook."""
    _ = words(brief.language)
    book = Workbook()
    book.properties.title = brief.headline
    book.properties.created = book.properties.modified = brief.made_at.replace(tzinfo=None)
    goals = book.worksheets[0]
    goals.title = _("Mục tiêu")
    goals.append([brief.headline])
    goals.append([brief.lead])
    goals.append([_("DỮ LIỆU MÔ PHỎNG")] if brief.simulated else [])
    heads = ("Mục tiêu", "Hiện nay", "Đơn vị", "Cần đạt", "Còn thiếu", "Chịu trách nhiệm", "Do ai đặt")
    goals.append([_(name) for name in (*heads, "Nơi gửi số liệu", "Số liệu lúc", "Nguồn")])
    for one in brief.goals:
        value = one.value if one.number is None else one.number
        words_ = (one.name, value, one.unit, one.target, one.gap, one.owner, one.set_by, one.coverage)
        goals.append([*words_, one.as_of, one.source])
    places = book.create_sheet(_("Xã, phường"))
    places.append([_("Mục tiêu"), "", _("Nơi"), _("Hiện nay"), _("Hạng thay đổi")])
    for one in brief.goals:
        for place in one.worst:
            places.append([one.name, one.worst_words, place.name, place.value, place.move])
    changes = book.create_sheet(_("Thay đổi"))
    changes.append([brief.since])
    for said in brief.changes:
        changes.append([said])
    basis = book.create_sheet(_("Nguồn"))
    basis.append([_("Số liệu lúc"), brief.as_of])
    for source in brief.sources:
        basis.append([_("Nguồn"), source])
    basis.append([_("Mã kiểm tra số liệu (sha256)"), brief.sha256])
    for sheet, row in ((goals, 4), (places, 1), (changes, 1), (basis, 0)):
        _laid_out(sheet, row)
    goals["A1"].font = Font(bold=True, size=14)
    told = io.BytesIO()
    book.save(told)
    return told.getvalue()


def _laid_out(sheet: Worksheet, heads: int) -> None:
    """Bold heads in row ``heads`` (0: none), columns as wide as their words, and no formula from foreign words."""
    widths: dict[int, int] = {}
    for row in sheet.iter_rows(min_row=max(1, heads)):
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.font = Font(bold=cell.row == heads)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widths[cell.column] = max(widths.get(cell.column, 8), min(WIDEST, len(str(cell.value or "")) + 2))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    if heads:
        sheet.freeze_panes = f"A{heads + 1}"
