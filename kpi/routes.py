"""KPIs of collection routes: which due streets were served, on time, or are unknown (WASTE.md, KPIs 1, 7 to 13, 22)."""

from datetime import timedelta
from typing import Any

from domain.kpis.kpi import Better, Example, Formula, Known, Kpi, Status, Target, Threshold
from domain.text import Text
from evaluation.formulas import Ratio, Share, Sum

FEED = "waste_routes"
ROUTES = Text("tuyến", "routes")
ENTRIES = Text("đoạn", "sections")
PREDICTIONS = Text("lượt dự báo", "predictions")
METRES = Text("mét", "metres")
OWNER = Text(
    "Công ty thu gom; UBND phường Long An, Tân An, Khánh Hậu",
    "Collection company; People's Committees of Long An, Tân An and Khánh Hậu wards",
)
LOOK = Text(
    "Xem danh sách đường và bằng chứng ở trang Rác thải; gọi đội trưởng tuyến, điều xe thu bù trong ngày.",
    "Check the streets and their evidence on the Waste page; call the crew chief and send a truck the same day.",
)
TRACKERS = Text(
    "Xem xe nào mất tín hiệu và vì sao; hỏi lại đội thu gom trước khi kết luận bỏ sót hay đã thu.",
    "See which vehicle lost its signal and why; ask the crew before calling a street missed or served.",
)
PERCENT = Text("%", "%")
LENGTH = Known(part="known_m", whole="expected_m")
CLOSED = Known(part="known_entries", whole="expected_entries")
SHIFT = timedelta(minutes=15)
NO_INPUT = Example(because="no route is planned", given={}, expect=None)


def _limit(status: Status, limit: float, clear: float, because: str) -> Threshold:
    return Threshold(status=status, limit=limit, clear=clear, hold=SHIFT, because=because)


def _kpi(key: str, order: int, names: Text, short: Text, question: Text, formula: Formula, **said: Any) -> Kpi:
    """A KPI of routes with the shared fields set."""
    given: dict[str, Any] = {
        "unit": PERCENT, "better": Better.HIGHER, "owner": OWNER, "decimals": 1, "contributor": ROUTES,
        "numerator_label": ENTRIES, "response": LOOK, "plausible_high": 100.0, "divisible": False, "on_wall": False,
        "min_coverage": 0.0,
    }  # fmt: skip
    return Kpi(
        key=key, feed=FEED, names=names, short=short, question=question, formula=formula, order=order, **given | said
    )


def _examples(because: str, numerator: str, above: float, denominator: str, below: float, expect: float) -> Any:
    """Three examples: a worked one, one with a denominator of 0, and one without input."""
    return (
        Example(because=because, given={"01": {numerator: above, denominator: below}}, expect=expect),
        Example(
            because="nothing is judged yet: not applicable, never 0",
            given={"01": {numerator: 0, denominator: 0}},
            expect=None,
        ),
        NO_INPUT,
    )


