"""The words of what a workbook asks, and of what was not read in it."""

from collections.abc import Sequence

from data_sources.workbooks.headings import Heading
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
    Choice,
    Doubt,
    Topic,
)
from domain.text import Text

HIDDEN = Text("trang tính ẩn, không đọc", "a hidden sheet is not read")
NO_TABLE = Text(
    "không thấy bảng số liệu nào của nguồn này (cần dòng tiêu đề có mã hoặc tên đơn vị và tên chỉ tiêu)",
    "no table of this feed (a header row with the unit's code or name and names of measures is needed)",
)
LEFT_OUT = Text("người nạp chọn không đọc", "left out by whoever imports")
ASIDE = Text("cột đánh số hoặc ghi chú", "a column of numbers or notes")
NO_HEADING = Text("cột không có tiêu đề", "a column without a heading")
NOT_KNOWN = Text("không nhận ra tiêu đề này", "this heading is not known")
TWICE = Text("trùng vai trò với cột {other}", "column {other} says the same already")
CLOSE_TO = Text(
    "không nhận ra tiêu đề này; có phải “{name}”? Hãy sửa tiêu đề hoặc chọn lại",
    "this heading is not known; is it “{name}”? Correct the heading, or choose",
)
A_SUM = Text("dòng cộng, không phải số liệu của một đơn vị", "a sum, not the figures of one unit")
A_NOTE = Text("chữ ký hoặc ghi chú", "a signature or note")
_SKIP = Choice(SKIP, Text("Không đọc cột này", "Do not read this column"))


def hidden(sheet: int, name: str, cells: int) -> Doubt:
    """Only hidden sheets hold a table."""
    words = Text(
        f"Chỉ trang tính ẩn “{name}” có bảng số liệu. Có đọc trang ấy không?",
        f"Only the hidden sheet “{name}” holds a table. Should it be read?",
    )
    choices = (Choice(READ, Text("Đọc trang này", "Read it")), Choice(SKIP, Text("Không đọc", "Do not read it")))
    return Doubt(ask=Topic.SHEET, sheet=sheet, name=name, words=words, choices=choices, cells=cells)


def column(sheet: int, number: int, heading: Heading, cells: int) -> Doubt:
    """A heading that names a measure and something more."""
    assert heading.measure is not None
    assert heading.doubt is not None
    key, names = heading.measure.key, heading.measure.names
    why = heading.doubt
    words = Text(
        f"Cột “{heading.text}” có phải chỉ tiêu “{names.vi}” không? ({why.vi})",
        f"Is the column “{heading.text}” the measure “{names.en}”? ({why.en})",
    )
    choices = [Choice(key, Text(f"Đúng là {names.vi}", f"Yes, {names.en}"))]
    choices += [
        Choice(f"{key}*{factor}", Text(f"Đúng, số trong tệp tính bằng {said.vi}", f"Yes, in {said.en}"))
        for factor, said in ((1000, Text("nghìn", "thousands")), (1_000_000, Text("triệu", "millions")))
        if any(word in why.vi for word in (said.vi, "ngàn" if factor == 1000 else said.vi))
    ]
    return Doubt(
        ask=Topic.COLUMN, sheet=sheet, column=number, name=heading.text, words=words, choices=(*choices, _SKIP),
        cells=cells,
    )  # fmt: skip


def numbers(sheet: int, number: int, name: str, example: str, cells: int) -> Doubt:
    """Nothing in the column or beside it says what its separator means."""
    words = Text(
        f"Cột “{name}”: “{example}” là số nào? Trong tệp không có ô nào cho biết dấu ấy là phần nghìn hay thập phân.",
        f"Column “{name}”: which number is “{example}”? No cell says whether the mark groups thousands.",
    )
    read = {style: _read(example, style) for style in (COMMA, POINT)}
    choices = tuple(Choice(style, Text(said, said)) for style, said in read.items())
    return Doubt(ask=Topic.NUMBERS, sheet=sheet, column=number, name=name, words=words, choices=choices, cells=cells)


def _read(example: str, style: str) -> str:
    """The example in one style, as Vietnamese writes it without grouping: "11000", "11,5"."""
    plain = example.replace(",", "") if style == POINT else example.replace(".", "").replace(",", ".")
    whole, _, decimals = plain.partition(".")
    return f"{whole},{decimals}" if decimals else whole


def share(sheet: int, number: int, name: str, cells: int) -> Doubt:
    """Number cells of a percentage that are all between 0 and 1."""
    words = Text(
        f"Cột “{name}” (%) chỉ có các số từ 0 đến 1: 0,93 là 93% hay 0,93%?",
        f"Column “{name}” (%) has only numbers from 0 to 1: is 0.93 to be 93% or 0.93%?",
    )
    choices = (Choice(FRACTION, Text("93%", "93%")), Choice(PERCENT, Text("0,93%", "0.93%")))
    return Doubt(ask=Topic.SHARE, sheet=sheet, column=number, name=name, words=words, choices=choices, cells=cells)


