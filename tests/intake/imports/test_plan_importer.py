"""Files of the plan on the import machine: nothing counts before a second person, and a kill leaves no half."""

import pytest
from collecting import parts
from standing_clock import Clock

from domain.imports.file_import import SamePersonError, Stage
from domain.text import Text
from intake.collector.collector import Parts
from intake.imports.machine import Machine
from store.imports import Imports
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.tables.imports import file_imports
from tests.intake.imports.test_machine import LAN, MINH, clock, machine, machine_of

__all__ = ["clock", "machine", "parts"]

HEAD = "mã tuyến,đường,thứ,giờ\n"
ROUTES = f"{HEAD}01,đường Lê Lợi,T3,17h40\n02,đường Nguyễn Trãi,T3,17h40\n".encode()
DEPOTS = b"id;kind;lat;lon;radius_m\nA;depot;10.5;106.4;100\nB;depot;nowhere;106.4;100\n"
TICKETS = (
    "số phiếu,nhà máy,biển số,giờ vào,giờ ra,khối lượng hàng\n1,A,62C-012.34,26/11/2026 7:30,26/11/2026 7:45,720\n"
)


async def test_routes_count_once_approved_and_no_more_when_withdrawn(machine: Machine, parts: Parts) -> None:
    plan = Plan(parts.engine)
    found = await machine.receive("plan", "tuyen.csv", "Đội 1", ROUTES, LAN)
    assert found.preview is not None
    assert (found.stage, found.importer, found.preview.new) == (Stage.MAPPED, "plan", 2)
    assert plan.routes() == []
    with pytest.raises(SamePersonError):
        await machine.approve(found.id, LAN)
    assert plan.imports() == []
    done = await machine.approve(found.id, MINH)
    assert (done.stage, [one.id for one in plan.imports()]) == (Stage.APPLIED, [found.id])
    changed = f"{HEAD}01,đường Lê Lợi,T3,17h40\n03,đường Huệ,T4,18h\n".encode()
    again = await machine.receive("plan", "tuyen.csv", "Đội 1", changed, LAN)
    assert again.preview is not None
    assert (again.preview.new, again.preview.unchanged, again.preview.changed, again.preview.gone) == (1, 1, 0, 1)
    later = await machine.receive("plan", "tuyen.csv", "Đội 1", ROUTES.replace(b"17h40", b"18h40"), LAN)
    assert later.preview is not None
    assert (later.preview.new, later.preview.changed) == (0, 2)
    await machine.approve(later.id, MINH)
    back = await machine.withdraw(later.id, MINH)
    assert back.stage is Stage.WITHDRAWN
    assert {kept.imported for kept in plan.routes()} == {found.id}


async def test_facilities_and_tickets_say_what_is_wrong_where(machine: Machine, parts: Parts) -> None:
    found = await machine.receive("facilities", "co-so.csv", "Đội 1", DEPOTS, LAN)
    assert found.preview is not None
    assert (found.stage, found.preview.new, found.preview.refused) == (Stage.MAPPED, 1, 1)
    assert [one.row for one in found.preview.problems] == [3]
    await machine.approve(found.id, MINH)
    stored = Facilities(parts.engine)
    assert [one.id for one in stored.facilities()] == ["A"]
    tickets = await machine.receive("weighbridge", "phieu.csv", "Đội 1", TICKETS.replace(",720", ",7220").encode(), LAN)
    await machine.approve(tickets.id, MINH)
    repeated = await machine.receive("weighbridge", "x.csv", "Đội 1", TICKETS.replace(",720", ",7220").encode(), LAN)
    assert repeated.preview is not None
    assert (repeated.preview.new, repeated.preview.unchanged) == (0, 1)


async def test_a_file_without_an_entry_is_refused_with_the_reason(machine: Machine) -> None:
    refused = await machine.receive("plan", "a.csv", "Đội 1", b"x;y\n1;2\n", LAN)
    assert refused.stage is Stage.REFUSED
    assert isinstance(refused.refused, Text)
    assert refused.refused.vi.startswith("Không có gì để lưu: ")


@pytest.mark.parametrize("sent", ["before", "after"])
async def test_what_was_decided_before_a_kill_is_carried_out_once(
    sent: str, machine: Machine, parts: Parts, clock: Clock
) -> None:
    """Dying just before the plan has it, and just after: the outbox is full both times."""
    imports, plan = Imports(parts.engine), Plan(parts.engine)
    found = await machine.receive("plan", "tuyen.csv", "Đội 1", ROUTES, LAN)
    imports.approve(found.id, b"", b"keep", MINH, clock.now)
    if sent == "after":
        await machine_of(parts).resume()
        with parts.engine.begin() as connection:
            connection.execute(file_imports.update().values(stage=Stage.APPROVED.value, outbox=b"keep"))
    assert await machine_of(parts).resume() == 1
    kept = imports.one(found.id)
    assert kept is not None
    assert (kept.stage, imports.unsent(), len(plan.imports())) == (Stage.APPLIED, [], 1)
    assert [one.route.revision for one in plan.routes()] == [1, 1]
