"""Feedback as it stands: overdue on the 16th working day, stops, satisfaction with its n, progress without a person."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from domain import subject
from domain.case import CaseEvent, case_key
from domain.instant import VIETNAM
from domain.observation import Kind
from domain.period import Span, period_of
from domain.places.place import IN_FORCE
from domain.services.feedback import FeedbackCounts
from store.cases import write_events
from store.casework.feedback import Feedback
from store.database import writing

DAY = timedelta(days=1)
pytestmark = pytest.mark.servers


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


# 15 working days after Monday 2/11 end on Monday 23/11; 24/11 is a holiday, so the 16th is Wednesday 25/11.
RECEIVED = at(2)


def item(number: int, place: str = "27694", received: datetime = RECEIVED, **said: datetime | bool) -> CaseEvent:
    return told_of(case_key(b"secret of the test", str(number)), place, received, **said)


def told_of(case: str, place: str, received: datetime, **said: datetime | bool) -> CaseEvent:
    told = {name: one.isoformat() if isinstance(one, datetime) else one for name, one in said.items()}
    return CaseEvent(
        feed="feedback", case_type="feedback", case=case, event="recorded", of=subject.place(place, IN_FORCE),
        at=received, received_at=at(27), kind=Kind.MEASURED, source="x", place=place,
        attributes={"field": "traffic", "channel": "", "repeated": False, **told},
    )  # fmt: skip


def counted(engine: Engine, now: datetime, *items: CaseEvent) -> FeedbackCounts:
    with writing(engine) as connection:
        write_events(connection, items)
    (found,) = Feedback(engine).counted(period_of(Span.MONTH, now.date()), now, now + DAY)
    return found


def test_an_item_is_overdue_on_the_sixteenth_working_day(engine: Engine):
    found = counted(engine, at(23, 17), item(1))
    assert (found.counts["overdue"], found.counts["due_soon"], found.counts["settled"]) == (0, 1, 0)
    (later,) = Feedback(engine).counted(period_of(Span.MONTH, at(25).date()), at(25), at(26))
    assert (later.counts["overdue"], later.counts["settled"], later.counts["on_time"]) == (1, 1, 0)
    assert later.oldest == RECEIVED


def test_a_supplement_stops_the_clock_and_a_refusal_has_two_days(engine: Engine):
    found = counted(
        engine,
        at(27),
        item(1, asked=at(3)),
        item(2, asked=at(3), came=at(10), answered=at(27, 10)),
        item(3, answered=at(25, 10)),
        item(4, refused=at(4)),
        item(5, refused=at(5)),
    )
    assert (found.counts["open"], found.counts["waiting"], found.counts["overdue"]) == (1, 1, 0)
    assert (found.counts["settled"], found.counts["on_time"]) == (4, 2)


def test_satisfaction_has_its_n_and_counts_who_did_not_rate(engine: Engine):
    said = [{"liked": True}, {"liked": True}, {"liked": False}, {}, {}]
    found = counted(engine, at(27), *(item(n, answered=at(10), **one) for n, one in enumerate(said)))
    assert (found.counts["liked"], found.counts["rated"], found.counts["unrated"]) == (2, 3, 2)


def test_first_contact_is_measured_from_receipt(engine: Engine):
    found = counted(
        engine, at(27), item(1, answered=at(10), contacted=at(2, 10)), item(2, answered=at(10), contacted=at(2, 12))
    )
    assert (found.counts["contacted"], found.counts["contact_s"]) == (2, 4 * 3_600)


def test_progress_tells_instants_and_a_field_alone(engine: Engine):
    counted(engine, at(27), item(7, answered=at(10)))
    found = Feedback(engine).progress(case_key(b"secret of the test", "7"))
    assert found is not None
    assert (found.field, found.ended, found.waits) == ("traffic", at(10), False)
    assert Feedback(engine).progress("0" * 32) is None
