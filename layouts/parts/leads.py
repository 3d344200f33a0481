"""What opens the leader's page: the KPIs by which leaders are judged, and where a score has the most points to win."""

from dataclasses import dataclass

import numpy as np
from dash import html
from dash.development.base_component import Component

from domain.area import Area
from domain.kpis.kpi import Kpi
from domain.text import Text
from evaluation.composites import Composite
from layouts.parts.cards import figure, kpi_card
from layouts.parts.components import section
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present.lever import lever_words


@dataclass(frozen=True, slots=True)
class Lever:
    """The component of a score that loses most, with its points of ``most``."""

    names: Text
    points: float
    most: float


def lever_of(data: ScreenData, kpi: Kpi) -> Lever | None:
    """The first of those that lose most; None for a KPI that is no score, or while nothing is known or lost."""
    if not isinstance(kpi.formula, Composite):
        return None
    known = [
        Lever(data.kpis[one.kpi].short, float(one.points(np.array(value))), one.weight)
        for one in kpi.formula.components
        if (value := figure(data, data.kpis[one.kpi])) is not None
    ]
    lost = [lever for lever in known if lever.points < lever.most]
    return max(lost, key=lambda lever: lever.most - lever.points, default=None)


def leads_section(data: ScreenData) -> list[Component]:
    """A line for each lead with its lever below it, by area; [] where no area has any."""
    return [_of_area(data, area) for area in data.areas if area.leads]


def _of_area(data: ScreenData, area: Area) -> Component:
    lines: list[Component] = []
    for kpi in (data.kpis[key] for key in area.leads):
        lines.append(kpi_card(data, kpi, "line"))
        if lever := lever_of(data, kpi):
            said = lever_words(lever.names, lever.points, lever.most, kpi.decimals, data.language)
            lines.append(html.P(said, className="ioc-score__lever"))
    title = html.A(area.title.to(data.language), href=address(data, area.path))
    return section(title, [html.Div(lines, className="ioc-leads")], name="leads")
