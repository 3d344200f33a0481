"""Digital teams: figures and map first, then their own reports by commune, training by audience, and IT Xanh."""

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from areas.teams import AREA
from layouts.casework.teams import it_xanh_section, reports_section
from layouts.casework.teams_training import training_section
from layouts.parts.area_screen import area_screen
from layouts.parts.ids import cid
from layouts.parts.screen import Region, ScreenData
from queries.casework.teams import TEAM_BOARD

_GENERAL = area_screen(AREA)
_OWN: dict[str, Region] = {"reports": reports_section, "training": training_section, "it_xanh": it_xanh_section}


def layout(data: ScreenData) -> Component:
    """The general screen of an area, and below it what the teams say themselves."""
    own = [html.Div(region(data), id=cid(AREA.key, name)) for name, region in _OWN.items()]
    return html.Div([*_GENERAL.layout(data).children, *own], className="ioc-domain")


SCREEN = replace(_GENERAL, layout=layout, needs=(*_GENERAL.needs, TEAM_BOARD), regions={**_GENERAL.regions, **_OWN})
