"""The alarm list: its entries, their order, and alarms that must not appear twice or at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from said import kpi_result, vehicle

import data_sources
import kpi
from areas.waste import AREA as WASTE
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.kpis.alarm import Priority
from domain.kpis.health import FeedHealth, Silent
from domain.kpis.kpi import Kpi, Missing, Status
from domain.places.place import PROVINCE
from evaluation.inputs.fleet import Duty
from queries.alarm_rules import every_alarm

KPIS = discover(kpi, "KPIS", Kpi)
FEEDS = discover(data_sources, "FEED", Feed)
NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAMES = {"27694": "Phường Long An", "27712": "Phường Tân An", "27715": "Phường Khánh Hậu"}


def result(key, place=PROVINCE, *, status=Status.NORMAL, value=99.0, since=NOW - MINUTE, reporting=60, as_of=NOW):
    return kpi_result(
        key=key, territory="2025-07", place=place, value=value, numerator=None, denominator=None, reporting=reporting,
        expected=60, as_of=as_of, computed_at=NOW, status=status, since=since, kinds={}, sources=(),
    )  # fmt: skip


def truck(id_, *, silent_for):
    return vehicle(id_, at=NOW - silent_for)


def health(feed, *, age):
    return FeedHealth(
        feed=feed, accepted=1, duplicates=0, rejected=0, late=0, corrected=0, last_received_at=NOW,
        last_at=None if age is None else NOW - age, reporting=1, expected=1, measured_share=1.0, simulated_share=0.0,
    )  # fmt: skip


def listed(results=(), vehicles=(), on_duty=None, feeds_health=()):
    return every_alarm(
        results=results,
        kpis=KPIS,
        vehicles=vehicles,
        on_duty={WASTE.fleet: on_duty or {}},
        health={h.feed: h for h in feeds_health},
        feeds=FEEDS,
        place_names=NAMES,
        now=NOW,
    )


def duty(*ids, since=NOW - timedelta(hours=3)):
    return {id_: Duty("27694", since) for id_ in ids}


def test_nothing_wrong_nothing_said():
    fine = [result(key) for key in KPIS]
    alive = [health(key, age=timedelta(seconds=5)) for key in FEEDS]
    assert listed(fine, [truck("LA-001", silent_for=5 * MINUTE)], duty("LA-001"), alive) == []


def test_an_empty_centre_is_no_alarm():
    nothing = [result(k, status=Status.NO_DATA, value=None, as_of=None, reporting=0) for k in KPIS]
    assert listed(nothing, (), {}, [health(key, age=None) for key in FEEDS]) == []


def test_a_silent_vehicle_is_named_with_its_ward_and_what_to_do():
    (alarm,) = listed(vehicles=[truck("LA-012", silent_for=14 * MINUTE)], on_duty=duty("LA-012"))
    assert alarm.what.vi == "Xe LA-012 mất tín hiệu"
    assert alarm.where.vi == "Phường Long An"
    assert alarm.since == NOW - 14 * MINUTE
    assert alarm.priority is Priority.HIGH
    assert "tài xế" in alarm.response.vi
    assert "xe còn chạy thì báo sửa thiết bị" in alarm.response.vi, "a dead tracker alone needs no other truck"
    assert alarm.response.en


def test_ten_minutes_are_not_yet_silence():
    assert listed(vehicles=[truck("LA-012", silent_for=10 * MINUTE)], on_duty=duty("LA-012")) == []


def test_nobody_waits_for_a_truck_off_duty():
    assert listed(vehicles=[truck("LA-012", silent_for=timedelta(hours=9))]) == []


def test_silence_counts_from_the_beginning_of_the_shift():
    slept = [truck("LA-012", silent_for=timedelta(hours=9))]
    assert listed(vehicles=slept, on_duty=duty("LA-012", since=NOW - 9 * MINUTE)) == []
    (alarm,) = listed(vehicles=slept, on_duty=duty("LA-012", since=NOW - 11 * MINUTE))
    assert alarm.since == NOW - 11 * MINUTE


def test_a_tracker_that_never_spoke_is_named_too():
    (alarm,) = listed(on_duty=duty("LA-030"))
    assert alarm.what.vi == "Xe LA-030 chưa từng gửi vị trí"


def test_a_truck_without_a_tracker_is_no_alarm_every_day():
    assert listed(on_duty={"LA-030": Duty("27694", NOW - timedelta(hours=3), fitted=False)}) == []


def test_many_silent_vehicles_are_one_alarm():
    ids = [f"LA-{i:03}" for i in range(7)]
    (alarm,) = listed(vehicles=[truck(i, silent_for=20 * MINUTE) for i in ids], on_duty=duty(*ids))
    assert alarm.what.vi == "7 xe mất tín hiệu"
    assert alarm.where.vi == "LA-000, LA-001, LA-002 …"


def test_a_stopped_feed_is_one_alarm_and_speaks_for_its_vehicles_and_kpis():
    (alarm,) = listed(
        [result("waste_vehicles_supplying", status=Status.STALE)],
        [truck("LA-001", silent_for=20 * MINUTE)],
        duty("LA-001"),
        [health("waste_trucks", age=20 * MINUTE)],
    )
    assert alarm.id == "feed:waste_trucks"
    assert alarm.priority is Priority.HIGH
    assert alarm.since == NOW - 20 * MINUTE
    assert alarm.where == FEEDS["waste_trucks"].owner.office


def test_a_fleet_asleep_is_not_urgent():
    (alarm,) = listed(feeds_health=[health("waste_trucks", age=timedelta(hours=4))])
    assert alarm.priority is Priority.ADVISORY


def test_a_late_monthly_return_is_advisory():
    (alarm,) = listed(feeds_health=[health("teams", age=timedelta(days=60))])
    assert alarm.priority is Priority.ADVISORY


def test_an_abnormal_kpi_says_value_limit_and_worst_places():
    bad = [
        result("services_on_time", status=Status.CRITICAL, value=78.25),
        result("services_on_time", "27712", status=Status.CRITICAL, value=60.0),
        result("services_on_time", "27694", status=Status.CRITICAL, value=50.0),
        result("services_on_time", "27715", value=99.0),
    ]
    (alarm,) = listed(bad)
    assert alarm.what.vi == "Hồ sơ giải quyết đúng hạn: 78,2% (ngưỡng ≥\u00a080,0%)"
    assert alarm.what.en == "Dossiers settled on time: 78.2% (limit ≥\u00a080.0%)"
    assert alarm.where.vi == "Phường Long An, Phường Tân An"
    assert alarm.response == KPIS["services_on_time"].response


def test_lower_is_better_lists_the_largest_first():
    (alarm,) = listed(
        [
            result("coverage_4g_gap", status=Status.ADVISORY, value=5000.0),
            result("coverage_4g_gap", "27712", status=Status.ADVISORY, value=4000.0),
            result("coverage_4g_gap", "27694", status=Status.ADVISORY, value=4500.0),
        ]
    )
    assert alarm.what.vi == "Dân chưa có sóng 4G: 5.000 người (ngưỡng ≤\u00a03.400 người)"
    assert alarm.where.vi == "Phường Long An, Phường Tân An"


@pytest.mark.parametrize("status", [Status.ADVISORY, Status.WARNING, Status.STALE, Status.NO_DATA])
def test_a_place_that_is_not_critical_raises_no_alarm_of_its_own(status):
    assert listed([result("services_on_time"), result("services_on_time", "27694", status=status, value=70.0)]) == []


@pytest.mark.parametrize("province", [Status.NORMAL, Status.WARNING, Status.NO_DATA])
def test_a_critical_place_counts_although_the_province_is_not(province):
    whole = result("services_on_time", status=province, value=None if province is Status.NO_DATA else 85.0)
    critical = [
        result("services_on_time", "27694", status=Status.CRITICAL, value=61.0, since=NOW - 9 * MINUTE),
        result("services_on_time", "27712", status=Status.CRITICAL, value=50.0, since=NOW - 3 * MINUTE),
        result("services_on_time", "27715", status=Status.WARNING, value=83.0),
    ]
    first = listed([whole, *critical])[0]
    assert (first.id, first.priority) == ("kpi:services_on_time:places", Priority.CRITICAL)
    assert first.what.vi == "Hồ sơ giải quyết đúng hạn: 50,0% (ngưỡng ≥\u00a080,0%)"
    assert first.where.vi == "Phường Tân An, Phường Long An", "the worst first, and only who is critical"
    assert first.since == NOW - 9 * MINUTE


def test_the_province_speaks_for_its_places_when_it_is_critical_itself():
    both = [result("services_on_time", place, status=Status.CRITICAL, value=70.0) for place in (PROVINCE, "27694")]
    assert [one.id for one in listed(both)] == ["kpi:services_on_time"]


def test_advice_on_too_few_data_fits_its_cause():
    (routes,) = listed([result("waste_missed", status=Status.NO_DATA, value=None, reporting=20)])
    assert "báo cáo" not in routes.what.vi + routes.response.vi, "nobody reports missed streets: trackers were silent"
    assert "mất tín hiệu" in routes.response.vi
    (teams,) = listed([result("teams_active_share", status=Status.NO_DATA, value=None, reporting=20)])
    assert teams.response == FEEDS["teams"].owner.call


def test_runs_that_have_not_ended_are_no_alarm_and_contradictions_name_themselves():
    said = result("waste_missed", status=Status.NO_DATA, value=None, reporting=20)
    assert listed([replace(said, missing=Missing.SMALL)]) == []
    (blind,) = listed([replace(said, missing=Missing.UNKNOWN)])
    assert "mất tín hiệu" in blind.response.vi
    odd_one = result("services_on_time", status=Status.NO_DATA, value=None, reporting=3)
    (odd,) = listed([replace(odd_one, missing=Missing.CONTRADICTION)])
    assert odd.what.vi.startswith("Số liệu mâu thuẫn")
    assert "Phần lớn hơn tổng" in odd.response.vi
    assert "exceeds its whole" in odd.response.en


@pytest.mark.parametrize("status", [Status.STALE, Status.NO_DATA])
def test_too_few_reports_of_a_living_feed(status):
    (alarm,) = listed(
        [result("teams_active_share", status=status, value=None, reporting=20)],
        feeds_health=[health("teams", age=timedelta(days=2))],
    )
    assert alarm.priority is Priority.ADVISORY
    assert alarm.where.vi == "20/60 xã"


def test_many_figures_of_one_feed_without_a_value_are_one_alarm():
    keys = [kpi.key for kpi in KPIS.values() if kpi.feed == WASTE.fleet][:5]
    blind = [result(key, status=Status.NO_DATA, value=None, reporting=0) for key in keys]
    (one,) = listed(blind)
    assert "5 chỉ số" in one.what.vi
    assert one.where.vi.startswith("0/60")
    assert [alarm.id for alarm in listed(blind[:2])] == [f"kpi:{key}" for key in sorted(keys[:2])]
    other = result("teams_active_share", status=Status.NO_DATA, value=None, reporting=20)
    assert len(listed([*blind, other])) == 2, "another feed speaks for itself"


def test_most_urgent_first_then_newest():
    alarms = listed(
        [
            result("services_on_time", status=Status.WARNING, since=NOW - 50 * MINUTE),
            result("services_online", status=Status.ADVISORY, since=NOW - 2 * MINUTE),
            result("coverage_4g_population", status=Status.CRITICAL, since=NOW - 90 * MINUTE),
        ],
        [truck("LA-012", silent_for=14 * MINUTE)],
        duty("LA-012"),
    )
    assert [a.id for a in alarms] == [
        "kpi:coverage_4g_population",
        "silent:LA-012",
        "kpi:services_on_time",
        "kpi:services_online",
    ]


def owing(*silent, feed="services", reporting=58):
    return replace(health(feed, age=MINUTE), reporting=reporting, expected=reporting + len(silent), silent=silent)


def test_two_communes_that_never_report_raise_a_line_of_their_own():
    known = owing(Silent("27694", None), Silent("27712", None))
    (alarm,) = listed(feeds_health=[known])
    assert alarm.what.vi == "2 xã chưa gửi số liệu Dịch vụ công trực tuyến: Phường Long An, Phường Tân An"
    assert (alarm.since, alarm.where.vi) == (None, "2 chưa từng gửi")
    assert "Trung tâm Phục vụ hành chính công" in alarm.response.vi
    assert not any(letter.isdigit() for letter in alarm.response.vi), "no number is made up"


def test_who_is_late_is_told_since_when_and_many_are_counted():
    known = owing(*(Silent(f"c{i}", NOW - timedelta(days=2 + i)) for i in range(7)), reporting=53)
    (alarm,) = listed(feeds_health=[known])
    assert alarm.what.vi == "7 xã chưa gửi số liệu Dịch vụ công trực tuyến: c0, c1, c2, c3, c4, … xem trang Dữ liệu"
    assert (alarm.since, alarm.where.vi) == (NOW - timedelta(days=8), "")


def test_a_feed_that_stopped_or_was_never_heard_does_not_name_its_reporters_too():
    silent = (Silent("27694", None),)
    stopped = replace(health("services", age=timedelta(days=3)), silent=silent)
    assert [alarm.id for alarm in listed(feeds_health=[stopped])] == ["feed:services"]
    assert listed(feeds_health=[replace(health("services", age=None), silent=silent)]) == []


def test_silent_vehicles_are_told_as_vehicles():
    known = replace(health("waste_trucks", age=timedelta(seconds=5)), silent=(Silent("LA-001", None),))
    assert listed(feeds_health=[known]) == []
