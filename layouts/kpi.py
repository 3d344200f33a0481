"""One indicator on a page of its own: its course, the path to its target, its places, what it means. Level 3."""

from dash import dcc, html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from layouts.parts.cards import kpi_card, place_name_now
from layouts.parts.charts import chart, distribution_chart
from layouts.parts.components import empty, section
from layouts.parts.ids import cid
from layouts.parts.kpi_meaning import meaning
from layouts.parts.links import address, kpi_address
from layouts.parts.screen import Screen, ScreenData
from present.charts.chart import Chart
from present.charts.course import course
from present.charts.figure import figure
from present.charts.path import path
from present.text import words
from queries.courses.kpi_course import KEY, KPI_COURSE, RANGES, KpiCourse
from queries.courses.series import SERIES
from queries.observed.published import PUBLISHED
from queries.results import RESULTS

RANGE_WORDS = {
    "24h": Text("24 giờ", "24 hours"),
    "30d": Text("30 ngày", "30 days"),
    "12m": Text("12 tháng", "12 months"),
}
OPEN, LIVE, GRAPH = "open", "live", "graph"
# No button leads to another host, and a wheel over the figure scrolls the page.
CONFIG = {"displaylogo": False, "displayModeBar": False, "responsive": True, "scrollZoom": False}


def layout(data: ScreenData) -> Component:
    """Every region in its order; the list of indicators where the address names none."""
    found = data.get(KPI_COURSE)
    if found is None:
        return html.Div(_choice(data), className="ioc-leader")
    regions = [html.Div(region(data), id=cid(SCREEN.key, name)) for name, region in SCREEN.regions.items()]
    return html.Div([_head(data, found), *regions, meaning(data, found.kpi)], className="ioc-leader ioc-kpi")


def course_of(data: ScreenData, found: KpiCourse) -> Chart:
    """The chart that the address asks for."""
    where = "" if found.place == PROVINCE else place_name_now(data, found.place)
    feed = data.feeds[found.kpi.feed]
    return course(found.kpi, feed, found.series, found.since, data.now, data.language, where)


def figures(data: ScreenData) -> list[Component]:
    """The card, and the course over the chosen range."""
    found = data.get(KPI_COURSE)
    if found is None:
        return []
    drawn = chart(course_of(data, found), data.language, "large")
    return [html.Div(kpi_card(data, found.kpi, place=found.place), className="ioc-kpis"), drawn]


def interactive(data: ScreenData) -> list[Component]:
    """The course as plotly's figure, in a box that the keyboard reaches; a sentence when there is nothing to draw."""
    found = data.get(KPI_COURSE)
    drawn = None if found is None else course_of(data, found)
    if drawn is None or drawn.x is None:
        return [empty(words(data.language)("Chưa đủ số liệu để vẽ."))]
    graph = dcc.Graph(
        id=cid(SCREEN.key, GRAPH),
        figure=figure(drawn, {"actual": drawn.title}),
        config=CONFIG,
        className="ioc-kpi__graph",
    )
    return [html.Div(graph, tabIndex="0", role="region", **{"aria-label": drawn.said})]


def way(data: ScreenData) -> list[Component]:
    """The path to the target, where it has a date."""
    found = data.get(KPI_COURSE)
    if found is None or found.place != PROVINCE:
        return []
    drawn = path(found.kpi, data.feeds[found.kpi.feed], found.path, data.now, data.language)
    if drawn is None:
        return []
    _ = words(data.language)
    title = _("Lộ trình đến mục tiêu") if found.kpi.goal else _("Xu hướng")
    return [section(title, [chart(drawn, data.language, "large")])]


def places(data: ScreenData) -> list[Component]:
    """A dot a commune; nothing for an indicator of the whole province."""
    found = data.get(KPI_COURSE)
    if found is None or not found.kpi.of_places or not (found.kpi.divisible or data.territory == IN_FORCE):
        return []
    return [section(words(data.language)("Theo xã, phường"), [distribution_chart(data, found.kpi, size="large")])]


def _head(data: ScreenData, found: KpiCourse) -> Component:
    _ = words(data.language)
    kpi = found.kpi
    where = (
        [] if found.place == PROVINCE else [html.A(_("Toàn tỉnh"), href=kpi_address(data, kpi), className="ioc-chip")]
    )
    ranges = [
        html.A(
            RANGE_WORDS[name].to(data.language),
            href=kpi_address(data, kpi, found.place, range=name),
            className="ioc-chip",
            **{"aria-current": "true"} if name == found.range else {},
        )
        for name in RANGES
    ]
    name = kpi.names.to(data.language)
    return html.Header(
        [
            html.H1(name if found.place == PROVINCE else f"{name} · {place_name_now(data, found.place)}"),
            html.P(kpi.question.to(data.language), className="ioc-kpi__question"),
            html.Nav([*where, *ranges], className="ioc-chips", **{"aria-label": _("Khoảng thời gian")}),
            html.Button(_("Mở biểu đồ tương tác"), id=cid(SCREEN.key, OPEN), className="ioc-button"),
            html.Div(id=cid(SCREEN.key, LIVE), className="ioc-kpi__live"),
        ]
    )


def _choice(data: ScreenData) -> list[Component]:
    """Every indicator by area; says so when the address names one that does not exist."""
    _ = words(data.language)
    asked = data.query.get(KEY, "")
    lost = [empty(_("Không có chỉ số “{key}”.").format(key=asked))] if asked else []
    groups = []
    for area in data.areas:
        kpis = [kpi for kpi in data.kpis.values() if kpi.feed in area.feeds]
        title = html.A(area.title.to(data.language), href=address(data, area.path))
        groups.append(section(title, [html.Ul([_item(data, kpi) for kpi in kpis], className="ioc-log")]))
    return [html.H1(_("Chỉ số")), *lost, *groups]


def _item(data: ScreenData, kpi: Kpi) -> Component:
    return html.Li([html.A(kpi.names.to(data.language), href=kpi_address(data, kpi))])


SCREEN = Screen(
    key="kpi",
    path="/kpi",
    title=Text("Chỉ số", "Indicator"),
    order=75,
    layout=layout,
    requires=Need.LOOK,
    listed=False,
    below=KEY,
    needs=(RESULTS, SERIES, KPI_COURSE, PUBLISHED),
    regions={"figures": figures, "way": way, "places": places},
)
