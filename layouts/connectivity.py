"""Connectivity: figures and map as of every area, and on the map the area that a carrier says it covers."""

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from areas.connectivity import AREA
from layouts.casework.connectivity_signal import signal_section
from layouts.parts.area_screen import area_screen
from layouts.parts.ids import cid
from layouts.parts.screen import ScreenData
from queries.maps.signal import SIGNALS

_GENERAL = area_screen(AREA)


def layout(data: ScreenData) -> Component:
    """The general screen with the carriers' areas below its map."""
    parts = list(_GENERAL.layout(data).children)
    own = html.Div(signal_section(data), id=cid(AREA.key, "signal"))
    return html.Div([*parts[:2], own, *parts[2:]], className="ioc-domain")


SCREEN = replace(
    _GENERAL, layout=layout, needs=(*_GENERAL.needs, SIGNALS), regions={**_GENERAL.regions, "signal": signal_section}
)
