"""KPIs of citizens' feedback (1022): answered in time, satisfaction with its n, first contact, backlog."""

from domain.kpis.kpi import Better, Example, Formula, Kpi
from domain.services.qd766 import QD766, SATISFACTION
from domain.text import Text
from evaluation.formulas import Ratio, Sum

FEED = "feedback"
OWNER = Text("Trung tâm IOC, tổng đài 1022; UBND cấp xã", "IOC centre, line 1022; communes")
PLACES = Text("xã, cơ quan", "communes and offices")
ITEMS = Text("phản ánh", "items")
_LAW = {one.number: one.counts.en for one in SATISFACTION.criteria}
_RESPONSE = Text(
    "Mở Dịch vụ công: xem xã có phản ánh quá hạn; gọi người phụ trách của xã đó.",
    "Open public services: see which commune has overdue feedback; call who is in charge there.",
)


def _kpi(
    key: str, names: Text, question: Text, formula: Formula, unit: Text, definition: str, order: int, better: Better,
    given: dict[str, float], expect: float, *, counts: Text = ITEMS, decimals: int = 0,
) -> Kpi:  # fmt: skip
    divides = len(formula.needs) > 1
    nothing = (Example(because="nothing to divide by", given={"27694": dict.fromkeys(given, 0.0)}, expect=None),)
    return Kpi(
        key=f"feedback_{key}",
        feed=FEED,
        indicators=(29,),
        names=names,
        short=names,
        question=question,
        unit=unit,
        formula=formula,
        better=better,
        owner=OWNER,
        source_of_formula=definition,
        decimals=decimals,
        contributor=PLACES,
        numerator_label=counts,
        plausible_high=100 if unit.vi == "%" else 1e9,
        response=_RESPONSE,
        order=order,
        divisible=False,
        on_wall=False,
        examples=(
            Example(because="one commune", given={"27694": given}, expect=expect),
            *(nothing if divides else ()),
            Example(because="no feedback yet", given={}, expect=None),
        ),
    )


KPIS = (
    _kpi(
        "overdue", Text("Phản ánh quá hạn", "Overdue feedback"),
        Text("Bao nhiêu phản ánh đã quá hạn trả lời?", "How many items are past their deadline?"),
        Sum("overdue"), ITEMS, f"{QD766.law}, 5.2: open after 15 working days, a supplement stops the clock.", 10,
        Better.LOWER, {"overdue": 3.0}, 3.0,
    ),
    _kpi(
        "open", Text("Phản ánh đang xử lý", "Open feedback"),
        Text("Bao nhiêu phản ánh đang được xử lý?", "How many items are open?"), Sum("open"), ITEMS,
        "Items received and neither answered nor refused.", 20, Better.LOWER, {"open": 12.0}, 12.0,
    ),
    _kpi(
        "open_age", Text("Tuổi phản ánh đang mở", "Age of open feedback"),
        Text("Phản ánh đang mở đã chờ trung bình bao lâu?", "How long have open items waited, on average?"),
        Ratio("open_s", "open", scale=1 / 86_400), Text("ngày", "days"),
        "Mean time since receipt of the items that are open, by the clock; the oldest one stands in the table.", 25,
        Better.LOWER, {"open_s": 864_000.0, "open": 4.0}, 2.5, counts=Text("giây", "seconds"), decimals=1,
    ),
    _kpi(
        "on_time", Text("Phản ánh đúng hạn", "Feedback answered in time"),
        Text("Tháng này bao nhiêu phản ánh được trả lời đúng hạn?", "This month, how many items are answered in time?"),
        Ratio("on_time", "settled"), Text("%", "%"),
        f"{QD766.law}, 5.2: {_LAW['5.2']}. Open items past their deadline count as late.", 30, Better.HIGHER,
        {"on_time": 45.0, "settled": 50.0}, 90.0, decimals=1,
    ),
    _kpi(
        "liked", Text("Hài lòng về trả lời phản ánh", "Satisfied with the answer"),
        Text("Trong số người có đánh giá, bao nhiêu hài lòng?", "Of those who rated, how many are satisfied?"),
        Ratio("liked", "rated"), Text("%", "%"),
        "Items rated satisfied / items rated. Those without a rating are not in it, and the screen counts them.", 40,
        Better.HIGHER, {"liked": 30.0, "rated": 40.0}, 75.0, decimals=1,
    ),
    _kpi(
        "first_contact", Text("Giờ đến liên hệ đầu tiên", "Hours until first contact"),
        Text("Sau bao lâu thì người phản ánh được liên hệ?", "How long until the citizen is contacted?"),
        Ratio("contact_s", "contacted", scale=1 / 3_600), Text("giờ", "hours"),
        "Mean time from receipt to first contact of items settled this month that were contacted, by the clock.", 50,
        Better.LOWER, {"contact_s": 7_200.0, "contacted": 2.0}, 1.0, counts=Text("giây", "seconds"), decimals=1,
    ),
)  # fmt: skip
