"""KPIs whose result cannot change are not evaluated again, and the results equal those of evaluating all."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import orjson
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from domain.discovery import discover
from domain.instant import to_ms
from domain.kpis.kpi import Described, Known, Kpi, Status, Threshold
from domain.kpis.result_columns import ResultColumns, from_document
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from evaluation.columns import Cell, Columns
from evaluation.evaluate import Shape, needed
from evaluation.formulas import Difference, Ratio, Share, Sum
from evaluation.shapes import tiers

NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
STALE_AFTER = timedelta(minutes=10)
MODEL = next(one for one in discover(kpi, "KPIS", Kpi).values() if one.key == "services_on_time")
PLACES = ("A", "B", "C")
LIMITS = (
    Threshold(status=Status.ADVISORY, limit=60, clear=70, hold=timedelta(minutes=2), because="test"),
    Threshold(status=Status.CRITICAL, limit=30, clear=40, hold=timedelta(minutes=5), because="test"),
)
FORMULAS = {
    "ratio": Ratio("a", "b"), "other": Ratio("c", "a"), "sum": Sum("c"), "share": Share("d"),
    "less": Difference("b", "c"),
}  # fmt: skip
KPIS = [
    replace(MODEL, key=key, formula=formula, thresholds=LIMITS if key in ("ratio", "share") else ())
    for key, formula in FORMULAS.items()
]
KPIS.append(replace(MODEL, key="whole", formula=Sum("c"), by_place=False))
KPIS += [
    replace(MODEL, key=f"known_{known.whole}", formula=Ratio("a", "b"), known=known, min_coverage=0.0, thresholds=())
    for known in (Known(), Known(part="c", whole="d"))
]


@dataclass(frozen=True)
class Counting:
    """The sum of a measure, and how often it was asked for."""

    measure: str
    asked: list[int] = field(default_factory=list, compare=False)
    whole: float | None = None
    words = Text("", "")
    family = "counting"

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.measure,)

    @property
    def described(self) -> Described:
        return Described("sum", self.measure, None, 1.0)

    def parts(self, columns):
        self.asked.append(1)
        return columns[0], None

    def value(self, numerator, denominator):
        return numerator


def cell(measure, at, value, place="A", kind=Kind.DECLARED, source="x", contributor=None):
    return Cell(measure, contributor or place, place, to_ms(at), value, kind, source)


class Ticking:
    """One shape of counting KPIs, tick by tick."""

    def __init__(self, thresholds=()) -> None:
        self.formulas = {name: Counting(name) for name in "ab"}
        kpis = [replace(MODEL, key=name, formula=one, thresholds=thresholds) for name, one in self.formulas.items()]
        (self.shape,) = tiers(kpis, IN_FORCE)
        self.columns = Columns("ab")
        self.columns.expect({place: place for place in PLACES})
        self.before = {}

    def tick(self, now, *cells) -> tuple[set[str], set[str]]:
        """Take cells in and evaluate: keys of the KPIs that were computed, and of those that say something new."""
        self.columns.put(cells)
        for one in self.formulas.values():
            one.asked.clear()
        made, _ = self.shape.evaluate(
            {MODEL.feed: self.columns.table()}, lambda feed, measure: STALE_AFTER, self.before, now
        )
        self.before |= {one.key: one for one in made}
        return {name for name, one in self.formulas.items() if one.asked}, {one.key for one in made}


def test_a_changed_measure_computes_the_kpis_that_read_it_and_no_others():
    ticking = Ticking()
    first = [cell(measure, NOW, 5.0, place) for measure in "ab" for place in PLACES]
    assert ticking.tick(NOW, *first) == ({"a", "b"}, {"a", "b"})
    later = NOW + timedelta(minutes=1)
    assert ticking.tick(later) == (set(), set()), "nothing changed, nothing is computed"
    assert ticking.tick(later, cell("a", later, 6.0)) == ({"a"}, {"a"})
    assert ticking.tick(later, cell("b", later, 6.0, source="y")) == ({"b"}, {"b"})
    assert ticking.tick(later, cell("b", later, 6.0, source="y")) == (set(), set()), "told again"
    assert ticking.tick(later, cell("b", later, 6.0, source="z")) == ({"b"}, set()), "by somebody else"
    assert ticking.tick(later, cell("b", later, 6.0, kind=Kind.MEASURED)) == ({"b"}, set()), "in another way"


def test_nobody_is_computed_until_the_first_input_is_too_old():
    ticking = Ticking()
    ticking.tick(NOW, *(cell(m, NOW - timedelta(minutes=m == "b"), 5.0, place) for m in "ab" for place in PLACES))
    ms = timedelta(milliseconds=1)
    assert ticking.tick(NOW + timedelta(minutes=9)) == (set(), set()), "ten minutes are not too old"
    assert ticking.tick(NOW + timedelta(minutes=9) + ms) == ({"b"}, {"b"})
    assert ticking.tick(NOW + timedelta(minutes=10) + ms) == ({"a"}, {"a"})
    assert ticking.tick(NOW + timedelta(days=2)) == (set(), set()), "older than old is nothing new"
    stale = {key: one.status[-1] for key, one in ticking.before.items()}
    assert stale == {"a": list(Status).index(Status.STALE), "b": list(Status).index(Status.STALE)}


def test_a_weight_that_grows_old_is_asked_again_although_it_was_of_nobody_who_tells():
    (kpi,) = (one for one in KPIS if one.key == "known_")
    columns = Columns("ab")
    columns.expect({"A": "A", "B": "B"})
    columns.put([cell("a", NOW, 50.0, "A"), cell("b", NOW, 100.0, "A")])
    columns.put([cell("b", NOW - timedelta(minutes=5), 900.0, "B")])
    (shape,) = tiers([kpi], "")
    said = []
    before: dict[str, ResultColumns] = {}
    for now in (NOW, NOW + timedelta(minutes=6)):
        made, _ = shape.evaluate({MODEL.feed: columns.table()}, lambda _feed, _measure: STALE_AFTER, before, now)
        before |= {one.key: one for one in made}
        said.append(before[kpi.key].results()[-1].value)
    assert said == [None, 50.0]


def test_a_machine_that_waits_is_asked_when_its_wait_is_over():
    wait = Threshold(status=Status.WARNING, limit=10, clear=11, hold=timedelta(minutes=3), because="test")
    ticking = Ticking(thresholds=(wait,))
    ticking.tick(NOW, *(cell(m, NOW, 5.0 if m == "a" else 50.0, place) for m in "ab" for place in PLACES))
    assert ticking.tick(NOW + timedelta(minutes=2, seconds=59)) == (set(), set())
    assert ticking.tick(NOW + timedelta(minutes=3)) == ({"a"}, {"a"})
    assert ticking.before["a"].result("A").status is Status.WARNING
    assert ticking.tick(NOW + timedelta(minutes=4)) == (set(), set())


def test_a_clock_set_back_a_stranger_and_other_results_compute_everything():
    ticking = Ticking()
    ticking.tick(NOW, *(cell(m, NOW, 5.0, place) for m in "ab" for place in PLACES))
    assert ticking.tick(NOW - timedelta(seconds=1)) == ({"a", "b"}, set()), "the clock was set back"
    stranger = cell("a", NOW, 5.0, place="B", contributor="stranger")
    assert ticking.tick(NOW, stranger)[0] == {"a", "b"}, "somebody else is expected now"
    ticking.before["a"] = from_document(orjson.loads(ticking.before["a"].text()))
    assert ticking.tick(NOW) == ({"a"}, set()), "a result this shape did not make"


change = st.tuples(
    st.sampled_from("abcd"), st.sampled_from((*PLACES, "D", "", PROVINCE)), st.integers(0, 900),
    st.none() | st.integers(0, 120), st.sampled_from((Kind.MEASURED, Kind.DECLARED)), st.sampled_from("xy"),
)  # fmt: skip
step = st.tuples(st.integers(-30, 400), st.lists(change, max_size=6))


def evaluated(formed: list[Shape], columns: Columns, before: dict, now: datetime) -> dict:
    made, said = [], []
    for shape in formed:
        found, events = shape.evaluate(
            {MODEL.feed: columns.table()}, lambda feed, measure: STALE_AFTER * (1 + (measure == "c")), before, now
        )
        made += found
        said += events
    return {one.key: one for one in made}, said


@given(st.lists(step, min_size=1, max_size=12))
@settings(max_examples=examples(150), deadline=None)
def test_any_sequence_of_updates_gives_what_an_evaluation_from_scratch_gives(steps):
    columns = Columns(needed(KPIS)[MODEL.feed])
    columns.expect({place: place for place in PLACES})
    remembering = tiers(KPIS, IN_FORCE)
    mine, scratch, now = {}, {}, NOW
    for seconds, changes in steps:
        now += timedelta(seconds=seconds)
        columns.put(
            cell(m, now - timedelta(seconds=age), value, place, kind, source, place or "nobody's")
            for m, place, age, value, kind, source in changes
        )
        made, events = evaluated(remembering, columns, mine, now)
        whole, all_events = evaluated(tiers(KPIS, IN_FORCE), columns, scratch, now)
        assert made.keys() == whole.keys()
        mine, scratch = mine | made, scratch | whole
        assert events == all_events
        assert {key: one.text() for key, one in mine.items()} == {key: one.text() for key, one in scratch.items()}
        for one in made.values():
            again = from_document(orjson.loads(one.text()))
            assert np.array_equal(again.kinds, one.kinds)
            assert list(again.sources) == list(one.sources)
