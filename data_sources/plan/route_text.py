"""The plan as text, as operators in the Mekong delta publish it: window, plates, then streets with arrows and times.

A route begins with header lines ("Tuyến 01: …", "Xe 66C-012.34, 66C-045.67", "Thời gian: 17h30 - 22h00", "Thứ: 2, 4",
"Loại xe: xe ép rác"), followed by lines of entries (data_sources/plan/_entries.py) or by a table with tabs or bars
(used for three-wheelers). Text that it does not understand becomes a finding.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from data_sources.messages.parse import RefusalError, composed
from data_sources.plan._assemble import assemble
from data_sources.plan._entries import Entry, begins_entry, entries
from data_sources.plan._records import Record, header, records_of, unread_columns
from data_sources.plan._tokens import Piece, Token, pieces
from data_sources.plan.values import plates, weekdays
from data_sources.workbooks.cells import Cell
from data_sources.workbooks.legacy import is_garbled
from domain.finding import Finding, Problem, Severity
from domain.reason import Reason
from domain.text import Text
from domain.vietnamese import words_of
from domain.waste.plan_draft import PlanDraft

TEXT_MAX = 4 * 2**20

_KEYS = {
    "plates": ("xe", "biển số", "bks", "số xe", "biển số xe", "xe số"),
    "route_window": ("thời gian", "giờ", "khung giờ", "ca", "thời gian thu gom", "giờ thu gom"),
    "weekdays_vi": ("thứ", "ngày", "ngày thu gom", "lịch", "tần suất"),
    "vehicle_class": ("loại xe", "phương tiện"),
    "places": ("mã xã", "mã đơn vị"),
    "valid_from": ("hiệu lực từ", "áp dụng từ", "từ ngày"),
    "valid_to": ("hiệu lực đến", "đến ngày"),
    "body": ("lộ trình", "tuyến đường", "hành trình"),
}
_KEY = re.compile(r"([^:|\t→]{1,40}?)\s*:(?!\d)\s*(.*)", re.DOTALL)
_ROUTE = re.compile(r"(?:tuyến|tuyen)(?: số| so)? +([^\s:]+)(?:\s*[:–—-]\s*(.*))?", re.IGNORECASE | re.DOTALL)
_WINDOW_ONLY = (Token.CLOCK, Token.DASH)

_LOST = Text("không hiểu dòng này: “{said}”.", "this line is not understood: “{said}”.")
_LEFT = Text("“{name}”: không hiểu phần “{said}”.", "“{name}”: the part “{said}” is not understood.")
_UNSAID = Text(
    "“{name}”: không ghi là đường hay điểm dừng; được hiểu là đường.",
    "“{name}”: it is not said whether this is a street or a stop; read as a street.",
)
_NAMELESS = Text("mục không có tên: “{said}”.", "an entry without a name: “{said}”.")
_TWICE = Text("tuyến {said} bị lặp; tuyến sau được ghi là {other}.", "route {said} is repeated; the second is {other}.")


@dataclass(slots=True)
class _Block:
    """One route while being read: its header values, then its entries."""

    id: str = ""
    said: dict[str, Cell] = field(default_factory=dict)
    body: list[Piece] = field(default_factory=list)
    table: list[tuple[int, list[Cell]]] = field(default_factory=list)

    @property
    def begun(self) -> bool:
        """Whether it has entries, so that another header starts another route."""
        return bool(self.body or self.table)


def read_route_text(body: bytes, name: str, source: str) -> PlanDraft:
    """Read routes from UTF-8 text, NFC or NFD; never raises: unreadable parts are findings."""
    if len(body) > TEXT_MAX:
        return _unreadable(Reason.NOT_READABLE.value)
    try:
        text = composed(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unreadable(Reason.LEGACY_ENCODING.value)
    except RefusalError as refused:
        return _unreadable(refused.reason.value)
    if is_garbled(text) or "\0" in text:
        return _unreadable((Reason.LEGACY_ENCODING if is_garbled(text) else Reason.NOT_READABLE).value)
    reading = _Document()
    for row, line in enumerate(text.splitlines(), start=1):
        reading.line(line.strip(" \u00a0\ufeff•*·"), row)
    records, findings = reading.records(PurePath(name).stem)
    draft = assemble(records, source)
    return replace(draft, findings=(*findings, *draft.findings))


class _Document:
    """Collects lines into routes."""

    def __init__(self) -> None:
        self._blocks = [_Block()]
        self._findings: list[Finding] = []

    def line(self, line: str, row: int) -> None:
        """Read one line."""
        if not line.strip():
            return
        block = self._blocks[-1]
        if "\t" in line or "|" in line:
            cells: list[Cell] = [cell.strip() for cell in line.strip("|").replace("\t", "|").split("|")]
            if not all(set(str(cell)) <= set("-: ") for cell in cells):
                block.table.append((row, cells))
        elif not self._header(line, row):
            self._entries(line, row)

    def _entries(self, line: str, row: int) -> None:
        tokens = pieces(line, row)
        block = self._blocks[-1]
        goes_on = bool(block.body) and block.body[-1].token in (Token.ARROW, Token.COMMA, Token.DASH)
        has_arrow = any(piece.token is Token.ARROW for piece in tokens)
        if not (has_arrow or goes_on or begins_entry(tokens)):
            self._tell(Problem.NOT_UNDERSTOOD, _LOST, row, said=line[:200])
            return
        if block.body and not goes_on and tokens[0].token is not Token.ARROW:
            block.body.append(Piece(Token.SEMICOLON, ";", row, 1))
        block.body += tokens

    def _header(self, line: str, row: int) -> bool:
        route = _ROUTE.fullmatch(line)
        if route and any(char.isdigit() for char in route[1]):
            self._route(route[1].strip("."), (route[2] or "").strip(), row)
            return True
        tokens = pieces(line, row)
        if all(piece.token in _WINDOW_ONLY for piece in tokens):
            self._fact("route_window", line)
            return True
        if _is_weekdays(line):
            self._fact("weekdays_vi", line)
            return True
        if words_of(line)[:1] == words_of("xe") and plates(line):
            self._plates(line, tokens)
            return True
        keyed = _KEY.fullmatch(line)
        role = _role(keyed[1]) if keyed else ""
        if keyed and role == "body":
            self._entries(keyed[2], row)
        elif keyed and role:
            self._fact(role, keyed[2])
        return bool(role)

    def _route(self, id_: str, rest: str, row: int) -> None:
        self._blocks.append(_Block(id=id_))
        if any(piece.token is Token.ARROW for piece in pieces(rest, row)):
            self._entries(rest, row)
        elif rest:
            self._blocks[-1].said["route_name"] = rest

    def _plates(self, line: str, tokens: Sequence[Piece]) -> None:
        self._fact("plates", line)
        clocks = [piece.text for piece in tokens if piece.token is Token.CLOCK]
        if len(clocks) == 2:
            self._fact("route_window", " - ".join(clocks))

    def _fact(self, role: str, said: str) -> None:
        if self._blocks[-1].begun:
            self._blocks.append(_Block())
        self._blocks[-1].said[role] = said.strip(" .")

    def records(self, stem: str) -> tuple[list[Record], list[Finding]]:
        """The entries of all routes; a route without a name is named after the file and its number."""
        found: list[Record] = []
        used: set[str] = set()
        for number, block in enumerate((b for b in self._blocks if b.begun), start=1):
            id_ = wanted = block.id or f"{stem}-{number}"
            while id_ in used:
                id_ = f"{id_}-{number}"
            if id_ != wanted:
                row = block.body[0].row if block.body else block.table[0][0]
                self._tell(Problem.DUPLICATE, _TWICE, row, said=wanted, other=id_)
            used.add(id_)
            found += self._of_block(block, {**block.said, "route": id_})
        return found, self._findings

    def _of_block(self, block: _Block, common: dict[str, Cell]) -> list[Record]:
        found = [record for entry in entries(block.body) if (record := self._record(entry, common))]
        rows = [cells for _, cells in block.table]
        routed: list[list[Cell]] = [["route", *cells] for cells in rows]
        top = header(routed)
        if rows and top is None:
            self._tell(Problem.NOT_UNDERSTOOD, _LOST, block.table[0][0], said=" | ".join(map(str, rows[0])))
        elif top is not None:
            at, roles = top
            columns = {role: column - 1 for role, column in roles.items() if column}
            self._findings += [replace(one, row=block.table[at][0]) for one in unread_columns(routed, at, roles)]
            for row, cells in block.table[at + 1 :]:
                of_row = records_of([cells], row, columns, rows[at])
                found += [replace(record, cells={**common, **record.cells}) for record in of_row]
        return found

    def _record(self, entry: Entry, common: dict[str, Cell]) -> Record | None:
        for said in entry.left:
            self._tell(Problem.NOT_UNDERSTOOD, _LEFT, entry.row, entry.column, name=entry.name, said=said)
        if not entry.name:
            self._tell(Problem.MISSING, _NAMELESS, entry.row, entry.column, said=entry.start or entry.begins)
            return None
        if entry.unit is None:
            self._tell(Problem.AMBIGUOUS, _UNSAID, entry.row, entry.column, name=entry.name)
        cells: dict[str, Cell] = {
            "name": entry.name,
            "unit": entry.unit.value if entry.unit else "street",
            "kerb": entry.kerb.value if entry.kerb else None,
            "start": entry.start,
            "end": entry.end,
            "begins": entry.begins,
            "ends": entry.ends,
        }
        return Record(row=entry.row, cells={**common, **cells})

    def _tell(self, problem: Problem, words: Text, row: int, column: int | None = None, **told: object) -> None:
        said = words.filled(**told)
        at = "" if column is None else str(column)
        self._findings.append(Finding(problem=problem, severity=Severity.WARNING, words=said, row=row, column=at))


def _is_weekdays(line: str) -> bool:
    """Whether a line has only weekdays: "hàng ngày", "Thứ 2, 4, 6"."""
    try:
        return bool(weekdays(line, numbers=False))
    except ValueError:
        return False


def _role(key: str) -> str:
    """The role of a key by its first words, so that "Thời gian thu gom" and "thoi gian" match; "" for none."""
    said = words_of(key)
    for role, keys in _KEYS.items():
        for known in map(words_of, keys):
            if said == known or (not any(w.marked for w in said) and [w.bare for w in said] == [w.bare for w in known]):
                return role
    return ""


def _unreadable(words: Text) -> PlanDraft:
    return PlanDraft(findings=(Finding(problem=Problem.UNREADABLE, words=words),))
