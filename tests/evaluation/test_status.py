"""The status machine: hold, clearing level, spells without a value, restarts; a fluctuating value must not flap."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kpis.kpi import Better, Status, Threshold
from evaluation.status import State, unvalued, valued

T0 = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
S = timedelta(seconds=1)
HOLD = timedelta(minutes=5)


def limit(status, at, clear, hold=HOLD):
    return Threshold(status=status, limit=at, clear=clear, hold=hold, because="test")


LIMITS = (limit(Status.WARNING, 90, 92), limit(Status.CRITICAL, 80, 83))


def run(values, *, step=10 * S, thresholds=LIMITS, better=Better.HIGHER, state=None):
    """States after each value; None stands for a spell without one."""
    states = []
    for i, value in enumerate(values):
        now = T0 + i * step
        state = unvalued(state, Status.STALE, now) if value is None else valued(state, value, thresholds, better, now)
        states.append(state)
    return states


def statuses(states):
    return [state.status for state in states]


def test_a_limit_comes_into_force_only_after_its_hold():
    states = run([85] * 32)
    assert states[0] == State(Status.NORMAL, T0, Status.WARNING, T0)
    assert states[29].status is Status.NORMAL
    assert states[30] == State(Status.WARNING, T0 + HOLD)


def test_on_the_limit_is_not_beyond_it():
    assert statuses(run([90] * 100)) == [Status.NORMAL] * 100


def test_an_excursion_shorter_than_the_hold_leaves_no_trace():
    states = run([85] * 29 + [95] + [85] * 29)
    assert set(statuses(states)) == {Status.NORMAL}
    assert states[30].pending_since == T0 + 300 * S


def test_leaves_only_past_the_clearing_level():
    states = run([85] * 31 + [91] * 50 + [92])
    assert statuses(states)[31:81] == [Status.WARNING] * 50
    assert states[-1] == State(Status.NORMAL, T0 + 810 * S)


def test_worst_and_mild_limits_hold_each_for_themselves():
    fall = run([85] * 10 + [70] * 70)
    changes = [(s.status, s.since) for s in fall]
    assert (Status.WARNING, T0 + 300 * S) in changes
    critical = next(s.since for s in fall if s.status is Status.CRITICAL)
    # Exceeded from 100 s on: never before 400 s, at most one hold of the warning later.
    assert T0 + 400 * S <= critical <= T0 + 600 * S


def test_a_sudden_deep_fall_is_critical_after_its_own_hold():
    states = run([70] * 31)
    assert states[-1] == State(Status.CRITICAL, T0 + HOLD)


def test_a_shorter_hold_of_the_milder_limit_speaks_first():
    limits = (limit(Status.WARNING, 90, 92, hold=60 * S), limit(Status.CRITICAL, 80, 83))
    states = run([70] * 31, thresholds=limits)
    assert states[6].status is Status.WARNING
    assert states[-1].status is Status.CRITICAL


def test_eases_step_by_step():
    states = run([70] * 31 + [84, 84, 95])
    assert statuses(states)[-3:] == [Status.WARNING, Status.WARNING, Status.NORMAL]


def test_lower_is_better_mirrors_it():
    limits = (limit(Status.ADVISORY, 3400, 2500),)
    states = run([3500] * 31 + [2600, 2500], thresholds=limits, better=Better.LOWER)
    assert statuses(states)[-3:] == [Status.ADVISORY, Status.ADVISORY, Status.NORMAL]


def test_silence_clears_no_alarm():
    states = run([85] * 31 + [None] * 100 + [91])
    assert statuses(states)[31:131] == [Status.STALE] * 100
    assert states[31].since == states[130].since
    assert states[-1].status is Status.WARNING


def test_silence_does_not_make_an_alarm_either():
    states = run([85] * 20 + [None] * 100 + [85] * 5)
    assert Status.WARNING not in statuses(states)


def test_one_spell_may_follow_another():
    state = run([85] * 31)[-1]
    state = unvalued(state, Status.STALE, T0 + 400 * S)
    state = unvalued(state, Status.NO_DATA, T0 + 500 * S)
    assert state.status is Status.NO_DATA
    assert state.since == T0 + 500 * S
    assert valued(state, 85, LIMITS, Better.HIGHER, T0 + 600 * S).status is Status.WARNING


levels = st.floats(min_value=0, max_value=100)


@given(st.lists(st.one_of(levels, st.none()), max_size=120))
@settings(max_examples=examples(200))
def test_a_restart_at_any_moment_changes_nothing(values):
    straight = run(values)
    state = None
    for i, value in enumerate(values):
        kept = state and State(state.status, state.since, state.pending, state.pending_since)
        state = _step(kept, value, T0 + i * 10 * S)
        assert state == straight[i]


def _step(state, value, now):
    if value is None:
        return unvalued(state, Status.STALE, now)
    return valued(state, value, LIMITS, Better.HIGHER, now)


@given(st.lists(levels, min_size=2, max_size=300))
@settings(max_examples=examples(200))
def test_chatter_does_not_chatter(values):
    """However the value jumps, a level is entered at most once a hold, and never without being exceeded throughout."""
    states = run(values)
    entered = [i for i, (a, b) in enumerate(pairwise(statuses(states)), start=1) if _severity(b) > _severity(a)]
    for one, other in pairwise(entered):
        worse_at_once = _severity(states[other].status) > _severity(states[one].status)
        assert other - one >= 30 or worse_at_once
    for i in entered:
        bound = next(t.limit for t in LIMITS if t.status is states[i].status)
        assert all(value < bound for value in values[i - 30 : i + 1])
        assert i >= 30


@given(st.floats(min_value=90.0, max_value=92.0), st.lists(st.floats(min_value=90.0, max_value=91.99), max_size=200))
@settings(max_examples=examples(100))
def test_inside_the_deadband_nothing_moves(first, values):
    assert set(statuses(run([first, *values]))) == {Status.NORMAL}
    warned = run([85] * 31)[-1]
    after = [_step(warned, value, T0 + 400 * S) for value in values]
    assert {s.status for s in after} <= {Status.WARNING}


def _severity(status):
    return [Status.NORMAL, Status.ADVISORY, Status.WARNING, Status.CRITICAL].index(status)
