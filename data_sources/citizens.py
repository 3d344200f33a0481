"""The digital citizen: use of online services and cashless payment by people and firms, Long An Số, VNeID, signatures.

Who uses a service is another question than how many dossiers came online (data_sources/services.py): one person may
send many, most send none. So people, firms and dossiers never share a measure.
"""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.period import Span
from domain.services.citizen import CALLS
from domain.text import Text


def _count(key: str, vi: str, en: str, unit: str, part_of: str = "", span: Span = Span.MONTH) -> Measure:
    return Measure(key=key, names=Text(vi, en), unit=unit, high=1e8, part_of=part_of, span=span)


MEASURES = (
    _count("adults", "Người từ 18 tuổi", "Adults", "người"),
    _count("adults_online", "Người dùng dịch vụ công trực tuyến", "Adults using online services", "người", "adults"),
    _count("adults_cashless", "Người thanh toán không tiền mặt", "Adults paying without cash", "người", "adults"),
    _count("adults_vneid", "Tài khoản VNeID mức 2 đã kích hoạt", "VNeID accounts of level 2", "người", "adults"),
    _count("adults_signing", "Chữ ký số cá nhân", "Personal digital signatures", "người", "adults"),
    _count("firms", "Doanh nghiệp đang hoạt động", "Active firms", "doanh nghiệp"),
    _count("firms_online", "Doanh nghiệp dùng dịch vụ công trực tuyến", "Firms using online services", "doanh nghiệp",
           "firms"),
    _count("officials", "Cán bộ, công chức", "Officials", "người"),
    _count("officials_signing", "Chữ ký số công vụ", "Official digital signatures", "người", "officials"),
    _count("insured_visits", "Lượt khám bảo hiểm y tế", "Insured visits", "lượt"),
    _count("cccd_visits", "Lượt khám bằng CCCD", "Visits checked in by citizen card", "lượt", "insured_visits"),
    _count("procedures_eligible", "Thủ tục đủ điều kiện toàn trình", "Procedures eligible for full service", "thủ tục"),
    _count("procedures_full", "Thủ tục toàn trình (mức 4 cũ)", "Procedures fully online (former level 4)", "thủ tục",
           "procedures_eligible"),
    _count("app_users", "Người dùng Long An Số trong tháng", "Monthly users of Long An Số", "người"),
    _count("contest_entrants", "Lượt dự thi trực tuyến", "Entries of online contests", "lượt"),
    *(
        _count(f"calls_{key}", f"Lượt dùng trên Long An Số: {names.vi}", f"Calls of Long An Số: {names.en}", "lượt")
        for key, names in CALLS.items()
    ),
)  # fmt: skip

FEED = Feed(
    key="citizens",
    names=Text("Công dân số", "Digital citizens"),
    owner=Owner(
        office=Text(
            "Sở Khoa học và Công nghệ; Công an tỉnh; Văn phòng UBND tỉnh",
            "Department of Science and Technology; provincial police; Office of the People's Committee",
        ),
        role=Text("đầu mối số liệu chuyển đổi số", "contact for figures of digital transformation"),
    ),
    reporters=Province(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
    legal_basis="Nghị định 42/2022/NĐ-CP; Nghị định 118/2025/NĐ-CP",
)
