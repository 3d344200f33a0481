"""What each carrier claims of its own network by commune, stations that answer, and outages as they happen.

Claims overlap, because two carriers cover mostly the same people: each stands by itself and they are never added.
"""

from datetime import timedelta

from data_sources.messages.hashed import hashed_cases
from data_sources.messages.observations import observations
from data_sources.messages.probed import probed
from data_sources.workbooks.table import tables
from domain.carriers import CARRIERS
from domain.case import CaseType
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.feeds.way_in import Files, HouseJson
from domain.text import Text


def _claims(carrier: str, name: str) -> tuple[Measure, ...]:
    return (
        Measure(
            key=f"fibre_{carrier}", names=Text(f"Hộ dùng cáp quang {name}", f"Households with fibre of {name}"),
            unit="hộ", high=1e7, weight="households", part_of="homes",
        ),
        Measure(
            key=f"people_4g_{carrier}", names=Text(f"Dân số vùng phủ 4G {name}", f"Population under 4G of {name}"),
            unit="người", high=1e8, part_of="people",
        ),
        Measure(
            key=f"people_5g_{carrier}", names=Text(f"Dân số vùng phủ 5G {name}", f"Population under 5G of {name}"),
            unit="người", high=1e8, part_of="people",
        ),
        # Of the carrier's list of stations (`python -m ingest network stations`). A station has one owner.
        Measure(key=f"stations_{carrier}", names=Text(f"Trạm {name}", f"Stations of {name}"), unit="trạm", high=1e5),
        *(
            Measure(
                key=f"stations_{technology}_{carrier}",
                names=Text(f"Trạm {technology.upper()} {name}", f"{technology.upper()} stations of {name}"),
                unit="trạm", high=1e5, part_of=f"stations_{carrier}",
            )
            for technology in ("4g", "5g")
        ),
    )  # fmt: skip


MEASURES = (
    Measure(key="homes", names=Text("Số hộ", "Households of the commune"), unit="hộ", high=1e7, weight="households"),
    Measure(key="people", names=Text("Số dân", "People of the commune"), unit="người", high=1e8),
    *(measure for carrier, name in CARRIERS.items() for measure in _claims(carrier, name)),
    Measure(key="has_5g", names=Text("Xã có trạm 5G", "Commune has 5G"), unit="0/1", high=1, weight=None),
    Measure(key="stations", names=Text("Trạm phát sóng", "Base stations"), unit="trạm", high=1e5),
    Measure(
        key="stations_5g", names=Text("Trạm 5G", "5G stations"), unit="trạm", high=1e5, part_of="stations",
    ),
    Measure(
        key="stations_up", names=Text("Trạm đang phát sóng", "Stations on air"), unit="trạm", high=1e5,
        part_of="stations", cadence=timedelta(hours=1), stale_after=timedelta(hours=3),
    ),
)  # fmt: skip

OUTAGE = CaseType(
    key="outage",
    names=Text("Sự cố trạm và tuyến cáp", "Outages of stations and lines"),
    events=("failed", "found", "restored"),
    attributes=("what", "carrier", "technology", "cause", "due"),
    title="what",
    due="due",
    ends=("restored",),
    says={
        "failed": Text("mất dịch vụ", "out of service"),
        "found": Text("đã rõ nguyên nhân, đang sửa", "cause found, under repair"),
        "restored": Text("đã khôi phục", "restored"),
    },
    tells={
        "carrier": Text("nhà mạng", "carrier"),
        "technology": Text("công nghệ", "technology"),
        "cause": Text("nguyên nhân", "cause"),
    },
)

FEED = Feed(
    key="carriers",
    names=Text("Hạ tầng theo nhà mạng", "Networks by carrier"),
    owner=Owner(
        office=Text("Viettel, VNPT, MobiFone qua Sở Khoa học và Công nghệ", "Viettel, VNPT, MobiFone"),
        role=Text("trực điều hành mạng", "network operations on duty"),
    ),
    reporters=EveryCommune(),
    cadence=timedelta(days=92),
    # A quarterly report counts until a month after the next one is due.
    stale_after=timedelta(days=122),
    measures=MEASURES,
    ways_in=(HouseJson(probed(observations(MEASURES, (OUTAGE,)), "stations_up")), Files(tables(MEASURES))),
    scrub=hashed_cases,
    cases=(OUTAGE,),
)
