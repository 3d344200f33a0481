"""The import machine: what is decided comes to its end, once; what is not decided changes nothing."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from collecting import FEEDS, NOW, drain, items, parts, reader
from standing_clock import Clock

from domain.access.principal import NOBODY, Actor, Principal, Role
from domain.feeds.part import Part
from domain.feeds.scrub import Secrets
from domain.imports.file_import import OvertakenError, PrivateFileError, SamePersonError, Stage
from domain.imports.question import Topic
from domain.organisation import Organisation, OrganisationKind
from domain.places.place import IN_FORCE
from domain.subject import SubjectKind
from intake.collector.collector import Parts
from intake.imports.machine import Machine, importers_on, templates_on
from store import territories
from store.audit import AuditLog
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.records import RegisteredVehicle
from store.registry import Registry
from store.rows import observation_of
from store.tables.observations import observations

__all__ = ["clock", "parts"]

SERVICES = Part("services")
ROOT = Path(__file__).parents[3]
NO_MAPS = ROOT / "none"
LAN = Principal(actor=Actor.PERSON, name="lan")
MINH = Principal(actor=Actor.PERSON, name="minh")
ROUTES = "mã tuyến,đường,thứ,giờ\n01,đường Lê Lợi,T3,17h40\n02,đường Nguyễn Trãi,T3,17h40\n".encode()
HEAD = "Mã xã;Kỳ báo cáo;Hồ sơ đến hạn;Hồ sơ đúng hạn\n"
TWO = f"{HEAD}27694;20/11/2026;512;502\n27712;20/11/2026;90;88\n".encode()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def machine(parts: Parts) -> Machine:
    return machine_of(parts)


def machine_of(parts: Parts) -> Machine:
    importers = importers_on(parts.engine, parts.stream, FEEDS, MapLayers(parts.engine, NO_MAPS), Secrets(bytes(32)))
    return Machine(Imports(parts.engine), importers, parts.clock, templates_on(parts.engine, FEEDS))


async def stored(parts: Parts) -> Mapping[tuple[str, str], list[float | None]]:
    """Values by place and measure, oldest revision first, after the collector has read everything."""
    opened = await reader(parts, "services", owner="t")
    await drain(opened)
    await parts.stream.release_lease(SERVICES, "t")
    found: dict[tuple[str, str], list[float | None]] = {}
    with parts.engine.connect() as connection:
        for row in connection.execute(observations.select().order_by(observations.c.revision)).mappings():
            item = observation_of(row)
            found.setdefault((item.place, item.measure), []).append(item.value)
    return found


async def test_from_a_file_to_figures_and_back(machine: Machine, parts: Parts) -> None:
    found = await machine.receive("services", "a.csv", "VP", TWO, LAN)
    assert found.preview is not None
    assert (found.stage, found.preview.new, found.preview.changed) == (Stage.MAPPED, 4, 0)
    assert (await stored(parts)) == {}
    done = await machine.approve(found.id, MINH)
    assert (done.stage, done.approved_by) == (Stage.APPLIED, "person:minh")
    assert (await stored(parts))["27694", "dossiers_due"] == [512]
    again = await machine.receive("services", "b.csv", "VP", TWO.replace(b"512", b"777"), LAN)
    assert again.preview is not None
    assert (again.preview.new, again.preview.changed, again.preview.unchanged) == (0, 1, 3)
    await machine.approve(again.id, MINH)
    assert (await stored(parts))["27694", "dossiers_due"] == [512, 777]
    back = await machine.withdraw(again.id, LAN)
    assert (back.stage, back.kept_back) == (Stage.WITHDRAWN, 0)
    assert (await stored(parts))["27694", "dossiers_due"] == [512, 777, 512]
    await machine.withdraw(done.id, LAN)
    assert (await stored(parts))["27694", "dossiers_due"] == [512, 777, 512, None]
    acts = [entry.act.value for entry in AuditLog(parts.engine).newest(20)]
    assert acts.count("file_approved") == acts.count("file_withdrawn") == acts.count("file_received") == 2


async def test_what_was_corrected_since_stays_when_the_file_is_withdrawn(machine: Machine, parts: Parts) -> None:
    found = await machine.receive("services", "a.csv", "VP", TWO, LAN)
    await machine.approve(found.id, MINH)
    await stored(parts)
    told = {"measure": "dossiers_due", "place": "27694", "value": 600, "at": "2026-11-20T00:00:00+07:00"}
    await parts.stream.append(items("services", told | {"source": "VP", "kind": "declared"}))
    assert (await stored(parts))["27694", "dossiers_due"] == [512, 600]
    back = await machine.withdraw(found.id, LAN)
    assert back.kept_back == 1
    after = await stored(parts)
    assert after["27694", "dossiers_due"] == [512, 600]
    assert after["27712", "dossiers_due"] == [90, None]


async def test_a_question_keeps_a_file_from_approval_and_its_answer_is_remembered(
    machine: Machine, parts: Parts
) -> None:
    body = b"place;dossiers_due\n27694;11.000\n"
    found = await machine.receive("services", "bc-2026-10.csv", "VP", body, LAN)
    assert found.preview is not None
    assert (found.stage, [one.ask for one in found.preview.questions]) == (Stage.PREVIEWED, [Topic.NUMBERS])
    with pytest.raises(OvertakenError):
        await machine.approve(found.id, MINH)
    answered = await machine.answer(found.id, {"numbers/0/1": "comma"}, LAN)
    assert (answered.stage, answered.answers) == (Stage.MAPPED, {"numbers/0/1": "comma"})
    await machine.approve(found.id, MINH)
    assert (await stored(parts))["27694", "dossiers_due"] == [11000]
    next_one = await machine.receive("services", "bc-2026-09.csv", "VP", body, LAN)
    assert next_one.stage is Stage.MAPPED
    assert (await machine.receive("services", "bc-2026-09.csv", "Khác", body, LAN)).stage is Stage.PREVIEWED
    assert (await machine.answer(next_one.id, {"numbers/0/1": ""}, LAN)).stage is Stage.PREVIEWED


async def test_the_period_of_a_file_is_never_that_of_the_one_before(machine: Machine) -> None:
    body = b"place;dossiers_due\n27694;5\n"
    found = await machine.receive("services", "bc.csv", "VP", body, LAN)
    assert (await machine.answer(found.id, {"period/0": "2026-10"}, LAN)).stage is Stage.MAPPED
    await machine.approve(found.id, MINH)
    assert (await machine.receive("services", "bc.csv", "VP", body, LAN)).stage is Stage.PREVIEWED


async def test_two_people_approve_at_once_and_one_is_told_that_the_other_did(machine: Machine, parts: Parts) -> None:
    found = await machine.receive("services", "a.csv", "VP", TWO, LAN)
    with pytest.raises(SamePersonError):
        await machine.approve(found.id, LAN)
    others = [Principal(actor=Actor.PERSON, name=f"p{n}") for n in range(5)]
    told = await asyncio.gather(*(machine_of(parts).approve(found.id, by) for by in others), return_exceptions=True)
    won = [one for one in told if not isinstance(one, BaseException)]
    lost = [one for one in told if isinstance(one, OvertakenError)]
    assert (len(won), len(lost)) == (1, 4)
    assert {one.now.approved_by for one in lost} == {won[0].approved_by}
    assert (await stored(parts))["27694", "dossiers_due"] == [512]


async def test_what_cannot_be_read_is_refused_and_a_decision_is_not_repeated(machine: Machine) -> None:
    refused = await machine.receive("services", "a.xlsx", "VP", b"PK\x03\x04broken", LAN)
    assert refused.stage is Stage.REFUSED
    assert refused.refused is not None
    with pytest.raises(OvertakenError):
        await machine.answer(refused.id, {"period/0": "2026-10"}, LAN)
    with pytest.raises(LookupError):
        await machine.receive("waste", "a.csv", "VP", TWO, LAN)
    with pytest.raises(KeyError):
        await machine.approve("none", MINH)
    found = await machine.receive("services", "a.csv", "VP", TWO, NOBODY)
    assert (await machine.give_up(found.id, NOBODY)).stage is Stage.GIVEN_UP
    assert await machine.handed_in("services", "VP", TWO, {}) is None, "sent again it is read again"
    with pytest.raises(OvertakenError):
        await machine.withdraw(found.id, NOBODY)


async def test_a_register_of_drivers_is_not_kept(machine: Machine, parts: Parts) -> None:
    body = "mã tài xế;họ tên;điện thoại\nTX1;Nguyễn Văn A;0912345678\n".encode()
    with pytest.raises(PrivateFileError):
        await machine.receive("services", "a.csv", "VP", body, LAN)
    assert Imports(parts.engine).newest() == []


async def test_figures_that_stand_and_are_not_in_the_file_are_counted(machine: Machine, parts: Parts) -> None:
    await machine.approve((await machine.receive("services", "a.csv", "VP", TWO, LAN)).id, MINH)
    await stored(parts)
    fewer = await machine.receive("services", "a.csv", "VP", f"{HEAD}27694;20/11/2026;512;500\n".encode(), LAN)
    assert fewer.preview is not None
    assert (fewer.preview.changed, fewer.preview.unchanged, fewer.preview.gone) == (1, 1, 2)


async def test_a_decision_told_twice_does_not_undo_a_correction_between(machine: Machine, parts: Parts) -> None:
    found = await machine.receive("services", "a.csv", "VP", TWO, LAN)
    await machine.approve(found.id, MINH)
    waiting = await parts.stream.read(SERVICES, "0-0", 10, 0)
    await stored(parts)
    told = {"measure": "dossiers_due", "place": "27694", "value": 600, "at": "2026-11-20T00:00:00+07:00"}
    await parts.stream.append(items("services", told | {"source": "VP", "kind": "declared"}))
    await stored(parts)
    await parts.stream.append(waiting[-1][1])
    assert (await stored(parts))["27694", "dossiers_due"] == [512, 600]


async def test_the_template_filled_in_imports_without_a_question(machine: Machine) -> None:
    book = openpyxl.load_workbook(io.BytesIO(machine.template("services")))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    due = heads.index("Hồ sơ đến hạn (hồ sơ)") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, due).value = row
    assert sheet.protection.sheet
    assert not sheet.cell(2, due).protection.locked
    assert sheet.cell(2, 1).protection.locked
    out = io.BytesIO()
    book.save(out)
    found = await machine.receive("services", "mau.xlsx", "VP", out.getvalue(), LAN)
    assert found.preview is not None
    assert (found.stage, found.preview.questions, found.preview.refused) == (Stage.MAPPED, (), 0)
    assert [part for part in found.preview.not_read if not part.aside] == []
    assert (found.preview.account.values, found.preview.account.adds_up) == (61, True), (
        "sixty communes and the province"
    )
    for none in ("dossiers", "waste_routes", "unheard_of"):
        with pytest.raises(LookupError):
            machine.template(none)


def filled_in(template: bytes) -> tuple[bytes, int]:
    """The form with a number under every heading of a measure that takes a small one, and how many rows it has."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book.active
    assert sheet is not None
    heads = [str(cell.value) for cell in sheet[1]]
    first = heads.index("Kỳ báo cáo") + 2
    for row in range(2, sheet.max_row + 1):
        assert sheet.cell(row, 1).protection.locked
        for column in range(first, len(heads) + 1):
            assert not sheet.cell(row, column).protection.locked
            sheet.cell(row, column).value = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), sheet.max_row - 1


