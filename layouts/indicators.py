"""/indicators: the mission's thirty-five indicators: the figure of today, the published one, who answers for it."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.kpis.kpi import Kpi
from domain.mission.indicator import Indicator, Sourced, answers, sourced
from domain.mission.indicators import INDICATORS
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.cards import ATTENTION, figure, simulated, status_of
from layouts.parts.components import phone_fold, section, table
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
    """The heading "n/N", and a table for each area with its indicators in the mission's order."""
    _ = words(data.language)
    states = {one.number: _state(data, one) for one in INDICATORS}
    known = sum(state is not Sourced.NONE for state in states.values())
    fresh = sum(state is Sourced.FIGURE for state in states.values())
    title = _("Chỉ số có nguồn {n}/{total}").format(n=known, total=len(INDICATORS))
    aside = _("{n} chỉ số đang có số liệu").format(n=fresh)
    by_area: dict[str, list[Indicator]] = {key: [] for key in (*(area.key for area in data.areas), "")}
    for one in INDICATORS:
        by_area[_area(data, one)].append(one)
    titles = {area.key: area.title.to(data.language) for area in data.areas} | {"": _("Trung tâm điều hành")}
    tables = [_table(data, key, titles[key], states, shown) for key, shown in by_area.items() if shown]
    return [section(title, [*tables, *articles(INDICATORS)], aside=aside, name="indicators")]


def _area(data: ScreenData, one: Indicator) -> str:
    """The area that most of its KPIs are of, of several the first; "" without any."""
    feeds = [kpi.feed for kpi in _answering(data, one)]
    told = {area.key: sum(feed in area.feeds for feed in feeds) for area in data.areas}
    return max(told, key=lambda key: told[key]) if any(told.values()) else ""


def _table(
    data: ScreenData, area: str, title: str, states: Mapping[int, Sourced], shown: Sequence[Indicator]
) -> Component:
    """An area's indicators; on a telephone a line with their count and how many are beyond limits."""
    _ = words(data.language)
    said = _.ngettext("{n} chỉ số", len(shown)).format(n=len(shown))
    if beyond := sum(_is_beyond(data, one) for one in shown):
        said += " · " + _("{n} vượt ngưỡng").format(n=beyond)
    heads = ("", _("Chỉ số"), _("Số liệu của trung tâm"), _("Đã công bố"), _("Phụ trách"))
    drawn = [_row(data, one, states[one.number]) for one in shown]
    listed = table(heads, drawn, caption=title, kind="indicators")
    return phone_fold([html.B(title), html.Span(said)], [listed], name=f"indicators-{area}", head=title)


def _is_beyond(data: ScreenData, one: Indicator) -> bool:
    """Whether a figure of it asks for somebody."""
    return any(status_of(data, kpi, PROVINCE) in ATTENTION for kpi in _answering(data, one))


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
        id=f"indicator-{one.number}",
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
