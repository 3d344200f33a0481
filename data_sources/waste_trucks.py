"""Waste trucks of the three wards of the former Tân An: positions, roster, duty hours and weighed loads."""

from datetime import timedelta

from data_sources.messages.observations import observations
from data_sources.messages.trackers import tracked
from data_sources.trackers import gtfs_rt
from data_sources.workbooks.table import tables
from domain.feeds.feed import VEHICLES, Bearer, Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.way_in import Files, HouseJson, Pull
from domain.text import Text

_TWO_DAYS_S = 172_800
# Content types that GTFS-realtime servers send; "" = none.
_PROTOBUF = (
    *(
        "application/x-protobuf",
        "application/protobuf",
        "application/x-google-protobuf",
        "application/vnd.google.protobuf",
    ),
    *("application/octet-stream", "binary/octet-stream", ""),
)

MEASURES = (
    Measure(key="position", names=Text("Vị trí xe", "Vehicle position"), unit="", bearer=Bearer.ENTITY),
    Measure(key="in_service", names=Text("Xe đang khai thác", "In service"), unit="0/1", bearer=Bearer.ENTITY, high=1),
    Measure(
        key="tracker_fitted", names=Text("Đã gắn thiết bị", "Tracker fitted"), unit="0/1", bearer=Bearer.ENTITY, high=1
    ),
    # Seconds after local midnight; a night shift ends after 86,400.
    Measure(
        key="duty_from_s",
        names=Text("Giờ vào ca", "Duty from"),
        unit="s",
        bearer=Bearer.ENTITY,
        high=_TWO_DAYS_S,
    ),
    Measure(
        key="duty_to_s",
        names=Text("Giờ hết ca", "Duty to"),
        unit="s",
        bearer=Bearer.ENTITY,
        high=_TWO_DAYS_S,
    ),
    Measure(
        key="weighed_kg",
        names=Text("Khối lượng cân", "Weighed load"),
        unit="kg",
        bearer=Bearer.ENTITY,
        high=60_000,
        amount=True,
        # A weighbridge speaks when a truck comes, and its tickets make the sum of one day.
        cadence=timedelta(hours=1),
        stale_after=timedelta(days=1),
        gives=("net_t", "net_kg", "loads", "residents", "loaded_km"),
    ),
)

FEED = Feed(
    key="waste_trucks",
    names=Text("Xe thu gom rác", "Waste trucks"),
    owner=Owner(
        office=Text(
            "UBND phường Long An, Tân An, Khánh Hậu", "People's Committees of Long An, Tân An and Khánh Hậu wards"
        ),
        role=Text("điều độ xe, đơn vị lắp thiết bị", "vehicle dispatcher, tracker provider"),
    ),
    reporters=VEHICLES,
    drives_plan=True,
    # Thông tư 09/2015/TT-BGTVT: at most 30 s between records while moving.
    cadence=timedelta(seconds=30),
    stale_after=timedelta(minutes=3),
    measures=MEASURES,
    ways_in=(
        tracked(),
        HouseJson(observations(MEASURES)),
        Files(tables(MEASURES)),
        # GTFS-realtime best practices refresh a feed at least every 30 s, so a fetch every 20 s misses none.
        Pull(every=timedelta(seconds=20), format=gtfs_rt.FORMAT.key, content_types=_PROTOBUF),
    ),
    legal_basis="Thông tư 09/2015/TT-BGTVT; Thông tư 71/2024/TT-BCA",
)
