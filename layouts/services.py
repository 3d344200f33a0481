"""Public services: the score with its lever and what is due now first, then figures, map, units and communes."""

from dash import html
from dash.development.base_component import Component

from areas.services import AREA
from domain.access.needs import Need
from domain.text import Text
from layouts.casework.citizens_app import long_an_so_section
from layouts.casework.dossiers import due_section, month_section
from layouts.casework.dti import dti_section
from layouts.casework.feedback import MAP, feedback_section
from layouts.casework.scores_766 import ranking_section, score_section
from layouts.casework.services_use import use_section
from layouts.map.maps import map_panel
from layouts.parts.area_screen import actions, communes, first_axis, leading, other_axes, others
from layouts.parts.ids import cid
from layouts.parts.published import published_section
from layouts.parts.screen import Region, Screen, ScreenData
from queries.alarms import ALARMS
from queries.casework.dossiers import DOSSIERS
from queries.casework.dti import DTI
from queries.casework.feedback import FEEDBACKS
from queries.casework.scores_766 import SCORES
from queries.courses.paths import PATHS
from queries.courses.series import SERIES
from queries.health import HEALTH
from queries.maps.level import MAP_LEVEL
from queries.observed.disagreements import DISAGREEMENTS
from queries.observed.published import PUBLISHED
from queries.results import RESULTS

KEY = AREA.key


def layout(data: ScreenData) -> Component:
    """What must be acted on first; the month's table is of one office's procedures when the address names it."""
    drawn = {name: html.Div(region(data), id=cid(KEY, name), className=_CLASSES.get(name)) for name, region in
             SCREEN.regions.items()}  # fmt: skip
    asked = data.kpis.get(data.query.get(MAP, ""))
    coloured = asked if asked is not None and asked.of_places else data.kpis.get(AREA.map_kpi)
    picture = map_panel(data, coloured, path=AREA.path, vehicles=False)
    split = html.Div(
        [picture, html.Div([drawn["actions"], drawn["first"]], className="ioc-actions")], className="ioc-split"
    )
    queues = html.Div([drawn["due"], drawn["feedback"]], className="ioc-queues")
    beside = html.Div([drawn["dti"], drawn["app"]], className="ioc-queues")
    # What a leader looks up and nobody has to act on today.
    inside = [drawn["units"], drawn["use"], beside, drawn["month"], drawn["spread"]]
    looked_up = html.Details([html.Summary(_LOOKED_UP.to(data.language)), *inside])
    return html.Div(
        [drawn["score"], split, queues, drawn["figures"], drawn["others"], looked_up, drawn["communes"],
         drawn["published"]],
        className="ioc-domain ioc-services",
    )  # fmt: skip


_LOOKED_UP = Text(
    "Xếp hạng đơn vị, người dùng, Chỉ số chuyển đổi số (DTI), Long An Số, kết quả trong tháng, so sánh các xã",
    "Ranking of units, people, the DTI, the app Long An Số, the month's results, communes compared",
)
_CLASSES = {"figures": "ioc-kpis", "first": "ioc-spread", "spread": "ioc-spread"}
REGIONS: dict[str, Region] = {
    "score": score_section,
    "due": due_section,
    "month": month_section,
    "feedback": feedback_section,
    "figures": lambda data: leading(data, AREA.shown_feeds),
    "others": lambda data: others(data, AREA.shown_feeds),
    "app": long_an_so_section,
    "use": use_section,
    "actions": lambda data: actions(data, AREA.feeds),
    "first": lambda data: first_axis(data, AREA),
    "units": ranking_section,
    "dti": dti_section,
    "spread": lambda data: other_axes(data, AREA),
    "communes": lambda data: communes(data, AREA.feeds),
    "published": lambda data: published_section(data, AREA.feeds),
}

SCREEN = Screen(
    key=KEY,
    path=AREA.path,
    title=AREA.title,
    order=AREA.order,
    layout=layout,
    requires=Need.LOOK,
    feeds=AREA.feeds,
    needs=(
        RESULTS,
        HEALTH,
        SERIES,
        DISAGREEMENTS,
        ALARMS,
        MAP_LEVEL,
        SCORES,
        DOSSIERS,
        DTI,
        FEEDBACKS,
        PATHS,
        PUBLISHED,
    ),
    regions=REGIONS,
)