@pytest.mark.parametrize(
    ("feed", "of"),
    [
        ("services", SubjectKind.ORGANISATION),
        ("scores_766", SubjectKind.ORGANISATION),
        ("scores_766", SubjectKind.PLACE),
        ("waste_trucks", None),
        ("waste_routes", SubjectKind.ENTITY),
    ],
)
async def test_forms_of_organisations_vehicles_and_routes_import_without_a_question(
    machine: Machine, parts: Parts, feed: str, of: SubjectKind | None
) -> None:
    registry = Registry(parts.engine)
    offices = [Organisation(code=f"H53.{n}", name=f"Sở {n}", kind=OrganisationKind.DEPARTMENT) for n in (12, 13)]
    registry.organisations.put(offices, NOW, LAN)
    trucks = [RegisteredVehicle(id=f"T-{n}", feed="waste_trucks", place="27694", in_service=True) for n in (1, 2)]
    registry.put_vehicles(trucks, NOW, by=LAN)
    await machine.approve((await machine.receive("plan", "tuyen.csv", "Đội 1", ROUTES, LAN)).id, MINH)
    body, rows = filled_in(machine.template(feed, (), of))
    found = await machine.receive(feed, "mau.xlsx", "VP", body, LAN)
    assert found.preview is not None, found.refused
    assert (found.stage, found.preview.questions, found.preview.problems) == (Stage.MAPPED, (), ())
    assert [part for part in found.preview.not_read if not part.aside] == []
    codes = {change.subject for change in found.preview.changes}
    known = {
        SubjectKind.ORGANISATION: set(registry.organisations.all()),
        SubjectKind.PLACE: {place.code for place in territories.places(IN_FORCE)},
    }.get(of or SubjectKind.ENTITY, {"01", "02", *registry.vehicles()})  # type: ignore[call-overload]
    assert codes <= known
    assert rows > 1
    assert found.preview.new == found.preview.account.values


