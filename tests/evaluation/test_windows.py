"""Windows: a look-back KPI's results by period when figures come late, again or corrected, and as time passes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from looking_back import (
    DUE,
    FEED,
    MONTH,
    NOW,
    OCTOBER,
    OPEN_DAYS,
    SO_FAR,
    TODAY_TOO,
    WEEK,
    WEIGHED,
    WINDOWS,
    reckoned,
    told,
)

from domain.instant import day_start
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.result_columns import ResultColumns
from domain.kpis.window import InPeriod, Rolling
from domain.observation import Kind, Observation
from domain.period import Period, Span
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.place_set import PlaceSet
from domain.text import Text
from evaluation.buckets import Buckets
from evaluation.evaluate import needed
from evaluation.shapes import window_shapes
from store import territories

COMMUNES = ("27694", "27712", "27724")
TODAY = date(2026, 11, 22)
DAYS = [TODAY - timedelta(days=n) for n in range(7, 0, -1)]


def stale_after(_feed: str, measure: str) -> timedelta:
    return FEED.stale_after_of(measure)


class Looking:
    """The windows of some KPIs, told and asked step by step."""

    def __init__(self, *kpis: Kpi, sets: tuple[PlaceSet, ...] = ()) -> None:
        spans = {one.window.span for one in kpis}
        self.buckets = Buckets(FEED, needed(kpis)["care"], spans, territories.crosswalk)
        self.shapes = window_shapes(kpis, IN_FORCE, sets, buckets={"care": self.buckets})
        self.before: dict[str, ResultColumns] = {}
        self.said: list[Observation] = []
        self.events: list = []

    def tell(self, *items: Observation) -> None:
        """As the store numbers them: a figure told again with another value is the next revision."""
        for item in items:
            same = [one for one in self.said if (one.measure, one.of, one.source, one.at, one.period)
                    == (item.measure, item.of, item.source, item.at, item.period)]  # fmt: skip
            self.said.append(replace(item, revision=len(same) + 1))
            self.buckets.take(self.said[-1:])

    def at(self, now: datetime) -> dict[tuple[str, str], KpiResult]:
        for shape in self.shapes:
            made, events = shape.evaluate({code: code for code in COMMUNES}, stale_after, self.before, now)
            self.before |= {one.key: one for one in made}
            self.events += events
        return {(r.key, r.place): r for one in self.before.values() for r in one.results()}


def day(place: str, on: date, settled: float | None, due: float | None, **more) -> list[Observation]:
    return [told("settled", place, settled, on, **more), told("due", place, due, on, **more)]


def test_days_are_added_before_they_are_divided():
    looking = Looking(WEEK)
    for n, on in enumerate(DAYS):
        looking.tell(*day("27694", on, 90 if n else 0, 100 if n else 1000))
    found = looking.at(NOW)["care_week", "27694"]
    assert (found.numerator, found.denominator) == (540, 1600)
    assert found.value == pytest.approx(33.75), "and never the mean of the days"
    assert (found.told, found.asked, found.as_of) == (7, 7, day_start(DAYS[-1]))


def test_a_day_nobody_told_is_missing_and_never_zero():
    looking = Looking(WEEK)
    for on in DAYS[:5]:
        looking.tell(*day("27694", on, 50, 100))
    found = looking.at(NOW)
    commune, province = found["care_week", "27694"], found["care_week", PROVINCE]
    assert (commune.value, commune.told, commune.asked) == (50, 5, 7)
    assert (province.status, province.value) == (Status.NO_DATA, None), "one of three communes is too few"
    assert (province.reporting, province.expected, province.told, province.asked) == (1, 3, 5, 21)
    silent = found["care_week", "27712"]
    assert (silent.status, silent.reporting, silent.told, silent.asked) == (Status.NO_DATA, 0, 0, 7)


def test_few_days_of_many_are_no_sum_even_when_everybody_told_some():
    looking = Looking(WEEK)
    for code in COMMUNES:
        for on in DAYS[:3]:
            looking.tell(*day(code, on, 50, 100))
    province = looking.at(NOW)["care_week", PROVINCE]
    assert (province.reporting, province.told, province.status) == (3, 9, Status.NO_DATA)
    looking.tell(*day("27694", DAYS[4], 50, 100), *day("27712", DAYS[4], 50, 100))
    assert looking.at(NOW)["care_week", PROVINCE].value == 50


def test_half_a_day_and_a_day_reported_missing_do_not_count():
    looking = Looking(WEEK)
    for on in DAYS:
        looking.tell(*day("27694", on, 50, 100))
    looking.tell(told("settled", "27694", None, DAYS[2], at=day_start(DAYS[2]) + timedelta(hours=1)))
    looking.tell(told("settled", "27712", 5, DAYS[2]))
    found = looking.at(NOW)
    assert (found["care_week", "27694"].told, found["care_week", "27694"].denominator) == (6, 600)
    assert found["care_week", "27712"].told == 0


def test_zero_is_a_figure_and_zero_of_zero_is_not_applicable_only_when_every_day_was_told():
    looking = Looking(WEEK)
    for on in DAYS:
        looking.tell(*day("27694", on, 0, 100), *day("27712", on, 0, 0))
        if on != DAYS[0]:
            looking.tell(*day("27724", on, 0, 0))
    found = looking.at(NOW)
    assert found["care_week", "27694"].value == 0
    assert found["care_week", "27712"].status is Status.NOT_APPLICABLE
    assert found["care_week", "27724"].status is Status.NO_DATA, "nobody knows what arose on the day that is missing"


def test_an_impossible_day_does_not_hide_in_the_sum():
    looking = Looking(WEEK)
    for on in DAYS[1:]:
        looking.tell(*day("27694", on, 10, 100))
    looking.tell(*day("27694", DAYS[0], 120, 100))
    found = looking.at(NOW)["care_week", "27694"]
    assert (found.value, found.told, found.asked) == (10, 6, 7)


def test_a_day_leaves_the_window_without_any_message_at_midnight_of_viet_nam():
    looking = Looking(WEEK)
    for n, on in enumerate(DAYS):
        looking.tell(*day("27694", on, 100 if n == 0 else 0, 100))
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    before = looking.at(midnight - timedelta(milliseconds=1))["care_week", "27694"]
    assert before.value == pytest.approx(100 / 7)
    after = looking.at(midnight)["care_week", "27694"]
    assert (after.value, after.told, after.asked) == (0, 6, 7)
    assert after.as_of == before.as_of, "nothing newer was told"
    assert (after.computed_at, before.computed_at) == (midnight, midnight - timedelta(milliseconds=1))


def test_a_day_that_leaves_is_news_even_when_the_value_stays():
    looking = Looking(WEEK)
    for on in DAYS:
        looking.tell(*day("27694", on, 50, 100))
    first = looking.at(NOW)["care_week", "27694"]
    again = looking.at(NOW + timedelta(minutes=1))["care_week", "27694"]
    assert again.computed_at == first.computed_at, "the same is said once"
    later = looking.at(NOW + timedelta(days=1))["care_week", "27694"]
    assert (later.value, later.told, later.computed_at) == (50, 6, NOW + timedelta(days=1))


def test_late_corrected_and_repeated_figures():
    looking = Looking(WEEK)
    for on in DAYS:
        looking.tell(*day("27694", on, 50, 100))
    assert looking.at(NOW)["care_week", "27694"].value == 50
    looking.tell(told("settled", "27694", 90, DAYS[0]))
    assert looking.at(NOW)["care_week", "27694"].numerator == 390, "corrected, at its own day"
    looking.tell(told("settled", "27694", 90, DAYS[0]))
    assert looking.at(NOW)["care_week", "27694"].numerator == 390, "told again, counted once"
    looking.tell(*day("27712", DAYS[3], 1, 4))
    assert looking.at(NOW)["care_week", "27712"].told == 1, "late"
    looking.tell(*day("27694", DAYS[0] - timedelta(days=1), 100, 100))
    assert looking.at(NOW)["care_week", "27694"].numerator == 390, "before the window"


def test_of_two_sources_the_newest_counts_and_both_are_named_where_both_are_in_the_sum():
    looking = Looking(WEEK)
    for n, on in enumerate(DAYS):
        looking.tell(*day("27694", on, 50, 100, source="A, B" if n % 2 else "C"))
    looking.tell(*day("27694", DAYS[0], 70, 100, source="D", at=day_start(DAYS[0]) + timedelta(hours=3),
                      kind=Kind.ESTIMATED))  # fmt: skip
    found = looking.at(NOW)["care_week", "27694"]
    assert (found.numerator, found.sources) == (370, ("A, B", "C", "D"))
    assert found.kinds == {Kind.ESTIMATED: 1}, "a sum is as factual as the least of its days"


@pytest.mark.parametrize("real_first", [True, False])
def test_a_simulated_day_counts_only_where_no_real_one_is_told(real_first: bool):
    looking = Looking(WEEK)
    real = [one for on in DAYS[1:] for one in day("27694", on, 50, 100, source="A")]
    late = timedelta(hours=3)
    made_up = [one for on in DAYS[:2] for one in day("27694", on, 70, 100, source="D", at=day_start(on) + late,
                                                     kind=Kind.SIMULATED)]  # fmt: skip
    for told_together in (real, made_up) if real_first else (made_up, real):
        looking.tell(*told_together)
    found = looking.at(NOW)["care_week", "27694"]
    assert (found.numerator, found.sources) == (70 + 50 * len(DAYS[1:]), ("A", "D"))
    assert found.kinds == {Kind.SIMULATED: 1}


def test_amounts_are_added_up_by_day_and_a_share_counts_days():
    looking = Looking(WEIGHED, OPEN_DAYS)
    at = day_start(TODAY)
    for hours, value in ((1, 5.0), (2, 7.0), (-20, 3.0), (-24 * 5, 100.0)):
        looking.tell(told("weighed", "27694", value, TODAY, at=at + timedelta(hours=hours)))
    for n, on in enumerate(DAYS):
        looking.tell(told("open", "27694", float(n < 5), on))
    found = looking.at(NOW)
    weighed = found["care_weighed", "27694"]
    assert (weighed.told, weighed.asked, weighed.status) == (2, 5, Status.NO_DATA)
    looking.tell(told("weighed", "27694", 1.0, TODAY - timedelta(days=2)))
    weighed = looking.at(NOW)["care_weighed", "27694"]
    assert (weighed.value, weighed.told) == (16, 3)
    assert found["care_open", "27694"].value == pytest.approx(500 / 7)


def test_a_period_holds_only_its_own_figures():
    looking = Looking(MONTH, SO_FAR, DUE, OCTOBER)
    for on, scored in ((date(2026, 10, 31), 60), (date(2026, 11, 10), 20), (date(2026, 11, 21), 30)):
        looking.tell(told("scored", "27694", scored, on), told("asked_of", "27694", 100, on))
    quarter = told("scored", "27694", 7, date(2026, 10, 31))
    looking.tell(replace(quarter, period=Period(Span.QUARTER, date(2026, 10, 1))))
    found = looking.at(NOW)
    month = found["care_month", "27694"]
    assert (month.value, month.as_of, month.told, month.asked) == (60, day_start(date(2026, 10, 31)), 1, 1)
    assert found["care_so_far", "27694"].value == 30, "the newest of the month to date"
    december = datetime(2026, 12, 1, 3, tzinfo=UTC)
    found = looking.at(december)
    assert found["care_month", "27694"].value == 30
    assert found["care_due", "27694"].value == 60, "its reports may take five days"
    assert found["care_so_far", "27694"].status is Status.NO_DATA, "December was not told"
    assert found["care_october", "27694"].value == 60
    assert looking.at(december + timedelta(days=5))["care_due", "27694"].value == 30


def test_what_is_true_of_a_month_so_far_grows_old():
    looking = Looking(SO_FAR, MONTH)
    for on in (date(2026, 10, 31), date(2026, 11, 21)):
        looking.tell(told("scored", "27694", 20, on), told("asked_of", "27694", 100, on))
    day = day_start(date(2026, 11, 21))
    fresh = looking.at(day + FEED.stale_after)["care_so_far", "27694"]
    assert (fresh.status, fresh.reporting) == (Status.NORMAL, 1)
    found = looking.at(day + FEED.stale_after + timedelta(milliseconds=1))
    old, complete = found["care_so_far", "27694"], found["care_month", "27694"]
    assert (old.status, old.value, old.reporting, old.told) == (Status.STALE, 20, 0, 1)
    assert (complete.status, complete.value) == (Status.NORMAL, 20), "a complete month does not age"


def test_a_month_begins_at_midnight_in_ho_chi_minh_city():
    looking = Looking(MONTH, SO_FAR)
    looking.tell(told("scored", "27694", 10, date(2026, 11, 5)), told("asked_of", "27694", 100, date(2026, 11, 5)))
    begins = datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert looking.at(begins - timedelta(milliseconds=1))["care_so_far", "27694"].value == 10
    assert looking.at(begins)["care_so_far", "27694"].value is None
    assert looking.at(begins)["care_month", "27694"].value == 10


def test_a_place_set_and_the_province_add_up_days_of_communes():
    sets = (PlaceSet(key="tanan", names=Text("t", "t"), territory=IN_FORCE, codes=COMMUNES[:2]),)
    looking = Looking(WEEK, sets=sets)
    for on in DAYS:
        looking.tell(*day("27694", on, 10, 100), *day("27712", on, 30, 100))
    found = looking.at(NOW)
    assert (found["care_week", "tanan"].value, found["care_week", "tanan"].asked) == (20, 14)
    assert (found["care_week", PROVINCE].told, found["care_week", PROVINCE].asked) == (14, 21)


def test_what_the_province_states_stands_beside_the_sum():
    looking = Looking(WEEK)
    for on in DAYS:
        for code in COMMUNES:
            looking.tell(*day(code, on, 10, 100))
        looking.tell(*day(PROVINCE, on, 99, 100))
    province = looking.at(NOW)["care_week", PROVINCE]
    assert (province.value, province.told, province.expected) == (10, 21, 3)
    assert (province.stated.value, province.stated.numerator) == (99, 693)


def test_status_machines_move_with_windows():
    low = replace(MONTH, key="low", thresholds=WEEK.thresholds, min_coverage=0.1)
    looking = Looking(low)
    looking.tell(told("scored", "27694", 1, date(2026, 10, 5)), told("asked_of", "27694", 9, date(2026, 10, 5)))
    looking.at(NOW)
    looking.at(NOW + timedelta(days=10))
    assert {(e.place, e.before, e.after) for e in looking.events} == {
        (place, Status.NORMAL, Status.NO_DATA) for place in ("27694", PROVINCE)
    }


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: InPeriod(span=Span.INSTANT),
        lambda: InPeriod(span=Span.TO_DATE),
        lambda: InPeriod(span=Span.MONTH, named="2026"),
        lambda: InPeriod(span=Span.MONTH, named="2026-13"),
        lambda: InPeriod(span=Span.MONTH, named="2026-10", running=True),
        lambda: InPeriod(span=Span.MONTH, running=True, due_days=3),
        lambda: InPeriod(span=Span.MONTH, due_days=-1),
        lambda: Rolling(days=0),
        lambda: Rolling(days=4000),
    ],
)
def test_a_window_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()


@given(st.integers(0, 800), st.integers(0, 800), st.sampled_from([WEEK, TODAY_TOO, MONTH, SO_FAR, DUE, OCTOBER]))
def test_holds_says_what_periods_says(begin, on, one):
    start, when = date(2025, 6, 1) + timedelta(days=begin), date(2025, 6, 1) + timedelta(days=on)
    period = told("scored" if one.window.span is Span.MONTH else "due", "27694", 1, start).period
    assert one.window.holds(period, when) == (period in one.window.periods(when))


statement = st.tuples(
    st.just("tell"), st.sampled_from(["settled", "due", "open", "scored", "asked_of", "weighed"]),
    st.sampled_from([*COMMUNES, PROVINCE]), st.integers(-45, 40), st.sampled_from([None, 0.0, 1.0, 7.0, 40.0]),
    st.sampled_from(["A", "B"]), st.integers(0, 2),
)  # fmt: skip
whole_days = st.tuples(
    st.just("days"), st.sampled_from([("settled", "due"), ("scored", "asked_of"), ("open",), ("weighed",)]),
    st.sampled_from([*COMMUNES, PROVINCE]), st.integers(-9, 3), st.integers(3, 9), st.sampled_from([0.0, 1.0, 7.0]),
)  # fmt: skip
passing = st.tuples(st.just("wait"), st.sampled_from([1, 7, 24, 24 * 9]))


def statements(step, now: datetime) -> list[Observation]:
    """What a step tells; nobody tells a day before it comes."""
    latest = (now - NOW).days
    if step[0] == "days":
        _, measures, place, first, count, value = step
        values = zip(measures, (value, 10.0), strict=False)
        return [told(measure, place, given, TODAY + timedelta(days=first + n))
                for measure, given in values for n in range(count) if first + n <= latest]  # fmt: skip
    _, measure, place, offset, value, source, hours = step
    item = told(measure, place, value, TODAY + timedelta(days=min(offset, latest)), source=source)
    return [replace(item, at=item.at + timedelta(hours=hours))]


@given(st.lists(st.one_of(statement, whole_days, whole_days, passing), max_size=25))
@settings(max_examples=examples(100))
def test_every_step_says_what_a_plain_reckoning_of_everything_ever_told_says(steps):
    looking, now = Looking(*WINDOWS), NOW
    for step in steps:
        if step[0] == "wait":
            now += timedelta(hours=step[1])
        else:
            looking.tell(*statements(step, now))
        found = looking.at(now)
        for one in WINDOWS:
            for place in (*COMMUNES, PROVINCE):
                result, expected = found[one.key, place], reckoned(one, looking.said, now, COMMUNES, place)
                about = (one.key, place, steps)
                assert (result.reporting, result.expected) == (expected.reporting, expected.expected), about
                assert (result.told, result.asked) == (expected.told, expected.asked), about
                assert result.value == (None if expected.value is None else pytest.approx(expected.value)), about
                if expected.value is not None:
                    assert result.as_of == expected.as_of, about
