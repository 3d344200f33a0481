"""KPIs of the digital citizen: people and firms, not dossiers; each says what it divides by."""

from datetime import date

from domain.kpis.kpi import Better, Example, Formula, Kpi, PublicRule, Target
from domain.places.place import PROVINCE
from domain.services.citizen import CALLS
from domain.text import Text
from evaluation.formulas import Ratio, Sum

FEED = "citizens"
PROVINCE_REPORT = Text("báo cáo của tỉnh", "reports of the province")
SCIENCE = Text("Sở Khoa học và Công nghệ", "Department of Science and Technology")
OFFICE = Text("Văn phòng UBND tỉnh", "Office of the provincial People's Committee")
POLICE = Text("Công an tỉnh (PC06)", "Provincial police (PC06)")
HEALTH = Text("Sở Y tế; Bảo hiểm xã hội", "Department of Health; Social Insurance")
PEOPLE = Text("người", "people")
GOAL = Target(
    value=80,
    due=date(2030, 12, 31),
    source="Mục tiêu trên 80% người dân và doanh nghiệp đến năm 2030 (Thanh Niên, 29/06/2025)",
    set_by=Text("Tỉnh Long An", "Long An province"),
)
_SHORT = {
    "people_online": Text("Người dân dùng DVC trực tuyến", "People using online services"),
    "firms_online": Text("Doanh nghiệp dùng DVC trực tuyến", "Firms using online services"),
    "people_cashless": Text("Người dân không dùng tiền mặt", "People paying without cash"),
    "procedures_full": Text("Thủ tục toàn trình (mức 4 cũ)", "Fully online (former level 4)"),
}
_ASK = Text("Hỏi cơ quan chịu trách nhiệm về số liệu mới nhất.", "Ask the office in charge for the newest figure.")


# The mission's rows that each answers.
_ROWS = {
    "people_online": 14, "firms_online": 14, "people_cashless": 15, "procedures_full": 13, "vneid": 17,
    "signatures_personal": 30, "signatures_official": 30, "visits_by_card": 31, "app_users": 11, "app_contests": 32,
}  # fmt: skip


def _kpi(
    key: str, names: Text, short: Text, question: Text, formula: Formula, definition: str, owner: Text, order: int,
    *, counts: Text = PEOPLE, target: Target | None = None, headline: Text | None = None, unit: Text | None = None,
    given: dict[str, float], expect: float,
) -> Kpi:  # fmt: skip
    share = formula.whole is not None
    nothing = (Example(because="nothing to divide by", given={PROVINCE: dict.fromkeys(given, 0.0)}, expect=None),)
    return Kpi(
        key=key,
        feed=FEED,
        indicators=(_ROWS.get(key, 12),),
        names=names,
        short=short,
        question=question,
        unit=unit or (Text("%", "%") if share else counts),
        formula=formula,
        better=Better.HIGHER,
        owner=owner,
        source_of_formula=definition,
        decimals=1 if share else 0,
        contributor=PROVINCE_REPORT,
        numerator_label=counts,
        target=target,
        public=PublicRule(headline=headline, min_reporting=1, decimals=1 if share else 0) if headline else None,
        plausible_high=100 if share else 1e8,
        response=_ASK,
        order=order,
        by_place=False,
        on_wall=False,
        examples=(
            Example(because="the province's report", given={PROVINCE: given}, expect=expect),
            *(nothing if share else ()),
            Example(because="nobody has reported", given={}, expect=None),
        ),
    )


def _share(key: str, part: str, whole: str, vi: str, en: str, ask_vi: str, ask_en: str, definition: str, owner: Text,
           order: int, counts: Text = PEOPLE, target: Target | None = None) -> Kpi:  # fmt: skip
    names = Text(vi, en)
    return _kpi(
        key, names, _SHORT.get(key, names), Text(ask_vi, ask_en), Ratio(part, whole), definition, owner, order,
        counts=counts, target=target, given={part: 30.0, whole: 40.0}, expect=75.0,
    )  # fmt: skip