@pytest.mark.realdata
async def test_a_report_of_six_sheets_imports_without_edits_by_hand(
    machine: Machine, parts: Parts, realdata: Path
) -> None:
    body = (realdata / "services" / "angiang_766" / "bao_cao_T10_2025.xlsx").read_bytes()
    found = await machine.receive("scores_766", "bao_cao_T10_2025.xlsx", "VP", body, LAN)
    assert found.preview is not None
    assert [one.ask for one in found.preview.questions] == [Topic.REGISTER]
    answered = await machine.answer(found.id, {"register/0": "add"}, LAN)
    assert answered.preview is not None
    assert (answered.stage, answered.preview.refused) == (Stage.MAPPED, 0)
    assert answered.preview.account.adds_up
    told = {part.name or part.sheet for part in answered.preview.not_read if not part.aside}
    assert {"Xu hướng tháng", "Xu hướng quý", "TEN_COQUAN", "ID"} <= told
    assert {sheet.period for sheet in answered.preview.sheets if sheet.used} == {"2025", "2025-10"}
    await machine.approve(found.id, MINH)
    kinds = [one.kind.value for one in Registry(parts.engine).organisations.all().values()]
    assert (kinds.count("department"), kinds.count("commune")) == (15, 102)
    opened = await reader(parts, "scores_766", owner="t")
    await drain(opened)
    with parts.engine.connect() as connection:
        stored = [observation_of(row) for row in connection.execute(observations.select()).mappings()]
    scores = {(item.of.code, item.period.code): item.value for item in stored if item.measure == "score"}
    assert len(scores) == 34 + 34 + 15 + 102
    assert (scores["80", "2025"], scores["80", "2025-10"]) == (84.57, 83.26)
    assert (scores["H01.13", "2025-10"], scores["H01.187", "2025-10"]) == (93.75, 93.21)


