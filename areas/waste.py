"""Waste collection: trucks, the streets of the day, and residents' look-ups of the schedule."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="waste",
    title=Text("Rác thải", "Waste"),
    feeds=("waste_trucks", "waste_routes", "schedule_lookups"),
    order=10,
    # A leader first reads the areas that communes are responsible for.
    leader_order=50,
    fleet="waste_trucks",
    on_data=("schedule_lookups",),
)
