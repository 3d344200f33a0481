"""Every quirk of real trackers, by name."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.observation import HISTORY, Fix, Kind
from domain.reason import Reason
from intake.messages.fix_quality import DeviceState, Verdict, healed, judge

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
DEGREE_M = 111_195.0


def fix(
    seconds: float = 0,
    north_m: float = 0,
    *,
    delay_s: float = 1,
    latitude: float = 10.54,
    longitude: float = 106.41,
    valid: bool = True,
) -> Fix:
    at = NOON + timedelta(seconds=seconds)
    return Fix(
        feed="waste_trucks",
        device="LA-001",
        at=at,
        received_at=at + timedelta(seconds=delay_s),
        latitude=latitude + north_m / DEGREE_M,
        longitude=longitude,
        kind=Kind.MEASURED,
        source="t",
        valid=valid,
    )


def drive(fixes: Iterable[Fix], state: DeviceState | None = None) -> list[Verdict]:
    verdicts = []
    state = state or DeviceState()
    for item in fixes:
        verdict = judge(item, state)
        state = verdict.state
        verdicts.append(verdict)
    return verdicts


def test_an_ordinary_drive_is_accepted_and_moves_the_marker() -> None:
    verdicts = drive(fix(30 * n, 200 * n) for n in range(5))
    assert all(v.accepted and v.moved and not v.accepted.flags for v in verdicts)
    assert verdicts[-1].state.newest == fix(120, 800)


def test_coordinates_0_0_are_rejected_and_the_marker_stays() -> None:
    first, null = drive([fix(), fix(30, latitude=0.00001, longitude=-0.00001)])
    assert null.refused is not None
    assert null.refused.reason is Reason.ZERO_COORDINATES
    assert null.accepted is None
    assert null.state == first.state


def test_duplicate_changes_nothing_and_decides_nothing_about_a_held_jump() -> None:
    good, jump = fix(), fix(30, 5_000)
    *_, held, again, jump_again = drive([good, jump, good, jump])
    assert again.state == held.state
    assert again.refused is None
    assert not again.moved
    assert jump_again.held is not None
    assert jump_again.state == held.state


def test_out_of_order_is_stored_flagged_late_and_never_moves_the_marker() -> None:
    *_, late = drive([fix(), fix(60, 400), fix(30, 200)])
    assert late.accepted is not None
    assert late.accepted.flags == ("late",)
    assert not late.moved
    assert late.state.newest == fix(60, 400)


def test_stale_last_position_of_an_old_upload_keeps_its_own_time() -> None:
    (verdict,) = drive([fix(delay_s=8 * 86_400)])
    assert verdict.state.newest is not None
    assert verdict.state.newest.at == NOON


def test_future_clock_up_to_two_minutes_is_left_alone() -> None:
    (verdict,) = drive([fix(delay_s=-119)])
    assert verdict.accepted == fix(delay_s=-119)


def test_future_clock_beyond_two_minutes_gets_the_receive_time_and_a_flag() -> None:
    (verdict,) = drive([fix(delay_s=-3_600)])
    assert verdict.accepted is not None
    assert verdict.accepted.at == verdict.accepted.received_at
    assert verdict.accepted.flags == ("future_clock",)


def test_a_fix_of_a_future_clock_sent_again_is_the_same_fix() -> None:
    first, again = drive([fix(delay_s=-3_600.25), fix(delay_s=-3_599)])
    assert again.accepted == first.accepted
    assert (again.moved, again.state) == (False, first.state)


def test_future_clock_beyond_24_hours_is_rejected_and_never_becomes_the_last_position() -> None:
    first, future = drive([fix(), fix(60, delay_s=-86_401)])
    assert future.refused is not None
    assert future.refused.reason is Reason.FUTURE_TIME
    assert future.state == first.state


def test_a_newest_fix_of_a_time_that_has_not_come_gives_way_to_the_next_one() -> None:
    """The server's clock was a day ahead for a minute; then it was right."""
    ahead = drive([fix(86_400), fix(86_400, 5_000)])[-1].state
    assert ahead.newest is not None
    assert ahead.suspect is not None
    assert judge(fix(60), ahead).moved is False, "without healing the truck stands still for a day"
    now = fix(60).received_at
    verdict = judge(fix(60), healed(ahead, now))
    assert (verdict.moved, verdict.accepted) == (True, fix(60))
    right = verdict.state
    assert healed(right, now) is right
    assert healed(right, now - timedelta(seconds=90)) is right, "clocks may differ by two minutes"


def test_jump_is_held_and_the_next_fix_near_the_old_place_rejects_it() -> None:
    _, held, back = drive([fix(), fix(5, 4_500), fix(10, 30)])
    assert held.held is not None
    assert held.held.flags == ("jump",)
    assert held.accepted is None
    assert not held.moved
    assert back.refused is not None
    assert back.refused.reason is Reason.IMPOSSIBLE_JUMP
    assert back.accepted is not None
    assert back.moved
    assert back.state.suspect is None


def test_jump_is_accepted_when_the_next_fix_agrees_with_it() -> None:
    _, held, agrees = drive([fix(), fix(5, 4_500), fix(35, 4_700)])
    assert agrees.refused is None
    assert agrees.released == fix(5, 4_500)
    assert agrees.accepted == fix(35, 4_700)
    assert agrees.state.newest == fix(35, 4_700)
    assert held.state.newest == fix()


