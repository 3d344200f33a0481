"""KPIs of the carriers' lists of stations: how many each has, and how many of them have 5G."""

from typing import Any

from domain.carriers import CARRIERS
from domain.kpis.kpi import Better, Kpi
from domain.text import Text
from kpi._told import COMMUNES, count, percentage
from kpi.carriers import FEED, OWNER, PLACE, STATIONS

ASK = Text(
    "So với số trạm nhà mạng báo cáo; hỏi nhà mạng về xã có ít trạm.",
    "Compare with the stations the carrier reports; ask about communes with few.",
)
LISTED = "counted from the list of stations, each placed in its commune by its coordinates."


def _of(order: int, carrier: str, name: str) -> tuple[Kpi, Kpi]:
    said: dict[str, Any] = {
        "feed": FEED, "better": Better.HIGHER, "owner": OWNER, "contributor": COMMUNES, "on_wall": False,
        "response": ASK, "indicators": (21,), "divisible": False,
    }  # fmt: skip
    return (
        Kpi(
            key=f"base_stations_{carrier}", order=order,
            names=Text(f"Trạm trong danh sách của {name}", f"Stations on the list of {name}"),
            short=Text(f"Trạm {name}", f"Stations of {name}"),
            question=Text(f"{name} có bao nhiêu trạm, ở đâu?", f"How many stations has {name}, and where?"),
            source_of_formula=f"Stations of {name}, {LISTED}",
            **{**count(f"stations_{carrier}", STATIONS, at=PLACE), **said},
        ),
        Kpi(
            key=f"base_stations_5g_{carrier}", order=order + 1,
            names=Text(f"Trạm {name} có 5G", f"Stations of {name} with 5G"),
            short=Text(f"Trạm 5G {name}", f"5G of {name}"),
            question=Text(f"Bao nhiêu trạm {name} đã có 5G?", f"How many stations of {name} have 5G?"),
            source_of_formula=f"Stations of {name} with 5G / its stations, {LISTED}",
            **{**percentage(f"stations_5g_{carrier}", f"stations_{carrier}", STATIONS, at=PLACE), **said},
        ),
    )  # fmt: skip


KPIS = tuple(kpi for n, (key, name) in enumerate(CARRIERS.items()) for kpi in _of(80 + 2 * n, key, name))
