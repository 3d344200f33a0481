"""Tables of cases: rows that matter in sight, others folded, on a telephone all; links to a table as a file."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.text import Text
from layouts.parts.components import phone_fold, table
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present.text import words
from queries.casework.dossiers import OFFICE, PROCEDURE

_MORE = Text("Xem thêm {n} dòng", "{n} more rows")
_TAKE = Text("Tải bảng:", "Take the table:")


def folded_table(
    heads: Sequence[Text], rows: Sequence[Component], data: ScreenData, *, shown: int, kind: str, caption: str = ""
) -> list[Component]:
    """A table of the first ``shown`` rows, and all others behind a line that counts them.

    A telephone shows one line for the whole table: wide rows are read there seldom, and take a screen.
    """
    if not rows:
        return []
    said = [head.to(data.language) for head in heads]
    parts = [table(said, rows[:shown], caption=caption, kind=kind)]
    if rows[shown:]:
        more = html.Summary(_MORE.to(data.language).format(n=len(rows) - shown))
        parts.append(html.Details([more, table(said, rows[shown:], kind=kind)], className="ioc-behind"))
    _ = words(data.language)
    return [phone_fold(_.ngettext("Bảng số ({n} dòng)", len(rows)).format(n=len(rows)), parts)]


def table_files(data: ScreenData, name: str) -> Component:
    """The table ``name`` of services_tables.py as CSV and Excel, of the unit and procedure that this address names."""
    asked = {key: data.query.get(key, "") for key in (OFFICE, PROCEDURE)}
    links = [
        html.A(said, href=address(data, f"/services/tables/{name}.{kind}", **asked))
        for kind, said in (("csv", "CSV"), ("xlsx", "Excel"))
    ]
    return html.P([_TAKE.to(data.language), " ", links[0], " · ", links[1]], className="ioc-note")
