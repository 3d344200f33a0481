"""Fibre, 4G and 5G: gaps by commune, claims by carrier, outages."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="connectivity",
    title=Text("Hạ tầng số", "Connectivity"),
    feeds=("coverage", "carriers"),
    order=30,
    map_kpi="coverage_fibre_households",
)