def test_frozen_point_repeated_between_good_fixes_is_rejected_each_time() -> None:
    verdicts = drive(item for n in range(4) for item in (fix(60 * n, 300 * n), fix(60 * n + 5, 5_000 + n / 10)))
    refused = [v.refused.reason for v in verdicts if v.refused]
    assert refused == [Reason.IMPOSSIBLE_JUMP] * 3
    assert verdicts[-1].state.newest == fix(180, 900)


def test_two_jumps_in_different_directions_reject_the_first_and_hold_the_second() -> None:
    *_, second = drive([fix(), fix(5, 5_000), fix(10, -5_000)])
    assert second.refused is not None
    assert second.refused.reason is Reason.IMPOSSIBLE_JUMP
    assert second.held is not None
    assert second.state.newest == fix()


def test_a_long_silence_makes_a_far_place_possible() -> None:
    *_, far = drive([fix(), fix(3_600, 40_000)])
    assert far.accepted is not None
    assert far.moved


def test_gps_drift_below_300_m_is_no_jump_however_fast() -> None:
    *_, drift = drive([fix(), fix(1, 250)])
    assert drift.accepted is not None
    assert drift.moved


def test_same_instant_elsewhere_is_held_as_a_jump() -> None:
    *_, other = drive([fix(), fix(0, 5_000)])
    assert other.held is not None


def test_a_held_jump_does_not_outlive_a_resumed_drive() -> None:
    *_, last = drive([fix(), fix(5, 4_500), fix(10, 30), fix(40, 230)])
    assert last.refused is None
    assert last.state.suspect is None


def test_local_time_sent_as_utc_is_suspected_and_never_mended_by_itself() -> None:
    verdicts = drive(fix(30 * n, 100 * n, delay_s=-7 * 3_600 + 20) for n in range(6))
    assert verdicts[3].state.clock_offset_min is None
    assert verdicts[-1].state.clock_offset_min == 420
    assert all(v.accepted and v.accepted.flags == ("future_clock",) for v in verdicts)


def test_a_clock_an_hour_behind_is_suspected_too() -> None:
    verdicts = drive(fix(30 * n, 100 * n, delay_s=3_600 + n) for n in range(5))
    assert verdicts[-1].state.clock_offset_min == -60


def test_a_buffer_uploaded_after_a_gap_is_no_wrong_clock() -> None:
    verdicts = drive(fix(60 * n, 100 * n, delay_s=5_400 - 60 * n * 5) for n in range(9))
    assert verdicts[-1].state.clock_offset_min is None


def _sent_together(*flags: str, fixes: int = 9) -> list[Fix]:
    """Fixes of two minutes, an hour old, received within one second, with a tenth of a second between."""
    told = (fix(15 * n, 60 * n, delay_s=3_600 - 15 * n + 0.1 * n) for n in range(fixes))
    return [replace(one, flags=flags) for one in told]


@pytest.mark.parametrize("flags", [(), (HISTORY,)])
def test_fixes_that_waited_an_hour_before_they_were_sent_tell_of_no_wrong_clock(flags: tuple[str, ...]) -> None:
    verdicts = drive(_sent_together(*flags))
    assert all(v.accepted for v in verdicts)
    assert {v.state.clock_offset_min for v in verdicts} == {None}
    one_by_one = drive(fix(30 * n, 60 * n, delay_s=3_600) for n in range(9))
    assert one_by_one[-1].state.clock_offset_min == -60, "the same age of what is sent as it is taken"


@pytest.mark.parametrize("delay_s", [0, 30, 600, 1_400])
def test_ordinary_delays_are_no_wrong_clock(delay_s: float) -> None:
    verdicts = drive(fix(30 * n, 100 * n, delay_s=delay_s) for n in range(9))
    assert verdicts[-1].state.clock_offset_min is None


def test_gps_week_rollover_is_flagged_and_stored() -> None:
    (verdict,) = drive([fix(delay_s=1024 * 7 * 86_400 + 40)])
    assert verdict.accepted is not None
    assert verdict.accepted.flags == ("week_rollover",)


def test_outside_viet_nam_is_flagged_but_accepted() -> None:
    (verdict,) = drive([fix(latitude=30.27, longitude=-97.74)])
    assert verdict.accepted is not None
    assert verdict.accepted.flags == ("outside",)


def test_without_satellite_lock_it_is_stored_and_moves_nothing() -> None:
    *_, blind = drive([fix(), fix(30, 9_000, valid=False)])
    assert blind.accepted is not None
    assert not blind.moved
    assert blind.state.newest == fix()


@settings(max_examples=examples(300))
@given(
    st.lists(
        st.tuples(st.integers(-7_200, 7_200), st.integers(-20_000, 20_000), st.integers(-90_000, 90_000)),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_comes_the_marker_never_moves_backwards_and_nothing_gets_lost(
    given: list[tuple[int, int, int]],
) -> None:
    state = DeviceState()
    for seconds, north_m, delay_s in given:
        verdict = judge(fix(seconds, north_m, delay_s=delay_s), state)
        assert sum(part is not None for part in (verdict.accepted, verdict.held)) == 1 or verdict.refused is not None
        if state.newest is not None:
            assert verdict.state.newest is not None
            assert verdict.state.newest.at >= state.newest.at
        state = verdict.state
