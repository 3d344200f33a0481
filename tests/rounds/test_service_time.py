"""A street's punctuality counts its own run's service: no crossing, no other route's truck, no pass still to come."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.waste.run import Because, Punctuality, StreetState, Stretch
from rounds.service_time import timed

BEGINS = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def piece(metres: float, minutes: float, vehicle: str = "LA-001") -> Stretch:
    """A served piece of so many metres, first served so many minutes after the planned time."""
    at = BEGINS + timedelta(minutes=minutes)
    return Stretch(
        from_m=0.0, to_m=metres, state=StreetState.SERVED, because=Because.COLLECTED, vehicle=vehicle, first_at=at,
        last_at=at,
    )  # fmt: skip


def found(
    *pieces: Stretch, passed: float | None, closed: bool = False, again: float = 0.0, after: float = 20
) -> Punctuality:
    """``again`` is the share collected in its window; the run is looked at ``after`` minutes after the planned time."""
    passed_at = None if passed is None else BEGINS + timedelta(minutes=passed)

    def collected(since: datetime, until: datetime) -> float:
        assert since < BEGINS < until
        return again

    now = None if closed else BEGINS + timedelta(minutes=after)
    return timed(BEGINS, pieces, passed_at, own={"LA-001"}, collected=collected, is_stop=False, now=now)


def test_a_street_served_early_from_end_to_end_is_early() -> None:
    assert found(piece(100, -30), piece(100, -28), piece(100, -26), passed=-30) is Punctuality.EARLY
    assert found(piece(300, -30), passed=None, closed=True) is Punctuality.EARLY, "driven out of the plan's order"


def test_a_crossing_before_the_service_is_not_early() -> None:
    service = [piece(150, 0), piece(150, 2)]
    assert found(piece(100, -11), *service, passed=-7) is Punctuality.ON_TIME
    assert found(piece(200, -11), *service, passed=-7) is Punctuality.EARLY, "two fifths are no crossing"


def test_a_late_service_stays_late_by_its_first_piece() -> None:
    assert found(piece(100, 14), piece(300, 17), passed=14) is Punctuality.ON_TIME
    assert found(piece(100, 16), piece(300, 19), passed=16) is Punctuality.LATE
    assert found(piece(50, -90), piece(300, 40), passed=-90) is Punctuality.LATE


def test_a_corner_that_the_round_passes_again_makes_nothing_late() -> None:
    assert found(piece(100, 1), piece(300, 3), passed=24) is Punctuality.ON_TIME
    assert found(piece(100, 1), piece(300, 3), passed=-10, closed=True) is Punctuality.ON_TIME
    assert found(piece(300, 3), passed=24) is Punctuality.ON_TIME
    assert found(piece(100, 18), piece(300, 3), passed=24) is Punctuality.LATE, "its beginning was"


@pytest.mark.parametrize("minutes", [-70, 0, 40])
def test_the_pass_in_the_plans_order_is_awaited_until_the_run_is_over(minutes: float) -> None:
    """The same street served for an earlier entry says nothing about this one yet."""
    assert found(piece(300, minutes), passed=None) is Punctuality.UNKNOWN
    assert found(piece(300, minutes), passed=None, closed=True) is not Punctuality.UNKNOWN


def test_another_routes_truck_is_no_early_service() -> None:
    strange = piece(300, -60, vehicle="LA-009")
    assert found(strange, passed=None, closed=True) is Punctuality.UNKNOWN
    assert found(strange, piece(300, 1), passed=1) is Punctuality.ON_TIME


def test_a_street_collected_again_in_its_window_is_on_time() -> None:
    assert found(piece(300, -60), passed=-60, again=0.8) is Punctuality.ON_TIME
    assert found(piece(300, -60), passed=-60, again=0.5) is Punctuality.EARLY


def test_nothing_is_early_before_its_window_is_over() -> None:
    assert found(piece(300, -60), passed=-60, after=14) is Punctuality.UNKNOWN
    assert found(piece(300, -60), passed=-60, after=15) is Punctuality.EARLY
    assert found(piece(300, -60), passed=-60, closed=True) is Punctuality.EARLY


def test_a_street_without_a_time_or_a_service_is_not_timed() -> None:
    served = [piece(300, 0)]
    no_time = timed(None, served, BEGINS, own={"LA-001"}, collected=lambda *_: 1.0, is_stop=False, now=None)
    assert no_time is Punctuality.UNKNOWN
    assert found(passed=None, closed=True) is Punctuality.UNKNOWN


def test_a_stop_is_early_a_minute_before_its_time() -> None:
    at = BEGINS - timedelta(minutes=2)
    early = timed(BEGINS, [piece(0, -2)], at, own={"LA-001"}, collected=lambda *_: 0.0, is_stop=True, now=None)
    assert early is Punctuality.EARLY
