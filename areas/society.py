"""The digital society: the door-to-door campaign with its tasks, and publicity."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="society",
    title=Text("Xã hội số", "Society"),
    feeds=("door_to_door", "publicity"),
    order=42,
    map_kpi="society_visited",
)
