"""Dossiers as they stand: late, due soon, waiting by office; what a month counts; a newer record replaces."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine

from domain import subject
from domain.case import CaseEvent, case_key
from domain.instant import VIETNAM
from domain.observation import Kind
from domain.period import Period, Span, period_of
from domain.services.dossier import FACTS, DossierState
from domain.services.dossier import Dossier as Known
from domain.services.dossier_counts import soon
from store.cases import write_events
from store.casework.dossiers import Dossiers
from store.database import writing
from store.reading import Reading
from store.valkey.live_state import LiveState
from store.working_calendar import working_calendar
from tests.store.test_upgrade import migrated

NOW = datetime(2026, 11, 20, 9, tzinfo=VIETNAM).astimezone(UTC)  # a Friday
DAY = timedelta(days=1)
NONE = dict.fromkeys(FACTS, False)


def recorded(number: int, office: str = "H53.1", *, received: datetime = NOW - 5 * DAY, told: datetime = NOW,
             **said: Any) -> CaseEvent:  # fmt: skip
    attributes = {"procedure": "1.000001", "field": "", "channel": "counter", "supplements": 0}
    attributes |= {name: at.isoformat() if isinstance(at, datetime) else at for name, at in said.items()}
    return CaseEvent(
        feed="dossiers", case_type="one_stop_dossier", case=case_key(b"secret of the test", str(number)),
        event="recorded", of=subject.organisation(office), at=received, received_at=told, kind=Kind.MEASURED,
        source="x", attributes=attributes,
    )  # fmt: skip


def write(engine: Engine, *events: CaseEvent) -> None:
    with writing(engine) as connection:
        write_events(connection, events)


HORIZON = soon(NOW, working_calendar())


def test_on_friday_the_horizon_is_monday_and_over_a_holiday_it_is_later():
    assert HORIZON - NOW == 3 * DAY
    eve = datetime(2026, 11, 23, 15, tzinfo=VIETNAM).astimezone(UTC)
    assert soon(eve, working_calendar()) - eve == 2 * DAY
    assert soon(datetime(2090, 1, 1, tzinfo=UTC), working_calendar()).day == 2


@pytest.mark.servers
def test_offices_see_what_is_due_late_and_waiting(engine: Engine):
    write(
        engine,
        recorded(1, due=NOW + DAY),
        recorded(2, due=NOW - DAY),
        recorded(3, due=NOW + 9 * DAY),
        recorded(4, due=NOW - DAY, supplements=1, waits=True),
        recorded(5, due=NOW + 9 * DAY, supplements=2),
        recorded(6),
        recorded(7, due=NOW - DAY, ended=NOW - 2 * DAY),
        recorded(8, "H53.2", due=NOW + 2 * DAY),
    )
    first, second = Dossiers(engine).due_now(NOW, HORIZON)
    assert (first.office, first.open, first.due_soon, first.late, first.waiting, first.undated) == (
        "H53.1", 6, 1, 2, 1, 1,
    )  # fmt: skip
    assert (second.office, second.open, second.due_soon, second.late) == ("H53.2", 1, 1, 0)


@pytest.mark.servers
def test_a_month_counts_by_the_decision(engine: Engine):
    write(
        engine,
        recorded(1, due=NOW + DAY, channel="online", asks_result=True, e_result=True, has_fee=True, paid=True),
        recorded(2, due=NOW - DAY, ended=NOW - 2 * DAY, channel="online", asks_result=True, has_fee=True),
        recorded(3, due=NOW - DAY, channel="online"),
        recorded(4, due=NOW - 2 * DAY, ended=NOW - DAY, digitised=True),
        recorded(5, supplements=2, due=NOW + 9 * DAY),
        recorded(6, supplements=1, waits=True, due=NOW - DAY),
        recorded(7),
        recorded(8, received=NOW - 40 * DAY, due=NOW + DAY, ended=NOW - DAY),
        recorded(9, received=NOW - 40 * DAY, due=NOW + DAY),
    )
    (found,) = Dossiers(engine).counted(period_of(Span.MONTH, NOW.date()), NOW)
    said = found.counts
    assert (said["judged"], said["on_time"]) == (7, 4), "3 late, one without a date is unknown, one is of October"
    assert (said["received"], said["online"]) == (7, 2), "an online dossier that owes an e-result and has none is not"
    assert (said["with_fee"], said["paid_online"]) == (2, 1)
    assert (said["ask_result"], said["e_results"], said["digitised"]) == (2, 1, 1)
    assert found.share("3.3") == pytest.approx(200 / 7)
    assert found.share("2.1") == pytest.approx(400 / 7)
    (by_procedure,) = Dossiers(engine).by_procedure(period_of(Span.MONTH, NOW.date()), NOW, "H53.1")
    assert (by_procedure.procedure, by_procedure.counts) == ("1.000001", said)


@pytest.mark.servers
def test_a_share_without_anything_to_divide_by_does_not_apply(engine: Engine):
    write(engine, recorded(1, due=NOW + DAY))
    (found,) = Dossiers(engine).counted(period_of(Span.MONTH, NOW.date()), NOW)
    assert found.share("3.6") is None
    assert found.share("3.3") == 0


@pytest.mark.servers
def test_a_newer_record_replaces_and_a_repeat_changes_nothing(engine: Engine):
    first = recorded(1, due=NOW - DAY)
    write(engine, first)
    write(engine, recorded(1, due=NOW - DAY, ended=NOW, told=NOW + DAY))
    assert Dossiers(engine).due_now(NOW, HORIZON) == []
    assert Dossiers(engine).newest() == NOW + DAY
    with writing(engine) as connection:
        assert write_events(connection, [recorded(1, due=NOW - DAY, ended=NOW)]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"due": NOW + DAY}, DossierState.OPEN),
        ({"due": NOW - DAY}, DossierState.LATE),
        ({"due": NOW - DAY, "waits": True, "supplements": 1}, DossierState.WAITING),
        ({"due": NOW + DAY, "supplements": 2}, DossierState.LATE),
        ({"due": NOW + DAY, "supplements": 2, "ended": NOW}, DossierState.LATE),
        ({"due": NOW, "ended": NOW}, DossierState.ON_TIME),
        ({}, DossierState.UNKNOWN),
    ],
)
def test_the_state_of_a_dossier(said: dict[str, Any], state: DossierState):
    base: dict[str, Any] = {"due": None, "ended": None, "refused": False, "supplements": 0, "waits": False}
    one = Known(case="0" * 32, office="H53.1", procedure="1.000001", field="", channel="counter",  # type: ignore[arg-type]
                received=NOW - DAY, facts=NONE, **(base | said))  # fmt: skip
    assert one.state(NOW) is state


def any_record(chance: random.Random) -> CaseEvent:
    """One of forty dossiers, in one of two offices, with any dates of three months and any facts."""
    received = NOW - timedelta(hours=chance.randrange(90 * 24))
    dates = {name: NOW - timedelta(hours=chance.randrange(-240, 80 * 24)) for name in ("due", "ended")
             if chance.random() < 0.6}  # fmt: skip
    return recorded(
        chance.randrange(40), f"H53.{chance.randrange(2)}", received=received, told=NOW, **dates,
        procedure=f"1.00000{chance.randrange(3)}", channel=chance.choice(("online", "counter")),
        supplements=chance.randrange(3), waits=chance.random() < 0.2,
        **{fact: chance.random() < 0.5 for fact in FACTS},
    )  # fmt: skip


def counted_anew(known: Dossiers, month: Period) -> dict[str, dict[str, int]]:
    """By office, the sums over its procedures, which are counted from its dossiers."""
    found: dict[str, Counter[str]] = {}
    for office in ("H53.0", "H53.1"):
        for one in known.by_procedure(month, NOW, office):
            found.setdefault(office, Counter()).update(one.counts)
    return {office: {name: counts[name] for name in counts} for office, counts in found.items()}


MONTHS = [period_of(Span.MONTH, date(2026, month, 1)) for month in (8, 9, 10, 11)]


@pytest.mark.servers
def test_the_sums_of_a_month_are_those_of_its_dossiers_whatever_was_told_of_them(engine: Engine):
    chance, known = random.Random(766), Dossiers(engine)
    for _ in range(12):
        write(engine, *(any_record(chance) for _ in range(20)))
        for month in MONTHS:
            assert {one.office: dict(one.counts) for one in known.counted(month, NOW)} == counted_anew(known, month)


@pytest.mark.servers
def test_an_upgrade_counts_the_dossiers_that_are_there(engine: Engine):
    chance, known = random.Random(2024), Dossiers(engine)
    write(engine, *(any_record(chance) for _ in range(60)))
    before = [known.counted(month, NOW) for month in MONTHS]
    migrated(engine, command.downgrade, "0025")
    migrated(engine, command.upgrade, "head")
    assert [sorted(known.counted(month, NOW), key=str) for month in MONTHS] == [sorted(one, key=str) for one in before]


@pytest.mark.servers
async def test_pages_read_a_month_by_office_and_by_procedure_of_one(engine: Engine, live: LiveState):
    reading, month = Reading(engine, live), period_of(Span.MONTH, NOW.date())
    write(engine, recorded(1, due=NOW + DAY), recorded(2, "H53.2", due=NOW + DAY))
    assert len(await reading.dossiers_counted(month, NOW)) == 2
    assert [one.procedure for one in await reading.dossiers_counted(month, NOW, "H53.2")] == ["1.000001"]
