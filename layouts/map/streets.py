"""Legends of the due streets on the map: by state, or by time since the last service."""

from dash import html
from dash.development.base_component import Component

from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import STATE_WORDS, mark
from present.text import words
from queries.collection import COLLECTION


def street_legends(data: ScreenData) -> list[Component]:
    """Both legends and their switch; assets/scripts/map/57-map-runs.js shows the chosen one."""
    day = data.find(COLLECTION)
    if day is None or not day.runs:
        return []
    _ = words(data.language)
    ages = (_("dưới 1 giờ"), _("dưới 3 giờ"), _("dưới 6 giờ"), _("trên 6 giờ"))
    by_age = [html.Span([_line(f"age{i}"), text]) for i, text in enumerate(ages)]
    by_age.append(html.Span([_line("never"), _("chưa thấy thu")]))
    by_state = [html.Span([mark(state, data.language), said.to(data.language)]) for state, said in STATE_WORDS.items()]
    choices = (("state", _("Theo trạng thái")), ("age", _("Lần thu gần nhất")))
    buttons = [
        html.Button(text, className="ioc-map__by", **{"data-runs-by": key, "aria-pressed": str(key == "state").lower()})
        for key, text in choices
    ]
    return [
        html.Div([html.B(_("Đường thu gom")), *buttons], className="ioc-legend"),
        html.Div(by_state, className="ioc-legend", **{"data-runs-legend": "state"}),
        html.Div(by_age, className="ioc-legend", hidden=True, **{"data-runs-legend": "age"}),
    ]


def _line(kind: str) -> Component:
    return html.I(className=f"ioc-line ioc-line--{kind}", **{"aria-hidden": "true"})
