"""A figure sent again: an equal value is a repeat, another value a new revision that counts; the older one is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from domain.feeds.part import Part
from domain.observation import Kind, Observation, ObsStatus
from domain.period import Span, period_of
from store.intake import Batch, IntakeStore, Outcome, feed_counts
from store.revisions import Corrections, Says, identity, numbered, said_by
from store.tables.observations import observations, observations_latest

T0 = datetime(2026, 11, 11, 17, tzinfo=UTC)


def told(value: float | None = 100.0, revision: int = 0, minutes: int = 0, **other: object) -> Observation:
    base = Observation(
        feed="services", measure="dossiers_due", at=T0, received_at=T0 + timedelta(minutes=minutes), value=value,
        kind=Kind.DECLARED, source="xã", place="27715", territory="2025-07", revision=revision,
        period=period_of(Span.MONTH, T0.date()), status=ObsStatus.NORMAL if value is not None else ObsStatus.MISSING,
    )  # fmt: skip
    return replace(base, **other)  # type: ignore[arg-type]


class Store:
    """Writes batch after batch as a collector does."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.intake, self.entry = engine, IntakeStore(engine), 0

    def write(self, *items: Observation) -> Outcome:
        self.entry += 1
        cursor = self.intake.cursor(Part("services"))
        batch = Batch(observations=items)
        return self.intake.write(Part("services"), expected_cursor=cursor, cursor=f"{self.entry}-0", batch=batch)

    @property
    def stands(self) -> list[float | None]:
        return [item.value for item in self.intake.latest_observations("services")]

    @property
    def history(self) -> list[tuple[int, float | None]]:
        columns = (observations.c.revision, observations.c.value)
        with self.engine.connect() as connection:
            return [(r, v) for r, v in connection.execute(select(*columns).order_by(observations.c.revision))]


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