KPIS = (
    _kpi(
        "waste_coverage", 10,
        Text("Chiều dài đường đã thu gom", "Street length served"),
        Text("Đường đã thu", "Streets served"),
        Text(
            "Trong phần đường đến hạn đã đánh giá, bao nhiêu phần đã được thu gom?",
            "Of the due street length judged so far, how much was served?",
        ),
        Ratio("served_m", "judged_m"),
        numerator_label=METRES,
        on_wall=True,
        known=LENGTH,
        min_denominator=500,
        source_of_formula="WASTE.md, KPI 7: length of due stretches served / length judged. A stretch counts when "
        "70 % of it was driven along its kerb at a collecting speed; unknown ones stay in the denominator, and a route "
        "that is mostly unknown does not report. scripts/bench map_matching_precision map_matching_recall prints the "
        "precision and recall of the matcher.",
        thresholds=(
            _limit(Status.ADVISORY, 95, 96, "WASTE.md, KPI 7: green from 95 %."),
            _limit(Status.WARNING, 85, 87, "WASTE.md, KPI 7: amber from 85 %."),
        ),
        examples=(
            Example(
                because="metres are added before dividing: (900 + 50) of (1000 + 100)",
                given={"01": {"served_m": 900, "judged_m": 1000}, "02": {"served_m": 50, "judged_m": 100}},
                expect=950 / 11,
            ),
            *_examples("all of a route was served", "served_m", 800, "judged_m", 800, 100.0)[1:],
        ),
    ),
    _kpi(
        "waste_route_completion", 20,
        Text("Đoạn đã thu của các chuyến đã kết thúc", "Sections served in finished runs"),
        Text("Hoàn thành tuyến", "Route completion"),
        Text(
            "Các chuyến đã kết thúc thu được bao nhiêu phần số đoạn?",
            "What share of sections did finished runs serve?",
        ),
        Ratio("served_entries", "closed_entries"),
        known=CLOSED,
        indicators=(3,),
        source_of_formula="WASTE.md, KPI 8: streets served and points visited / due, of closed runs. A run is closed "
        "when "
        "all is served, on arrival at a depot or plant after its window, or 60 minutes after it.",
        target=Target(value=100, due=None, source="Trung tâm đặt (WASTE.md, KPI 8)"),
        thresholds=(_limit(Status.ADVISORY, 98, 99, "Two streets in a hundred not served. Chosen by the centre."),),
        examples=_examples("nineteen of twenty", "served_entries", 19, "closed_entries", 20, 95.0),
    ),
    _kpi(
        "waste_missed", 30,
        Text("Đoạn bỏ sót trên 10.000", "Missed sections per 10,000"),
        Text("Bỏ sót trên 10.000 đoạn", "Missed per 10,000"),
        Text("Bao nhiêu đoạn chắc chắn đã bị bỏ sót?", "How many sections were certainly missed?"),
        Ratio("missed_entries", "closed_entries", scale=10_000),
        min_denominator=20,
        known=CLOSED,
        unit=Text("đoạn", "sections"),
        better=Better.LOWER,
        decimals=0,
        plausible_high=10_000,
        on_wall=True,
        source_of_formula="WASTE.md, KPI 9: due, not served, run closed and tracker healthy / due, per 10,000. "
        "A street possibly passed during a signal gap is unknown and never counts here.",
        thresholds=(
            _limit(Status.ADVISORY, 10, 8, "WASTE.md, KPI 9: fewer than 10 per 10,000 is common."),
            _limit(Status.WARNING, 100, 80, "One street in a hundred missed. Chosen by the centre."),
        ),
        examples=_examples("one of two hundred", "missed_entries", 1, "closed_entries", 200, 50.0),
    ),
    _kpi(
        "waste_unknown", 40,
        Text("Chiều dài đường chưa xác minh được", "Street length not verified"),
        Text("Chưa xác minh được", "Not verified"),
        Text(
            "Bao nhiêu phần đường chưa xác định được là đã thu hay bỏ sót?",
            "For how much street length is it unknown whether it was served or missed?",
        ),
        Ratio("unknown_m", "judged_m"),
        numerator_label=METRES,
        better=Better.LOWER,
        on_wall=True,
        falls_with_silence=True,
        response=TRACKERS,
        source_of_formula="WASTE.md, KPI 10: length not served and either not placed on the map, or possibly passed "
        "during a signal gap of more than 5 minutes / length judged. Shown apart, never as missed.",
        thresholds=(
            _limit(Status.ADVISORY, 5, 4, "One street in twenty unproven. Chosen by the centre."),
            _limit(Status.WARNING, 15, 12, "The day can no longer be judged. Chosen by the centre."),
        ),
        examples=_examples("a tenth", "unknown_m", 100, "judged_m", 1000, 10.0),
    ),
    _kpi(
        "waste_recovery_24h", 50,
        Text("Đoạn bỏ sót hôm trước đã thu bù trong 24 giờ", "Missed the day before, recovered within 24 hours"),
        Text("Hôm trước: đã thu bù", "Day before: recovered"),
        Text(
            "Trong 24 giờ, bao nhiêu đoạn bỏ sót hôm trước đã được thu bù?",
            "How many of the sections missed the day before were made good within 24 hours?",
        ),
        Ratio("recovered_24h", "missed_before"),
        source_of_formula="WASTE.md, KPI 13: of the entries missed the day before, those that any vehicle collected "
        "within 24 h of the run's end, on the run's own day or on a later run of the same plan. Entries that were not "
        "made good and whose 24 h are not over take no part; waste_recovery_waiting counts them.",
        thresholds=(_limit(Status.ADVISORY, 95, 97, "WASTE.md, KPI 13: within 24 h (Fort Worth)."),),
        examples=_examples("three of four", "recovered_24h", 3, "missed_before", 4, 75.0),
    ),
    _kpi(
        "waste_recovery_waiting", 55,
        Text("Đoạn bỏ sót hôm trước, còn trong 24 giờ để thu bù", "Missed the day before, 24 hours not yet over"),
        Text("Hôm trước: chờ thu bù", "Day before: to make good"),
        Text(
            "Bao nhiêu đoạn bỏ sót hôm trước chưa được thu bù nhưng chưa quá 24 giờ?",
            "How many sections missed the day before are not made good yet, within their 24 hours?",
        ),
        Sum("waiting_24h"),
        unit=Text("đoạn", "sections"),
        better=Better.LOWER,
        decimals=0,
        plausible_high=1e7,
        source_of_formula="WASTE.md, KPI 13: entries missed the day before that nobody is known to have collected "
        "since, less than 24 h after the run's end. They belong to neither part of waste_recovery_24h.",
        examples=(
            Example(
                because="three and one", given={"01": {"waiting_24h": 3}, "02": {"waiting_24h": 1}}, expect=4
            ),
            Example(because="a reported zero is a zero, unlike no report", given={"01": {"waiting_24h": 0}}, expect=0),
            NO_INPUT,
        ),
    ),
    _kpi(
        "waste_punctual", 60,
        Text("Đoạn thu đúng giờ", "Sections served on time"),
        Text("Thu đúng giờ", "On time"),
        Text("Xe có đến trong khung giờ đã hẹn không?", "Does the truck come within the promised window?"),
        Ratio("on_time_entries", "timed_entries"),
        known=LENGTH,
        indicators=(3,),
        source_of_formula="WASTE.md, KPI 11: first service within [-5, +15] min of the plan for streets, [-1, +5] "
        "min for "
        "fixed points / entries served that have a planned time.",
        target=Target(value=95, due=None, source="Trung tâm đặt, như New Taipei công bố (WASTE.md, KPI 11)"),
        thresholds=(
            _limit(Status.ADVISORY, 90, 92, "One in ten off its window. Chosen by the centre."),
            _limit(Status.WARNING, 75, 78, "One in four: nobody can rely on the timetable. Chosen by the centre."),
        ),
        examples=_examples("nine of ten", "on_time_entries", 9, "timed_entries", 10, 90.0),
    ),
    _kpi(
        "waste_early", 70,
        Text("Đoạn thu quá sớm", "Sections served too early"),
        Text("Thu quá sớm", "Too early"),
        Text(
            "Bao nhiêu đoạn được thu trước khi người dân kịp mang rác ra?",
            "How many came before people put their waste out?",
        ),
        Ratio("early_entries", "timed_entries"),
        known=LENGTH,
        better=Better.LOWER,
        source_of_formula="WASTE.md, KPI 12: first service more than 5 min (points 1 min) before the plan / entries "
        "served "
        "that have a planned time. People who carry their bags out miss an early truck.",
        thresholds=(
            _limit(Status.ADVISORY, 1, 0.8, "WASTE.md, KPI 12: at most 1 %."),
            _limit(Status.WARNING, 5, 4, "One in twenty. Chosen by the centre."),
        ),
        examples=_examples("one of fifty", "early_entries", 1, "timed_entries", 50, 2.0),
    ),
    _kpi(
        "waste_eta_error", 80,
        Text("Sai số dự báo giờ đến", "Error of predicted arrivals"),
        Text("Giờ đến dự báo lệch", "Arrival error"),
        Text("Giờ xe đến báo cho người dân lệch bao nhiêu giây?", "By how many seconds are predicted arrivals wrong?"),
        Ratio("eta_error_s", "eta_count", scale=1.0),
        unit=Text("giây", "s"),
        decimals=0,
        better=Better.LOWER,
        numerator_label=Text("giây", "seconds"), denominator_label=PREDICTIONS,
        plausible_high=7_200,
        source_of_formula="WASTE.md, KPI 22: mean absolute error of predictions up to an hour ahead, made every 5 min "
        "of closed "
        "runs, from data known at that time.",
        examples=_examples("two predictions, 60 s and 120 s off", "eta_error_s", 180, "eta_count", 2, 90.0),
    ),
    _kpi(
        "waste_eta_within_5min", 90,
        Text("Giờ đến dự báo lệch không quá 5 phút", "Arrivals predicted within 5 minutes"),
        Text("Giờ đến lệch không quá 5 phút", "Arrival ±5 min"),
        Text("Bao nhiêu dự báo giờ đến lệch không quá 5 phút?", "How many arrivals are predicted within 5 minutes?"),
        Ratio("eta_within_300s", "eta_count"),
        numerator_label=PREDICTIONS,
        source_of_formula="WASTE.md, KPI 22: share within 5 min, up to an hour ahead.",
        examples=_examples("three of four", "eta_within_300s", 3, "eta_count", 4, 75.0),
    ),
    _kpi(
        "waste_eta_baseline", 100,
        Text("Sai số dự báo so với lịch cộng độ trễ", "Error against plan + delay"),
        Text("Sai số so với lịch cộng trễ", "Error against plan + delay"),
        Text(
            "Dưới 100%: dự báo giờ đến đúng hơn lịch cộng độ trễ hiện tại. Có đúng hơn không?",
            "Below 100 %: the prediction is better than the plan plus the current delay. Is it?",
        ),
        Ratio("eta_error_s", "eta_baseline_s"),
        better=Better.LOWER,
        numerator_label=Text("giây", "seconds"),
        plausible_high=1_000,
        source_of_formula="WASTE.md, KPI 22: the error as a share of the baseline's on the same arrivals; it must "
        "stay below "
        "100 %.",
        thresholds=(_limit(Status.ADVISORY, 100, 98, "WASTE.md, KPI 22: must beat the baseline."),),
        examples=_examples("three quarters of the error", "eta_error_s", 90, "eta_baseline_s", 120, 75.0),
    ),
    _kpi(
        "waste_routes_digitised", 110,
        Text("Tuyến đã số hóa hợp lệ", "Routes digitised and valid"),
        Text("Tuyến đã số hóa", "Routes digitised"),
        Text(
            "Bao nhiêu tuyến có đủ đoạn đường, lề đường, ngày và giờ trên bản đồ?",
            "How many routes have streets, kerb, days and times on the map?",
        ),
        Share("digitised"),
        numerator_label=ROUTES,
        target=Target(
            value=100, due=None, source="Mục tiêu 100% tuyến được số hóa (VnExpress, 10/2024)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
        response=Text(
            "Mở báo cáo của lần nạp kế hoạch gần nhất, sửa các lỗi được nêu rồi nạp lại.",
            "Open the findings of the newest plan import, correct them and import again.",
        ),
        indicators=(1,),
        source_of_formula="WASTE.md, KPI 1: valid routes / routes in the list; valid = ordered streets with "
        "geometry, kerb, "
        "weekday and window, inside the unit, connected within 50 m, times not decreasing.",
        thresholds=(_limit(Status.ADVISORY, 100, 100, "The model's goal is 100 %."),),
        examples=(
            Example(
                because="one of two routes is valid",
                given={"01": {"digitised": 1}, "02": {"digitised": 0}},
                expect=50.0,
            ),
            NO_INPUT,
        ),
    ),
)  # fmt: skip