def scale(sheet: int, name: str, unit: str, factor: float, cells: int) -> Doubt:
    """A title gives a unit of thousands or millions."""
    words = Text(
        f"Phía trên bảng ghi đơn vị tính “{unit}”. Có nhân các số với {factor:,.0f} không?".replace(",", "."),
        f"Above the table stands the unit “{unit}”. Multiply the numbers by {factor:,.0f}?",
    )
    times = f"{factor:.0f}"
    choices = (
        Choice(times, Text(f"Nhân với {times}", f"Multiply by {times}")),
        Choice("1", Text("Giữ nguyên", "As they stand")),
    )
    return Doubt(ask=Topic.SCALE, sheet=sheet, name=name, words=words, choices=choices, cells=cells)


def days(sheet: int, number: int, name: str, doubt: str, cells: int) -> Doubt:
    """Days that are written month first somewhere, or that Excel may have turned round."""
    if doubt == SWAPPED:
        words = Text(
            f"Cột “{name}”: Excel có vẻ đã đảo ngày và tháng ở các ô kiểu ngày (ô kiểu chữ có ngày sau 12). Có đảo?",
            f"Column “{name}”: Excel seems to have taken days for months in its date cells. Has it?",
        )
        choices = (
            Choice(SWAPPED, Text("Có, đảo lại", "Yes, turn them back")), Choice(AS_IS, Text("Không", "No")),
        )  # fmt: skip
    else:
        words = Text(
            f"Cột “{name}” có ô mang tháng trước ngày. Cả cột viết theo thứ tự nào?",
            f"Column “{name}” has a cell with the month first. In which order is the column?",
        )
        choices = (
            Choice(MONTH_FIRST, Text("tháng/ngày/năm", "month/day/year")),
            Choice(DAY_FIRST, Text("ngày/tháng/năm", "day/month/year")),
        )
    return Doubt(ask=Topic.DAYS, sheet=sheet, column=number, name=name, words=words, choices=choices, cells=cells)


def period(sheet: int, name: str, said: Sequence[str], cells: int) -> Doubt:
    """Nothing names a period, or title, sheet and file name different ones."""
    several = ", ".join(said)
    words = (
        Text(
            f"Tiêu đề, tên trang và tên tệp chỉ các kỳ khác nhau: {several}. Số liệu thuộc kỳ nào?",
            f"Title, sheet and file name different periods: {several}. Which is it?",
        )
        if said
        else Text(
            "Số liệu của kỳ nào? (thêm cột at, hoặc ngày trong tên tệp; ví dụ 2026-11, Quý IV/2026, 30/11/2026)",
            "Which period? (add an at column, or a day in the file name; e.g. 2026-11, 2026-Q4, 2026-11-30)",
        )
    )
    choices = tuple(Choice(code, Text(code, code)) for code in said)
    return Doubt(ask=Topic.PERIOD, sheet=sheet, name=name, words=words, choices=choices, cells=cells)


def register(codes: Sequence[str]) -> Doubt:
    """The file names organisations that the register does not have."""
    some = ", ".join([*codes[:3], *(["…"] if len(codes) > 3 else [])])
    words = Text(
        f"Tệp có {len(codes)} cơ quan chưa có trong danh mục ({some}). Thêm vào danh mục khi duyệt?",
        f"The file names {len(codes)} organisations that the register lacks ({some}). Add them on approval?",
    )
    choices = (
        Choice(ADD, Text("Thêm vào danh mục", "Add them")),
        Choice(SKIP, Text("Không thêm, bỏ số liệu của chúng", "Leave out their figures")),
    )
    return Doubt(ask=Topic.REGISTER, sheet=0, name="", words=words, choices=choices, cells=len(codes))


def merged(sheet: int, number: int, name: str, values: int, rows: int) -> Doubt:
    """Values that are merged over the rows of several units."""
    words = Text(
        f"Cột “{name}” có {values} số gộp ô qua {rows} dòng: là số của từng dòng hay số chung?",
        f"Column “{name}” has {values} values merged over {rows} rows: is each row's value this one?",
    )
    choices = (
        Choice(EACH, Text("Của từng dòng", "Of each row")),
        Choice(SKIP, Text("Số chung, bỏ qua", "Shared, skip")),
    )
    return Doubt(ask=Topic.MERGED, sheet=sheet, column=number, name=name, words=words, choices=choices, cells=rows)
