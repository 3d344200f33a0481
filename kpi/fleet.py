"""KPIs of a vehicle's day: late data, distance, detours, stops, speed, loads (WASTE.md, KPIs 2, 5, 14 to 21)."""

from datetime import timedelta
from typing import Any

from domain.kpis.kpi import Better, Example, Formula, Kpi, Status, Target, Threshold
from domain.text import Text
from evaluation.formulas import Ratio, Share, Sum
from kpi.waste import FEED, OWNER, VEHICLES

PERCENT = Text("%", "%")
TIMES = Text("lần", "times")
ASK = Text(
    "Xem ngày làm việc của từng xe ở trang Rác thải; hỏi tài xế và đội trưởng.",
    "See each vehicle's day on the Waste page; ask the driver and the crew chief.",
)
DAY = timedelta(minutes=30)
NO_INPUT = Example(because="no vehicle worked", given={}, expect=None)


def _limit(status: Status, limit: float, clear: float, because: str) -> Threshold:
    return Threshold(status=status, limit=limit, clear=clear, hold=DAY, because=because)


def _kpi(key: str, order: int, names: Text, short: Text, question: Text, formula: Formula, **said: Any) -> Kpi:
    """A KPI of vehicles' work with the shared fields set. A vehicle without data counts as missing, not as zero."""
    given: dict[str, Any] = {
        "better": Better.LOWER, "owner": OWNER, "decimals": 0, "contributor": VEHICLES, "numerator_label": VEHICLES,
        "response": ASK, "divisible": False, "on_wall": False, "min_coverage": 0.0,
    }  # fmt: skip
    return Kpi(
        key=key, feed=FEED, names=names, short=short, question=question, formula=formula, order=order, **given | said
    )


def _sum(key: str, order: int, names: Text, short: Text, question: Text, measure: str, unit: Text, **said: Any) -> Kpi:
    """A KPI that sums over vehicles."""
    examples = (
        Example(because="2 and 3", given={"LA-001": {measure: 2}, "LA-002": {measure: 3}}, expect=5.0),
        NO_INPUT,
    )
    given: dict[str, Any] = {"unit": unit, "numerator_label": unit, "examples": examples}
    return _kpi(key, order, names, short, question, Sum(measure), **given | said)


def _ratio(numerator: str, above: float, denominator: str, below: float, expect: float) -> Any:
    """Three examples: a worked one, one with a denominator of 0, and one without input."""
    return (
        Example(
            because=f"{above:g} of {below:g}", given={"LA-001": {numerator: above, denominator: below}}, expect=expect
        ),
        Example(
            because="nothing to divide by: not applicable, never 0",
            given={"LA-001": {numerator: 0, denominator: 0}},
            expect=None,
        ),
        NO_INPUT,
    )


