"""Public services: dossiers on time, online and cashless by commune; installs of the province's app."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="services",
    title=Text("Dịch vụ công", "Services"),
    feeds=("services", "dossiers", "feedback", "scores_766", "dti", "citizens", "portal_levels"),
    order=20,
    map_kpi="services_on_time",
    # QĐ 766/QĐ-TTg is what leaders answer for; the other goals of the province have targets.
    leads=("score_766", "dossiers_on_time"),
)
