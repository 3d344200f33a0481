"""The leader's page: changes, targets with gaps and owners, disagreeing sources, map and ranking of communes."""

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Audience, Kpi
from domain.kpis.ranking import ordered, ranked_by
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.map.maps import map_panel
from layouts.parts.cards import ATTENTION, card_vm, figure, kpi_card, status_of
from layouts.parts.changes import goal_id, since_last_visit
from layouts.parts.components import age, bullet, card_attributes, facts, part, section, spark, value_and_unit
from layouts.parts.disagreements import readings_section
from layouts.parts.ids import cid
from layouts.parts.ranking import ranking
from layouts.parts.screen import Screen, ScreenData
from present.text import words
from queries.changes import CHANGES
from queries.disagreements import DISAGREEMENTS
from queries.maps.level import MAP_LEVEL
from queries.previous import PREVIOUS
from queries.results import RESULTS
from queries.series import SERIES


def layout(data: ScreenData) -> Component:
    """First the headline and the changes, then targets, disagreeing sources, a KPI's map and its ranking."""
    first, goals, apart, ranked = (
        html.Div(region(data), id=cid(SCREEN.key, name), className=f"ioc-leader__{name}")
        for name, region in SCREEN.regions.items()
    )
    chart = map_panel(
        data,
        ranked_by(data.kpis, data.areas, data.territory, data.query)[1],
        path=SCREEN.path,
        vehicles=False,
        still=True,
    )
    return html.Div([first, goals, apart, chart, ranked], className="ioc-leader")


def summary(data: ScreenData) -> list[Component]:
    """How many targets are met, then the changes since the last visit, as sentences."""
    _ = words(data.language)
    with_target = [kpi for kpi in ordered(data.kpis, data.areas) if kpi.goal]
    met = [kpi for kpi in with_target if _met(data, kpi)]
    unknown = [kpi for kpi in with_target if figure(data, kpi) is None]
    headline = _("{met}/{all} mục tiêu đã đạt").format(met=len(met), all=len(with_target))
    if len(unknown) == len(with_target):  # "none met" would be false when none is known
        headline = _("Chưa có số liệu của mục tiêu nào")
    elif unknown:
        headline += " · " + _("{n} chưa có số liệu").format(n=len(unknown))
    return [html.H1(headline, className="ioc-leader__headline"), *since_last_visit(data)]


def targets(data: ScreenData) -> list[Component]:
    """Every KPI with value, target, gap and owner; those short of their target come first.

    A KPI without a target and within its limits gets a single line.
    """
    _ = words(data.language)
    watched = [kpi for kpi in ordered(data.kpis, data.areas) if not kpi.target]
    beyond = [kpi for kpi in watched if status_of(data, kpi, PROVINCE) in ATTENTION]
    groups = (
        (_("Chưa đạt mục tiêu"), [k for k in ordered(data.kpis, data.areas) if k.goal and _short(data, k)]),
        (_("Đạt mục tiêu"), [k for k in ordered(data.kpis, data.areas) if k.goal and _met(data, k)]),
        (
            _("Có mục tiêu, chưa có số liệu"),
            [k for k in ordered(data.kpis, data.areas) if k.goal and figure(data, k) is None],
        ),
        (_("Mục tiêu đếm đối tượng khác"), [k for k in ordered(data.kpis, data.areas) if k.target and not k.goal]),
        (_("Vượt ngưỡng, chưa đặt mục tiêu"), beyond),
    )
    found = [
        section(title, [html.Div([_goal(data, kpi) for kpi in kpis], className="ioc-goals")], aside=str(len(kpis)))
        for title, kpis in groups
        if kpis
    ]
    lines = [html.Div(kpi_card(data, kpi, "line"), id=goal_id(kpi.key)) for kpi in watched if kpi not in beyond]
    title = _("Theo dõi, chưa đặt mục tiêu")
    return [*found, section(title, [html.Div(lines, className="ioc-watched")], aside=str(len(lines)))]


def _goal(data: ScreenData, kpi: Kpi) -> Component:
    vm = card_vm(data, kpi)
    return html.Article(
        [
            html.H3(kpi.names.to(data.language), className="ioc-name"),
            html.Span([part("word", vm.word), part("glyph", vm.glyph)], className="ioc-signal"),
            value_and_unit(vm),
            spark(vm),
            bullet(vm.fill, vm.mark),
            html.P([part("target", vm.target), part("gap", vm.gap)], className="ioc-facts ioc-facts--course"),
            facts(vm),
            html.P(kpi.owner.to(data.language), className="ioc-owner"),
            *([html.P(kpi.target.source, className="ioc-owner")] if kpi.target else []),
            age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
        ],
        id=goal_id(kpi.key),
        className=f"ioc-card ioc-card--{vm.status} ioc-card--as-goal",
        **card_attributes(vm),
    )


def _met(data: ScreenData, kpi: Kpi) -> bool:
    value = figure(data, kpi)
    return value is not None and kpi.meets(value)


def _short(data: ScreenData, kpi: Kpi) -> bool:
    return figure(data, kpi) is not None and not _met(data, kpi)


SCREEN = Screen(
    key="leader",
    path="/leader",
    title=Text("Lãnh đạo", "Leader"),
    order=60,
    layout=layout,
    audience=Audience.LEADER,
    needs=(RESULTS, SERIES, CHANGES, PREVIOUS, DISAGREEMENTS, MAP_LEVEL),
    regions={"summary": summary, "targets": targets, "readings": readings_section, "ranking": ranking},
)
