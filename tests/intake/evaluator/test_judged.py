"""KPIs of collection through the evaluator: late data correct yesterday and leave today unchanged."""

from datetime import timedelta

from plan_fixtures import done
from run_fixtures import DAY, NOW, RUN, SERVED, run, street, vehicle_day
from sqlalchemy import Engine

import data_sources
import kpi
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.instant import day_start, to_ms
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE, PROVINCE
from domain.waste.plan import EVERY_DAY, Route
from domain.waste.run import StreetState
from intake.evaluator.judged import Collecting
from intake.evaluator.process import Evaluator, Parts
from store.results import Results
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream

FEED = discover(data_sources, "FEED", Feed)["waste_routes"]
KPIS = {key: one for key, one in discover(kpi, "KPIS", Kpi).items() if one.feed == FEED.key}
TODAY = DAY + timedelta(days=1)


def evaluator(engine: Engine, live: LiveState, redis, clock: list) -> Evaluator:
    return Evaluator(
        Parts(stream=RawStream(redis), live=live, engine=engine, feeds={FEED.key: FEED}, kpis=KPIS,
              clock=lambda: clock[0]), "judge",
    )  # fmt: skip


def coverage(engine: Engine, at) -> float | None:
    (found,) = Results(engine).at(at, key="waste_coverage", place=PROVINCE, territory=IN_FORCE)
    return found.value


async def test_late_fixes_change_yesterdays_figures_and_never_todays(engine: Engine, live: LiveState, redis):
    runs, noon = Runs(engine), day_start(TODAY) + timedelta(hours=12)
    Plan(engine).add(done(), [Route(id="mau-01", name="x", streets=(), places=("27694",), weekdays=EVERY_DAY)],
                     valid={"mau-01": True})  # fmt: skip
    today = run(day=TODAY, computed_at=noon, as_of=noon)
    runs.put([RUN, today])
    clock = [noon]
    evaluating = evaluator(engine, live, redis, clock)
    await evaluating.open()
    await evaluating.once()
    assert coverage(engine, noon) == 50.0
    clock[0] = noon + timedelta(minutes=5)
    whole = run(streets=tuple(street(n, StreetState.SERVED, SERVED) for n in (1, 2)), computed_at=clock[0])
    runs.put([whole])
    await evaluating.once()
    end_of_yesterday = day_start(TODAY) - timedelta(milliseconds=1)
    assert coverage(engine, end_of_yesterday) == 100.0
    assert coverage(engine, clock[0]) == 50.0, "today stays as it was"
    published = {(r.key, r.place): r.value for c in await live.results() for r in c.results()}
    assert published["waste_coverage", PROVINCE] == 50.0


def test_a_day_is_read_again_only_when_it_was_judged_again(engine: Engine):
    runs, collecting = Runs(engine), Collecting(engine)
    assert collecting.of(DAY).day.runs == []
    runs.put([RUN], [vehicle_day()])
    first = collecting.of(DAY).day
    assert first.runs == [RUN]
    assert collecting.of(DAY).day.runs is first.runs
    assert collecting.of(TODAY).day.before == [RUN]
    newest, past = collecting.changed_since(0, TODAY)
    assert (newest, past) == (to_ms(NOW), {DAY})
    assert collecting.changed_since(newest, TODAY) == (newest, set())
