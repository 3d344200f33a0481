"""KPIs of the digital society: households visited in the campaign, publicity."""

from datetime import date
from typing import Any

from domain.kpis.kpi import Better, Kpi, PublicRule, Target
from domain.text import Text
from kpi._told import COMMUNES, count, percentage

CAMPAIGN, PUBLICITY = "door_to_door", "publicity"
HOUSEHOLDS = Text("hộ", "households")
OFFICE = Text("cơ quan", "office")
OF_CAMPAIGN = Text("UBND cấp xã; tổ công nghệ số", "Communes; digital teams")
OF_PUBLICITY = Text("Sở Khoa học và Công nghệ; Tỉnh đoàn", "Department of Science and Technology; Youth Union")
VISIT = Text(
    "Xem xã chậm nhất so với nhịp cần có; thêm tổ, đi buổi tối và cuối tuần.",
    "See which communes are furthest behind the pace; add teams, visit in the evening and at weekends.",
)
TELL = Text(
    "Đổi nội dung hoặc giờ phát; nhờ tổ công nghệ số nhắc.", "Change content or hours; let digital teams remind."
)


def _kpi(feed: str, key: str, order: int, row: int, names: Text, short: Text, question: Text, **said: Any) -> Kpi:
    given: dict[str, Any] = {
        "better": Better.HIGHER, "contributor": OFFICE, "divisible": False, "on_wall": False, "by_place": False,
        "indicators": (row,),
    }  # fmt: skip
    return Kpi(key=key, feed=feed, order=order, names=names, short=short, question=question, **given | said)


KPIS = (
    _kpi(
        CAMPAIGN, "society_visited", 10, 10,
        Text("Hộ đã được đến hướng dẫn", "Households visited"), Text("Hộ đã đến", "Households visited"),
        Text("Chiến dịch đã đến bao nhiêu hộ, có kịp ngày kết thúc không?", "Will every household be visited in time?"),
        **percentage("visited_households", "visit_households", HOUSEHOLDS, at="27694"),
        owner=OF_CAMPAIGN, response=VISIT, contributor=COMMUNES, by_place=True, divisible=True, on_wall=True,
        indicators=(10, 33),
        source_of_formula="Households visited since the campaign began / households to visit, summed over communes. A "
        "household visited twice counts once. The path to the target is the required pace.",
        target=Target(
            value=100, due=date(2026, 12, 31),
            source="Ngày kết thúc do trung tâm đặt; đợt 10–11/2024 phát động không nêu số (VnExpress, 10/2024)",
        ),
        public=PublicRule(
            headline=Text(
                "Cứ 100 hộ thì {value} hộ đã được đến hướng dẫn", "{value} of every 100 households were visited"
            ),
            houses=True, least_of=100,
        ),
    ),
    _kpi(
        CAMPAIGN, "society_guided", 20, 10,
        Text("Người được hướng dẫn tại nhà", "People guided at home"), Text("Người được hướng dẫn", "People guided"),
        Text("Bao nhiêu người đã được hướng dẫn tại nhà?", "How many people have been guided at home?"),
        **count("visit_guided", Text("người", "people"), at="27694"),
        owner=OF_CAMPAIGN, response=VISIT, contributor=COMMUNES, by_place=True, divisible=True,
        source_of_formula="People guided since the campaign began, added over communes.",
    ),
    _kpi(
        PUBLICITY, "society_posts", 10, 32,
        Text("Tin, bài về chuyển đổi số", "Posts on digital transformation"), Text("Tin, bài", "Posts"),
        Text("Đã đăng bao nhiêu tin, bài?", "How many posts have been published?"),
        **count("posts", Text("tin, bài", "posts")), owner=OF_PUBLICITY, response=TELL,
        source_of_formula="Posts on the province's channels this year.",
    ),
    _kpi(
        PUBLICITY, "society_led", 20, 32,
        Text("Màn hình LED đang phát", "LED screens showing it"), Text("Màn hình LED", "LED screens"),
        Text("Bao nhiêu màn hình LED đang phát nội dung chuyển đổi số?", "How many LED screens show the campaign?"),
        **percentage("led_playing", "led_screens", Text("màn hình", "screens"), decimals=0),
        owner=OF_PUBLICITY, response=TELL,
        source_of_formula="Screens that showed it in the last week / screens that take part.",
    ),
)  # fmt: skip
