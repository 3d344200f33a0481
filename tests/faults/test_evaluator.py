"""The evaluator is killed under load: no result is lost or doubled, and statuses continue unchanged."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import orjson
import psutil
import pytest
from hangs import until
from sqlalchemy import select

from domain.feeds.feed import Format, Payload
from domain.feeds.part import Part
from domain.instant import to_ms
from store.database import migrate, open_database
from store.registry import Registry
from store.results import Results
from store.tables.results import kpi_results, status_events
from store.valkey.raw_stream import RawStream, lease_of
from store.valkey.server import EmbeddedValkey, connect

ROOT = Path(__file__).resolve().parents[2]
KEY, COMMUNE = "coverage_fibre_households", "27694"
# Steps that are each evaluated before the next is told, before and after those that come at once, amid which one dies.
EACH, AT_ONCE = 4, 20


@contextmanager
def running(folder: Path, command: str) -> Iterator[psutil.Popen]:
    """`python -m ingest COMMAND` on the stores of ``folder``."""
    env = os.environ | {"IOC_DATA_DIR": str(folder), "REDIS_URL": "", "DATABASE_URL": "", "IOC_LOG_LEVEL": "error"}
    process = psutil.Popen([sys.executable, "-m", "ingest", command], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told(step: int, start: datetime) -> Payload:
    """Every other step there is no household at all, so that the commune's status changes with each."""
    households = 0 if step % 2 else 1000 + step
    items = [
        {"feed": "coverage", "measure": measure, "place": COMMUNE, "value": value, "kind": "declared", "source": "x",
         "at": (start + timedelta(seconds=step)).isoformat()}
        for measure, value in (("households", households), ("fibre_households", households // 2))
    ]  # fmt: skip
    return Payload(
        feed="coverage", format=Format.OBSERVATIONS, body=orjson.dumps(items), received_at=datetime.now(UTC), source="x"
    )


@pytest.mark.servers
@pytest.mark.enable_socket
async def test_the_evaluator_is_killed_and_the_next_goes_on(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as server:
        engine = open_database(f"sqlite:///{tmp_path}/ioc.sqlite3")
        migrate(engine)
        Registry(engine).seed_places()
        redis = connect(server.url)
        stream, results, begun = RawStream(redis), Results(engine), datetime.now(UTC)
        start = begun.replace(microsecond=0) - timedelta(hours=1)

        def evaluated(step: int) -> bool:
            found = [one.result(COMMUNE) for one in results.documents(key=KEY)]
            return bool(found and found[0] and found[0].as_of == start + timedelta(seconds=step))

        async def one_by_one(steps: range) -> None:
            for step in steps:
                await stream.append(told(step, start))
                await until(partial(evaluated, step))

        ticks = []
        with running(tmp_path, "collect"), running(tmp_path, "evaluate") as one, running(tmp_path, "evaluate") as two:
            evaluators = {one.pid: one, two.pid: two}
            await one_by_one(range(EACH))
            owner = (await redis.get(lease_of(Part("evaluation")))).rsplit(b":", 1)[1]
            for step in range(EACH, EACH + AT_ONCE):
                await stream.append(told(step, start))
                if step == EACH + AT_ONCE // 2:
                    evaluators.pop(int(owner)).kill()
                    ticks.append(results.last_tick())
            await one_by_one(range(EACH + AT_ONCE, EACH + AT_ONCE + EACH))
            ticks.append(results.last_tick())
            (survivor,) = evaluators.values()
            assert survivor.is_running()
        assert ticks[1] > ticks[0]
        c, e = kpi_results.c, status_events.c
        with engine.connect() as connection:
            # Within an hour after midnight these figures are of yesterday, whose end is then evaluated again, too.
            mine = (c.key == KEY, c.subject == COMMUNE, c.computed_ms >= to_ms(begun))
            history = connection.execute(
                select(c.as_of_ms, c.status, c.computed_ms).where(*mine).order_by(c.computed_ms)
            )
            kept = [tuple(row) for row in history]
            query = select(e.before, e.after, e.at_ms).where(e.key == KEY, e.subject == COMMUNE).order_by(e.id)
            events = [tuple(row) for row in connection.execute(query)]
        assert len({as_of for as_of, _, _ in kept}) == len(kept), "nothing was recorded twice"
        # The evaluator may tick before the first message arrives: it then says once, and first, that nothing is known.
        order = [-1 if as_of is None else as_of for as_of, _, _ in kept]
        assert order == sorted(order), "nor out of order, and what is known is never lost again"
        assert all(before != after for before, after, _ in events)
        assert len(events) >= 2 * (EACH - 1), "each step that was evaluated by itself changed the status"
        assert [after for _, after, _ in events][:-1] == [before for before, _, _ in events][1:], "no event is missing"
        changed = {computed for _, _, computed in kept}
        assert {at for _, _, at in events} <= changed, "every change of status is in the history"
        (final,) = [one.result(COMMUNE) for one in results.documents(key=KEY)]
        assert final is not None
        assert final.status.value == events[-1][1]
        await redis.aclose()
        engine.dispose()
