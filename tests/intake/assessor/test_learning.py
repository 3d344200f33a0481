"""What forecasts learn does not depend on when fixes came: late ones teach, and a restart knows the same."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from collection_centre import HOUR, Centre
from collection_world import BEGINS, DAY, ROUND, STREETS, drive, judged, trace
from sqlalchemy import Engine

from domain.waste.run import RunResult, RunState
from intake.assessor.assessing import Assessor
from intake.assessor.learning import Learning
from rounds.expecting import foretold
from rounds.lessons import Lessons

A_DAY = timedelta(days=1)
BEGUN = BEGINS + timedelta(minutes=9)


def expected(run: RunResult) -> list[datetime]:
    return [street.expected.at for street in run.streets if street.expected]


def test_a_run_whose_fixes_came_late_teaches_as_one_that_was_followed(engine: Engine, tmp_path: Path) -> None:
    centre = Centre(engine, tmp_path / "maps")
    centre.plans(STREETS)
    centre.assessor.once(BEGINS - A_DAY + 3 * HOUR)
    (nobody,) = centre.runs.runs(DAY - A_DAY)
    assert (nobody.state, nobody.vehicles) == (RunState.CLOSED, ())
    slow = [(at_s - A_DAY.total_seconds(), x, y) for at_s, x, y in trace(ROUND, kmh=2.5)]
    centre.arrive(slow, received=BEGINS - HOUR)
    centre.assessor.once(BEGINS - HOUR)
    (known,) = centre.runs.runs(DAY - A_DAY)
    assert known.vehicles == ("LA-001",)
    assert known.eta_errors, "its forecasts are measured once there is something to measure"
    centre.arrive([fix for fix in trace(ROUND, kmh=4) if fix[0] <= BEGUN.timestamp()])
    centre.assessor.once(BEGUN)
    told = expected(centre.run())
    Assessor(engine, centre.maps).once(BEGUN)
    assert told == expected(centre.run()), "a restart foretells the same"
    unlearnt = replace(centre.run(), streets=tuple(replace(s, expected=None) for s in centre.run().streets))
    assert told[-1] > expected(foretold(unlearnt, Lessons(), BEGUN))[-1], "yesterday's slow run counts"


def test_runs_teach_in_the_order_in_which_they_ended_and_as_they_are_known_now() -> None:
    slow, quick = (replace(judged(drive(trace(ROUND, kmh=kmh))), route=str(kmh)) for kmh in (2.5, 8))
    slow = replace(slow, closed_at=BEGINS + HOUR)
    quick = replace(quick, closed_at=BEGINS + 2 * HOUR)
    in_time = _told([[slow], [slow, quick]])
    assert _told([[quick], [quick, slow]]) == in_time, "the slow run was told late"
    assert _told([[quick, replace(slow, streets=())], [quick, slow]]) == in_time, "and at first without its streets"
    assert _told([[quick]]) != in_time


def test_a_day_that_is_over_is_read_once() -> None:
    asked: list[date] = []
    learning = Learning(lambda day: asked.append(day) or (), lambda _day: ())
    for minutes in range(5):
        learning.changed()
        learning.lessons(BEGINS + timedelta(minutes=minutes))
    assert asked == sorted(set(asked))
    assert max(asked) == DAY - 2 * A_DAY
    learning.lessons(BEGINS + A_DAY)
    assert asked[-1] == DAY - A_DAY


def _told(known: list[list[RunResult]]) -> list[datetime]:
    """What is expected of an open run when runs were judged so, one list after another."""
    now, runs = BEGUN, {DAY: known[0]}
    learning = Learning(lambda _day: (), lambda day: runs.get(day, ()))
    for runs[DAY] in known:
        learning.changed()
        now += timedelta(minutes=1)
        learning.lessons(now)
    fixes = [fix for fix in trace(ROUND, kmh=4) if fix[0] <= BEGUN.timestamp()]
    return expected(foretold(judged(drive(fixes), now=BEGUN), learning.lessons(now), BEGUN))
