"""The waste KPIs by question: one figure of each for the head of the page, all of them as a table."""

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.instant import to_ms
from domain.kpis.kpi import Kpi, Status
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.cards import card_vm, kpi_card, kpis_of, status_of
from layouts.parts.components import age, card_attributes, part, spark, table, value_and_unit
from layouts.parts.screen import ScreenData
from present.text import words

# Heading of a group and how its KPI keys begin; most important first. The last group takes the rest.
QUESTIONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text("Đã thu gom đến đâu", "Collection so far"),
        ("waste_coverage", "waste_route", "waste_missed", "waste_unknown", "waste_recovery"),
    ),
    (Text("Thu gom đúng giờ", "Punctuality"), ("waste_punctual", "waste_early", "waste_eta")),
    (
        Text("Thiết bị định vị có hoạt động tốt?", "Do the trackers work well?"),
        (
            "waste_vehicles",
            "waste_fitted",
            "waste_online",
            "waste_on_time_share",
            "waste_latency",
            "waste_completeness",
        ),
    ),
    (
        Text("Khối lượng về nhà máy", "Waste brought to the plant"),
        (
            "waste_tonnage",
            "waste_tonnes",
            "waste_net",
            "waste_kg",
            "waste_plant",
            "waste_load",
            "waste_ticket",
            "waste_visit",
        ),
    ),
    (Text("Vận hành xe", "Driving"), ()),
)

Group = tuple[Text, list[Kpi]]


def headlines(data: ScreenData) -> Component:
    """The first figure of each question."""
    shown = [kpis[0] for _title, kpis in _applicable(data)]
    return html.Div([kpi_card(data, kpi, "headline") for kpi in shown], className="ioc-headlines")


def indicators(data: ScreenData) -> list[Component]:
    """A row a KPI, question by question; those that nothing has happened for yet in one line below."""
    _ = words(data.language)
    rows = [row for title, kpis in _applicable(data) for row in (_title(data, title), *(_row(data, k) for k in kpis))]
    heads = (_("Chỉ số"), "", _("Giá trị"), _("Diễn biến"), _("Mục tiêu"), _("Tính trên"), _("Cách đây"))
    waiting = ", ".join(kpi.short.to(data.language) for kpi in _kpis(data) if not _applies(data, kpi))
    note = [html.P(_("Chưa phát sinh: {what}.").format(what=waiting), className="ioc-note")] if waiting else []
    return [table(heads, rows, caption=_("Chỉ số"), kind="kpis"), *note]


def _kpis(data: ScreenData) -> list[Kpi]:
    return kpis_of(data, *AREA.shown_feeds)


def _applies(data: ScreenData, kpi: Kpi) -> bool:
    return status_of(data, kpi, PROVINCE) is not Status.NOT_APPLICABLE


def _applicable(data: ScreenData) -> list[Group]:
    """The KPIs by question; leaves out those of what has not happened yet, and questions without a KPI."""
    grouped: dict[int, list[Kpi]] = {}
    for kpi in sorted(_kpis(data), key=lambda kpi: _rank(kpi.key)):
        if _applies(data, kpi):
            grouped.setdefault(_rank(kpi.key)[0], []).append(kpi)
    return [(QUESTIONS[i][0], kpis) for i, kpis in grouped.items()]


def _rank(key: str) -> tuple[int, int]:
    """The KPI's question and its place there."""
    found = (
        (i, j) for i, (_, begins) in enumerate(QUESTIONS) for j, begin in enumerate(begins) if key.startswith(begin)
    )
    return next(found, (len(QUESTIONS) - 1, 0))


def _title(data: ScreenData, title: Text) -> Component:
    return html.Tr(html.Th(title.to(data.language), scope="rowgroup", colSpan=7), className="ioc-table__group")


def _row(data: ScreenData, kpi: Kpi) -> Component:
    """The parts of a card as cells: the live channel finds them as it finds a card's."""
    vm = card_vm(data, kpi)
    return html.Tr(
        [
            html.Th(kpi.names.to(data.language), scope="row"),
            html.Td([part("glyph", vm.glyph), " ", part("word", vm.word)], className="ioc-signal"),
            html.Td(value_and_unit(vm)),
            html.Td(spark(vm)),
            html.Td(part("target", vm.target), className="ioc-words"),
            html.Td([part("context", vm.context), " ", part("coverage", vm.coverage)], className="ioc-words"),
            html.Td(age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True)),
        ],
        className=f"ioc-card--{vm.status}",
        **card_attributes(vm),
    )
