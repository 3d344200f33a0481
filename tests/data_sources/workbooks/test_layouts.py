"""Tables of random layouts from known figures: the figures come back or a question is asked, never another figure."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unicodedata import normalize

import openpyxl
import pytest
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_sources.workbooks.table import Reader
from domain.feeds.feed import Format, Measure, Payload
from domain.observation import Observation, Rejection
from domain.period import Span
from domain.reason import Reason
from domain.text import Text

RECEIVED = datetime(2026, 11, 22, 9, tzinfo=UTC)
COUNT = Measure(key="count", names=Text("Hồ sơ đến hạn", "Due"), unit="hồ sơ", high=1e7, span=Span.MONTH)
OTHER = Measure(key="other", names=Text("Hộ gia đình", "Households"), unit="hộ", high=1e7, span=Span.MONTH)
SHARE = Measure(key="share", names=Text("Tỷ lệ", "Share"), unit="%", high=100, span=Span.MONTH)
MASS = Measure(key="mass", names=Text("Khối lượng", "Mass"), unit="kg", span=Span.MONTH)
MEASURES = (COUNT, OTHER, SHARE, MASS)
READER = Reader(MEASURES)
CODES = ("27694", "27712", "27715", "27721", "27730")
# A whole cell that only a question may refuse; anything else about it would be a fault of the reader.
ASKED = {Reason.UNCLEAR}

fuzz = settings(
    max_examples=examples(600),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

counts = st.integers(0, 999_999).map(Decimal)
shares = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)
masses = st.integers(0, 9_999_999).map(lambda n: Decimal(n) / 10)


@dataclass(frozen=True)
class Style:
    """How an office writes: the separator of decimals, whether thousands are grouped, whether numbers are text."""

    decimal: str
    grouped: bool
    text: bool
    percent_sign: bool

    def write(self, value: Decimal | None, measure: Measure) -> Any:
        if value is None:
            return None
        if not self.text:
            return float(value) if value != value.to_integral() else int(value)
        whole, _, decimals = f"{value.normalize():f}".partition(".")
        group = "." if self.decimal == "," else ","
        whole = f"{int(whole):,}".replace(",", group) if self.grouped else whole
        return (
            whole
            + (self.decimal + decimals if decimals else "")
            + ("%" if measure is SHARE and self.percent_sign else "")
        )


styles = st.builds(Style, st.sampled_from(",."), st.booleans(), st.booleans(), st.booleans())


@dataclass(frozen=True)
class Known:
    """Figures, the measures in order of their columns, and how they are laid out."""

    figures: dict[tuple[str, str], Decimal | None]
    measures: list[Measure]
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]


@st.composite
def workbooks(draw: st.DrawFn) -> Known:
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=4, unique=True))
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True))
    strategy = {COUNT.key: counts, OTHER.key: counts, SHARE.key: shares, MASS.key: masses}
    figures = {(c, m.key): draw(strategy[m.key] | st.none()) for c in codes for m in measures}
    style, numbered, notes = draw(styles), draw(st.booleans()), draw(st.booleans())
    rows: list[list[Any]] = draw(
        st.sampled_from([[], [["BÁO CÁO THÁNG 10 NĂM 2026"], []], [["Sở X"], ["Tháng 10/2026"]]])
    )
    rows = [list(row) for row in rows]
    merged: list[tuple[int, int, int, int]] = []
    lead = ["STT"] if numbered else []
    heads = [*lead, "Mã xã", *(_heading(draw, measure) for measure in measures), *(["Ghi chú"] if notes else [])]
    if draw(st.booleans()):
        merged += [
            (len(rows), column, len(rows) + 1, column)
            for column in range(len(heads))
            if column not in _inner(heads, measures, lead)
        ]
        first = len(lead) + 1
        top = [None if column in _inner(heads, measures, lead) else head for column, head in enumerate(heads)]
        top[first] = draw(st.sampled_from(["Số liệu", "Trong đó", "Chỉ tiêu"]))
        if len(measures) > 1:
            merged.append((len(rows), first, len(rows), first + len(measures) - 1))
        rows += [top, [head if column in _inner(heads, measures, lead) else None for column, head in enumerate(heads)]]
    else:
        rows.append(heads)
    if draw(st.booleans()):
        rows.append([f"({n + 1})" for n in range(len(heads))])
    for number, code in enumerate(codes, start=1):
        if numbered and draw(st.integers(0, 3)) == 0:
            rows.append(["I", "Khu vực"])
        cells = [style.write(figures[code, m.key], m) for m in measures]
        rows.append([*([number] if numbered else []), code, *cells, *(["rà soát"] if notes else [])])
    if draw(st.booleans()):
        sums = [sum((figures[c, m.key] or Decimal(0) for c in codes), Decimal(0)) for m in measures]
        written = [style.write(total, m) for total, m in zip(sums, measures, strict=True)]
        rows.append([*([None] if numbered else []), draw(st.sampled_from(["Tổng cộng", "Cộng", "Tổng số:"])), *written])
    if draw(st.booleans()):
        rows += [[], [None, "Người lập biểu"], [None, "Nguyễn Văn A"]]
    return Known(figures, measures, rows, merged)


def _inner(heads: list[Any], measures: list[Measure], lead: list[str]) -> range:
    return range(len(lead) + 1, len(lead) + 1 + len(measures))


def _heading(draw: st.DrawFn, measure: Measure) -> str:
    name = measure.names.vi
    said = draw(st.sampled_from([name, name.upper(), f"{name} ({measure.unit})", f"  {name} ", measure.key]))
    return draw(st.sampled_from([said, normalize("NFD", said)]))


def xlsx(known: Known) -> bytes:
    book = openpyxl.Workbook()
    for y, row in enumerate(known.rows):
        for x, cell in enumerate(row):
            if cell is not None:
                book.active.cell(y + 1, x + 1, cell)
    for top, left, bottom, right in known.merged:
        book.active.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def html(known: Known) -> bytes:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in known.merged}
    under = {
        (y, x)
        for top, left, bottom, right in known.merged
        for y in range(top, bottom + 1)
        for x in range(left, right + 1)
        if (y, x) != (top, left)
    }
    lines = []
    for y, row in enumerate(known.rows):
        cells = []
        for x, cell in enumerate(row):
            down, right = spans.get((y, x), (1, 1))
            if (y, x) not in under:
                cells.append(f"<td rowspan={down} colspan={right}>{'' if cell is None else cell}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<html><meta charset=utf-8><table>{''.join(lines)}</table></html>".encode()


def csv(known: Known, mark: str, encoding: str) -> bytes:
    def field(cell: Any) -> str:
        said = "" if cell is None else str(cell)
        return f'"{said}"' if mark in said else said

    return "\r\n".join(mark.join(map(field, row)) for row in known.rows).encode(encoding)


def check(known: Known, body: bytes) -> None:
    found = READER.read(Payload(feed="x", format=Format.FILE, body=body, received_at=RECEIVED, name="bc-2026-10.x"))
    assert found.book is not None, found.refused
    assert found.book.account.adds_up
    told: dict[tuple[str, str], float | None] = {}
    for one in found.items:
        if isinstance(one.item, Observation):
            told[one.item.place, one.item.measure] = one.item.value
        else:
            assert isinstance(one.item, Rejection)
            assert one.item.reason in ASKED, one.item
            assert found.book.questions
    for key, value in told.items():
        assert key in known.figures, key
        said = known.figures[key]
        assert (value is None) == (said is None), key
        assert said is None or Decimal(f"{value:.15g}") == said, (key, value, said)
    waiting = sum(question.cells for question in found.book.questions)
    assert len(told) + waiting >= len(known.figures), "a figure is lost without a question"


@pytest.mark.long
@fuzz
@given(workbooks())
def test_the_figures_of_a_spreadsheet_come_back_or_are_asked_about(known: Known) -> None:
    # Read in this process: the limits of the other one are tested elsewhere.
    check(known, html(known))


@pytest.mark.long
@settings(fuzz, max_examples=examples(40))
@given(workbooks())
def test_the_same_of_xlsx(known: Known) -> None:
    check(known, xlsx(known))


@fuzz
@given(workbooks(), st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_the_same_of_csv(known: Known, mark: str, encoding: str) -> None:
    check(known, csv(known, mark, encoding))


def test_a_question_counts_every_cell_that_waits_for_it() -> None:
    rows = [["Mã xã", OTHER.names.vi], ["27694", "0"], ["27712", "15.000"], ["27715", None]]
    figures = {("27694", OTHER.key): Decimal(0), ("27712", OTHER.key): Decimal(15000), ("27715", OTHER.key): None}
    check(Known(figures, [OTHER], rows, []), html(Known(figures, [OTHER], rows, [])))
