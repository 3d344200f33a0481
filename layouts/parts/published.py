"""What articles printed, beside the centre's own figures: both with kind, source and date, never added up."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Kpi, Status
from domain.mission.indicator import Article, Indicator, Quote, answers, quotes
from domain.mission.indicators import INDICATORS
from domain.observation import Observation
from domain.places.place import PROVINCE
from domain.places.territory import territory
from domain.text import Text
from layouts.parts.cards import card_vm, simulated, status_of
from layouts.parts.components import age, table, value_and_unit
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData
from present import formats
from present.kinds import KINDS
from present.text import words
from queries.observed.published import PUBLISHED
from queries.results import RESULTS

_TITLE = Text("Số liệu báo chí đã đăng, bên cạnh số liệu của trung tâm", "Published figures beside the centre's own")
_NOTE = Text(
    "Số đã đăng là lời khai báo của ngày ghi bên cạnh, không cộng vào chỉ số nào.",
    "What was published is declared for the day beside it and is added to no figure.",
)
_REVISED = Text("sửa lần {n}", "correction {n}")


def published_section(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """A row for each indicator that these feeds answer and of which the store has a published figure, folded."""
    kpis = [kpi for kpi in data.kpis.values() if kpi.feed in feeds]
    told = {one.number: [quote for quote in quoted_of(data, one) if quote.figure] for one in INDICATORS}
    shown = [one for one in INDICATORS if told[one.number] and answers(one.number, kpis)]
    if not shown:
        return []
    _ = words(data.language)
    title = _TITLE.to(data.language)
    heads = (_("Chỉ số"), _("Số liệu của trung tâm"), _("Đã công bố"))
    rows = [_row(data, one, answers(one.number, kpis), told[one.number]) for one in shown]
    note = html.P(_NOTE.to(data.language), className="ioc-note")
    body = [table(heads, rows, caption=title, kind="indicators"), note, *articles(shown)]
    return [html.Details([html.Summary(f"{title} ({len(rows)})"), *body])]


def quoted_of(data: ScreenData, one: Indicator) -> list[Quote]:
    """What was published of a row, the figures as they stand."""
    return quotes(one, data.get(PUBLISHED))


def articles(shown: Sequence[Indicator]) -> list[Component]:
    """A line for each article that these rows quote and whose title is known."""
    found = dict.fromkeys(told.article for one in shown for told in one.published if told.article.title)
    return [html.P(_cited(article), className="ioc-note") for article in found]


def _cited(article: Article) -> str:
    return f"{article.source}, {article.on}: “{article.title}”, {article.address.removeprefix('https://')}"


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


def quoted(data: ScreenData, quote: Quote) -> Component:
    """What was printed, by whom and when; of a figure its age, kind, revision, and the units it is of."""
    facts: list[Component | str] = [cited(data, quote)]
    if quote.figure is not None:
        facts += [" · ", _age(data, quote.figure), " · ", " · ".join(_facts(data, quote.figure))]
    return html.Div([said(data, quote), html.Small(facts, className="ioc-cited")])


def cited(data: ScreenData, quote: Quote) -> str:
    """Who printed it and when; the date as the article has it where its words stand."""
    if quote.words is not None:
        return f"{quote.words.article.source}, {quote.words.article.on}"
    assert quote.figure is not None, "a quote has words or a figure"
    return f"{quote.figure.source}, {formats.day(quote.figure.at, data.language)}"


def said(data: ScreenData, quote: Quote) -> str:
    """The words that were printed; of a figure that came without any, or was corrected, the number with its unit."""
    if quote.words is not None:
        return quote.words.said.to(data.language)
    figure = quote.figure
    assert figure is not None, "a quote has words or a figure"
    measure = data.feeds[figure.feed].measure(figure.measure)
    return f"{formats.trimmed(figure.value, 1, data.language)} {measure.unit if measure else ''}".rstrip()


def _age(data: ScreenData, figure: Observation) -> Component:
    stale_after_s = int(data.feeds[figure.feed].stale_after_of(figure.measure).total_seconds())
    return age(to_ms(figure.at), stale_after_s, to_ms(data.now), data.language)


def _facts(data: ScreenData, figure: Observation) -> list[str]:
    found = [KINDS[figure.kind].to(data.language)]
    if figure.revision > 1:
        found.append(_REVISED.to(data.language).format(n=figure.revision - 1))
    return [*found, territory(figure.territory).names.to(data.language)] if figure.territory else found


def _row(data: ScreenData, one: Indicator, kpis: Sequence[Kpi], told: Sequence[Quote]) -> Component:
    ordered = sorted(kpis, key=lambda kpi: (kpi.feed, kpi.order))
    return html.Tr(
        [
            html.Th(one.names.to(data.language), scope="row", className="ioc-words"),
            html.Td([_with_parts(data, kpi) for kpi in ordered], className="ioc-words"),
            html.Td([quoted(data, quote) for quote in told], className="ioc-words"),
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
