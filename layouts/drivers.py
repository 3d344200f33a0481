"""The drivers' register: an empty page to all but a dispatcher who signed in."""

from dash import html
from dash.development.base_component import Component

from domain.text import Text
from layouts._components import section
from layouts._drivers import filled_place
from layouts._screen import Screen, ScreenData
from layouts._text import words


def layout(data: ScreenData) -> Component:
    """The place of the register; the script fills it."""
    _ = words(data.language)
    return html.Div([section(_("Sổ tài xế"), [filled_place(data, "/api/v1/drivers", "register")])])


SCREEN = Screen(
    key="drivers",
    path="/drivers",
    title=Text("Tài xế", "Drivers"),
    order=45,
    layout=layout,
    topics=(),
    needs=frozenset(),
)
