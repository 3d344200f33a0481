"""When each contributor was last heard: updating statement by statement gives the same as reading all statements."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.instant import to_ms
from domain.observation import Kind, Observation
from domain.period import Period
from domain.places.place import IN_FORCE
from evaluation.inputs.statements import prior
from intake.evaluator.heard import Heard
from intake.evaluator.known import KnownFeed

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
FEED = discover(data_sources, "FEED", Feed)["coverage"]
said = st.tuples(
    st.sampled_from(("households", "fibre_households")), st.sampled_from(("27694", "27712")),
    st.sampled_from(("", "office-1", "office-2")), st.integers(-50, 50),
    st.sampled_from((Kind.MEASURED, Kind.DECLARED, Kind.SIMULATED)),
)  # fmt: skip


def statement(measure, place, entity, minutes, kind) -> Observation:
    at = NOW + timedelta(minutes=minutes)
    return Observation(feed=FEED.key, measure=measure, at=at, received_at=at, value=1.0, kind=kind, source="x",
                       entity=entity, place=place, territory=IN_FORCE,
                       period=Period(FEED.measure(measure).span))  # fmt: skip


wanted = st.sampled_from((frozenset(), frozenset({"27694", "office-1"})))


@given(st.lists(st.tuples(wanted, st.lists(said, max_size=5)), max_size=6), wanted)
@settings(max_examples=examples(150), deadline=None)
def test_any_sequence_of_statements_is_heard_as_what_stands_at_its_end(batches, last):
    known, standing = KnownFeed(FEED, (), ()), {}
    for expected, batch in batches:
        known.heard(expected)
        items = [statement(*one) for one in batch]
        known.take(items)
        for item in items:
            before = standing.get((item.measure, item.of.code))
            if before is None or not prior(FEED, before, item):
                standing[item.measure, item.of.code] = item
    heard, scratch = known.heard(last), Heard()
    for item in standing.values():
        scratch.note(item.of.code if item.of.code in last else item.place, to_ms(item.at), item.kind)
    assert heard.last_ms == scratch.last_ms
    assert +heard.kinds == Counter(item.kind for item in standing.values())