KPIS = (
    _kpi(
        "waste_fitted", 5,
        Text("Xe có gắn thiết bị", "Vehicles fitted with a tracker"),
        Text("Đã gắn thiết bị", "Fitted"),
        Text("Bao nhiêu xe đang khai thác đã gắn thiết bị?", "How many vehicles in service carry a tracker?"),
        Share("fitted"),
        unit=PERCENT, decimals=1, better=Better.HIGHER, plausible_high=100,
        indicators=(2,),
        source_of_formula="WASTE.md, KPI 2: active vehicles with a tracker / active vehicles. Fitted does not mean "
        "sending: waste_vehicles_supplying counts those that send.",
        target=Target(
            value=100, due=None, source="Mục tiêu 100% xe gắn thiết bị (VnExpress, 10/2024)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
        thresholds=(_limit(Status.ADVISORY, 100, 100, "The model's goal is 100 %."),),
        response=Text("Gắn thiết bị cho các xe còn lại.", "Fit the remaining vehicles."),
        examples=(
            Example(because="one of two", given={"LA-001": {"fitted": 1}, "LA-002": {"fitted": 0}}, expect=50.0),
            NO_INPUT,
        ),
    ),
    _kpi(
        "waste_latency_10min", 32,
        Text("Vị trí đến muộn quá 10 phút", "Positions more than 10 minutes late"),
        Text("Vị trí muộn quá 10 phút", "Over 10 minutes late"),
        Text("Bao nhiêu vị trí đến muộn quá 10 phút?", "How many positions arrive more than 10 minutes late?"),
        Ratio("fixes_late_600s", "fixes"),
        unit=PERCENT, decimals=2, plausible_high=100, numerator_label=Text("điểm định vị", "fixes"),
        source_of_formula="WASTE.md, KPI 5: share received over 10 min after the fix. Hsinchu's auditors found "
        "8,085.",
        thresholds=(_limit(Status.ADVISORY, 5, 4, "One fix in twenty. Chosen by the centre."),),
        examples=_ratio("fixes_late_600s", 5, "fixes", 200, 2.5),
    ),
    _kpi(
        "waste_latency_1h", 34,
        Text("Vị trí đến muộn quá 1 giờ", "Positions more than an hour late"),
        Text("Vị trí muộn quá 1 giờ", "Over an hour late"),
        Text("Bao nhiêu vị trí đến muộn quá 1 giờ?", "How many positions arrive more than an hour late?"),
        Ratio("fixes_late_3600s", "fixes"),
        unit=PERCENT, decimals=2, plausible_high=100, numerator_label=Text("điểm định vị", "fixes"),
        source_of_formula="WASTE.md, KPI 5: share received more than an hour after the fix.",
        thresholds=(_limit(Status.ADVISORY, 1, 0.8, "One fix in a hundred. Chosen by the centre."),),
        examples=_ratio("fixes_late_3600s", 1, "fixes", 200, 0.5),
    ),
    _kpi(
        "waste_off_plan", 140,
        Text("Quãng đường ngoài tuyến", "Distance off the plan"),
        Text("Chạy ngoài tuyến", "Off-route driving"),
        Text("Xe chạy ngoài tuyến bao nhiêu phần quãng đường?", "What share of the distance served no route?"),
        Ratio("off_plan_m", "on_run_m"),
        min_denominator=1_000,
        unit=PERCENT, decimals=1, plausible_high=100, numerator_label=Text("mét", "metres"),
        source_of_formula="WASTE.md, KPI 14: metres off the planned streets beyond a haul to a depot or plant (the "
        "shortest way on the streets where known) / metres of the vehicles that drove a run.",
        thresholds=(
            _limit(Status.ADVISORY, 5, 4, "WASTE.md, KPI 14: at most 5 %."),
            _limit(Status.WARNING, 15, 12, "A seventh of the fuel. Chosen by the centre."),
        ),
        examples=_ratio("off_plan_m", 50, "on_run_m", 1000, 5.0),
    ),
    _sum(
        "waste_unplanned_stops", 150,
        Text("Dừng ngoài kế hoạch", "Unplanned stops"),
        Text("Dừng ngoài kế hoạch", "Unplanned stops"),
        Text(
            "Hôm nay xe dừng ngoài kế hoạch từ 5 phút trở lên bao nhiêu lần?",
            "How many unplanned stops of 5 minutes or more were there today?",
        ),
        "unplanned_stops", TIMES,
        source_of_formula="WASTE.md, KPI 15: stops of 5 min or more outside planned streets, depots, plants, fuel, "
        "transfer.",
    ),
    _kpi(
        "waste_idle", 160,
        Text("Thời gian nổ máy tại chỗ của mỗi xe", "Idling per vehicle"),
        Text("Nổ máy tại chỗ", "Idling"),
        Text("Mỗi xe nổ máy tại chỗ bao nhiêu phút một ngày?", "How many minutes a day does a vehicle idle?"),
        Ratio("idle_s", "idle_vehicles", scale=1 / 60),
        unit=Text("phút/xe", "min/vehicle"), decimals=1, plausible_high=1_440,
        numerator_label=Text("giây", "seconds"), denominator_label=VEHICLES,
        source_of_formula="WASTE.md, KPI 16: engine on below 3 km/h for 5 min or more, without stops on planned "
        "streets "
        "(compaction needs the engine) / vehicles whose tracker reports the ignition.",
        thresholds=(_limit(Status.ADVISORY, 60, 50, "An hour of fuel a vehicle a day. Chosen by the centre."),),
        examples=_ratio("idle_s", 1_800, "idle_vehicles", 2, 15.0),
    ),
    _sum(
        "waste_distance", 170,
        Text("Quãng đường trong ngày", "Distance driven today"),
        Text("Quãng đường", "Distance"),
        Text("Hôm nay các xe chạy bao nhiêu km?", "How far have the vehicles driven today?"),
        "distance_km", Text("km", "km"), better=Better.HIGHER,
        source_of_formula="WASTE.md, KPI 17: the matched path; straight lines between fixes lose 5 % at 30 s.",
    ),
    _sum(
        "waste_speeding", 180,
        Text("Số lần chạy quá tốc độ", "Speeding events"),
        Text("Quá tốc độ", "Speeding"),
        Text("Hôm nay có bao nhiêu lần chạy quá tốc độ?", "How often did a vehicle drive too fast today?"),
        "speeding_events", TIMES,
        source_of_formula="WASTE.md, KPI 18: more than 5 km/h above the street's limit for 30 s and two fixes.",
        thresholds=(_limit(Status.ADVISORY, 5, 4, "More than a momentary slip. Chosen by the centre."),),
    ),
    _sum(
        "waste_tonnage", 190,
        Text("Khối lượng rác đã cân", "Waste weighed today"),
        Text("Rác đã cân", "Waste weighed"),
        Text("Hôm nay đã cân bao nhiêu tấn rác?", "How many tonnes were weighed today?"),
        "net_t", Text("tấn", "t"), decimals=1, better=Better.HIGHER,
        indicators=(5,),
        source_of_formula="WASTE.md, KPI 19: sum of net weights of weighbridge tickets; about 110 t a day is normal.",
    ),
    _kpi(
        "waste_kg_per_km", 192,
        Text("Khối lượng rác trên mỗi km", "Waste per kilometre"),
        Text("Rác mỗi km", "kg per km"),
        Text("Mỗi km xe chạy thu được bao nhiêu kg rác?", "How many kilograms are collected per kilometre?"),
        Ratio("net_kg", "loaded_km", scale=1.0),
        unit=Text("kg/km", "kg/km"), decimals=1, better=Better.HIGHER, numerator_label=Text("kg", "kg"),
        # A first load is tonnes after hundreds of metres: 3.492,9 kg/km says nothing.
        denominator_label=Text("km", "km"), min_denominator=20,
        source_of_formula="WASTE.md, KPI 19: net kilograms / km of the vehicles that were weighed, from 20 km on.",
        examples=_ratio("net_kg", 2_600, "loaded_km", 40, 65.0),
    ),
    _kpi(
        "waste_kg_per_person", 194,
        Text("Khối lượng rác trên đầu người", "Waste per person"),
        Text("Rác mỗi người", "kg per person"),
        Text("Hôm nay mỗi người dân thải bao nhiêu kg rác?", "How many kilograms per resident today?"),
        Ratio("net_kg", "residents", scale=1.0),
        unit=Text("kg/người", "kg/person"), decimals=2, numerator_label=Text("kg", "kg"),
        denominator_label=Text("người", "people"),
        source_of_formula="WASTE.md, KPI 19: net kilograms / residents (census 2019) of the wards whose vehicles "
        "were weighed.",
        examples=_ratio("net_kg", 2_600, "residents", 5_200, 0.5),
    ),
    _sum(
        "waste_loads", 196,
        Text("Số chuyến rác đã cân", "Loads weighed"),
        Text("Chuyến rác đã cân", "Loads"),
        Text("Hôm nay đã cân bao nhiêu chuyến rác?", "How many loads were weighed today?"),
        "loads", Text("chuyến", "loads"), better=Better.HIGHER,
        source_of_formula="WASTE.md, KPI 19: weighbridge tickets of the day.",
    ),
    _kpi(
        "waste_plant_turnaround", 200,
        Text("Thời gian mỗi lượt tại nhà máy", "Turnaround at the plant"),
        Text("Thời gian tại nhà máy", "Plant turnaround"),
        Text("Mỗi lượt xe ở lại nhà máy bao nhiêu phút?", "How many minutes does a visit to the plant take?"),
        Ratio("plant_s", "plant_visits", scale=1 / 60),
        unit=Text("phút", "min"), decimals=1, plausible_high=1_440, numerator_label=Text("giây", "seconds"),
        denominator_label=Text("lượt", "visits"),
        source_of_formula="WASTE.md, KPI 20: exit - enter of plants and transfer points, mean of finished visits "
        "(Wilson & "
        "Vincent: mean 16.4 min, SD 14.3). A vehicle's day lists its visits.",
        thresholds=(_limit(Status.ADVISORY, 30, 25, "Mean + 1 SD of Wilson & Vincent."),),
        examples=_ratio("plant_s", 1_800, "plant_visits", 2, 15.0),
    ),
    _sum(
        "waste_load_integrity", 210,
        Text("Vi phạm thứ tự chuyến", "Breaches of load order"),
        Text("Chạy sai thứ tự chuyến", "Load breaches"),
        Text(
            "Có xe nào về bãi khi chưa đổ rác hoặc đổi tuyến giữa chuyến không?",
            "Did any vehicle return loaded or switch route with a load?",
        ),
        "load_breaches", TIMES,
        source_of_formula="WASTE.md, KPI 21: left the depot loaded, yesterday's load included, or came back so "
        "(it stood there for two minutes), more loads than a day allows, route switched before unloading (opentrash).",
        thresholds=(_limit(Status.ADVISORY, 0, 0, "WASTE.md, KPI 21: none."),),
    ),
)  # fmt: skip
