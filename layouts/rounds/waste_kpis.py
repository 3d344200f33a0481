"""The waste KPIs in groups: the first of each group as a card, the others as lines."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.kpis.kpi import Kpi
from domain.text import Text
from layouts.parts.cards import kpi_card, kpis_of
from layouts.parts.components import section
from layouts.parts.screen import ScreenData

# Heading of a group and how its KPI keys begin after "waste_"; most important first. The last group takes the rest.
QUESTIONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text("Đã thu gom đến đâu", "Collection so far"),
        ("coverage", "route", "missed", "unknown", "recovery"),
    ),
    (Text("Thu gom đúng giờ", "Punctuality"), ("punctual", "early", "eta", "lookups")),
    (
        Text("Thiết bị định vị có hoạt động tốt?", "Do the trackers work well?"),
        ("vehicles", "fitted", "online", "on_time_share", "latency", "completeness"),
    ),
    (
        Text("Khối lượng về nhà máy", "Waste brought to the plant"),
        ("tonnage", "tonnes", "net", "kg", "plant", "load", "ticket", "visit"),
    ),
    (Text("Vận hành xe", "Driving"), ()),
)


def questions(data: ScreenData, feeds: Sequence[str]) -> Component:
    """The groups, side by side; a group without KPIs is left out."""
    grouped: dict[int, list[Kpi]] = {}
    for kpi in kpis_of(data, *feeds):
        grouped.setdefault(_question(kpi.key), []).append(kpi)
    return html.Div([_group(data, QUESTIONS[i][0], grouped[i]) for i in sorted(grouped)], className="ioc-questions")


def _question(key: str) -> int:
    name = key.removeprefix("waste_")
    return next((i for i, (_, begins) in enumerate(QUESTIONS) if name.startswith(begins)), len(QUESTIONS) - 1)


def _group(data: ScreenData, title: Text, kpis: list[Kpi]) -> Component:
    shown = [
        kpi_card(data, kpi, "line" if line else "")
        for line, kpi in zip([False, *[True] * len(kpis)], kpis, strict=False)
    ]
    return section(title.to(data.language), shown, name="kpis")
