"""What a crew has still to do after a silence: what that may hide, but not more than it can hold."""

from dataclasses import replace
from datetime import timedelta

from run_fixtures import BEGINS, RUN

from domain.waste.run import Because, RunResult, StreetResult, StreetState, Stretch
from rounds.pace import left

SILENCE = (BEGINS + timedelta(minutes=20), BEGINS + timedelta(minutes=28))


def _hidden(order: int, metres: float) -> StreetResult:
    part = Stretch(from_m=0, to_m=metres, state=StreetState.DUE, because=Because.NOT_YET, gap=SILENCE)
    served = RUN.streets[0]
    return replace(served, order=order, state=StreetState.DUE, due_m=metres, stretches=(part,))


def _run(*metres: float) -> RunResult:
    streets = (RUN.streets[0], *(_hidden(order, m) for order, m in enumerate(metres, start=2)))
    return replace(RUN, streets=streets)


def test_what_a_silence_may_hide_is_not_left() -> None:
    assert left(_run(400, 400), heard=True) == []
    assert [one.order for one in left(_run(400, 400), heard=False)] == [2, 3], "nobody knows while it is silent"


def test_a_silence_of_minutes_does_not_hide_kilometres() -> None:
    many = _run(*[400.0] * 8)
    assert len(left(many, heard=True)) == 8, "eight minutes hold two kilometres at the fastest"


def test_a_street_that_no_silence_hides_is_left() -> None:
    part = Stretch(from_m=0, to_m=200, state=StreetState.DUE, because=Because.NOT_YET)
    seen = replace(RUN.streets[0], order=9, state=StreetState.DUE, stretches=(part,))
    assert left(replace(_run(400), streets=(*_run(400).streets, seen)), heard=True) == [seen]


def test_a_street_that_its_truck_only_drove_through_is_not_left() -> None:
    part = Stretch(from_m=0, to_m=200, state=StreetState.PASSED, because=Because.TOO_FAST)
    through = replace(RUN.streets[0], order=9, state=StreetState.PASSED, stretches=(part,))
    assert left(replace(RUN, streets=(RUN.streets[0], through)), heard=True) == []
