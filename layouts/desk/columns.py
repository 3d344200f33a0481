"""What a column of a handed-in sheet may be, and what it was taken for."""

from domain.feeds.feed import Feed
from domain.text import Text
from layouts.parts.cards import measure_name
from layouts.parts.screen import ScreenData
from present.text import words

# What a column may be, beside a measure; the same codes as data_sources/workbooks/headings.py.
ROLES = {
    "place": Text("Mã đơn vị", "Code of the unit"),
    "place_name": Text("Tên đơn vị", "Name of the unit"),
    "district": Text("Huyện", "District"),
    "organisation": Text("Mã cơ quan", "Code of the organisation"),
    "at": Text("Ngày hoặc kỳ", "Day or period"),
    "entity": Text("Xe", "Vehicle"),
}


def meaning_of(data: ScreenData, feed: Feed, meaning: str) -> str:
    """The measure or role in words; "" is a column that is not read."""
    if meaning in ROLES:
        return ROLES[meaning].to(data.language)
    if feed.measure(meaning) is not None:
        return measure_name(data, feed.key, meaning)
    return meaning or words(data.language)("không đọc")
