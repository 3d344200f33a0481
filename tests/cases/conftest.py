"""One running centre for all cases; the small inputs of the shared cases, where they are at hand."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hangs import until
from sqlalchemy import Engine, select

from bench.rig.centre import Centre, running
from domain.access.principal import CENTRE
from domain.waste.plan import DueRun, Route, due
from store.database import open_database
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.tables.feeds import rejections
from store.tables.fleet import waiting
from tests.intake.imports.second_person import approve

PUBLIC = "lich.example.vn"
_OWN = Path(__file__).parents[3] / "shared" / "cases"


@dataclass(frozen=True, slots=True)
class Running:
    """The centre as a sender sees it, and what it has stored."""

    centre: Centre
    engine: Engine
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=60))

    def plan(self, file: Path, **asked: str) -> dict[str, Any]:
        """The answer of the front door to a file of the plan, with the status among it; somebody then approves it."""
        query = {"name": file.name, "source": file.parent.name, **asked}
        answer = self.post("/ingest/plan", content=file.read_bytes(), params=query)
        said: dict[str, Any] = {"status": answer.status_code, **answer.json()}
        if said.get("outcome") == "waits":
            approve(self.engine, self.centre.data_dir / "maps", said["import"])
        return said

    def post(self, path: str, **given: Any) -> httpx.Response:
        """A message to the front door with a source's key."""
        headers = {"X-API-Key": self.centre.key, **given.pop("headers", {})}
        return self.http.post(self.centre.door + path, headers=headers, **given)

    def get(self, path: str, **given: Any) -> httpx.Response:
        """An answer of the web side."""
        return self.http.get(self.centre.web + path, **given)

    def route(self, id_: str) -> Route:
        """A route of the plan in use."""
        kept = Plan(self.engine).route(id_)
        assert kept is not None, id_
        return kept.route

    def due(self, day: date) -> tuple[DueRun, ...]:
        """The runs that are due on a day."""
        plan = Plan(self.engine)
        return due([kept.route for kept in plan.routes()], plan.exceptions(), day)

    @property
    def stored(self) -> Facilities:
        """Facilities and tickets."""
        return Facilities(self.engine)

    def rows(self, device: str) -> list[Any]:
        """The newest fix of a device that waits for a vehicle, from each sender."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(waiting).where(waiting.c.device == device)).mappings())

    def refused(self, reason: str) -> list[Any]:
        """The refusals with a reason."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(rejections).where(rejections.c.reason == reason)).mappings())

    def come_refused(self, reason: str) -> list[Any]:
        """The refusals with a reason, once there are any."""
        asyncio.run(until(lambda: bool(self.refused(reason))))
        return self.refused(reason)

    def come(self, device: str) -> list[Any]:
        """The same, once there is one."""
        asyncio.run(until(lambda: bool(self.rows(device))))
        return self.rows(device)


@pytest.fixture(scope="session")
def started() -> Iterator[Running]:
    """A whole centre without a simulator."""
    with running(IOC_PUBLIC_HOSTS=PUBLIC, IOC_HOST="::") as centre:
        engine = open_database(centre.database_url)
        yield Running(centre, engine)
        engine.dispose()


@pytest.fixture
def centre(started: Running) -> Running:
    """The centre without a plan: what a test before this one imported is withdrawn."""
    plan = Plan(started.engine)
    for done in plan.imports():
        if not done.withdrawn:
            plan.withdraw(done.id, CENTRE, datetime.now(UTC))
    return started


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Path:
    """The folder of the shared case that a test names in its parameter or in its own name; skips without it."""
    folder = Path(os.environ.get("IOC_CASES", _OWN))
    if not folder.is_dir():
        pytest.skip(f"BỎ QUA: không có {folder} / the shared cases are absent (IOC_CASES)")
    return folder / request.function.__name__.removeprefix("test_").replace("_", "-")
