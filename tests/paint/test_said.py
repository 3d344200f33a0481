"""What a component says is what Dash says of it."""

import pytest
from dash import dcc, html
from dash.development.base_component import Component

from paint.said import as_json


@pytest.mark.parametrize(
    "made",
    [
        html.Div(),
        html.Div(["a", html.B("b")], id={"type": "field", "item": 1}, className="c", hidden=None, **{"data-x": "1"}),
        html.MapEl(style={"color": "red"}, n_clicks=0, **{"aria-label": "a"}),
        html.A("a", href="/", target="_blank", disable_n_clicks=True),
        dcc.Input(id="b", value="", type="text", debounce=True),
        dcc.Store(id="c", data={"a": [None]}),
        dcc.Location(id="d", refresh="callback-nav"),
    ],
    ids=lambda made: made._type,
)
def test_a_component_says_what_dash_says_of_it(made: Component) -> None:
    assert as_json(made) == made.to_plotly_json()
