"""KPIs of the platform: security level, uptime and load of the data centre, video rooms, shared data, agreements."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.kpis.kpi import Better, Example, Kpi, Target
from domain.text import Text
from evaluation.formulas import Share
from kpi._told import COMMUNES, PERCENT, UNTOLD, count, limits, percentage

CENTRE, ROOMS, SHARED = "data_centre", "video_rooms", "shared_data"
MONITOR = Text("hệ thống giám sát", "monitoring")
DATABASES = Text("CSDL", "databases")
GB = Text("GB", "GB")
OF_SCIENCE = Text("Sở Khoa học và Công nghệ", "Department of Science and Technology")
OF_ROOMS = Text("Văn phòng UBND tỉnh; VNPT, Viettel", "Office of the People's Committee; VNPT, Viettel")
ENLARGE = Text(
    "Xem máy ảo dùng nhiều nhất; thu hồi tài nguyên không dùng hoặc bổ sung máy chủ.",
    "See which machines use most; take back what is idle, or add servers.",
)
RESTORE = Text(
    "Gọi trực trung tâm dữ liệu; ghi nguyên nhân và thời gian khôi phục.",
    "Call the data centre on duty; note the cause and when it returns.",
)
RING = Text(
    "Gọi xã có điểm cầu mất kết nối và nhà mạng; thử lại trước giờ họp.",
    "Call the commune and the carrier; test again before the meeting.",
)
CONNECT = Text("Đôn đốc cơ quan chủ quản CSDL chưa kết nối.", "Urge the owners of databases that are not connected.")
FOLLOW = Text("Xem lộ trình: bước nào chậm, ai phụ trách.", "See the list: which step is late, and who owes it.")
SHORT, ROUNDS = timedelta(minutes=10), timedelta(minutes=15)


def _kpi(feed: str, key: str, order: int, row: int, names: Text, short: Text, question: Text, **said: Any) -> Kpi:
    given: dict[str, Any] = {
        "better": Better.HIGHER, "owner": OF_SCIENCE, "decimals": 0, "contributor": MONITOR, "divisible": False,
        "on_wall": False, "by_place": False, "indicators": (row,),
    }  # fmt: skip
    return Kpi(key=key, feed=feed, order=order, names=names, short=short, question=question, **given | said)


def _load(key: str, order: int, vi: str, en: str, told: Mapping[str, Any]) -> Kpi:
    """How full one resource of the data centre is."""
    return _kpi(
        CENTRE, f"platform_{key}", order, 26,
        Text(f"Mức dùng {vi}", f"{en} in use"), Text(f"Mức dùng {vi}", f"{en} used"),
        Text(f"Trung tâm dữ liệu đang dùng bao nhiêu {vi}?", f"How much of its {en} does the data centre use?"),
        **{**told, "plausible_high": 100.0}, better=Better.LOWER, response=ENLARGE,
        source_of_formula="As the data centre's monitoring measures it; a declared value is refused.",
        thresholds=limits(80, 90, -5, "Room for one failed server is gone. Chosen by the centre.", ROUNDS),
    )  # fmt: skip


KPIS = (
    _kpi(
        CENTRE, "platform_uptime", 10, 26,
        Text("Trung tâm dữ liệu hoạt động liên tục", "Uptime of the data centre"),
        Text("TTDL hoạt động", "Data centre uptime"),
        Text("Tháng này trung tâm dữ liệu hoạt động bao nhiêu phần thời gian?", "How much of this month was it up?"),
        **percentage("minutes_up", "minutes_watched", Text("phút", "minutes"), decimals=2), response=RESTORE,
        on_wall=True,
        source_of_formula="Minutes in which its services answered / minutes watched, this month so far. Time in which "
        "nobody watched is in neither.",
        thresholds=limits(99.9, 99.0, 0.02, "43 minutes a month, then seven hours. Chosen by the centre.", SHORT),
    ),
    _kpi(
        CENTRE, "platform_level", 20, 26,
        Text("Cấp độ an toàn của trung tâm dữ liệu", "Security level of the data centre"),
        Text("Cấp độ an toàn", "Security level"),
        Text("Trung tâm dữ liệu được phê duyệt cấp độ mấy?", "Which security level has been granted?"),
        **count("security_level", Text("cấp", "level"), example=3), plausible_high=5.0,
        response=Text("Lập hồ sơ đề xuất cấp độ trước ngày hết hạn.", "File for the level before it expires."),
        source_of_formula="The level (1 to 5) of the decision in force; the list of decisions shows when it expires. "
        "Published on 29/06/2025: level 3.",
        target=Target(
            value=3, due=None, source="Trung tâm dữ liệu đạt cấp độ 3 (Thanh Niên, 29/06/2025)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
    ),
    _load("cpu", 30, "CPU", "CPU", count("cpu_used", PERCENT)),
    _load("ram", 32, "RAM", "RAM", count("ram_used", PERCENT)),
    _load("storage", 34, "lưu trữ", "storage", percentage("storage_used_gb", "storage_gb", GB, decimals=0)),
    _kpi(
        ROOMS, "platform_video_reachable", 10, 27,
        Text("Điểm cầu truyền hình kết nối được", "Video rooms that answer"),
        Text("Điểm cầu kết nối", "Video rooms up"),
        Text("Ngay lúc này bao nhiêu điểm cầu gọi được?", "How many video rooms can be called right now?"),
        **percentage("video_reachable", "video_rooms", Text("điểm cầu", "rooms"), at="27694"), owner=OF_ROOMS,
        response=RING, on_wall=True, contributor=COMMUNES, by_place=True,
        source_of_formula="Rooms that answered the newest probe / rooms listed. Reachable is asked, never declared.",
        thresholds=limits(95, 85, 1, "A meeting with the communes would miss some. Chosen by the centre.", ROUNDS),
    ),
    _kpi(
        ROOMS, "platform_video_communes", 20, 27,
        Text("Xã, phường có điểm cầu truyền hình", "Communes with a video room"),
        Text("Xã có điểm cầu", "Communes with a room"),
        Text("Còn xã, phường nào chưa có điểm cầu?", "Which communes still have no video room?"),
        unit=PERCENT, formula=Share("video_room"), plausible_high=100.0, owner=OF_ROOMS, response=RING,
        contributor=COMMUNES, numerator_label=COMMUNES, by_place=True,
        source_of_formula="Communes with a room / communes that report, of the version in force. Published on "
        "29/06/2025: 15 of the 15 districts of that time, down to communes.",
        target=Target(
            value=100, due=None, source="15/15 huyện, đến cấp xã (Thanh Niên, 29/06/2025)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
        examples=(
            Example(because="both", given={"27694": {"video_room": 1}, "27712": {"video_room": 1}}, expect=100.0),
            Example(because="one of two", given={"27694": {"video_room": 1}, "27712": {"video_room": 0}}, expect=50.0),
            UNTOLD,
        ),
    ),
    _kpi(
        SHARED, "platform_national_connected", 10, 34,
        Text("CSDL quốc gia đã kết nối", "National databases connected"), Text("CSDL quốc gia", "National databases"),
        Text("Tỉnh đã kết nối bao nhiêu CSDL quốc gia?", "How many national databases is the province connected to?"),
        **percentage("national_connected", "national_databases", DATABASES), response=CONNECT,
        source_of_formula="Databases connected / databases open to provinces.",
    ),
    _kpi(
        SHARED, "platform_sector_in_use", 20, 34,
        Text("CSDL chuyên ngành đang dùng", "Sector databases in use"), Text("CSDL chuyên ngành", "Sector databases"),
        Text("Bao nhiêu CSDL chuyên ngành đã lập được dùng thật?", "How many of the sector databases are really used?"),
        **percentage("sector_in_use", "sector_databases", DATABASES), response=CONNECT,
        source_of_formula="Databases with a use in the last month / databases set up.",
    ),
    _kpi(
        SHARED, "platform_open_datasets", 30, 34,
        Text("Bộ dữ liệu mở đã công bố", "Open data sets published"), Text("Dữ liệu mở", "Open data sets"),
        Text("Tỉnh đã công bố bao nhiêu bộ dữ liệu mở?", "How many open data sets has the province published?"),
        **count("open_datasets", Text("bộ", "sets")), response=CONNECT,
        source_of_formula="Data sets on the province's open data portal. The centre's own are at /api/v1/catalogue.",
    ),
    _kpi(
        SHARED, "platform_agreements", 40, 34,
        Text("Thỏa thuận hợp tác đang thực hiện", "Agreements being carried out"),
        Text("Thỏa thuận hợp tác", "Agreements"),
        Text("Các thỏa thuận với FPT, VNG… đi đến đâu?", "What has come of the agreements with FPT, VNG and others?"),
        **count("agreements_running", Text("thỏa thuận", "agreements")), response=FOLLOW,
        source_of_formula="Agreements signed and not ended. The list below names each and its next step.",
    ),
)  # fmt: skip
