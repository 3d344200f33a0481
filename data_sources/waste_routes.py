"""Collection routes: results of the day's runs, judged by the centre or reported by a contractor's system."""

from datetime import timedelta

from data_sources.messages.declared import declared
from domain.feeds.feed import ROUTES, Bearer, Feed, Measure
from domain.feeds.owner import Owner
from domain.period import Span
from domain.text import Text


def _measure(key: str, vi: str, en: str, unit: str, high: float = 1e7) -> Measure:
    return Measure(key=key, names=Text(vi, en), unit=unit, bearer=Bearer.ENTITY, high=high, span=Span.DAY)


# Per route and service day: metres and entries judged so far, without streets that are still due.
MEASURES = (
    _measure("digitised", "Tuyến số hóa hợp lệ", "Route digitised and valid", "0/1", high=1),
    _measure("judged_m", "Chiều dài đã đánh giá", "Length judged", "m"),
    _measure("known_m", "Chiều dài đã rõ thu hay chưa", "Length known to be served or not", "m"),
    _measure("expected_m", "Chiều dài lẽ ra đã rõ", "Length that should be known by now", "m"),
    _measure("served_m", "Chiều dài đã thu gom", "Length served", "m"),
    _measure("unknown_m", "Chiều dài không rõ", "Length unknown", "m"),
    _measure("closed_entries", "Đoạn của ca đã kết thúc", "Entries of closed runs", "đoạn"),
    _measure("known_entries", "Đoạn đã rõ của ca đã kết thúc", "Known entries of closed runs", "đoạn"),
    _measure("expected_entries", "Đoạn lẽ ra đã rõ", "Entries that should be known by now", "đoạn"),
    _measure("served_entries", "Đoạn đã thu gom", "Entries served", "đoạn"),
    _measure("missed_entries", "Đoạn bỏ sót", "Entries missed", "đoạn"),
    _measure("timed_entries", "Đoạn có giờ và đã thu", "Entries served with a planned time", "đoạn"),
    _measure("on_time_entries", "Đoạn đúng giờ", "Entries on time", "đoạn"),
    _measure("early_entries", "Đoạn thu sớm", "Entries early", "đoạn"),
    _measure(
        "missed_before", "Đoạn bỏ sót hôm trước, đã thu bù hoặc đã quá 24 giờ",
        "Entries missed the day before, made good or more than 24 h ago", "đoạn",
    ),
    _measure("recovered_24h", "Đoạn thu bù trong 24 giờ", "Of those, made good within 24 h", "đoạn"),
    _measure(
        "waiting_24h", "Đoạn bỏ sót hôm trước, chưa thu bù và chưa quá 24 giờ",
        "Entries missed the day before, not made good, less than 24 h ago", "đoạn",
    ),
    _measure("eta_count", "Lượt dự báo giờ đến", "Arrivals foretold", "lượt"),
    _measure("eta_error_s", "Tổng sai số dự báo", "Sum of their errors", "s", high=1e10),
    _measure("eta_within_300s", "Dự báo sai không quá 5 phút", "Of those, within 5 minutes", "lượt"),
    _measure("eta_baseline_s", "Tổng sai số của lịch + trễ hiện tại", "Errors of plan + delay", "s", high=1e10),
)  # fmt: skip

FEED = Feed(
    key="waste_routes",
    names=Text("Tuyến thu gom", "Collection routes"),
    owner=Owner(
        office=Text("Công ty thu gom; UBND phường Long An, Tân An, Khánh Hậu", "Collection company; the three wards"),
        role=Text("điều độ thu gom", "collection dispatcher"),
    ),
    reporters=ROUTES,
    cadence=timedelta(minutes=5),
    # Results of an ended run count until the next run; after this long without a fix the day cannot be judged.
    stale_after=timedelta(hours=6),
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