ONE = f"{HEAD}27694;20/11/2026;512;502\n".encode()
LONG_AN = Principal(actor=Actor.PERSON, name="hoa", roles=frozenset({Role.REPORTER}), units=("27694",))


async def test_a_reporter_hands_in_the_own_units_figures_and_no_others(machine: Machine, parts: Parts) -> None:
    found = await machine.receive("services", "a.csv", "Phường Long An", ONE, LONG_AN)
    assert (found.stage, found.received_by) == (Stage.MAPPED, "person:hoa")
    foreign = await machine.receive("services", "b.csv", "Phường Long An", TWO, LONG_AN)
    assert (foreign.stage, foreign.refused is not None and "27712" in foreign.refused.vi) == (Stage.REFUSED, True)
    for none in (replace(LONG_AN, units=()), replace(LONG_AN, units=("27712",))):
        assert (await machine.receive("services", "c.csv", "X", ONE, none)).stage is Stage.REFUSED
    of_others = await machine.receive("services", "d.csv", "VP", TWO, LAN)
    for act in (machine.give_up(of_others.id, LONG_AN), machine.answer(of_others.id, {}, LONG_AN)):
        with pytest.raises(KeyError):
            await act
    both = replace(LONG_AN, roles=LONG_AN.roles | {Role.OPERATOR})
    assert (await machine.receive("services", "e.csv", "VP", TWO, both)).stage is Stage.MAPPED
    assert (await machine.approve(found.id, MINH)).stage is Stage.APPLIED
    assert (await stored(parts))["27694", "dossiers_due"] == [512]


async def test_an_answer_does_not_lead_a_reporter_to_other_units(machine: Machine) -> None:
    body = b"place;dossiers_due\n27694;1.000\n27712;90\n"
    found = await machine.receive("services", "bc-2026-10.csv", "X", body, LONG_AN)
    assert found.stage is Stage.PREVIEWED
    answered = await machine.answer(found.id, {"numbers/0/1": "comma"}, LONG_AN)
    assert answered.stage is Stage.REFUSED


def test_a_reporters_form_has_the_own_units_only(machine: Machine) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(machine.template("services", ("27694",)))).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["27694"]
