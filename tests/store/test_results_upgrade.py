"""A database of the previous release keeps its results, the state of status machines, and its events."""

from datetime import UTC, datetime, timedelta

from alembic import command
from sqlalchemy import Engine, text

from domain.instant import from_ms, to_ms
from domain.kpis.kpi import Status
from domain.kpis.result_columns import STATUSES
from store.database import migrate, open_database, schema, writing
from store.results import Results

T0 = datetime(2026, 11, 22, 8, tzinfo=UTC)
SAID = {
    "key": "services_on_time", "territory": "2025-07", "place": "80", "computed_ms": to_ms(T0), "value": 91.5,
    "numerator": 183.0, "denominator": 200.0, "reporting": 58, "expected": 60, "as_of_ms": to_ms(T0),
    "status": "normal", "since_ms": to_ms(T0), "kinds": '{"declared": 58}', "sources": '["Cổng"]',
}  # fmt: skip


def old_release(path) -> Engine:
    engine = open_database(f"sqlite:///{path}")
    with writing(engine) as connection:
        command.upgrade(schema(connection), "0007")
        names = ", ".join(SAID)
        values = ", ".join(f":{name}" for name in SAID)
        insert = f"INSERT INTO {{}} ({names}{{}}) VALUES ({values}{{}})"
        waiting = (", pending_status, pending_since_ms, recorded_ms", f", 'critical', {to_ms(T0)}, {to_ms(T0)}")
        for place in ("27694", "80"):
            connection.execute(text(insert.format("kpi_results", "", "")), SAID | {"place": place})
            connection.execute(text(insert.format("kpi_latest", *waiting)), SAID | {"place": place})
        connection.execute(text(
            "INSERT INTO status_events (at_ms, key, territory, place, before, after, value) "
            f"VALUES ({to_ms(T0)}, 'services_on_time', '2025-07', '80', 'no_data', 'normal', 91.5)"
        ))  # fmt: skip
    return engine


def test_nothing_of_the_old_release_is_lost(tmp_path):
    engine = old_release(tmp_path / "ioc.sqlite3")
    migrate(engine)
    results = Results(engine)
    (columns,) = results.documents()
    assert columns.codes == ("27694", "80")
    assert [STATUSES[code] for code in columns.pending] == [Status.CRITICAL] * 2
    assert [from_ms(ms) for ms in columns.pending_since_ms] == [T0, T0]
    newest, recorded = results.latest(), results.at(T0 + timedelta(days=1))
    assert newest == recorded
    assert [(r.place, r.value, r.kinds, r.sources) for r in newest] == [
        (place, 91.5, {"declared": 58}, ("Cổng",)) for place in ("27694", "80")
    ]
    (event,) = results.events()
    assert (event.place, event.before, event.after, event.at) == ("80", Status.NO_DATA, Status.NORMAL, T0)
    engine.dispose()
