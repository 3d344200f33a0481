"""KPIs computed from dossiers themselves by QĐ 766/QĐ-TTg, beside the shares that offices report (kpi/services.py)."""

from domain.kpis.kpi import Better, Example, Kpi
from domain.services.dossier_counts import SHARES
from domain.services.qd766 import DIGITISED, ONLINE, PAYMENT, PROGRESS, QD766
from domain.text import Text
from evaluation.formulas import Ratio, Sum

FEED = "dossiers"
OWNER = Text("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre")
OFFICES = Text("xã, cơ quan", "communes and offices")
DOSSIERS = Text("hồ sơ", "dossiers")
# Counts are told of whoever has dossiers: an office without any owes nothing.
_SHORT = {
    "2.1": Text("Đúng hạn, theo hồ sơ", "On time, by dossier"),
    "3.3": Text("Trực tuyến, theo hồ sơ", "Online, by dossier"),
    "3.6": Text("Trả phí trực tuyến, theo hồ sơ", "Paid online, by dossier"),
    "4.1": Text("Kết quả điện tử", "Electronic results"),
    "4.2": Text("Hồ sơ số hóa", "Dossiers digitised"),
    "4.3": Text("Tái sử dụng dữ liệu", "Data used again"),
    "4.4": Text("Chia sẻ dữ liệu", "Data shared"),
    "4.5": Text("Xác thực VNeID", "Verified by VNeID"),
}
_ROWS = {"2.1": (16,), "3.3": (14,), "3.6": (15,)}
_CRITERIA = {one.number: one for group in (PROGRESS, ONLINE, PAYMENT, DIGITISED) for one in group.criteria}
_RESPONSE = Text(
    "Mở Dịch vụ công: xem đơn vị và thủ tục nào thấp nhất; báo bộ phận một cửa của đơn vị đó.",
    "Open public services: see which unit and procedure are lowest; tell that unit's one-stop desk.",
)


def _share(number: str, order: int) -> Kpi:
    part, whole = SHARES[number]
    one = _CRITERIA[number]
    return Kpi(
        key=f"dossiers_{part}",
        feed=FEED,
        indicators=_ROWS.get(number, ()),
        names=Text(f"{one.names.vi} ({number})", f"{one.names.en} ({number})"),
        short=_SHORT[number],
        question=Text(
            f"Tính từ từng hồ sơ của tháng: {one.names.vi.lower()} là bao nhiêu?",
            f"Counted from each dossier of the month: what is the share of {one.names.en.lower()}?",
        ),
        unit=Text("%", "%"),
        formula=Ratio(part, whole),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula=f"{QD766.law}, {number}: {one.counts.en}. Month to date, from records of dossiers. "
        "A denominator of 0 is not applicable. The share of synchronised dossiers is not applied: nobody sends it.",
        decimals=1,
        contributor=OFFICES,
        numerator_label=DOSSIERS,
        plausible_high=100,
        response=_RESPONSE,
        order=order,
        divisible=False,
        on_wall=False,
        examples=(
            Example(
                because="dossiers are added before dividing: 90 of 120",
                given={"27694": {part: 80, whole: 100}, "27712": {part: 10, whole: 20}},
                expect=75.0,
            ),
            Example(because="nothing to divide by", given={"27694": {part: 0, whole: 0}}, expect=None),
            Example(because="no dossier yet", given={}, expect=None),
        ),
    )


def _count(measure: str, names: Text, short: Text, question: Text, formula: str, order: int) -> Kpi:
    return Kpi(
        key=f"dossiers_{measure}",
        feed=FEED,
        names=names,
        short=short,
        question=question,
        unit=DOSSIERS,
        formula=Sum(measure),
        better=Better.LOWER,
        owner=OWNER,
        source_of_formula=formula,
        decimals=0,
        contributor=OFFICES,
        numerator_label=DOSSIERS,
        response=_RESPONSE,
        order=order,
        divisible=False,
        on_wall=False,
        examples=(
            Example(because="added up", given={"27694": {measure: 3}, "27712": {measure: 4}}, expect=7.0),
            Example(because="no dossier yet", given={}, expect=None),
        ),
    )


KPIS = (
    _count(
        "due_soon",
        Text("Hồ sơ sắp đến hạn", "Dossiers due soon"),
        Text("Hồ sơ sắp đến hạn", "Dossiers due soon"),
        Text("Bao nhiêu hồ sơ đến hạn trong 24 giờ tới?", "How many dossiers fall due within 24 hours?"),
        "Open dossiers whose clock runs and whose due date is within 24 hours, days without work not counted.",
        10,
    ),
    _count(
        "late",
        Text("Hồ sơ đang trễ hạn", "Open dossiers that are late"),
        Text("Hồ sơ đang trễ", "Dossiers late"),
        Text("Bao nhiêu hồ sơ chưa xong đã trễ hạn?", "How many open dossiers are late?"),
        f"{QD766.law}, 2.1: open after the due date with a running clock, or with more than one request for "
        "supplements.",
        20,
    ),
    *(_share(number, 30 + 10 * place) for place, number in enumerate(SHARES)),
)
