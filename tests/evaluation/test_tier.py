"""KPIs of several feeds that are evaluated as one give what each feed gives alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from domain.discovery import discover
from domain.instant import to_ms
from domain.kpis.kpi import Kpi, Status, Threshold
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from evaluation.columns import Cell, Columns
from evaluation.evaluate import needed
from evaluation.formulas import Ratio, Sum
from evaluation.shapes import tiers

NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
AGES = {"first": timedelta(minutes=10), "second": timedelta(minutes=3), "third": timedelta(minutes=10)}
MODEL = next(one for one in discover(kpi, "KPIS", Kpi).values() if one.key == "services_on_time")
LOW = Threshold(status=Status.CRITICAL, limit=30, clear=40, hold=timedelta(minutes=2), because="test")
KPIS = [
    replace(MODEL, key="first_share", feed="first", formula=Ratio("a", "b"), thresholds=(LOW,)),
    replace(MODEL, key="second_share", feed="second", formula=Ratio("b", "a", scale=1000.0), plausible_high=1000.0),
    replace(MODEL, key="second_sum", feed="second", formula=Sum("a"), plausible_high=1e9, thresholds=()),
    replace(MODEL, key="across", feed="second", formula=Ratio("a", "first/b"), thresholds=()),
    replace(MODEL, key="third_sum", feed="third", formula=Sum("a"), plausible_high=1e9, thresholds=()),
    replace(
        MODEL, key="third_whole", feed="third", formula=Sum("b"), by_place=False, plausible_high=1e9, thresholds=()
    ),
]
FEEDS = needed(KPIS)


def tell(columns, feed, changes, now):
    columns[feed].put(
        Cell(measure, place, place, to_ms(now - timedelta(seconds=age)), value, Kind.DECLARED, source)
        for measure, place, value, age, source in changes
    )


def evaluated(formed, tables, before, now):
    made, events = [], []
    for tier in formed:
        found, said = tier.evaluate(tables, lambda feed, _measure: AGES[feed], before, now)
        made += found
        events += said
    return {one.key: one for one in made}, {(one.key, one.of.code, one.after) for one in events}


change = st.tuples(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["A", "B", "C", PROVINCE]),
    st.integers(0, 50).map(float),
    st.integers(0, 900),
    st.sampled_from(["x", "y", "z"]),
)
step = st.tuples(st.integers(1, 300), st.dictionaries(st.sampled_from(list(FEEDS)), st.lists(change, max_size=6)))


@given(st.lists(step, min_size=1, max_size=10))
@settings(max_examples=examples(150), deadline=None)
def test_feeds_evaluated_together_give_what_each_gives_alone(steps):
    columns = {feed: Columns(measures) for feed, measures in FEEDS.items()}
    for one in columns.values():
        one.expect({place: place for place in "ABC"})
    together, alone = tiers(KPIS, IN_FORCE), [form for one in KPIS for form in tiers([one], IN_FORCE)]
    mine, theirs, now = {}, {}, NOW
    kept = {}
    for seconds, told in steps:
        now += timedelta(seconds=seconds)
        for feed, changes in told.items():
            tell(columns, feed, changes, now)
        kept |= {feed: one.table() for feed, one in columns.items() if feed in told or feed not in kept}
        made, events = evaluated(together, kept, mine, now)
        whole, all_events = evaluated(alone, kept, theirs, now)
        mine, theirs = mine | made, theirs | whole
        assert {key: one.text() for key, one in made.items()} == {key: one.text() for key, one in whole.items()}
        assert events == all_events


def test_feeds_with_other_contributors_stay_apart():
    columns = {feed: Columns(measures) for feed, measures in FEEDS.items()}
    for feed, places in (("first", "AB"), ("second", "AB"), ("third", "ABC")):
        columns[feed].expect({place: place for place in places})
        tell(columns, feed, [("a", place, 10.0, 0, "x") for place in places], NOW)
    made, _ = evaluated(tiers(KPIS, IN_FORCE), {feed: one.table() for feed, one in columns.items()}, {}, NOW)
    assert made["second_sum"].result(PROVINCE).expected == 2
    assert made["third_sum"].result(PROVINCE).expected == 3
    assert made["second_sum"].result("C") is None
