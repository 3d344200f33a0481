"""/indicators: the mission's thirty-five indicators: the figure of today, the published one, who answers for it."""

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.kpis.kpi import Kpi
from domain.mission.indicator import Indicator, Sourced, answers, sourced
from domain.mission.indicators import INDICATORS
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.cards import figure, simulated
from layouts.parts.components import section, table
from layouts.parts.ids import cid
from layouts.parts.links import address
from layouts.parts.published import articles, own_figure, quoted, quoted_of
from layouts.parts.screen import Screen, ScreenData
from present.text import words
from queries.observed.published import PUBLISHED
from queries.results import RESULTS


def layout(data: ScreenData) -> Component:
    """How many have a source, then every one of them: those without say so in their row."""
    return html.Div(html.Div(rows(data), id=cid(SCREEN.key, "rows")), className="ioc-data")


def rows(data: ScreenData) -> list[Component]:
    """The heading "n/N", and a row for each indicator in the mission's order."""
    _ = words(data.language)
    states = {one.number: _state(data, one) for one in INDICATORS}
    known = sum(state is not Sourced.NONE for state in states.values())
    fresh = sum(state is Sourced.FIGURE for state in states.values())
    title = _("Chỉ số có nguồn {n}/{total}").format(n=known, total=len(INDICATORS))
    aside = _("{n} chỉ số đang có số liệu").format(n=fresh)
    heads = ("", _("Chỉ số"), _("Số liệu của trung tâm"), _("Đã công bố"), _("Phụ trách"))
    drawn = [_row(data, one, states[one.number]) for one in INDICATORS]
    return [section(title, [table(heads, drawn, caption=title, kind="indicators"), *articles(INDICATORS)], aside=aside)]


def _answering(data: ScreenData, one: Indicator) -> list[Kpi]:
    return sorted(answers(one.number, data.kpis.values()), key=lambda kpi: (kpi.feed, kpi.order))


def _state(data: ScreenData, one: Indicator) -> Sourced:
    kpis = _answering(data, one)
    return sourced(one, kpis, [kpi.key for kpi in kpis if figure(data, kpi) is not None])


def _row(data: ScreenData, one: Indicator, state: Sourced) -> Component:
    _ = words(data.language)
    kpis = _answering(data, one)
    shown: list[Component] = [own_figure(data, kpi) for kpi in kpis]
    if one.page:
        shown.append(html.A(_("Sức khỏe dữ liệu"), href=address(data, one.page)))
    none = [html.Span(_("chưa có nguồn"), className="ioc-wait")]
    return html.Tr(
        [
            html.Td(str(one.number)),
            html.Th(one.names.to(data.language), scope="row", className="ioc-words"),
            html.Td(shown or none, className="ioc-words"),
            html.Td([quoted(data, quote) for quote in quoted_of(data, one)], className="ioc-words"),
            html.Td(one.owner.to(data.language), className="ioc-words"),
        ],
        **{"data-row": f"indicator-{one.number}", "data-state": state.value},
        **simulated(data.get(RESULTS).get((kpi.key, PROVINCE)) for kpi in kpis),
    )


SCREEN = Screen(
    key="indicators",
    path="/indicators",
    title=Text("35 chỉ số", "35 indicators"),
    order=70,
    layout=layout,
    requires=Need.LOOK,
    listed=False,
    needs=(RESULTS, PUBLISHED),
    regions={"rows": rows},
)
