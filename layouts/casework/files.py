"""Links to a table as a file."""

from dash import html
from dash.development.base_component import Component

from domain.text import Text
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from queries.casework.dossiers import OFFICE

_TAKE = Text("Tải bảng:", "Take the table:")


def table_files(data: ScreenData, name: str) -> Component:
    """The table ``name`` of services_tables.py as CSV and Excel, of the unit that this page's address names."""
    links = [
        html.A(said, href=address(data, f"/services/tables/{name}.{kind}", **{OFFICE: data.query.get(OFFICE, "")}))
        for kind, said in (("csv", "CSV"), ("xlsx", "Excel"))
    ]
    return html.P([_TAKE.to(data.language), " ", links[0], " · ", links[1]], className="ioc-note")