KPIS = (
    _share(
        "people_online", "adults_online", "adults",
        "Người dân dùng dịch vụ công trực tuyến", "People using online services",
        "Bao nhiêu người trưởng thành đã dùng dịch vụ công trực tuyến?", "How many adults have used online services?",
        "Adults with an online dossier in the last twelve months / adults. People, not dossiers: the share of dossiers "
        "is services_online.", OFFICE, 10, target=GOAL,
    ),
    _share(
        "firms_online", "firms_online", "firms",
        "Doanh nghiệp dùng dịch vụ công trực tuyến", "Firms using online services",
        "Bao nhiêu doanh nghiệp đã dùng dịch vụ công trực tuyến?", "How many firms have used online services?",
        "Firms with an online dossier in the last twelve months / active firms.", OFFICE, 20,
        Text("doanh nghiệp", "firms"), GOAL,
    ),
    _share(
        "people_cashless", "adults_cashless", "adults",
        "Người dân thanh toán không tiền mặt", "People paying without cash",
        "Bao nhiêu người trưởng thành thanh toán không dùng tiền mặt?", "How many adults pay without cash?",
        "Adults with a cashless payment in the quarter / adults. People, not dossiers: the share of dossiers is "
        "services_cashless.", Text("Ngân hàng Nhà nước khu vực", "Regional State Bank"), 30, target=GOAL,
    ),
    _share(
        "procedures_full", "procedures_full", "procedures_eligible",
        "Thủ tục toàn trình (mức 4 cũ)", "Procedures fully online (former level 4)",
        "Trong các thủ tục đủ điều kiện, bao nhiêu đã cung cấp toàn trình?",
        "Of eligible procedures, how many are fully online?",
        "Fully online procedures that are public / procedures flagged eligible in the national database. Of eligible "
        "ones only: 100 % is not all procedures. QĐ 766, 3.1.", OFFICE, 40, Text("thủ tục", "procedures"),
    ),
    _share(
        "vneid", "adults_vneid", "adults", "Định danh điện tử VNeID mức 2", "VNeID level 2",
        "Bao nhiêu người trưởng thành đã kích hoạt VNeID mức 2?", "How many adults have activated VNeID of level 2?",
        "Activated accounts of level 2 / residents of 18 and more in the population database. Published: more than "
        "98 % (Thanh Niên, 29/06/2025).", POLICE, 50,
    ),
    _share(
        "signatures_personal", "adults_signing", "adults", "Chữ ký số cá nhân", "Personal digital signatures",
        "Bao nhiêu người trưởng thành có chữ ký số cá nhân?", "How many adults have a personal digital signature?",
        "Personal certificates in force / adults. Official certificates are counted apart.", SCIENCE, 60,
    ),
    _share(
        "signatures_official", "officials_signing", "officials", "Chữ ký số công vụ", "Official digital signatures",
        "Bao nhiêu cán bộ, công chức có chữ ký số công vụ?", "How many officials have an official signature?",
        "Official certificates in force / officials. Personal certificates are counted apart.", SCIENCE, 70,
    ),
    _share(
        "visits_by_card", "cccd_visits", "insured_visits", "Khám bệnh bằng CCCD", "Visits by citizen card",
        "Bao nhiêu lượt khám bảo hiểm dùng CCCD gắn chip?", "How many insured visits use the citizen card?",
        "Visits checked in by citizen card / insured visits of the month.", HEALTH, 80, Text("lượt", "visits"),
    ),
    _kpi(
        "app_users", Text("Người dùng Long An Số trong tháng", "Monthly users of Long An Số"),
        Text("Người dùng Long An Số", "Long An Số users"),
        Text("Tháng này bao nhiêu người dùng Long An Số?", "This month, how many people use Long An Số?"),
        Sum("app_users"), "People who opened the app in the month. Installs are devices, and are counted apart.",
        SCIENCE, 90, given={"app_users": 91_000.0}, expect=91_000.0,
    ),
    _kpi(
        "app_contests", Text("Lượt dự thi trực tuyến", "Entries of online contests"),
        Text("Lượt dự thi trực tuyến", "Contest entries"),
        Text("Tháng này có bao nhiêu lượt dự thi trực tuyến?", "This month, how many entries of online contests?"),
        Sum("contest_entrants"), "Entries, not people: one person may enter several times.", SCIENCE, 100,
        counts=Text("lượt", "entries"), given={"contest_entrants": 1_200.0}, expect=1_200.0,
    ),
    *(
        _kpi(
            f"calls_{service}", Text(f"Long An Số: {names.vi}", f"Long An Số: {names.en}"),
            Text(f"Long An Số: {names.vi}", f"Long An Số: {names.en}"),
            Text(f"Tháng này có bao nhiêu lượt dùng {names.vi} trên Long An Số?",
                 f"This month, how many calls of {names.en} on Long An Số?"),
            Sum(f"calls_{service}"), "Calls in the month, not people.", SCIENCE, 110 + 10 * number,
            counts=Text("lượt", "calls"), given={f"calls_{service}": 500.0}, expect=500.0,
        )
        for number, (service, names) in enumerate(CALLS.items())
    ),
)  # fmt: skip
