"""Who uses, beside what is filed: people and firms on their way to 2030, and the share of dossiers under each."""

from dash import html
from dash.development.base_component import Component

from domain.kpis.kpi import Kpi
from domain.text import Text
from layouts.parts.cards import card_vm
from layouts.parts.charts import path_chart
from layouts.parts.components import card_attributes, section, value_and_unit
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData

_TITLE = Text(
    "Theo người sử dụng, không chỉ theo hồ sơ: lộ trình đến 2030", "People, not only dossiers: the way to 2030"
)
_BESIDE = Text(
    "Theo hồ sơ: {name} {value}. Đây là số hồ sơ, không phải số người.", "By dossier: {name} {value}, not of people."
)
USED = {
    "people_online": "services_online",
    "firms_online": "services_online",
    "people_cashless": "services_cashless",
}
"""Shares of people and firms, each with the share of dossiers that must not pass for it."""


def use_section(data: ScreenData) -> list[Component]:
    """A card for each share of people or firms; [] where the centre has none of them."""
    pairs = [(kpi, data.kpis.get(filed)) for used, filed in USED.items() if (kpi := data.kpis.get(used))]
    if not pairs:
        return []
    cards = html.Div([_card(data, kpi, filed) for kpi, filed in pairs], className="ioc-kpis")
    return [section(_TITLE.to(data.language), [cards])]


def _card(data: ScreenData, kpi: Kpi, filed: Kpi | None) -> Component:
    vm, drawn = card_vm(data, kpi), path_chart(data, kpi)
    said = [html.P(_filed(data, filed), className="ioc-note")] if filed is not None else []
    name = html.A(kpi.short.to(data.language), href=kpi_address(data, kpi))
    return html.Article(
        [
            html.H3(name),
            value_and_unit(vm),
            *([drawn] if drawn is not None else []),
            *said,
        ],
        className="ioc-use",
        **card_attributes(vm),
    )


def _filed(data: ScreenData, kpi: Kpi) -> str:
    vm = card_vm(data, kpi)
    value = f"{vm.value}{'' if vm.unit == '%' else ' '}{vm.unit}"
    return _BESIDE.to(data.language).format(name=kpi.short.to(data.language).lower(), value=value)
