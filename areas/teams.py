"""Community digital teams and IT Xanh teams: who is active, where training happened."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="teams",
    title=Text("Tổ công nghệ số", "Digital teams"),
    feeds=("teams", "team_work"),
    order=40,
    map_kpi="teams_active_share",
)
