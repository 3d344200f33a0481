"""A shift's event list: one line for each trouble; many places with the same change at once make one line."""

from datetime import timedelta

import pytest
from said import status_event
from screen_figures import KPIS, NOW

from domain.kpis.kpi import Status
from domain.places.place import IN_FORCE, PROVINCE
from present.events import SHOWN, event_rows, notable

MINUTE = timedelta(minutes=1)
NAMES = {f"{code:05d}": f"Xã {chr(64 + code)}" for code in range(1, 27)}


def event(
    place=PROVINCE, *, key="services_on_time", before=Status.NORMAL, after=Status.WARNING, ago=MINUTE, value=88.44
):
    return status_event(at=NOW - ago, key=key, territory=IN_FORCE, place=place, before=before, after=after, value=value)


def said(events, language="vi"):
    rows = event_rows(events, KPIS, lambda code: NAMES.get(code, code), language, NOW)
    return [row.cells[-1].t for row in rows]


@pytest.mark.parametrize(
    ("place", "before", "after", "told"),
    [
        (PROVINCE, Status.NO_DATA, Status.NORMAL, False),
        (PROVINCE, Status.NORMAL, Status.CRITICAL, True),
        (PROVINCE, Status.CRITICAL, Status.NORMAL, True),
        (PROVINCE, Status.NORMAL, Status.STALE, True),
        ("27694", Status.NORMAL, Status.WARNING, True),
        ("27694", Status.WARNING, Status.NORMAL, False),
        ("27694", Status.NORMAL, Status.STALE, False),
        ("27694", Status.NO_DATA, Status.NORMAL, False),
    ],
)
def test_the_shift_hears_of_trouble_not_of_first_figures(place, before, after, told) -> None:
    event = status_event(
        at=NOW, key="services_on_time", territory=IN_FORCE, place=place, before=before, after=after, value=1.0
    )
    assert notable(event) is told


def test_a_place_is_told_with_its_name_and_value_and_the_province_with_its_value() -> None:
    name = KPIS["services_on_time"].short
    assert said([event("00001"), event(after=Status.CRITICAL)]) == [
        f"Xã A: {name.vi} 88,4%, ở mức ưu tiên cao",
        f"{name.vi} 88,4%, ở mức khẩn",
    ]
    assert said([event("00001", value=None)], "en") == [f"Xã A: {name.en}, high"]


def test_a_name_that_ends_in_a_number_is_parted_from_its_value() -> None:
    assert said([event(key="score_766", value=86.87)]) == ["Điểm 766: 86,87 điểm, ở mức ưu tiên cao"]


def test_the_end_of_trouble_is_told_with_the_value_and_the_loss_of_figures_without_one() -> None:
    name = KPIS["services_on_time"].short
    told = [event(before=Status.CRITICAL, after=after) for after in (Status.NORMAL, Status.STALE, Status.NO_DATA)]
    assert said(told) == [
        f"{name.vi} 88,4%, trở lại bình thường",
        f"{name.vi}, không có số liệu mới",
        f"{name.vi}, chưa đủ số liệu để tính",
    ]
    assert said(told[:1], "en") == [f"{name.en} 88.4%, normal again"]


def test_what_places_come_to_with_the_province_is_part_of_its_line() -> None:
    name = KPIS["services_on_time"].short.vi
    wards = [event(place, ago=2 * MINUTE, value=80.0) for place in list(NAMES)[:4]]
    long_before = event("00005", ago=30 * MINUTE)
    assert said([event(), *wards, long_before]) == [
        f"{name} 88,4%, ở mức ưu tiên cao: Xã A, Xã B, Xã C +1",
        f"Xã E: {name} 88,4%, ở mức ưu tiên cao",
    ]
    worse = event("00001", after=Status.CRITICAL)
    assert len(said([event(), worse])) == 2, "a place that is worse than the province stands by itself"


def test_a_burst_of_more_than_three_alike_is_one_line_and_three_are_three() -> None:
    name = KPIS["services_on_time"].short.vi
    places = list(NAMES)[:5]
    burst = [event(place, ago=n * MINUTE) for n, place in enumerate(places)]
    assert said(burst) == [f"5 nơi có {name} ở mức ưu tiên cao: Xã A, Xã B, Xã C +2"]
    assert len(said(burst[:3])) == 3


def test_what_came_long_before_or_is_of_another_level_is_no_part_of_it() -> None:
    places = list(NAMES)
    now = [event(place) for place in places[:4]]
    worse = [event(place, after=Status.CRITICAL) for place in places[4:6]]
    other = [event(place, key="services_online") for place in places[6:8]]
    before = [event(place, ago=30 * MINUTE) for place in places[8:12]]
    assert len(said([*now, *worse, *other, *before])) == 1 + 2 + 2 + 1
    name = KPIS["services_on_time"].short.vi
    told, other = said([event(key="services_online"), *now]), KPIS["services_online"].short.vi
    assert told[0] == f"{other} 88,4%, ở mức ưu tiên cao", "the province is never one of its places"
    assert told[1].startswith(f"4 nơi có {name}")


def test_a_start_up_hides_nothing_that_came_before_it() -> None:
    start = [event(place, ago=MINUTE) for place in NAMES]
    earlier = [event("00001", key="services_online", ago=90 * MINUTE)]
    lines = said([*start, *earlier])
    assert (len(lines), "26 nơi" in lines[0]) == (2, True)


def test_lines_are_limited_and_in_order_of_time() -> None:
    many = [event(ago=20 * n * MINUTE, after=Status.WARNING) for n in range(40)]
    rows = event_rows(many, KPIS, str, "vi", NOW)
    assert len(rows) == SHOWN
    assert len({row.id for row in rows}) == SHOWN


def test_figures_of_one_feed_that_change_together_are_one_line() -> None:
    keys = [key for key, kpi in KPIS.items() if kpi.feed == "waste_trucks"][:5]
    fell = [event(key=key, after=Status.STALE, ago=n * MINUTE) for n, key in enumerate(keys)]
    names = ", ".join(KPIS[key].short.vi for key in keys[:3])
    assert said(fell) == [f"5 chỉ số không có số liệu mới: {names} +2"]
    assert len(said(fell[:3])) == 3
    assert len(said([*fell[:2], event(after=Status.STALE), event(key="services_online", after=Status.STALE)])) == 4


def test_one_place_twice_is_one_name() -> None:
    twice = [event("00001", ago=n * MINUTE) for n in range(4)]
    assert said(twice)[0].startswith("1 nơi")
