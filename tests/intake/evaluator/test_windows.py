"""The evaluator with KPIs that look back: results match the stored figures after late data and killed processes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from looking_back import FEED, KPIS, MONTH, NOW, SCORE, WEEK, WINDOWS, reckoned, told
from sqlalchemy import Engine, event

from domain.feeds.feed import Feed
from domain.feeds.part import Part
from domain.feeds.reporter import Register
from domain.instant import day_start, service_day
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.window import NEWEST, Rolling
from domain.observation import Observation
from domain.organisation import Organisation, OrganisationKind
from domain.places.place import PROVINCE
from domain.subject import SubjectKind
from domain.text import Text
from evaluation.composites import Component, Composite, Group
from intake.evaluator.replay import end_of
from intake.evaluator.tick import Ticks
from store.intake import Batch, IntakeStore
from store.organisations import Organisations
from store.results import Results

COMMUNES = ("27694", "27712")
TODAY = service_day(NOW)
FEEDS = {"care": FEED}
ALL = ("settled", "due", "open", "scored", "asked_of", "weighed")


class Centre:
    """A collector's transactions and an evaluator's ticks over one database."""

    def __init__(self, engine: Engine, kpis: Mapping[str, Kpi] = KPIS, feeds: Mapping[str, Feed] = FEEDS) -> None:
        self.engine, self.kpis, self.feeds, self.now = engine, kpis, feeds, NOW
        self.intake, self.said = IntakeStore(engine), []
        self._cursor, self._ids = self.intake.cursor(Part("care")), count(1)
        self.restart()

    def restart(self) -> None:
        """The evaluator dies; another takes up what the database holds."""
        self.ticks = Ticks(self.engine, self.feeds, self.kpis, places=COMMUNES, sets=(), now=self.now)

    def tell(self, *items: Observation) -> None:
        self.said += items
        cursor = f"{next(self._ids)}-0"
        batch = Batch(observations=items, today=service_day(self.now))
        self.intake.write(Part("care"), expected_cursor=self._cursor, cursor=cursor, batch=batch)
        self._cursor = cursor

    def tick(self) -> dict[tuple[str, str], KpiResult]:
        self.now += timedelta(milliseconds=1)
        self.ticks.take(self.now)
        self.ticks.once(self.now)
        return {(r.key, r.place): r for r in Results(self.engine).latest()}

    def work_off(self) -> int:
        """Past days until none waits."""
        done = 0
        while worked := self.ticks.past(self.now):
            done += worked
        return done


def days(place: str, first: date, number: int, settled: float, due: float = 100) -> list[Observation]:
    return [
        told(measure, place, value, first + timedelta(days=n))
        for n in range(number)
        for measure, value in (("settled", settled), ("due", due))
    ]


def month(place: str, on: date, scored: float) -> list[Observation]:
    return [told("scored", place, scored, on), told("asked_of", place, 100, on)]


def test_windows_and_their_composite_are_kept_and_say_the_same_after_a_restart(engine: Engine) -> None:
    centre = Centre(engine)
    for code, share in zip(COMMUNES, (20, 40), strict=True):
        centre.tell(*days(code, TODAY - timedelta(days=6), 6, share), *month(code, date(2026, 10, 31), 60))
        centre.tell(*(told("open", code, 1, TODAY - timedelta(days=n)) for n in range(1, 8)))
    before = centre.tick()
    week = before["care_week", PROVINCE]
    assert (week.value, week.reporting, week.told, week.asked) == (30, 2, 12, 14)
    score = before["care_score", PROVINCE]
    assert (score.value, score.reporting, score.expected) == (6 + 22.5 + 50, 3, 3)
    assert score.as_of == day_start(date(2026, 10, 31)), "as old as its oldest component"
    assert before["care_score", "27694"].value == pytest.approx(4 + 22.5 + 50)
    centre.restart()
    assert centre.tick() == before, "nothing is new, so nothing is written anew"
    recorded = {(r.key, r.place): r for r in Results(engine).at(centre.now)}
    assert recorded["care_week", PROVINCE] == week
    centre.now += timedelta(minutes=2)
    centre.ticks.flush(centre.now)
    assert Results(engine).series("care_week", "2025-07", PROVINCE, since=NOW - timedelta(days=90), until=NOW) == [week]


def test_a_day_leaves_without_any_message_and_a_tick_reads_no_history(engine: Engine) -> None:
    centre = Centre(engine)
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=7), 1, 100), *days(code, TODAY - timedelta(days=6), 6, 0))
    assert centre.tick()["care_week", PROVINCE].value == pytest.approx(100 / 7)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    centre.now = day_start(TODAY + timedelta(days=1))
    found = centre.tick()["care_week", PROVINCE]
    assert (found.value, found.told, found.asked) == (0, 12, 14)
    assert not [one for one in asked if "FROM observations" in one or "JOIN observations" in one], asked


def test_late_corrected_and_repeated_figures_reach_a_running_evaluator(engine: Engine) -> None:
    centre = Centre(engine)
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=7), 7, 10))
    assert centre.tick()["care_week", PROVINCE].value == 10
    centre.tell(told("settled", "27694", 80, TODAY - timedelta(days=5)))
    assert centre.tick()["care_week", PROVINCE].numerator == 210, "put right five days late"
    centre.tell(told("settled", "27694", 80, TODAY - timedelta(days=5)))
    assert centre.tick()["care_week", PROVINCE].numerator == 210, "told again"
    centre.tell(told("settled", "27694", 5, TODAY - timedelta(days=8)))
    assert centre.tick()["care_week", PROVINCE].numerator == 210, "of a day before the window"
    assert centre.work_off() > 0
    centre.restart()
    assert centre.tick()["care_week", PROVINCE].numerator == 210


def test_amounts_of_today_count_whatever_their_order(engine: Engine) -> None:
    centre = Centre(engine)
    at = day_start(TODAY)
    for hours in (9, 3, 6):
        centre.tell(*(told("weighed", code, hours, TODAY, at=at + timedelta(hours=hours)) for code in COMMUNES))
        centre.tick()
    three = replace(KPIS["care_weighed"], key="today", window=Rolling(days=1, running=True))
    centre.kpis = {"today": three}
    assert centre.tick()["care_weighed", PROVINCE].told == 2
    centre.restart()
    assert centre.tick()["today", PROVINCE].value == 36


@pytest.mark.long
def test_past_days_whose_window_looked_at_a_late_figure_are_evaluated_again(engine: Engine) -> None:
    centre = Centre(engine)
    late = TODAY - timedelta(days=10)
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=20), 20, 10))
    centre.tick()
    centre.work_off()
    centre.tell(told("settled", "27694", 80, late), told("settled", "27712", 80, late))
    centre.tick()
    assert centre.work_off() > 0
    assert Results(engine).late_days() == []
    for ago in range(14, 0, -1):
        day = TODAY - timedelta(days=ago)
        (then,) = Results(engine).at(end_of(day), key="care_week", place=PROVINCE)
        expected = reckoned(WEEK, centre.said, end_of(day), COMMUNES, PROVINCE)
        assert (then.told, then.asked, then.computed_at) == (expected.told, expected.asked, end_of(day))
        assert then.value == pytest.approx(expected.value), day
        assert (then.value == 10) == (not late < day <= late + timedelta(days=7)), day


def test_a_late_month_changes_the_days_that_looked_at_it_and_their_composites(engine: Engine) -> None:
    centre = Centre(engine)
    for code in COMMUNES:
        centre.tell(*(told("open", code, 1, TODAY - timedelta(days=n)) for n in range(1, 12)))
    centre.tick()
    centre.work_off()
    for code in COMMUNES:
        centre.tell(*month(code, date(2026, 10, 31), 40))
    centre.tick()
    centre.work_off()
    for day in (TODAY - timedelta(days=3), TODAY - timedelta(days=1), date(2026, 11, 1)):
        (then,) = Results(engine).at(end_of(day), key="care_month", place=PROVINCE)
        assert (then.value, then.computed_at) == (40, end_of(day))
    assert not Results(engine).at(end_of(date(2026, 10, 30)), key="care_month", place=PROVINCE)
    found = Results(engine).series("care_score", "2025-07", PROVINCE, since=NOW - timedelta(days=60), until=NOW)
    assert [(r.value, r.reporting) for r in found if r.as_of == day_start(date(2026, 10, 31))] == [(75, 2)]


def test_a_composite_of_the_past_takes_what_the_history_says_stood_then(engine: Engine) -> None:
    newest = replace(MONTH, key="newest", window=NEWEST)
    both = Composite((Group(Text("g", "g"), (Component("newest", 50), Component("care_week", 50))),))
    score = replace(SCORE, key="both", formula=both, min_coverage=0.5)
    centre = Centre(engine, {"newest": newest, "care_week": WEEK, "both": score})
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=12), 12, 20))
    centre.tick()
    centre.work_off()
    told_on = TODAY - timedelta(days=4)
    for code in COMMUNES:
        centre.tell(*month(code, told_on, 60))
    centre.tick()
    centre.work_off()

    def then(day: date) -> KpiResult:
        (found,) = Results(engine).at(end_of(day), key="both", place=PROVINCE)
        return found

    before, on = then(told_on - timedelta(days=1)), then(told_on)
    assert (before.value, before.reporting, before.expected) == (20, 1, 2), "nothing newest was told yet"
    assert (on.value, on.reporting, on.expected) == (40, 2, 2)
    for code in COMMUNES:
        centre.tell(told("settled", code, 80, TODAY - timedelta(days=3)))
    centre.tick()
    centre.work_off()
    later = then(TODAY - timedelta(days=1))
    assert (later.reporting, later.expected) == (1, 2), "told four days ago and good for 26 hours: too old by then"


@pytest.mark.long
def test_a_death_amid_past_days_repeats_them_and_loses_none(engine: Engine) -> None:
    long = {"long": replace(WEEK, key="long", window=Rolling(days=60))}
    centre = Centre(engine, long)
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=100), 100, 10))
    centre.tick()
    centre.work_off()
    centre.tell(told("settled", "27694", 100, TODAY - timedelta(days=70)))
    centre.tick()
    assert centre.ticks.past(centre.now) == 1, "its own day"
    assert centre.ticks.past(centre.now) == 31, "a part of the sixty that looked at it"
    centre.restart()
    assert len(Results(engine).late_days()) == 1, "it still waits"
    centre.tick()
    centre.work_off()
    assert Results(engine).late_days() == []
    for ago in (69, 40, 11, 10, 9):
        (then,) = Results(engine).at(end_of(TODAY - timedelta(days=ago)), key="long", place="27694")
        expected = reckoned(long["long"], centre.said, end_of(TODAY - timedelta(days=ago)), COMMUNES, "27694")
        assert then.value == pytest.approx(expected.value), ago


def test_a_batch_between_two_looks_waits_for_the_windows_to_see_it(engine: Engine) -> None:
    centre = Centre(engine)
    centre.tick()
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=7), 7, 10))
    centre.work_off()
    assert Results(engine).late_days(), "the windows have not read that batch: its days are the only word of it"
    assert centre.tick()["care_week", PROVINCE].value == 10
    centre.work_off()
    assert Results(engine).late_days() == []


def test_a_batch_of_the_last_second_before_midnight_is_seen_after_it(engine: Engine) -> None:
    centre = Centre(engine)
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=6), 6, 10))
    centre.now = day_start(TODAY + timedelta(days=1)) - timedelta(milliseconds=200)
    centre.tick()
    for code in COMMUNES:
        centre.tell(*days(code, TODAY, 1, 80))
    centre.now += timedelta(milliseconds=400)
    found = centre.tick()["care_week", PROVINCE]
    assert (found.value, found.told) == (20, 14)


def test_organisations_of_the_register_have_results_of_their_own(engine: Engine) -> None:
    by_office = replace(WEEK, key="by_office", of=SubjectKind.ORGANISATION)
    owed = {"care": replace(FEED, reporters=Register(OrganisationKind.DEPARTMENT))}
    Organisations(engine).put(
        [Organisation(code=code, name=code, kind=OrganisationKind.DEPARTMENT, parent=parent)
         for code, parent in (("H53.1", "H53"), ("H53.1.4", "H53.1"), ("H53.2", "H53"))], NOW,
    )  # fmt: skip
    centre = Centre(engine, {"by_office": by_office}, owed)
    for code, share in (("H53.1", 10), ("H53.1.4", 30), ("H53.2", 50)):
        centre.tell(*(replace(one, place="", territory="", organisation=code)
                      for one in days("80", TODAY - timedelta(days=7), 7, share)))  # fmt: skip
    found = centre.tick()
    assert found["by_office", "H53.1"].of.kind is SubjectKind.ORGANISATION
    values = {place: r.value for (_, place), r in found.items()}
    assert values == {"H53.1": 20, "H53.1.4": 30, "H53.2": 50, PROVINCE: 30}
    centre.work_off()
    (then,) = Results(engine).at(end_of(TODAY - timedelta(days=1)), key="by_office", place="H53.1")
    assert then.value == 20
    Organisations(engine).put(
        [Organisation(code="H53.3", name="new", kind=OrganisationKind.DEPARTMENT, parent="H53")], NOW
    )
    centre.now += timedelta(minutes=2)
    assert centre.tick()["by_office", PROVINCE].expected == 4


def test_a_window_over_what_nobody_tells_is_refused_at_the_start(engine: Engine) -> None:
    with pytest.raises(ValueError, match="care/gone"):
        Centre(engine, {"x": replace(WEEK, key="x", formula=replace(WEEK.formula, numerator="gone"))})


def test_a_composite_whose_component_fell_silent_says_how_many_of_how_many(engine: Engine) -> None:
    strict = replace(SCORE, key="strict", min_coverage=1.0)
    centre = Centre(engine, {**KPIS, "strict": strict})
    for code in COMMUNES:
        centre.tell(*days(code, TODAY - timedelta(days=7), 7, 50), *month(code, date(2026, 10, 31), 80))
    found = centre.tick()
    partial = found["care_score", PROVINCE]
    assert (partial.reporting, partial.expected, partial.value) == (2, 3, pytest.approx(80))
    assert (found["strict", PROVINCE].status, found["strict", PROVINCE].value) == (Status.NO_DATA, None)
    left = found["care_left_out", PROVINCE]
    assert (left.value, left.numerator, left.denominator) == (40, 40, 50)


step = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from(ALL), st.sampled_from([*COMMUNES, PROVINCE]), st.integers(-40, 0),
              st.integers(1, 8), st.sampled_from([None, 0.0, 4.0, 9.0]), st.sampled_from(["A", "B"])),
    st.tuples(st.just("wait"), st.sampled_from([5, 24, 24 * 8])),
    st.sampled_from([("tick",), ("past",), ("restart",)]),
)  # fmt: skip


@given(st.lists(step, min_size=3, max_size=10))
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_results_equal_a_plain_reckoning_of_what_was_told(engine: Engine, steps) -> None:
    _emptied(engine)
    centre = Centre(engine)
    for one in steps:
        match one:
            case ("wait", hours):
                centre.now += timedelta(hours=hours)
            case ("tell", measure, place, ago, number, value, source):
                first = service_day(centre.now) + timedelta(days=ago)
                given_ = [told(measure, place, value, first + timedelta(days=n), source=source) for n in range(number)]
                centre.tell(*(item for item in given_ if item.at <= centre.now))
            case ("tick",):
                centre.tick()
            case ("past",):
                centre.ticks.past(centre.now)
            case ("restart",):
                centre.restart()
    found = centre.tick()
    for kpi in WINDOWS:
        for place in (*COMMUNES, PROVINCE):
            result, expected = found[kpi.key, place], reckoned(kpi, centre.said, centre.now, COMMUNES, place)
            about, had = (kpi.key, place), (result.reporting, result.told, result.asked)
            assert had == (expected.reporting, expected.told, expected.asked), about
            assert result.value == (None if expected.value is None else pytest.approx(expected.value)), about


def _emptied(engine: Engine) -> None:
    from store.database import writing
    from store.schema import whole

    with writing(engine) as connection:
        for table in reversed(whole().sorted_tables):
            connection.execute(table.delete())
