"""Fibre and 4G: gaps by commune."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="connectivity",
    title=Text("Hạ tầng số", "Connectivity"),
    feeds=("coverage",),
    order=30,
    map_kpi="coverage_fibre_households",
)
