"""What people answered about a file, in words."""

from collections.abc import Mapping

from domain.feeds.feed import Feed
from domain.imports.file_import import FileImport, SheetShown
from domain.imports.kinds.maps import KIND as MAPS
from domain.imports.question import (
    ADD,
    AS_IS,
    COMMA,
    DAY_FIRST,
    EACH,
    FRACTION,
    MONTH_FIRST,
    PERCENT,
    POINT,
    READ,
    SKIP,
    SWAPPED,
    Topic,
)
from domain.text import Text
from layouts.desk.columns import meaning_of
from layouts.desk.map_fields import stated
from layouts.parts.screen import ScreenData

_ABOUT: Mapping[Topic, Text] = {
    Topic.SHEET: Text("Trang", "Sheet"),
    Topic.COLUMN: Text("Cột", "Column"),
    Topic.PERIOD: Text("Kỳ số liệu", "Period"),
    Topic.NUMBERS: Text("Dấu thập phân của cột", "Decimal mark of column"),
    Topic.SHARE: Text("Tỷ lệ ở cột", "Shares in column"),
    Topic.SCALE: Text("Nhân các số với", "Multiply numbers by"),
    Topic.DAYS: Text("Ngày ở cột", "Days in column"),
    Topic.MERGED: Text("Ô gộp ở cột", "Merged cells in column"),
    Topic.REGISTER: Text("Cơ quan chưa có trong danh mục", "Organisations that the register lacks"),
}
_SAID: Mapping[tuple[Topic, str], Text] = {
    (Topic.SHEET, READ): Text("đọc", "read"),
    (Topic.SHEET, SKIP): Text("không đọc", "not read"),
    (Topic.NUMBERS, COMMA): Text("dấu phẩy", "comma"),
    (Topic.NUMBERS, POINT): Text("dấu chấm", "point"),
    (Topic.SHARE, FRACTION): Text("0,93 là 93%", "0.93 is 93%"),
    (Topic.SHARE, PERCENT): Text("0,93 là 0,93%", "0.93 is 0.93%"),
    (Topic.DAYS, DAY_FIRST): Text("ngày/tháng/năm", "day/month/year"),
    (Topic.DAYS, MONTH_FIRST): Text("tháng/ngày/năm", "month/day/year"),
    (Topic.DAYS, SWAPPED): Text("đảo ngày và tháng", "days and months turned back"),
    (Topic.DAYS, AS_IS): Text("giữ nguyên", "as they stand"),
    (Topic.MERGED, EACH): Text("số của từng dòng", "of each row"),
    (Topic.MERGED, SKIP): Text("số chung, bỏ qua", "shared, skipped"),
    (Topic.REGISTER, ADD): Text("thêm vào danh mục", "added"),
    (Topic.REGISTER, SKIP): Text("không thêm", "not added"),
}


def answered(data: ScreenData, one: FileImport, key: str, code: str) -> str:
    """The answer ``code`` to ``key`` (see `key_of`); what has no words stands as it was written, as a period does."""
    topic, _slash, where = key.partition("/")
    if one.importer == MAPS.key:
        return stated(data.language, key, code)
    if topic not in set(Topic):
        return f"{key} = {code}"
    asked, (sheet, _slash, column) = Topic(topic), where.partition("/")
    about = _ABOUT[asked].to(data.language) if asked in _ABOUT else topic
    name = _named(one, sheet, column)
    of = f"{about} “{name}”" if name and asked not in (Topic.SCALE, Topic.REGISTER) else about
    if asked is Topic.COLUMN:
        return f"{of}: {_column(data, data.feeds[one.feed], code)}"
    said = _SAID.get((asked, code))
    return f"{of}: {said.to(data.language) if said else code}"


def _column(data: ScreenData, feed: Feed, code: str) -> str:
    key, star, factor = code.partition("*")
    said = meaning_of(data, feed, "" if key == SKIP else key)
    return f"{said} × {factor}" if star else said


def _named(one: FileImport, sheet: str, column: str) -> str:
    """The column's heading, or the sheet's name; its number from 1 where the file gives none."""
    sheets: Mapping[str, SheetShown] = {str(each.index): each for each in one.preview.sheets} if one.preview else {}
    found = sheets.get(sheet)
    if not column:
        return found.name if found else ""
    heads = {str(each.number): each.heading for each in found.columns} if found else {}
    return heads.get(column) or (str(int(column) + 1) if column.isdigit() else column)
