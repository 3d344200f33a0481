"""Reads the register of organisations from a table with the headings of the QĐ 766 reports, or plain ones."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.named import Named, RowError, named_rows, read_register
from data_sources.workbooks.sheet import Sheet
from domain.finding import Finding, Problem
from domain.organisation import CODE, Organisation, OrganisationKind
from domain.places.place import IN_FORCE
from domain.text import Text

_HEADINGS = {
    "code": ("code", "mã định danh", "mã cơ quan", "ma_coquan"),
    "name": ("name", "tên cơ quan", "tên đơn vị", "ten_coquan"),
    "kind": ("kind", "loại cơ quan", "loai_coquan"),
    "parent": ("parent", "mã cơ quan cấp trên", "mã cấp trên"),
    "place": ("place", "mã xã", "mã đvhc"),
    "territory": ("territory", "phiên bản địa giới"),
}
_KINDS = {"1": OrganisationKind.PROVINCE, "2": OrganisationKind.DEPARTMENT, "3": OrganisationKind.COMMUNE} | {
    str(kind): kind for kind in OrganisationKind
}
_MISSING = Text("thiếu mã hoặc tên; hãy điền cả hai.", "code or name is missing; fill in both.")
_BAD_CODE = Text("mã không đúng; hãy viết dạng H53 hoặc H53.12.", "not a code; write it like H53 or H53.12.")
_BAD_KIND = Text(
    "loại cơ quan không có trong danh mục: {said}; dùng 1, 2, 3 hoặc province, department, one_stop, commune.",
    "no such kind: {said}; use 1, 2, 3 or province, department, one_stop, commune.",
)
_TWICE = Text("mã đã có ở dòng {row} với nội dung khác.", "row {row} has the same code with other content.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDraft:
    """Organisations read from a file, and why rows were refused."""

    organisations: tuple[Organisation, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_organisations(body: bytes, name: str, source: str) -> OrganisationDraft:
    """Read organisations from a CSV or spreadsheet with a code and a name in each row. Never raises.

    Without a kind, a code without a dot is the province's office, any other a department's. The parent of a code is the
    part before its last dot, unless the file names one.
    """
    entries, findings = read_register(
        body,
        name,
        _HEADINGS,
        ("code", "name"),
        made=partial(_organisation, source=source),
        key=lambda one: one.code,
        twice=_TWICE,
    )
    return OrganisationDraft(organisations=entries, findings=findings)


def organisations_in(sheets: Iterable[Sheet], source: str) -> tuple[Organisation, ...]:
    """The organisations that sheets of figures name by code and name, each once; rows that name none are left out."""
    found: dict[str, Organisation] = {}
    for sheet in sheets:
        try:
            rows = named_rows(sheet.rows, _HEADINGS, ("code", "name"))
        except RefusalError:
            continue
        for row in rows:
            with suppress(RowError):
                one = _organisation(row, source)
                found.setdefault(one.code, one)
    return tuple(found.values())


def _organisation(row: Named, source: str) -> Organisation:
    code, name = row.text("code").upper(), row.text("name")
    if not (code and name):
        raise RowError(Problem.MISSING, _MISSING)
    if not CODE.fullmatch(code):
        raise RowError(Problem.BAD_VALUE, _BAD_CODE)
    said = row.text("kind").casefold()
    kind = _KINDS.get(said) if said else OrganisationKind.DEPARTMENT if "." in code else OrganisationKind.PROVINCE
    if kind is None:
        raise RowError(Problem.BAD_VALUE, _BAD_KIND.filled(said=said[:40]))
    place = row.text("place")
    return Organisation(
        code=code,
        name=name[:200],
        kind=kind,
        parent=row.text("parent").upper()[:64] or code.rpartition(".")[0],
        territory=(row.text("territory") or IN_FORCE) if place else "",
        place=place,
        source=source,
    )
