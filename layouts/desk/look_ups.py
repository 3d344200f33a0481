"""Figures of how residents use the centre: they say nothing of an area's own work."""

from dash import html
from dash.development.base_component import Component

from layouts.parts.cards import kpi_card, kpis_of
from layouts.parts.components import phone_fold, section
from layouts.parts.screen import ScreenData
from present.text import words


def look_ups(data: ScreenData) -> list[Component]:
    """A line a figure of the feeds that areas declare ``on_data``; nothing without such a feed."""
    lines = [kpi_card(data, kpi, "line") for area in data.areas for kpi in kpis_of(data, *area.on_data)]
    if not lines:
        return []
    _ = words(data.language)
    said = _.ngettext("{n} chỉ số", len(lines)).format(n=len(lines))
    folded = phone_fold(said, [html.Div(lines, className="ioc-kpis")], name="look-ups")
    return [section(_("Người dân tra lịch thu gom"), [folded])]
