"""kill -9 at every state of the machine: an import of figures, plan or register is as before or done, never half."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from collecting import drain, parts, reader
from standing_clock import Clock

from domain.feeds.part import Part
from domain.imports.file_import import Stage
from intake.collector.collector import Parts
from store.casework.teams import Teams
from store.imports import Imports
from store.rounds.plan import Plan
from tests.intake.imports.test_machine import ROOT, clock, machine_of, stored

__all__ = ["clock", "parts"]

AT_A_KILL = {
    "read": Stage.RECEIVED, "begun": Stage.READ, "before": Stage.APPROVED, "after": Stage.APPROVED,
    "withdrawing before": Stage.WITHDRAWN, "withdrawing after": Stage.WITHDRAWN,
}  # fmt: skip


async def figures(parts: Parts) -> object:
    """What is told of a commune, once the collector has read everything; None while nothing is."""
    return (await stored(parts)).get(("27694", "dossiers_due"))


async def routes(parts: Parts) -> object:
    """The routes in use; None without any."""
    return [(one.route.id, one.route.revision) for one in Plan(parts.engine).routes()] or None


async def teams(parts: Parts) -> object:
    """The teams of the register that have not ended; None without any."""
    opened = await reader(parts, "team_work", owner="t")
    await drain(opened)
    await parts.stream.release_lease(Part("team_work"), "t")
    found = [one.team for one in Teams(parts.engine).board().standings]
    return [one.code for one in found if not one.ended] or None


Told = Callable[[Parts], Awaitable[object]]
KINDS: dict[str, tuple[Told, object, object]] = {
    "services": (figures, [512], [512, None]),
    "plan": (routes, [("01", 1), ("02", 1)], None),
    "team_register": (teams, ["27694-T01", "27694-T02"], None),
}
"""What tells the state of each, what an approved file makes of it, and what a withdrawn one leaves."""


@pytest.mark.parametrize("point", AT_A_KILL)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_kill_leaves_an_import_as_before_or_done(
    kind: str, point: str, parts: Parts, clock: Clock, database_url: str, redis_url: str
) -> None:
    state, applied, withdrawn = KINDS[kind]
    victim = await asyncio.create_subprocess_exec(
        sys.executable, Path(__file__).with_name("import_victim.py"), database_url, redis_url, kind, point, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, said = await victim.communicate()
    assert victim.returncode == -9, said
    imports = Imports(parts.engine)
    (left,) = imports.newest()
    assert left.stage is AT_A_KILL[point]
    before = await state(parts)
    assert before in (None, applied, withdrawn), "never half"
    if point in ("read", "begun", "before"):
        assert before is None
    clock.now += timedelta(minutes=3)
    assert await machine_of(parts).resume() == 1
    (done,) = imports.newest()
    if point in ("read", "begun"):
        assert (done.stage, await state(parts)) == (Stage.MAPPED, None)
        return
    ended = point.startswith("withdrawing")
    stage, end = (Stage.WITHDRAWN, withdrawn) if ended else (Stage.APPLIED, applied)
    assert (done.stage, imports.unsent(), await state(parts)) == (stage, [], end)
    assert await machine_of(parts).resume() == 0
