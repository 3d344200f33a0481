"""The drivers' register: only a dispatcher who signed in sees its content."""

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.text import Text
from layouts.parts.components import section
from layouts.parts.screen import Screen, ScreenData
from layouts.rounds.drivers import filled_place
from present.text import words


def layout(data: ScreenData) -> Component:
    """An empty element that assets/scripts/59-drivers.js fills."""
    _ = words(data.language)
    place = filled_place(data, "/api/v1/drivers", "register")
    return html.Div([section(_("Sổ tài xế"), [place])], className="ioc-domain")


SCREEN = Screen(
    key="drivers",
    path="/drivers",
    title=Text("Tài xế", "Drivers"),
    order=15,
    layout=layout,
    requires=Need.LOOK,
    listed=False,
    topics=(),
)
