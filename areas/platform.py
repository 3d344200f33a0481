"""The platform under everything: data centre, video conferences, shared and open data, agreements."""

from domain.area import Area
from domain.text import Text

AREA = Area(
    key="platform",
    title=Text("Nền tảng số", "Platform"),
    feeds=("data_centre", "video_rooms", "shared_data"),
    order=41,
    map_kpi="platform_video_reachable",
)
