"""Stored runs: they come back whole, a later judgement replaces them, overrides and corrections stay."""

from datetime import timedelta

from run_fixtures import DAY, NOW, run, vehicle_day
from sqlalchemy import Engine

from domain.waste.run import Audit, Override
from store.rounds.runs import Runs


def test_a_run_and_a_day_come_back_as_they_were_put(engine: Engine):
    runs = Runs(engine)
    runs.put([run()], [vehicle_day()])
    assert runs.runs(DAY) == [run()]
    assert runs.run(DAY, "mau-01") == run()
    assert runs.vehicle_days(DAY) == [vehicle_day()]
    assert runs.run(DAY, "mau-01", 2) is None
    assert runs.runs(DAY - timedelta(days=1)) == []
    assert runs.days_judged() == [DAY]


def test_a_later_judgement_replaces_and_says_when(engine: Engine):
    runs = Runs(engine)
    assert runs.changed_at_ms(DAY) == 0
    runs.put([run()])
    before = runs.changed_at_ms(DAY)
    later = run(computed_at=NOW + timedelta(seconds=5), fixes=300)
    runs.put([later])
    assert runs.runs(DAY) == [later]
    assert runs.changed_at_ms(DAY) - before == 5_000


def test_a_dispatchers_words_and_corrections_are_kept_in_order(engine: Engine):
    runs = Runs(engine)
    said = [
        Override(
            vehicle=vehicle, day=DAY, route="mau-01", number=1, since=NOW, until=NOW + timedelta(hours=1), by="desk 3",
            said_at=NOW,
        )
        for vehicle in ("LA-002", "LA-003")
    ]  # fmt: skip
    for one in said:
        runs.override(one)
    audit = Audit(at=NOW, day=DAY, route="mau-01", number=1, because="late fixes", before="81 %", after="93 %")
    runs.put(audits=[audit])
    assert runs.overrides(DAY) == said
    assert runs.audits(DAY) == [audit]
    assert runs.overrides(DAY - timedelta(days=1)) == []
