"""Stored case events: a repeat counts as a repeat, a corrected event is a revision, and no case's id is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from domain import subject
from domain.case import CaseEvent, CaseType, case_key
from domain.feeds.part import Part
from domain.observation import Kind
from domain.text import Text
from store.cases import Cases
from store.intake import Batch, IntakeStore, feed_counts

T0 = datetime(2026, 11, 20, 3, tzinfo=UTC)
SECRET = b"of this centre alone"


RAW_ID = "H53.12-261120-0001"


def happened(event: str = "received", minutes: int = 0, **other: object) -> CaseEvent:
    base = CaseEvent(
        feed="dossiers", case_type="dossier", case=case_key(SECRET, RAW_ID), event=event,
        of=subject.organisation("H53.12"), at=T0 + timedelta(minutes=minutes), received_at=T0 + timedelta(hours=1),
        kind=Kind.MEASURED, source="TTHC", attributes={"channel": 2, "field": "đất đai"},
    )  # fmt: skip
    return replace(base, **other)  # type: ignore[arg-type]


class Store:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.intake, self.entry = engine, IntakeStore(engine), 0

    def write(self, *events: CaseEvent) -> tuple[int, int, int]:
        self.entry += 1
        cursor = self.intake.cursor(Part("dossiers"))
        batch = Batch(cases=events)
        done = self.intake.write(Part("dossiers"), expected_cursor=cursor, cursor=f"{self.entry}-0", batch=batch)
        return done.accepted, done.duplicates, done.corrected

    def read(self) -> Sequence[CaseEvent]:
        return Cases(self.engine).events("dossiers", T0, T0 + timedelta(days=1))


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


def test_events_come_back_as_they_were_told_in_order(store: Store) -> None:
    late, early = happened("finished", 50), happened()
    assert store.write(late, early) == (2, 0, 0)
    assert store.read() == [replace(early, revision=1), replace(late, revision=1)]
    counts = feed_counts(store.engine)["dossiers"]
    assert (counts.accepted, counts.last_at) == (2, late.received_at), "a record of an old case is no old record"


def test_a_repeat_counts_as_one_and_a_changed_event_stands_with_its_history(store: Store) -> None:
    store.write(happened())
    assert store.write(happened(), happened()) == (0, 2, 0)
    moved = happened(of=subject.organisation("H53.13"))
    assert store.write(moved) == (1, 0, 1)
    assert [event.of.code for event in store.read()] == ["H53.13"]
    assert [event.of.code for event in Cases(store.engine).history("dossiers", "dossier", moved.case)] == [
        "H53.12",
        "H53.13",
    ]


LISTED = CaseType(
    key="dossier", names=Text("Hồ sơ", "Dossiers"), events=("received", "finished"), attributes=("field",),
    title="field", ends=("finished",), says={"received": Text("nhận", "in"), "finished": Text("xong", "out")},
)  # fmt: skip


def test_listed_are_open_cases_however_old_and_those_that_ended_lately(store: Store) -> None:
    def case(name: str, event: str, minutes: int) -> CaseEvent:
        return happened(event, minutes, case=case_key(SECRET, name))

    store.write(
        case("old and open", "received", -900_000), case("ended long ago", "received", -90_000),
        case("ended long ago", "finished", -80_000), case("ended now", "received", 0), case("ended now", "finished", 5),
        happened("received", 2, case_type="other"),
    )  # fmt: skip
    found = Cases(store.engine).listed("dossiers", LISTED, T0)
    assert [(one.case, one.event) for one in found] == [
        (case_key(SECRET, "old and open"), "received"),
        (case_key(SECRET, "ended now"), "received"),
        (case_key(SECRET, "ended now"), "finished"),
    ]
    store.write(replace(case("ended now", "finished", 5), attributes={"field": "đã sửa"}))
    newest = Cases(store.engine).listed("dossiers", LISTED, T0)[-1]
    assert (newest.revision, newest.attributes) == (2, {"field": "đã sửa"})


def test_the_order_of_attributes_makes_no_difference(store: Store) -> None:
    store.write(happened(attributes={"a": 1, "b": True}))
    assert store.write(happened(attributes={"b": True, "a": 1})) == (0, 1, 0)


def test_a_case_is_known_by_its_keyed_hash_alone() -> None:
    assert case_key(SECRET, "0001") != case_key(b"of another centre", "0001")
    assert len(case_key(SECRET, "0001")) == 32
    with pytest.raises(ValueError, match="keyed hash"):
        happened(case=RAW_ID)
