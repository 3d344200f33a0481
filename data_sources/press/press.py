"""Figures that newspapers printed of the mission, each with source and date; the first ones come with the release."""

from datetime import timedelta

import orjson

from data_sources.messages.declared import declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Listed
from domain.feeds.way_in import Shipped
from domain.mission.indicators import INDICATORS
from domain.observation import Kind
from domain.period import Span
from domain.places.place import PROVINCE
from domain.text import Text

KEY = "press"


def _share(key: str, vi: str, en: str) -> Measure:
    return Measure(key=key, names=Text(vi, en), unit="%", high=100, weight=None)


MEASURES = (
    Measure(key="digital_teams", names=Text("Tổ công nghệ số (báo đăng)", "Digital teams (printed)"), unit="tổ",
            high=1e6),
    Measure(key="training_turns", names=Text("Lượt tập huấn (báo đăng)", "Attendances of training (printed)"),
            unit="lượt", high=1e8, span=Span.TO_DATE),
    Measure(key="app_installs", names=Text("Lượt tải Long An Số (báo đăng)", "Installs of Long An Số (printed)"),
            unit="lượt", high=1e8, span=Span.TO_DATE),
    Measure(key="app_devices", names=Text("Thiết bị cài Long An Số (báo đăng)", "Devices with Long An Số (printed)"),
            unit="thiết bị", high=1e8),
    _share("procedures_online", "Thủ tục đủ điều kiện cung cấp toàn trình (báo đăng)",
           "Eligible procedures fully online (printed)"),
    _share("adults_vneid", "Người trưởng thành có VNeID (báo đăng)", "Adults with VNeID (printed)"),
    _share("communes_fibre", "Xã có cáp quang (báo đăng)", "Communes with fibre (printed)"),
    _share("households_fibre", "Hộ có cáp quang (báo đăng)", "Households with fibre (printed)"),
    _share("population_4g", "Dân số phủ sóng 4G (báo đăng)", "Population under 4G (printed)"),
    # Of what is not said: never compared with a share of people.
    _share("coverage_4g", "Phủ sóng 4G, không nói mẫu số (báo đăng)", "4G coverage, of what is not said (printed)"),
    Measure(key="data_centre_level", names=Text("Cấp độ an toàn của trung tâm dữ liệu (báo đăng)",
                                                "Security level of the data centre (printed)"),
            unit="cấp", low=1, high=5, weight=None),
    Measure(key="video_districts", names=Text("Huyện có hội nghị truyền hình đến xã (báo đăng)",
                                              "Districts with video conferences to communes (printed)"),
            unit="huyện", high=15),
)  # fmt: skip


def printed() -> bytes:
    """A message with every figure that the mission's articles printed."""
    return orjson.dumps(
        [
            {
                "feed": KEY,
                "measure": told.figure.measure,
                "place": PROVINCE,
                "territory": told.article.territory.version,
                "period": told.article.period,
                "value": told.figure.value,
                "revision": told.figure.revision,
                "kind": Kind.DECLARED,
                "source": told.article.source,
            }
            for one in INDICATORS
            for told in one.published
            if told.figure is not None
        ]
    )


FEED = Feed(
    key=KEY,
    names=Text("Số liệu báo chí đã đăng", "Figures printed by newspapers"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        role=Text("đầu mối theo dõi báo chí", "contact for the press"),
    ),
    # Articles come when they come: nobody owes one, and none is late.
    reporters=Listed(()),
    cadence=timedelta(days=366),
    stale_after=timedelta(days=366),
    measures=MEASURES,
    ways_in=(*declared(MEASURES), Shipped(made=printed)),
    published=True,
)
