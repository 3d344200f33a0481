"""The digital society: a campaign that fills up day by day, weekly publicity."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from domain.instant import VIETNAM, service_day
from domain.places.place import PROVINCE
from simulator.chance import between
from simulator.communes import communes
from simulator.live_figures import Beat, Tale, Told
from simulator.monthly import Figures

CAMPAIGN = (date(2026, 9, 14), date(2026, 12, 31))
# A commune's model of work: those of the three model districts are ahead.
_MODELS = frozenset({"27991", "27994", "28003", "28015", "28018", "28159", "28165", "28177", "28201", "28207",
                     "28075", "28087", "28093"})  # fmt: skip
_DOORS, _CASHLESS = "Đi từng ngõ, gõ từng nhà", "Chợ không tiền mặt"
_TASKS = (
    (_DOORS, "Lập danh sách hộ theo ấp, khu phố", "2026-09-25", "done", 11),
    (_DOORS, "Tập huấn 1.004 tổ công nghệ số", "2026-10-05", "done", 20),
    (_DOORS, "Hướng dẫn cài đặt VNeID mức 2", "2026-11-20", "evidence", 60),
    (_DOORS, "Cấp chữ ký số cá nhân tại ấp", "2026-11-25", "given", 0),
    (_DOORS, "Mở điểm hỗ trợ cuối tuần tại nhà văn hóa", "2026-12-10", "evidence", 45),
    (_DOORS, "Báo cáo tổng kết chiến dịch", "2027-01-10", "given", 0),
    (_CASHLESS, "Tập huấn tiểu thương tại 12 chợ", "2026-12-04", "evidence", 50),
    (_CASHLESS, "Dán mã QR tại quầy", "2026-12-18", "given", 0),
)


def visits(at: datetime, seed: int) -> Figures:
    """Households visited so far; the pace differs, and the model districts are ahead."""
    local = at.astimezone(VIETNAM)
    begun, ends = CAMPAIGN
    gone = min(1.0, max(0.0, ((local.date() - begun).days + local.hour / 24) / (ends - begun).days))
    found = {}
    for c in communes():
        pace = between(0.72, 1.08, seed, c.code, "visits") + (0.15 if c.code in _MODELS else 0.0)
        visited = int(c.households * min(0.995, gone * pace))
        found[c.code] = {
            "visit_households": c.households, "visited_households": visited, "visit_guided": int(visited * 1.8),
        }  # fmt: skip
    return found


def publicity(at: datetime, seed: int) -> Figures:
    """Posts of the year so far, and screens that play."""
    day = service_day(at).timetuple().tm_yday
    week = day // 7
    return {
        PROVINCE: {
            "posts": 4 * day, "led_screens": 27, "led_playing": 27 - int(between(0, 3.99, seed, week, "led")),
        }
    }  # fmt: skip


def tasks(since: datetime, until: datetime, _seed: int) -> Iterator[Told]:
    """The tasks of two campaigns; what is late says so by itself."""
    begun = datetime(2026, 9, 14, 2, tzinfo=UTC)
    for n, (campaign, task, due, event, after) in enumerate(_TASKS):
        of = (("task", task), ("campaign", campaign), ("office", "Sở Khoa học và Công nghệ"), ("due", due))
        told = of if event == "given" else (*of, ("evidence", f"Biên bản số {n + 1:02d}"))
        for name, at in (("given", begun), (event, begun + timedelta(days=after, hours=n))):
            if since <= at < until and (name == "given" or after):
                yield Told(case_type="task", case=f"task-{n}", event=name, at=at, attributes=told)


BEATS = (Beat("door_to_door", timedelta(hours=6), visits), Beat("publicity", timedelta(days=1), publicity))
TALES = (Tale("door_to_door", timedelta(days=400), tasks),)
