"""Public services: files on time, online and cashless by commune, installs of the province's app."""

from dash.development.base_component import Component

from domain.text import Text
from layouts._domain import domain_layout, domain_regions
from layouts._screen import Screen, ScreenData

FEED = "services"


def layout(data: ScreenData) -> Component:
    """The domain page of this feed."""
    return domain_layout(data, SCREEN.key, FEED, "services_on_time", {})


SCREEN = Screen(
    key="services",
    path="/services",
    title=Text("Dịch vụ công", "Public services"),
    order=20,
    layout=layout,
    feeds=(FEED,),
    needs=frozenset({"series", "readings"}),
    regions=domain_regions(FEED, {}),
)
