"""Charts on a page: the drawing, what it says in words, the table behind it. Screens call the functions by kind."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.rhythm import rhythm_of
from domain.kpis.standing import status_within
from domain.places.place import PROVINCE
from domain.places.territory import Level
from domain.text import Language
from layouts.parts.cards import card_vm, figure, place_name, results_of
from layouts.parts.components import age, card_attributes, facts, part, table, value_and_unit
from layouts.parts.components import course as course_facts
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData
from present.charts.chart import Chart, Table
from present.charts.course import course
from present.charts.distribution import Distribution, distribution
from present.charts.path import path
from present.charts.shares import Shares
from present.charts.svg import chart_svg
from present.text import words
from queries.courses.paths import PATHS
from queries.courses.series import SERIES


def course_chart(data: ScreenData, kpi: Kpi) -> Component:
    """The province's course as far back as its sparkline; the screen asks SERIES."""
    feed = data.feeds[kpi.feed]
    since = data.now - rhythm_of(kpi, feed).window
    series = data.get(SERIES).get((kpi.key, PROVINCE), ())
    return chart(course(kpi, feed, series, since, data.now, data.language), data.language)


def chart_card(data: ScreenData, kpi: Kpi) -> Component:
    """A KPI's card with its course in it; its name leads to its page. The screen asks RESULTS and SERIES."""
    vm = card_vm(data, kpi)
    return html.Article(
        [
            html.H3(html.A(kpi.names.to(data.language), href=kpi_address(data, kpi)), className="ioc-name"),
            html.Span([part("word", vm.word), part("glyph", vm.glyph)], className="ioc-signal"),
            value_and_unit(vm),
            course_chart(data, kpi),
            course_facts(vm),
            facts(vm),
            age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
        ],
        className=f"ioc-card ioc-card--{vm.status} ioc-card--as-chart",
        **card_attributes(vm),
    )


def path_chart(data: ScreenData, kpi: Kpi, published: Sequence[KpiResult] = ()) -> Component | None:
    """The province's way to its dated target, None without one; the screen asks PATHS.

    ``published`` figures of years before this centre stand for the centre's own.
    """
    series = published or data.get(PATHS).get((kpi.key, PROVINCE), ())
    found = path(kpi, data.feeds[kpi.feed], series, data.now, data.language)
    return None if found is None else chart(found, data.language)


def distribution_of(data: ScreenData, kpi: Kpi, level: Level = Level.COMMUNE) -> Distribution:
    """The places of one level by ``kpi``; the screen asks RESULTS."""
    results = results_of(data, kpi.key, level)
    stands = kpi.stands(data.feeds[kpi.feed])
    statuses = {code: status_within(stands, result, data.now) for code, result in results.items()}
    return distribution(kpi, results, statuses, figure(data, kpi), lambda code: place_name(data, code), data.language)


def distribution_chart(
    data: ScreenData, kpi: Kpi, level: Level = Level.COMMUNE, size: str = "", *, opened: bool = True
) -> Component:
    """A dot a place, and the ten worst by name, each leading to its own course; ``opened`` False folds the names."""
    found = distribution_of(data, kpi, level)
    drawn = chart(found.chart, data.language, size)
    return html.Div([drawn, *_worst(data, kpi, found, opened=opened)], className="ioc-distribution")


def shares_chart(vm: Shares) -> Component:
    """One stacked bar with its parts in words: their kinds are those of streets' states."""
    marked = {"data-simulated": "true"} if vm.simulated else {}
    if vm.why:
        return html.Figure(html.Figcaption(vm.why), className="ioc-chart", **marked)
    told = {"data-part": "shares", "data-shares": vm.drawn, "role": "img", "aria-label": vm.said}
    bar = html.Div(className="ioc-statebar", **told)
    legend = [
        html.Span(
            [
                html.I(className=f"ioc-mark ioc-mark--{one.kind}", **{"aria-hidden": "true"}),
                html.B(one.value),
                html.Span(one.words),
                html.Span(one.percent),
            ],
            className="ioc-states__one ioc-states__one--some",
        )
        for one in vm.parts
    ]
    said = html.Figcaption(html.Div(legend, className="ioc-states"))
    return html.Figure([bar, said], className="ioc-chart ioc-chart--shares", **marked)


def chart(vm: Chart, language: Language, size: str = "", *, opened: bool = False) -> Component:
    """The drawing of ``vm`` over its notes; ``size`` "large" on a page of its own, with the table behind it."""
    drawing = chart_svg(vm)
    drawn = [html.Div(className="ioc-chart__drawing", **_drawing(drawing, vm.said))] if drawing else []
    behind = [table_behind(vm.table, vm.title, language, opened=opened)] if vm.table and size else []
    notes = html.Figcaption([html.Span(note) for note in vm.notes], className="ioc-chart__notes")
    look = f"ioc-chart ioc-chart--{vm.kind}" + (f" ioc-chart--{size}" if size else "")
    return html.Figure([*drawn, notes, *behind], className=look, **{"data-simulated": "true"} if vm.simulated else {})


def table_behind(vm: Table, title: str, language: Language, *, opened: bool = False) -> Component:
    """The figures of a chart, folded until somebody opens them."""
    _ = words(language)
    rows = [html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])]) for row in vm.rows]
    said = html.Summary(_.ngettext("Bảng số ({n} dòng)", len(rows)).format(n=len(rows)))
    return html.Details(
        [said, table(vm.heads, rows, caption=title, kind="figures")], open=opened, className="ioc-behind"
    )


def _worst(data: ScreenData, kpi: Kpi, found: Distribution, *, opened: bool) -> list[Component]:
    if not found.worst:
        return [html.P(found.heading, className="ioc-note")] if found.heading else []
    items = [
        html.Li(
            [html.A(one.name, href=kpi_address(data, kpi, one.code)), html.Span(one.words)],
            className=f"ioc-worst__one ioc-worst__one--{one.tone}" if one.tone else "ioc-worst__one",
        )
        for one in found.worst
    ]
    named = html.Ol(items, className="ioc-worst")
    return [html.Details([html.Summary(found.heading), named], open=opened, className="ioc-behind")]


def _drawing(markup: str, said: str) -> dict[str, str]:
    return {"data-part": "chart", "data-drawing": markup, "role": "img", "aria-label": said}
