"""Effects of a wandering receiver on stops, distance and moving time, and effects that must not occur."""

from datetime import UTC, datetime

import numpy as np
import pytest
from collection_world import BEGINS, DAY, WAYS, trace
from street_fixtures import DEGREE_M

from domain.observation import Kind
from domain.waste.work import EventKind, VehicleDay
from rounds.drive import Drive, GrowingDrive
from rounds.standing import Stand, stops
from rounds.work import About, vehicle_day

T0 = BEGINS.timestamp()
Fix = tuple[float, float, float]


def drive(fixes: list[Fix], speed_kmh: list[float] | None = None, ignition: list[int] | None = None) -> Drive:
    rows = np.array(fixes, float)
    driver = GrowingDrive("LA-001", WAYS)
    driver.extend(rows[:, 0], rows[:, 1:] / DEGREE_M, speed_kmh, ignition)
    return driver.drive()


def day(of: Drive) -> VehicleDay:
    now = datetime.fromtimestamp(float(of.at_s[-1]), UTC)
    about = About(day=DAY, place="", kind=Kind.MEASURED, source="GPS", cause=None, now=now)
    return vehicle_day(of, about, ways=WAYS, lines={}, spans=[], fences=[], tickets=[])


def found(of: Drive) -> list[Stand]:
    return stops(of, WAYS.graph.metres(of.places))


def parked(at: tuple[float, float], *, hours: float, wanders_m: float) -> list[Fix]:
    """A fix every 30 s, off its place by a normal error east and north."""
    count = int(hours * 120)
    off = np.random.default_rng(1).normal(0.0, wanders_m, (count, 2))
    return [(T0 + 30.0 * i, at[0] + x, at[1] + y) for i, (x, y) in enumerate(off.tolist())]


@pytest.mark.parametrize("wanders_m", [3.0, 5.0])
def test_a_night_of_drift_is_one_stop_and_no_distance(wanders_m: float):
    for place in ((300.0, 8.0), (300.0, 150.0)):
        night = drive(parked(place, hours=8, wanders_m=wanders_m))
        assert len(found(night)) == 1
        told = day(night)
        assert told.distance_m < 25
        assert told.moving_s == 0


def test_a_bad_roof_makes_no_tour():
    told = day(drive(parked((300.0, 8.0), hours=8, wanders_m=8.0)))
    assert told.distance_m < 400, "it was matched to 5 km of streets"
    assert told.moving_s < 600


def test_one_stray_fix_does_not_end_a_stop_and_a_drive_does():
    still = [(T0 + 30.0 * i, 300.0, 500.0) for i in range(20)]
    stray = [(t, x + (40.0 if i == 9 else 0.0), y) for i, (t, x, y) in enumerate(still)]
    assert [(one.first, one.last) for one in found(drive(stray))] == [(0, 19)]
    away = [(t, x + (400.0 if i == 9 else 0.0), y) for i, (t, x, y) in enumerate(still)]
    assert [(one.first, one.last) for one in found(drive(away))] == [(0, 8), (10, 19)]
    two = [(t, x + (40.0 if i in (9, 10) else 0.0), y) for i, (t, x, y) in enumerate(still)]
    assert (0, 19) not in [(one.first, one.last) for one in found(drive(two))]


def test_creeping_is_no_stop():
    creeping = drive([(T0 + 10.0 * i, 300.0 + 10.0 * i * 3 / 3.6, 500.0) for i in range(60)])
    assert found(creeping) == []


def test_a_minute_between_sparse_fixes_is_a_stop_only_when_the_speed_says_so():
    fixes = [(T0 + 30.0 * i, x, 500.0) for i, x in enumerate((0.0, 200.0, 400.0, 400.0, 400.0, 600.0, 800.0))]
    assert found(drive(fixes)) == []
    assert found(drive(fixes, [20, 20, 0, 0, 0, 20, 20])) == [Stand(2, 4, 60.0)]
    assert found(drive(fixes, [20, 20, 0, 8, 0, 20, 20])) == []


@pytest.mark.parametrize("every_s", [1.0, 5.0, 10.0, 30.0])
def test_slow_driving_off_the_streets_counts_at_any_rate(every_s: float):
    off = [(t, x + 20_000, y + 20_000) for t, x, y in trace([(0, 0), (3_000, 0)], kmh=10, every_s=every_s)]
    told = day(drive(off))
    assert told.unmatched_m == told.distance_m == pytest.approx(3_000, rel=0.03)


def test_standing_is_not_moving():
    there = trace([(0, 0), (300, 0)], every_s=10)
    here_s = there[-1][0]
    still = [(here_s + 10.0 * (i + 1), 302.0, -2.0) for i in range(60)]
    on = [(t + still[-1][0] - T0 + 10.0, x, y) for t, x, y in trace([(310, 0), (500, 0)], every_s=10)]
    driving_s = here_s - T0 + on[-1][0] - on[0][0]
    assert day(drive([*there, *still, *on])).moving_s == pytest.approx(driving_s, abs=30)


def test_idling_is_unknown_when_the_tracker_tells_no_speed():
    fixes = [(T0 + 60.0 * i, 300.0, 500.0) for i in range(9)]
    assert not day(drive(fixes, None, [1] * 9)).ignition_known
    assert day(drive(fixes, [0.0] * 9, [1] * 9)).ignition_known


@pytest.mark.parametrize("every_s", [4.0, 600.0])
def test_any_rate_is_a_day(every_s: float):
    fixes = [(T0 + every_s * i, 300.0, 500.0) for i in range(20_000 if every_s < 60 else 144)]
    told = day(drive(fixes))
    assert told.distance_m == 0
    # Between fixes ten minutes apart nothing is known of a stop.
    assert told.count(EventKind.UNPLANNED_STOP) == (1 if every_s < 60 else 0)
