"""Community digital teams and IT Xanh teams: who is active, where training happened."""

from dash.development.base_component import Component

from domain.text import Text
from layouts._domain import domain_layout, domain_regions
from layouts._screen import Screen, ScreenData

FEED = "teams"


def layout(data: ScreenData) -> Component:
    """The domain page of this feed."""
    return domain_layout(data, SCREEN.key, FEED, "teams_active_share", {})


SCREEN = Screen(
    key="teams",
    path="/teams",
    title=Text("Tổ công nghệ số", "Digital teams"),
    order=40,
    layout=layout,
    feeds=(FEED,),
    needs=frozenset({"series", "readings"}),
    regions=domain_regions(FEED, {}),
)
