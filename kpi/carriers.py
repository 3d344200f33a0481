"""KPIs of the carriers' networks: 5G, stations on air, and each carrier's claims apart from the others'."""

from datetime import timedelta
from typing import Any

from domain.carriers import CARRIERS
from domain.kpis.kpi import Better, Example, Formula, Kpi
from domain.text import Text
from evaluation.formulas import Largest, Share
from kpi._told import COMMUNES, PERCENT, UNTOLD, count, limits, percentage

FEED, PLACE = "carriers", "27694"
PEOPLE, HOMES, STATIONS = Text("người", "people"), Text("hộ", "households"), Text("trạm", "stations")
OWNER = Text("Các nhà mạng, qua Sở Khoa học và Công nghệ", "Carriers, through the Department of Science and Technology")
BUILD = Text(
    "Gửi nhà mạng danh sách xã, ấp còn thiếu; hỏi kế hoạch xây trạm.",
    "Send the carriers the places that lack it; ask when they will build.",
)
CALL = Text(
    "Xem danh sách sự cố; gọi trực điều hành của nhà mạng, hỏi giờ khôi phục.",
    "See the list of outages; call the carrier on duty and ask when it returns.",
)
NEVER_ADDED = "Claims of carriers overlap and are never added: of each commune the largest counts, which is the least "


def _kpi(key: str, order: int, row: int, names: Text, short: Text, question: Text, **said: Any) -> Kpi:
    given: dict[str, Any] = {
        "better": Better.HIGHER, "owner": OWNER, "contributor": COMMUNES, "on_wall": False, "response": BUILD,
        "indicators": (row,),
    }  # fmt: skip
    return Kpi(key=key, feed=FEED, order=order, names=names, short=short, question=question, **given | said)


def _any(generation: str) -> dict[str, Any]:
    """The share of people whom at least one carrier claims to cover."""
    claims = tuple(f"people_{generation}_{carrier}" for carrier in CARRIERS)
    formula: Formula = Largest(claims, "people")
    example = dict(zip(claims, (600, 750, 20), strict=True))
    return {
        "unit": PERCENT, "decimals": 1, "formula": formula, "plausible_high": 100.0, "numerator_label": PEOPLE,
        "source_of_formula": f"{NEVER_ADDED}that somebody covers. Its carriers must all have reported.",
        "examples": (
            Example(
                because="75 %, the largest claim, and not their sum of 137 %",
                given={PLACE: {**example, "people": 1_000}},
                expect=75.0,
            ),
            Example(
                because="one carrier has not reported, so the largest claim is not known",
                given={PLACE: {claims[0]: 600, "people": 1_000}},
                expect=None,
            ),
            UNTOLD,
        ),
    }  # fmt: skip


def _of_carrier(order: int, carrier: str, name: str) -> tuple[Kpi, ...]:
    """What one carrier claims by itself."""
    said = {"source_of_formula": f"As {name} tells it of its own network. Beside the others', never added to them."}
    return (
        _kpi(
            f"coverage_fibre_{carrier}", order, 19,
            Text(f"Hộ dùng cáp quang {name}", f"Households with fibre of {name}"),
            Text(f"Cáp quang {name}", f"Fibre of {name}"),
            Text(f"Bao nhiêu hộ dùng cáp quang {name}?", f"How many households have fibre of {name}?"),
            **percentage(f"fibre_{carrier}", "homes", HOMES, at=PLACE), **said,
        ),
        _kpi(
            f"coverage_4g_{carrier}", order + 10, 20,
            Text(f"Dân số có 4G {name}", f"Population under 4G of {name}"),
            Text(f"4G {name}", f"4G of {name}"),
            Text(f"{name} phủ 4G bao nhiêu dân số?", f"How many people does {name} cover with 4G?"),
            **percentage(f"people_4g_{carrier}", "people", PEOPLE, at=PLACE), **said,
        ),
    )  # fmt: skip


KPIS = (
    _kpi(
        "coverage_stations_up", 10, 21,
        Text("Trạm phát sóng đang hoạt động", "Base stations on air"), Text("Trạm đang phát sóng", "Stations on air"),
        Text("Bao nhiêu trạm đã lắp đang thật sự phát sóng?", "How many of the installed stations are on air?"),
        **{**percentage("stations_up", "stations", STATIONS, at=PLACE, decimals=2), "divisible": False},
        on_wall=True, response=CALL,
        source_of_formula="Stations that answered the carriers' monitoring in the last hour / stations installed: "
        "installed is not working, so a declared value is refused.",
        thresholds=limits(98, 95, 0.5, "An outage beyond one commune. Chosen by the centre.", timedelta(minutes=15)),
    ),
    _kpi(
        "coverage_5g_population", 20, 21,
        Text("Dân số có 5G của ít nhất một nhà mạng", "Population under 5G of any carrier"),
        Text("Dân số có 5G", "Population with 5G"),
        Text("Bao nhiêu người dân sống trong vùng phủ 5G?", "How many people live within 5G coverage?"),
        **_any("5g"),
    ),
    _kpi(
        "coverage_5g_communes", 30, 21,
        Text("Xã, phường có 5G", "Communes with 5G"), Text("Xã có 5G", "Communes with 5G"),
        Text("Bao nhiêu xã, phường đã có trạm 5G?", "How many communes have a 5G station?"),
        unit=PERCENT, decimals=0, formula=Share("has_5g"), plausible_high=100.0, numerator_label=COMMUNES,
        divisible=False,
        source_of_formula="Communes with at least one 5G station / communes that report.",
        examples=(
            Example(because="one of two", given={"27694": {"has_5g": 1}, "27712": {"has_5g": 0}}, expect=50.0),
            UNTOLD,
        ),
    ),
    _kpi(
        "coverage_stations", 40, 21,
        Text("Trạm phát sóng", "Base stations"), Text("Trạm phát sóng", "Base stations"),
        Text("Có bao nhiêu trạm phát sóng?", "How many base stations are there?"),
        **count("stations", STATIONS, at=PLACE), divisible=False,
        source_of_formula="Stations of all carriers: these do add up, because a station has one owner.",
    ),
    _kpi(
        "coverage_stations_5g", 42, 21,
        Text("Trạm 5G", "5G stations"), Text("Trạm 5G", "5G stations"),
        Text("Có bao nhiêu trạm 5G?", "How many 5G stations are there?"),
        **count("stations_5g", STATIONS, at=PLACE), divisible=False,
        source_of_formula="Stations with 5G, of all carriers.",
    ),
    _kpi(
        "coverage_4g_any", 50, 20,
        Text("Dân số có 4G của ít nhất một nhà mạng", "Population under 4G of any carrier"),
        Text("4G, ít nhất một mạng", "4G of any carrier"),
        Text("Bao nhiêu người có sóng 4G của ít nhất một nhà mạng?", "How many people does any carrier cover with 4G?"),
        **_any("4g"),
    ),
    *(kpi for n, (key, name) in enumerate(CARRIERS.items()) for kpi in _of_carrier(60 + n, key, name)),
)  # fmt: skip
