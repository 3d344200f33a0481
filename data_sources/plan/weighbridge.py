"""Reads weighbridge tickets of a plant from a table: vehicle, times and masses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from data_sources.messages.parse import RefusalError, instant_of_text
from data_sources.plan.values import plates
from data_sources.workbooks.apart import read_rows
from data_sources.workbooks.cells import Cell, is_missing, text_of
from data_sources.workbooks.named import Named, month_first, named_rows, not_read, other_sheets, unreadable
from data_sources.workbooks.numbers import column_of
from domain.feeds.feed import Measure
from domain.finding import Finding, Problem, Severity
from domain.fleets.vehicle import plate_key
from domain.instant import VIETNAM, service_day
from domain.text import Text
from domain.waste.facility import Ticket

HEAVIEST_KG = 60_000.0
_TOO_LIGHT_KG = HEAVIEST_KG / 1_000
AGREES_KG = 20.0
"""Gross minus tare may differ from net by one step of a truck scale."""

_HEADINGS = {
    "id": ("ticket", "id", "số phiếu", "mã phiếu", "phiếu cân"),
    "plant": ("plant", "nhà máy", "trạm cân", "mã nhà máy"),
    "plate": ("plate", "biển số", "biển số xe", "xe", "số xe"),
    "entered": ("entered_at", "in", "giờ vào", "thời gian vào", "cân vào", "vào"),
    "left": ("left_at", "out", "giờ ra", "thời gian ra", "cân ra", "ra"),
    "gross": ("gross_kg", "tổng (kg)", "khối lượng tổng", "kl tổng", "cân tổng"),
    "tare": ("tare_kg", "bì (kg)", "khối lượng bì", "kl bì", "cân bì"),
    "net": ("net_kg", "hàng (kg)", "khối lượng hàng", "kl hàng", "khối lượng rác", "cân hàng"),
}
_NEEDED = ("id", "plate", "entered")
_MASSES = ("gross", "tare", "net")
# A scale writes kilograms, and tonnes with three decimals are the same digits.
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+")
_DAY_ALONE = re.compile(r"\d{4}-\d\d-\d\d")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{2}(?!\d)")
_TWO_DIGITS = "năm có hai chữ số, hãy ghi đủ bốn / the year has two digits, write all four"
_PLATES = "nhiều biển số, hãy ghi một xe một dòng / several plates, write a row for each vehicle"
_YEARS = range(2000, 2101)
_KG = Measure(key="mass", names=Text("khối lượng", "mass"), unit="kg", weight=None)

_WRONG = Text("dòng không dùng được: {said}.", "the row is unusable: {said}.")
_TWICE = Text(
    "phiếu {said} bị lặp trong cùng ngày; giữ dòng đầu.", "ticket {said} is repeated on one day; the first is kept."
)
_TOO_LIGHT = Text(
    "mọi khối lượng trong tệp đều không quá {said} kg, không xe nào nhẹ như vậy; hãy ghi bằng kg, không dùng tấn.",
    "no mass in the file is above {said} kg, and no vehicle is so light; write kilograms, not tonnes.",
)
_DISAGREE = Text(
    "phiếu {said}: khối lượng tổng trừ bì khác khối lượng hàng.", "ticket {said}: gross minus tare is not net."
)
_LIGHT = Text(
    "phiếu {said}: khối lượng hàng không quá 60 kg; nếu tệp ghi bằng tấn, hãy ghi lại bằng kg.",
    "ticket {said}: the net is at most 60 kg; if the file is in tonnes, write kilograms.",
)
_HOURLESS = Text(
    "phiếu {said}: giờ vào chỉ có ngày; được hiểu là 0 giờ.", "ticket {said}: the time in is a day, read as midnight."
)
_BACK = Text("phiếu {said}: giờ ra sớm hơn giờ vào.", "ticket {said}: it left before it entered.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """Tickets read from a file, and findings."""

    tickets: tuple[Ticket, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_tickets(body: bytes, name: str, source: str, plant: str = "") -> TicketDraft:
    """Read tickets from a table; ``plant`` applies when the table has no such column. Zoneless times are Việt Nam's.

    Net is as written, else gross minus tare; a difference between the two is a finding. A file in which everything is
    lighter than 60 kg is refused: it is in tonnes. Never raises.
    """
    try:
        read = read_rows(body, name)
        rows = named_rows(read.rows, _HEADINGS, _NEEDED)
        unread = [*not_read(read.rows, _HEADINGS, _NEEDED), *other_sheets(read)]
    except RefusalError as refused:
        return TicketDraft(findings=(unreadable(refused),))
    scale = _Scale(rows)
    if scale.heaviest_kg is not None and scale.heaviest_kg <= _TOO_LIGHT_KG:
        words = _TOO_LIGHT.filled(said=f"{_TOO_LIGHT_KG:g}")
        return TicketDraft(findings=(Finding(problem=Problem.AMBIGUOUS, words=words),))
    kept: dict[tuple[str, str, date], Ticket] = {}
    findings: list[Finding] = []
    for row in rows:
        try:
            ticket = _ticket(row, scale, source, plant)
        except (RefusalError, ValueError, OverflowError) as wrong:
            said = wrong.detail if isinstance(wrong, RefusalError) else str(wrong)
            findings.append(_finding(Problem.BAD_VALUE, _WRONG, said, row.row))
            continue
        findings += [_finding(problem, words, ticket.id, row.row, look=True) for problem, words in _doubts(ticket, row)]
        # Many scales count from 0001 again every day.
        if kept.setdefault((ticket.plant, ticket.id, service_day(ticket.entered_at)), ticket) is not ticket:
            findings.append(_finding(Problem.DUPLICATE, _TWICE, ticket.id, row.row))
    findings += [*month_first(rows, ("entered", "left")), *unread]
    return TicketDraft(tickets=tuple(kept.values()), findings=tuple(findings))


class _Scale:
    """The masses of a file: one program wrote all three columns, so they have one style.

    Three digits after a comma or a point are thousands in either style, because no truck is weighed to the gram.
    """

    def __init__(self, rows: Sequence[Named]) -> None:
        cells = [_whole(row.cell(role)) for row in rows for role in _MASSES]
        self._column = column_of(cells, _KG)
        self.heaviest_kg = max((kg for cell in cells if (kg := self._known(cell)) is not None), default=None)

    def kg(self, cell: Cell) -> float | None:
        """The mass in a cell, None when missing. Raises RefusalError BAD_NUMBER."""
        return self._column.value(_whole(cell), _KG)

    def _known(self, cell: Cell) -> float | None:
        try:
            return self._column.value(cell, _KG)
        except RefusalError:
            return None


def _whole(cell: Cell) -> Cell:
    """A cell without separators of thousands."""
    said = cell.strip() if isinstance(cell, str) else ""
    return re.sub("[.,]", "", said) if _GROUPED.fullmatch(said) else cell


def _ticket(row: Named, scale: _Scale, source: str, plant: str) -> Ticket:
    gross, tare, net = (scale.kg(row.cell(role)) for role in _MASSES)
    if net is None and gross is not None and tare is not None:
        net = gross - tare
    entered = _instant(row.cell("entered"))
    plate = plate_key(row.text("plate"))
    id_, at = row.text("id"), row.text("plant") or plant
    if entered is not None and entered.year not in _YEARS:
        raise ValueError(row.text("entered"))
    if not (id_ and at and plate and entered and net is not None):
        raise ValueError("số phiếu, nhà máy, biển số, giờ vào, khối lượng / ticket, plant, plate, time in, net")
    if len(plates(row.text("plate"))) > 1:
        raise ValueError(f"{row.text('plate')[:40]}: {_PLATES}")
    if max(len(id_), len(at)) > 64 or len(plate) > 16:
        raise ValueError(f"{id_[:70]}, {at[:70]}, {plate[:20]}")
    if not all(0 <= mass <= HEAVIEST_KG for mass in (gross, tare, net) if mass is not None):
        raise ValueError(f"{net:g} kg")
    return Ticket(
        id=id_,
        plant=at,
        plate=plate,
        entered_at=entered,
        left_at=_instant(row.cell("left")),
        gross_kg=gross,
        tare_kg=tare,
        net_kg=net,
        source=source,
    )


def _doubts(ticket: Ticket, row: Named) -> list[tuple[Problem, Text]]:
    found = []
    if ticket.gross_kg is not None and ticket.tare_kg is not None:
        difference = ticket.gross_kg - ticket.tare_kg - ticket.net_kg
        found += [(Problem.CONTRADICTION, _DISAGREE)] if abs(difference) > AGREES_KG else []
    if 0 < ticket.net_kg <= _TOO_LIGHT_KG:
        found.append((Problem.AMBIGUOUS, _LIGHT))
    if _DAY_ALONE.fullmatch(row.text("entered")):
        found.append((Problem.AMBIGUOUS, _HOURLESS))
    if ticket.left_at is not None and ticket.left_at < ticket.entered_at:
        found.append((Problem.BACKWARD_TIME, _BACK))
    return found


def _instant(cell: Cell) -> datetime | None:
    """An instant from a time cell, ISO text, or 31/12/2026 17:30."""
    if is_missing(cell):
        return None
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=VIETNAM).astimezone(UTC)
    said = text_of(cell)
    for shape in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%Hh%M %d/%m/%Y"):
        try:
            return datetime.strptime(said, shape).replace(tzinfo=VIETNAM).astimezone(UTC)
        except ValueError:
            continue
    if _SHORT_YEAR.search(said):
        raise ValueError(_TWO_DIGITS)
    return instant_of_text(said, zoneless_is="vietnam")


def _finding(problem: Problem, words: Text, said: str, row: int | None = None, *, look: bool = False) -> Finding:
    told = words.filled(said=said)
    return Finding(problem=problem, severity=Severity.WARNING if look else Severity.ERROR, words=told, row=row)
