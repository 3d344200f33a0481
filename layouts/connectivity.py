"""Fibre and 4G: what is still missing, by commune."""

from dash.development.base_component import Component

from domain.text import Text
from layouts._domain import domain_layout, domain_regions
from layouts._screen import Screen, ScreenData

FEED = "coverage"


def layout(data: ScreenData) -> Component:
    """The domain page of this feed."""
    return domain_layout(data, SCREEN.key, FEED, "coverage_fibre_households", {})


SCREEN = Screen(
    key="connectivity",
    path="/connectivity",
    title=Text("Hạ tầng số", "Connectivity"),
    order=30,
    layout=layout,
    feeds=(FEED,),
    needs=frozenset({"series", "readings"}),
    regions=domain_regions(FEED, {}),
)
