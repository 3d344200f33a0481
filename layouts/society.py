"""The digital society: figures and map, the campaign's pace, and the board of tasks of every campaign."""

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from areas.society import AREA
from layouts.casework.society_campaign import board_section, pace_section
from layouts.parts.area_screen import area_screen
from layouts.parts.ids import cid
from layouts.parts.screen import Region, ScreenData
from queries.courses.paths import PATHS

_GENERAL = area_screen(AREA)
_OWN: dict[str, Region] = {"pace": pace_section, "cases": board_section}


def layout(data: ScreenData) -> Component:
    """The general screen of an area with the campaign below its map."""
    own = {name: html.Div(region(data), id=cid(AREA.key, name)) for name, region in _OWN.items()}
    parts = list(_GENERAL.layout(data).children)
    kept = [one for one in parts if getattr(one, "id", "") != cid(AREA.key, "cases")]
    return html.Div([*kept[:2], own["cases"], own["pace"], *kept[2:]], className="ioc-domain")


SCREEN = replace(_GENERAL, layout=layout, needs=(*_GENERAL.needs, PATHS), regions={**_GENERAL.regions, **_OWN})
"""Its own board stands where other areas list their cases."""
