"""The province's data centre: its security level and the file behind it, load and uptime from its monitoring."""

from datetime import timedelta

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL
from data_sources.messages.hashed import hashed_cases
from data_sources.messages.observations import observations
from data_sources.messages.probed import probed
from domain.case import CaseType
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import HouseJson
from domain.period import Span
from domain.text import Text

LOAD = timedelta(minutes=5)

MEASURES = (
    Measure(key="cpu_used", names=Text("Mức dùng CPU", "CPU in use"), unit="%", high=100, weight=None),
    Measure(key="ram_used", names=Text("Mức dùng RAM", "RAM in use"), unit="%", high=100, weight=None),
    Measure(key="storage_gb", names=Text("Dung lượng lưu trữ", "Storage"), unit="GB", high=1e9, weight=None),
    Measure(
        key="storage_used_gb", names=Text("Dung lượng đã dùng", "Storage in use"), unit="GB", high=1e9, weight=None,
        part_of="storage_gb",
    ),
    Measure(
        key="minutes_watched", names=Text("Số phút được giám sát trong tháng", "Minutes watched this month"),
        unit="phút", high=44_640, weight=None, span=Span.MONTH,
    ),
    Measure(
        key="minutes_up", names=Text("Số phút hoạt động trong tháng", "Minutes up this month"), unit="phút",
        high=44_640, weight=None, span=Span.MONTH, part_of="minutes_watched",
    ),
    # As the decision in force grants it, not as the technology would allow.
    Measure(
        key="security_level", names=Text("Cấp độ an toàn được phê duyệt", "Security level granted"), unit="cấp",
        low=1, high=5, weight=None, cadence=MONTHLY, stale_after=MONTHLY_UNTIL,
    ),
)  # fmt: skip

LEVEL_FILE = CaseType(
    key="level_file",
    names=Text("Hồ sơ cấp độ an toàn", "Security level decisions"),
    events=("approved", "audited", "replaced"),
    attributes=("decision", "level", "expires"),
    title="decision",
    due="expires",
    ends=("replaced",),
    says={
        "approved": Text("đã phê duyệt", "granted"),
        "audited": Text("đã kiểm tra, đánh giá", "audited"),
        "replaced": Text("đã thay thế", "replaced"),
    },
    tells={"level": Text("cấp độ", "level")},
)
_PROBES = ("cpu_used", "ram_used", "storage_used_gb", "minutes_up")

FEED = Feed(
    key="data_centre",
    names=Text("Trung tâm dữ liệu", "Data centre"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        role=Text("trực trung tâm dữ liệu", "data centre on duty"),
    ),
    reporters=Province(),
    cadence=LOAD,
    # Three missed rounds of its monitoring.
    stale_after=3 * LOAD,
    measures=MEASURES,
    ways_in=(HouseJson(probed(observations(MEASURES, (LEVEL_FILE,)), *_PROBES)),),
    scrub=hashed_cases,
    cases=(LEVEL_FILE,),
    legal_basis="Luật An ninh mạng 116/2025/QH15; Nghị định 331/2026/NĐ-CP",
)