def day(number: int, value: float = 100, **other: object) -> Observation:
    """A figure of a day in a series of days."""
    at = T0 + timedelta(days=number)
    return told(value, at=at, period=period_of(Span.DAY, at.date()), **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("between", [1, 20], ids=["side by side", "with many others between"])
def test_figures_of_many_days_are_found_as_each_alone_is(store: Store, between: int) -> None:
    others = [day(n, place="27694", value=n) for n in range(20 * between)]
    store.write(*[day(n, value=n) for n in range(20 * between)], *others, told(5))
    store.write(day(0, value=7), day(between, value=8, source="khác"))
    wanted = [identity(day(n * between)) for n in range(20)] + [identity(day(-1)), identity(told())]
    found = Corrections(store.engine).stood(wanted)
    each = [Corrections(store.engine).stood([key]) for key in wanted]
    assert found == {key: revisions for one in each for key, revisions in one.items()}
    assert (len(found), found[wanted[0]]) == (21, {1: (0, "A", "declared", "27715"), 2: (7, "A", "declared", "27715")})


def test_what_stands_beside_a_file_is_counted_once_whatever_its_instant(store: Store) -> None:
    store.write(told(1), told(2, place="27694"), told(3, place="27700"), told(None, place="27703"))
    again = told(9, at=T0 + timedelta(hours=1))
    given = {identity(again): again, identity(told(2, place="27694")): 0}
    assert Corrections(store.engine).beside(given) == 1
    assert Corrections(store.engine).beside({identity(told(0, place="26000")): 0}) == 3


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.accepted, outcome.duplicates, outcome.corrected


def test_another_value_of_the_same_day_stands_and_the_older_is_kept(store: Store) -> None:
    assert counts(store.write(told(100))) == (1, 0, 0)
    assert counts(store.write(told(777, minutes=5))) == (1, 0, 1)
    assert store.stands == [777]
    assert store.history == [(1, 100), (2, 777)]
    known = feed_counts(store.engine)["services"]
    assert (known.accepted, known.duplicates, known.corrected) == (2, 0, 1)


def test_the_same_value_again_is_a_repeat_and_no_correction(store: Store) -> None:
    store.write(told(100))
    assert counts(store.write(told(100, minutes=5), told(100, revision=1, minutes=6))) == (0, 2, 0)
    assert store.history == [(1, 100)]


def test_back_to_the_first_value_is_a_correction_too(store: Store) -> None:
    for value in (100, 250, 100):
        store.write(told(value))
    assert store.history == [(1, 100), (2, 250), (3, 100)]
    assert store.stands == [100]


def test_two_values_in_one_message_stand_in_the_order_of_the_message(store: Store) -> None:
    assert counts(store.write(told(1), told(2), told(2))) == (2, 1, 1)
    assert store.stands == [2]


def test_a_numbered_repeat_of_an_older_revision_does_not_bring_it_back(store: Store) -> None:
    store.write(told(5, revision=1), told(6, revision=2))
    assert counts(store.write(told(5, revision=1))) == (0, 1, 0)
    assert store.stands == [6]


def test_an_older_revision_that_comes_late_is_history(store: Store) -> None:
    store.write(told(9, revision=3))
    assert counts(store.write(told(4, revision=2))) == (1, 0, 0)
    assert (store.stands, store.history) == ([9], [(2, 4), (3, 9)])


def test_a_number_that_another_value_holds_is_not_overwritten(store: Store) -> None:
    store.write(told(5, revision=1))
    assert counts(store.write(told(6, revision=1))) == (1, 0, 1)
    assert store.history == [(1, 5), (2, 6)]


def test_a_withdrawn_figure_is_a_revision(store: Store) -> None:
    store.write(told(5), told(None))
    assert store.stands == [None]
    assert store.history == [(1, 5), (2, None)]


def test_other_periods_sources_and_subjects_are_no_corrections(store: Store) -> None:
    year = told(3, period=period_of(Span.YEAR, T0.date()))
    office = told(4, place="", territory="", organisation="H01.187")
    assert counts(store.write(told(1), told(2, source="tỉnh"), year, office)) == (4, 0, 0)
    assert sorted(store.stands) == [1, 2, 3, 4]


def test_a_correction_of_an_older_day_leaves_the_newest_alone(store: Store) -> None:
    later = told(50, at=T0 + timedelta(days=1), minutes=24 * 60)
    store.write(told(10), later)
    assert counts(store.write(told(11))) == (1, 0, 1)
    assert store.stands == [50]
    assert store.intake.observations_as_of("services", T0)[0].value == 11


def test_corrections_are_listed_newest_first_with_what_stood(store: Store) -> None:
    store.write(told(1), told(7, revision=4, measure="dossiers_online"))
    store.write(told(2, minutes=1))
    store.write(told(3, minutes=2))
    found = Corrections(store.engine).newest()
    assert [(one.before.value, one.after.value) for one in found] == [(2, 3), (1, 2)]
    assert Corrections(store.engine).newest(feed="teams") == []
    assert len(Corrections(store.engine).newest(limit=1)) == 1


def test_each_row_says_in_which_batch_it_changed_last(store: Store) -> None:
    store.write(told(1))
    store.write(told(5, measure="dossiers_online"), told(1))
    with store.engine.connect() as connection:
        found = connection.execute(select(observations_latest.c.measure, observations_latest.c.batch)).all()
    assert {row.measure: row.batch for row in found} == {"dossiers_due": 1, "dossiers_online": 2}


VALUES = st.lists(st.tuples(st.sampled_from([0, 0, 0, 1, 2, 3]), st.sampled_from([1.0, 2.0, None])), max_size=12)


@given(said=VALUES)
def test_whatever_is_told_adds_up_and_nothing_is_lost(said: list[tuple[int, float | None]]) -> None:
    items = [told(value, revision) for revision, value in said]
    whole = numbered(items, {})
    assert len(whole.fresh) + whole.repeats == len(items)
    assert len({item.revision for item in whole.fresh}) == len(whole.fresh)
    assert {item.value for item in whole.fresh} == {item.value for item in items}
    # One message or many: the same revisions.
    held: dict[int, Says] = {}
    for item in items:
        for fresh in numbered([item], {identity(item): held}).fresh:
            held[fresh.revision] = said_by(fresh)
    assert held == {item.revision: said_by(item) for item in whole.fresh}


@given(values=st.lists(st.sampled_from([1.0, 2.0, None]), min_size=1, max_size=8))
def test_without_numbers_the_last_word_stands(values: list[float | None]) -> None:
    fresh = numbered([told(value) for value in values], {}).fresh
    assert max(fresh, key=lambda item: item.revision).value == values[-1]


def test_an_older_revision_that_comes_late_never_stands_even_of_a_figure_told_ahead(store: Store) -> None:
    ahead = T0 + timedelta(days=5)
    store.write(told(80, revision=5, at=ahead))
    store.write(told(70, revision=3, at=ahead, minutes=60))
    assert store.stands == [80]


def test_what_was_simulated_and_is_measured_now_is_put_right(store: Store) -> None:
    store.write(told(5, kind=Kind.SIMULATED))
    assert counts(store.write(told(5, kind=Kind.MEASURED))) == (1, 0, 1)
    assert store.intake.latest_observations("services")[0].kind is Kind.MEASURED


def test_where_a_vehicle_counts_is_kept_with_its_territory_and_may_be_put_right(store: Store) -> None:
    former = told(1, entity="LA-001", place="27694", territory="2024-01")
    store.write(former)
    (kept,) = store.intake.latest_observations("services")
    assert (kept.place, kept.territory, kept.of.code) == ("27694", "2024-01", "LA-001")
    assert counts(store.write(replace(former, place="27712"))) == (1, 0, 1)
