"""A day of 200 trucks with a fix every ten seconds, through the whole centre: door, collector, matching, judging."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import httpx
import orjson
import psutil

from bench.rig.centre import Centre, cpu_seconds, running
from bench.rig.figure import Figure
from bench.rig.rounds_world import CADENCE_S, DAY_S, positions, world
from domain.instant import service_day
from domain.waste.plan_import import Content, PlanImport
from domain.waste.run import RunState, StreetState
from store.database import open_database
from store.intake import feed_counts
from store.rounds.plan import Plan
from store.rounds.runs import Runs

FIGURES = ("collection_day_core_s", "collection_day_rss_mb")
TRUCKS = int(os.environ.get("IOC_COLLECTION_TRUCKS", "200"))
ROUTES = 60
REQUIRED_S = 600.0
ROUNDS = 25
WAITS_AT_MOST_S = 1_800.0
PARTS = ("door", "collect", "assess")


def measure() -> Iterator[Figure]:
    """Core seconds from the first sent fix to the last judged run, and the largest memory of any process."""
    given, day = world(TRUCKS, ROUTES), service_day(datetime.now(UTC)) - timedelta(days=1)
    with running() as centre:
        engine = open_database(centre.database_url)
        done = PlanImport(
            id="bench", content=Content.PLAN, file_name="bench", sha256="0" * 64, source="bench",
            imported_at=datetime.now(UTC), imported_by="bench", routes=ROUTES, entries=0, findings=(),
        )  # fmt: skip
        Plan(engine).add(done, given.routes, valid={route.id: True for route in given.routes})
        watched = {part: centre.process("ingest", part) for part in PARTS}
        watched["valkey"] = _valkey(centre)
        before = {part: cpu_seconds(process) for part, process in watched.items()}
        most: dict[str, float] = dict.fromkeys(watched, 0.0)
        begun = monotonic()
        sent = 0
        with httpx.Client(base_url=centre.door, headers={"Authorization": f"Bearer {centre.key}"}, timeout=60) as door:
            for batch in positions(given, day, ROUNDS):
                _post(door, batch)
                sent += len(batch)
                _note(most, watched)
        pause, runs = Event(), Runs(engine)
        while monotonic() - begun < WAITS_AT_MOST_S:
            pause.wait(5)
            _note(most, watched)
            counts = feed_counts(engine).get("waste_trucks")
            found = runs.runs(day)
            caught_up = counts is not None and counts.accepted + counts.duplicates >= sent
            heard = {day_.vehicle for day_ in runs.vehicle_days(day) if day_.fixes >= DAY_S // CADENCE_S - 1}
            if caught_up and len(heard) == TRUCKS and all(run.state is RunState.CLOSED for run in found):
                break
        took = monotonic() - begun
        used = {part: cpu_seconds(process) - before[part] for part, process in watched.items()}
        due = sum(run.due_m for run in found)
        served = sum(run.metres(StreetState.SERVED) for run in found) / due if due else 0.0
        parts = ", ".join(f"{part} {seconds:.0f}" for part, seconds in used.items())
        note = f"{sent:,} fixes, {len(found)} runs, {served:.1%} served; {parts}; {took:.0f} s on two cores"
        total = sum(used.values())
        yield Figure(name=FIGURES[0], value=total, unit="s", baseline=REQUIRED_S, ratio=total / REQUIRED_S, note=note)
        yield Figure(
            name=FIGURES[1], value=max(most.values()), unit="MB",
            note=", ".join(f"{part} {megabytes:.0f}" for part, megabytes in most.items()),
        )  # fmt: skip


def _post(door: httpx.Client, batch: list[dict[str, object]]) -> None:
    """Send a batch; after 429 or 503 send it again when the answer says."""
    body, pause = orjson.dumps(batch), Event()
    while True:
        answer = door.post("/ingest/observations", content=body, headers={"Content-Type": "application/json"})
        if answer.status_code == 202:
            return
        if answer.status_code not in (429, 503):
            raise RuntimeError(f"{answer.status_code}: {answer.text[:200]}")
        pause.wait(float(answer.headers.get("Retry-After", "1")))


def _note(most: dict[str, float], watched: dict[str, psutil.Process]) -> None:
    for part, process in watched.items():
        most[part] = max(most[part], process.memory_info().rss / 1e6)


def _valkey(centre: Centre) -> psutil.Process:
    return centre.process("valkey-server")
