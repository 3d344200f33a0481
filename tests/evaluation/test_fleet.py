"""Tracker days and the inputs derived from them: who is on duty, who sends, how completely and how late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import said
from evaluating import cells_of, devices_of
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.instant import VIETNAM, service_day, to_ms
from domain.observation import HISTORY, Fix, Kind, Observation, ObsStatus
from domain.waste.duty import rostered
from evaluation.columns import Cell
from evaluation.inputs import fleet
from evaluation.inputs.fleet import MEASURES, on_duty
from intake.collector.tracker_days import tracker_day

S = timedelta(seconds=1)


def local(hour, minute=0, second=0, day=23):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=VIETNAM).astimezone(UTC)


def fix(at, *, device="T1", delay=2 * S, kind=Kind.MEASURED):
    return Fix(
        feed="waste_trucks", device=device, at=at, received_at=at + delay, latitude=10.5, longitude=106.4,
        kind=kind, source="test",
    )  # fmt: skip


def vehicle(id_="LA-001", **given):
    return said.vehicle(id_, **{"device": "T1", **given})


def says(entity, measure, value, at=None, place="27694"):
    at = at or local(0)
    return Observation(
        feed="waste_trucks", measure=measure, at=at, received_at=at, value=value, kind=Kind.DECLARED, source="roster",
        entity=entity, place=place, status=ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
    )  # fmt: skip


def hours(entity, start_h, end_h, **also):
    said = {"in_service": 1, "duty_from_s": start_h * 3600, "duty_to_s": end_h * 3600, **also}
    return [says(entity, measure, value) for measure, value in said.items()]


def derived_inputs(days, roster, vehicles, now) -> pd.DataFrame:
    """The block as a table of cells, one column a field."""
    block = fleet.derived_inputs(devices_of(days, vehicles, service_day(now)), rostered(roster), now)
    return pd.DataFrame(cells_of(block), columns=list(Cell._fields))


def expected_vehicles(roster, vehicles, now) -> dict[str, str]:
    return fleet.expected_vehicles(devices_of([], vehicles, service_day(now)), rostered(roster))


def values(frame, contributor="LA-001"):
    mine = frame[frame["contributor"] == contributor]
    return dict(zip(mine["measure"], mine["value"], strict=True))


# tracker_day -----------------------------------------------------------------------------------------------------


def test_a_day_from_its_fixes():
    day = tracker_day([fix(local(8)), fix(local(8, 0, 30)), fix(local(8, 10), delay=700 * S)], duplicates=4)
    assert (day.device, day.day, day.fixes, day.duplicates) == ("T1", date(2026, 11, 23), 3, 4)
    assert (day.late_120s, day.late_600s, day.late_3600s) == (1, 1, 0)
    assert day.online_s == 30 + 90
    assert (day.first_at, day.last_at) == (local(8), local(8, 10))


def test_fixes_out_of_an_archive_count_and_tell_no_lateness():
    old = replace(fix(local(8), delay=9 * 3600 * S), flags=("late", HISTORY))
    day = tracker_day([old, fix(local(8, 0, 30)), fix(local(8, 10), delay=700 * S)])
    assert (day.fixes, day.history, day.late_120s, day.late_600s, day.late_3600s) == (3, 1, 1, 1, 0)
    got = values(derived_inputs([day], hours("LA-001", 0, 24), [vehicle(at=local(8, 10))], local(9)))
    assert (got["fixes"], got["fixes_on_time"], got["fixes_received"]) == (2, 1, 3)


def test_two_minutes_sharp_is_not_late():
    assert tracker_day([fix(local(8), delay=120 * S)]).late_120s == 0
    assert tracker_day([fix(local(8), delay=120.001 * S)]).late_120s == 1


def test_one_simulated_fix_makes_the_day_simulated():
    assert tracker_day([fix(local(8), kind=Kind.SIMULATED), fix(local(9))]).kind is Kind.SIMULATED


def test_no_day_without_fixes():
    with pytest.raises(ValueError):
        tracker_day([])


# derived inputs --------------------------------------------------------------------------------------------------

NOON = local(12)
STEADY = [fix(local(8) + i * 30 * S) for i in range(481)]


def test_a_steady_truck_on_its_roster():
    frame = derived_inputs([tracker_day(STEADY)], hours("LA-001", 8, 16), [vehicle(at=NOON)], NOON)
    assert list(frame["measure"].unique()) == list(MEASURES)
    got = values(frame)
    assert got["on_duty"] == got["supplying"] == 1
    assert got["duty_s"] == got["online_s"] == 4 * 3600
    assert got["fixes_expected"] == got["fixes_received"] == 480
    assert got["fixes"] == got["fixes_on_time"] == 481
    assert set(frame["place"]) == {"27694"}
    assert set(frame["kind"]) == {"measured"}
    assert set(frame["source"]) == {"test"}


def test_a_dead_tracker_counts_against_as_long_as_others_speak():
    roster = [*hours("LA-001", 8, 16), *hours("LA-002", 8, 16)]
    frame = derived_inputs([tracker_day(STEADY)], roster, [vehicle(at=NOON)], NOON)
    dead = values(frame, "LA-002")
    assert (dead["on_duty"], dead["supplying"], dead["online_s"], dead["fixes_received"]) == (1, 0, 0, 0)
    assert (dead["duty_s"], dead["fixes_expected"]) == (4 * 3600, 480)
    assert set(frame["at_ms"]) == {to_ms(NOON)}


def test_inputs_are_as_old_as_the_newest_fix_of_the_feed():
    later = NOON + timedelta(hours=1)
    frame = derived_inputs([tracker_day(STEADY)], hours("LA-001", 8, 16), [vehicle(at=NOON)], later)
    assert set(frame["at_ms"]) == {to_ms(NOON)}


def test_when_all_are_silent_the_last_figures_stand():
    """A stale figure keeps its last value: nobody knows of trucks that nobody hears."""

    def at(now):
        return derived_inputs([tracker_day(STEADY)], hours("LA-001", 8, 16), [vehicle(at=NOON)], now)

    soon, later = at(NOON + timedelta(seconds=90)), at(NOON + timedelta(hours=1))
    assert values(soon) == values(later)
    assert values(later)["duty_s"] == values(later)["online_s"] == 4 * 3600 + 90
    next_day = values(at(NOON + timedelta(hours=21)))
    assert (next_day["on_duty"], next_day["duty_s"]) == (0, 0), "a day without a word is unknown, not 0 % online"


def test_without_any_fix_nothing_is_known():
    assert derived_inputs([], hours("LA-001", 8, 16), [], NOON).empty


def test_before_its_shift_a_truck_is_known_and_not_on_duty():
    roster = [*hours("LA-001", 8, 16), *hours("LA-002", 16, 22)]
    got = values(derived_inputs([tracker_day(STEADY)], roster, [vehicle(at=NOON)], NOON), "LA-002")
    assert got.pop("fitted") == 1
    assert set(got.values()) == {0.0}


def test_a_night_shift_works_on_both_sides_of_midnight():
    roster = hours("LA-001", 22, 28)
    five = local(5, day=24)
    day = tracker_day([fix(local(1, day=24))])
    got = values(derived_inputs([day], roster, [vehicle(at=local(4, 59, day=24))], five))
    assert got["duty_s"] == 4 * 3600
    late = local(23, day=24)
    got = values(derived_inputs([day], roster, [vehicle(at=late)], late))
    assert got["duty_s"] == 5 * 3600


def test_round_the_clock_is_counted_once():
    got = values(derived_inputs([tracker_day(STEADY)], hours("LA-001", 0, 48), [vehicle(at=NOON)], NOON))
    assert got["duty_s"] == 12 * 3600


def test_no_tracker_no_expected_fixes_but_still_not_supplying():
    roster = [*hours("LA-001", 8, 16), *hours("LA-002", 8, 16, tracker_fitted=0)]
    got = values(derived_inputs([tracker_day(STEADY)], roster, [vehicle(at=NOON)], NOON), "LA-002")
    assert (got["fixes_expected"], got["fixes_received"], got["supplying"], got["on_duty"]) == (0, 0, 0, 1)


def test_out_of_service_is_out():
    roster = [*hours("LA-001", 8, 16), says("LA-001", "in_service", 0, at=local(1))]
    assert derived_inputs([tracker_day(STEADY)], roster, [vehicle(at=NOON)], NOON).empty
    assert expected_vehicles(roster, [], NOON) == {}


def test_without_a_roster_duty_begins_with_the_first_fix():
    got = values(derived_inputs([tracker_day(STEADY)], [], [vehicle("T1", at=NOON)], NOON), "T1")
    assert got["duty_s"] == 4 * 3600
    assert got["on_duty"] == got["supplying"] == 1


def test_in_service_without_hours_and_without_fixes_is_unknown_not_absent():
    roster = [says("LA-002", "in_service", 1)]
    seen = [vehicle(at=NOON)]
    frame = derived_inputs([tracker_day(STEADY)], roster, seen, NOON)
    assert set(frame["contributor"]) == {"LA-001"}
    assert list(expected_vehicles(roster, seen, NOON)) == ["LA-001", "LA-002"]


def test_two_trackers_of_one_truck_are_one_truck():
    first, second = tracker_day(STEADY[:100]), tracker_day([fix(f.at, device="T2") for f in STEADY[100:]])
    seen = [vehicle(at=STEADY[99].at), vehicle(at=NOON, device="T2")]
    got = values(derived_inputs([first, second], hours("LA-001", 8, 16), seen, NOON))
    assert got["fixes"] == 481
    assert got["online_s"] <= got["duty_s"]


def test_yesterday_is_not_today():
    midnight = local(0, 1, day=24)
    frame = derived_inputs([tracker_day(STEADY)], hours("LA-001", 0, 24), [vehicle(at=NOON)], midnight)
    assert values(frame)["supplying"] == 0


def test_late_uploads_are_fixes_but_not_on_time():
    day = tracker_day([fix(local(8)), fix(local(8, 0, 30), delay=timedelta(hours=2))])
    got = values(derived_inputs([day], hours("LA-001", 8, 16), [vehicle(at=NOON)], NOON))
    assert (got["fixes"], got["fixes_on_time"]) == (2, 1)


def test_a_clock_far_ahead_does_not_make_the_feed_fresh():
    seen = [vehicle(at=local(8)), vehicle("LA-002", at=NOON + timedelta(hours=5), device="T2")]
    frame = derived_inputs([], hours("LA-001", 8, 16), seen, NOON)
    assert set(frame["at_ms"]) == {to_ms(local(8))}


@given(
    st.lists(st.integers(0, 43_200), min_size=1, max_size=80, unique=True),
    st.tuples(st.integers(0, 86_400), st.integers(0, 172_800)),
    st.booleans(),
)
@settings(max_examples=examples(150))
def test_no_share_can_exceed_its_whole(seconds, shift, rostered):
    day = tracker_day([fix(local(0) + s * S) for s in seconds])
    roster = [says("LA-001", "duty_from_s", shift[0]), says("LA-001", "duty_to_s", shift[1])] if rostered else []
    got = values(derived_inputs([day], roster, [vehicle(at=day.last_at)], NOON))
    assert all(value >= 0 for value in got.values())
    assert got["supplying"] <= got["on_duty"]
    assert got["online_s"] <= got["duty_s"] <= 12 * 3600
    assert got["fixes_received"] <= got["fixes_expected"]
    assert got["fixes_on_time"] <= got["fixes"]


# on duty ---------------------------------------------------------------------------------------------------------


def test_on_duty_follows_the_hours():
    roster = [*hours("LA-001", 8, 16), *hours("LA-002", 22, 28)]
    assert on_duty(roster, [], local(7, 59)) == {}
    assert {id_: d.since for id_, d in on_duty(roster, [], NOON).items()} == {"LA-001": local(8)}
    assert on_duty(roster, [], local(16)) == {}
    night = on_duty(roster, [], local(3, day=24))
    assert {id_: (d.since, d.place) for id_, d in night.items()} == {"LA-002": (local(22), "27694")}


def test_on_duty_tells_who_has_no_tracker():
    roster = [*hours("LA-001", 8, 16), *hours("LA-002", 8, 16, tracker_fitted=0)]
    assert {id_: d.fitted for id_, d in on_duty(roster, [], NOON).items()} == {"LA-001": True, "LA-002": False}


def test_on_duty_without_hours_is_who_sent_today():
    seen = [vehicle(at=NOON), vehicle("LA-002", at=local(12, day=22), device="T2")]
    assert set(on_duty([], seen, NOON)) == {"LA-001"}


def test_an_unbound_device_is_at_no_work():
    seen = [vehicle("phone", at=NOON, device="phone", bound=False)]
    assert on_duty([], seen, NOON) == {}
    assert set(on_duty(hours("LA-001", 8, 16), seen, NOON)) == {"LA-001"}
