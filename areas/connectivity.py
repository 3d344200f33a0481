"""Fibre, 4G and 5G: gaps by commune, claims by carrier, outages."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="connectivity",
    title=Text("Hạ tầng số", "Connectivity"),
    feeds=("coverage", "carriers", "speed_tests"),
    order=30,
    # Where people are left out, and not the 99,9 % that looks alike everywhere.
    map_kpi="coverage_4g_gap",
)
