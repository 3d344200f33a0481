"""The register of organisations from a table with the headings of the QĐ 766 reports, or plain ones."""

from dataclasses import dataclass

from data_sources._cells import read_rows
from data_sources._parse import RefusalError
from data_sources.plan._named import Named, named_rows, unreadable
from domain.organisation import CODE, Organisation, OrganisationKind
from domain.place import IN_FORCE
from domain.plan_draft import Finding, Problem
from domain.text import Text

ROWS_MAX = 20_000
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
_MISSING = Text("thiếu mã hoặc tên; hãy điền cả hai.", "the code or the name is missing; fill in both.")
_BAD_CODE = Text("mã không đúng; viết như H53 hoặc H53.12.", "not a code; write it like H53 or H53.12.")
_BAD_KIND = Text(
    "loại cơ quan không có trong danh mục: {said}; dùng 1, 2, 3 hoặc province, department, one_stop, commune.",
    "no such kind: {said}; use 1, 2, 3 or province, department, one_stop, commune.",
)
_TWICE = Text("mã đã có ở dòng {row} với nội dung khác.", "the code stands in row {row} with other content.")
_TOO_MANY = Text("nhiều hơn {n} dòng; hãy chia nhỏ tệp.", "more than {n} rows; send it in parts.")
_EMPTY = Text("không có dòng nào dưới tiêu đề.", "there is no row below the headings.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDraft:
    """Organisations read from a file, and why rows were refused."""

    organisations: tuple[Organisation, ...] = ()
    findings: tuple[Finding, ...] = ()


class _RowError(ValueError):
    def __init__(self, problem: Problem, words: Text) -> None:
        super().__init__(problem)
        self.problem, self.words = problem, words


def read_organisations(body: bytes, name: str, source: str) -> OrganisationDraft:
    """Organisations of a CSV or spreadsheet with a code and a name in each row. Never raises.

    Without a kind, a code with no dot is the province's office and any other a department's. The level above a code is
    what stands before its last dot, unless the file says otherwise.
    """
    try:
        rows = named_rows(read_rows(body, name), _HEADINGS, needed=("code", "name"))
    except RefusalError as refused:
        return OrganisationDraft(findings=(unreadable(refused),))
    if not 0 < len(rows) <= ROWS_MAX:
        words = _TOO_MANY.filled(n=str(ROWS_MAX)) if rows else _EMPTY
        return OrganisationDraft(findings=(Finding(problem=Problem.UNREADABLE, words=words),))
    kept: dict[str, tuple[int, Organisation]] = {}
    findings: list[Finding] = []
    for row in rows:
        try:
            made = _organisation(row, source)
            first, known = kept.setdefault(made.code, (row.row, made))
            if known != made:
                raise _RowError(Problem.DUPLICATE, _TWICE.filled(row=str(first)))
        except _RowError as wrong:
            findings.append(Finding(problem=wrong.problem, words=wrong.words, row=row.row))
    return OrganisationDraft(organisations=tuple(made for _, made in kept.values()), findings=tuple(findings))


def _organisation(row: Named, source: str) -> Organisation:
    code, name = row.text("code").upper(), row.text("name")
    if not (code and name):
        raise _RowError(Problem.MISSING, _MISSING)
    if not CODE.fullmatch(code):
        raise _RowError(Problem.BAD_VALUE, _BAD_CODE)
    said = row.text("kind").casefold()
    kind = _KINDS.get(said) if said else OrganisationKind.DEPARTMENT if "." in code else OrganisationKind.PROVINCE
    if kind is None:
        raise _RowError(Problem.BAD_VALUE, _BAD_KIND.filled(said=said[:40]))
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
