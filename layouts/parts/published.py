"""What articles printed, beside the centre's own figures: both with kind, source and date, never added up."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Kpi, Status
from domain.mission.indicator import Indicator, Published, answers
from domain.mission.indicators import INDICATORS
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.cards import card_vm, simulated, status_of
from layouts.parts.components import age, table, value_and_unit
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData
from present.kinds import KINDS
from present.text import words
from queries.results import RESULTS

_TITLE = Text("Số liệu báo chí đã đăng, bên cạnh số liệu của trung tâm", "Published figures beside the centre's own")
_NOTE = Text(
    "Số đã đăng là lời khai báo của ngày ghi bên cạnh, không cộng vào chỉ số nào.",
    "What was published is declared for the day beside it and is added to no figure.",
)


def published_section(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """A row for each indicator that these feeds answer and an article gave a figure of; [] without any, folded."""
    kpis = [kpi for kpi in data.kpis.values() if kpi.feed in feeds]
    rows = [
        _row(data, one, found)
        for one in INDICATORS
        if any(told.figure for told in one.published) and (found := answers(one.number, kpis))
    ]
    if not rows:
        return []
    _ = words(data.language)
    title = _TITLE.to(data.language)
    heads = (_("Chỉ số"), _("Số liệu của trung tâm"), _("Đã công bố"))
    body = [table(heads, rows, caption=title, kind="indicators"), html.P(_NOTE.to(data.language), className="ioc-note")]
    return [html.Details([html.Summary(f"{title} ({len(rows)})"), *body])]


def own_figure(data: ScreenData, kpi: Kpi) -> Component:
    """The KPI's short name, which leads to its page, and its figure with its parts and age; in words without one."""
    _ = words(data.language)
    card = card_vm(data, kpi)
    name = html.A(kpi.short.to(data.language), href=kpi_address(data, kpi))
    if card.as_of_ms is None or status_of(data, kpi, PROVINCE) in (Status.NO_DATA, Status.NOT_APPLICABLE):
        told: list[Component] = [html.Span(_("chưa có số liệu"), className="ioc-wait")]
    else:
        told = [value_and_unit(card), age(card.as_of_ms, card.stale_after_s, to_ms(data.now), data.language)]
    return html.Div([name, *told], className="ioc-indicator")


def quoted(data: ScreenData, told: Published) -> Component:
    """What was printed, by whom and when; of a figure its kind and the units it is of."""
    cited = [f"{told.source}, {told.on}"]
    if told.figure is not None:
        cited += [KINDS[told.kind].to(data.language), told.territory.names.to(data.language)]
    return html.Div([told.said.to(data.language), html.Small(" · ".join(cited), className="ioc-cited")])


def _row(data: ScreenData, one: Indicator, kpis: Sequence[Kpi]) -> Component:
    ordered = sorted(kpis, key=lambda kpi: (kpi.feed, kpi.order))
    return html.Tr(
        [
            html.Th(one.names.to(data.language), scope="row", className="ioc-words"),
            html.Td([_with_parts(data, kpi) for kpi in ordered], className="ioc-words"),
            html.Td([quoted(data, told) for told in one.published if told.figure], className="ioc-words"),
        ],
        **{"data-row": f"published-{one.number}"},
        **simulated(data.get(RESULTS).get((kpi.key, PROVINCE)) for kpi in kpis),
    )


def _with_parts(data: ScreenData, kpi: Kpi) -> Component:
    """The figure with "60/60 xã" and how it was obtained: what counts units says of how many."""
    card = card_vm(data, kpi)
    result = data.get(RESULTS).get((kpi.key, PROVINCE))
    kinds = [KINDS[kind].to(data.language) for kind in (result.kinds if result else ())]
    facts = " · ".join(said for said in (card.context or card.coverage, ", ".join(kinds)) if said)
    return html.Div([own_figure(data, kpi), html.Small(facts, className="ioc-cited")])
