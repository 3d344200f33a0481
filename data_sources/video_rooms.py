"""Video-conference rooms down to the communes: which have one, and which answer when they are asked."""

from datetime import timedelta

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL
from data_sources.messages.observations import observations
from data_sources.messages.probed import probed
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.feeds.way_in import HouseJson
from domain.text import Text

PROBE = timedelta(minutes=5)

MEASURES = (
    Measure(
        key="video_room", names=Text("Xã có điểm cầu truyền hình", "Commune has a video room"), unit="0/1", high=1,
        weight=None, cadence=MONTHLY, stale_after=MONTHLY_UNTIL,
    ),
    Measure(
        key="video_rooms", names=Text("Điểm cầu", "Video rooms"), unit="điểm cầu", high=1e3, cadence=MONTHLY,
        stale_after=MONTHLY_UNTIL,
    ),
    Measure(
        key="video_reachable", names=Text("Điểm cầu kết nối được", "Video rooms that answer"), unit="điểm cầu",
        high=1e3, part_of="video_rooms",
    ),
)  # fmt: skip

FEED = Feed(
    key="video_rooms",
    names=Text("Hội nghị truyền hình", "Video conferences"),
    owner=Owner(
        office=Text("Văn phòng UBND tỉnh; VNPT, Viettel", "Office of the People's Committee; VNPT, Viettel"),
        role=Text("trực hội nghị truyền hình", "video conferences on duty"),
    ),
    reporters=EveryCommune(),
    cadence=PROBE,
    # Three missed probes.
    stale_after=3 * PROBE,
    measures=MEASURES,
    ways_in=(HouseJson(probed(observations(MEASURES), "video_reachable")),),
)
