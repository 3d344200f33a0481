"""Maps on the import machine: a layer that waits, its approval and withdrawal, refusals, kills, and the command."""

import asyncio
import errno
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hangs import HANG_S, until
from map_fixtures import BOX, NOW, ORIGIN, REPORT, SHAPES
from sqlalchemy import Engine
from standing_clock import Clock

from domain.access.principal import CENTRE
from domain.imports.file_import import FileImport, SamePersonError, Stage
from domain.imports.kinds.maps import KIND
from domain.places.map_layer import ImportRefusedError, LayerKind, Progress
from domain.places.map_order import MapOrder
from domain.places.place import Place
from domain.places.territory import Level
from domain.text import Text
from intake.imports.machine import Machine
from intake.imports.map_importer import MapImporter, MapRead, layer_id
from intake.imports.told_progress import Telling
from store.imports import Imports
from store.maps.map_files import MapFiles
from store.maps.map_layers import MapLayers
from tests.intake.imports.test_machine import LAN, LONG_AN, MINH, ROOT

PLACES = [Place(territory="2025-07", code=code, name=code) for code in ("27694", "27712")]
PROVINCE = Place(territory="2025-07", code="80", name="Long An", level=Level.PROVINCE)
WRONG_CRS = ImportRefusedError("wrong_crs", Text("Toạ độ sai", "Wrong coordinates"))
ORDER = MapOrder(
    kind=LayerKind.BOUNDARIES, territory="2025-07", level=Level.COMMUNE, box=None, provenance=ORIGIN, by="tester"
)
STREETS = replace(ORDER, kind=LayerKind.STREETS, territory="", level=None)
VICTIM = Path(__file__).with_name("map_victim.py")


class FakeReader:
    """Reads like the real ones: boundaries in memory, streets as files in the work folder."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.reads = 0

    def __call__(self, order: MapOrder, path: Path, places: Sequence[Place], work: Path, progress: Progress) -> MapRead:
        self.reads += 1
        path.read_bytes()
        progress(Text("Đọc", "Reading"), 0.5)
        if order.kind is LayerKind.STREETS:
            (work / "a.pmtiles").write_bytes(b"tiles")
            (work / "a.npz").write_bytes(b"graph")
        if self.error is not None:
            raise self.error
        if order.kind is LayerKind.STREETS:
            return MapRead(box=BOX, report=REPORT, files={"tiles": work / "a.pmtiles", "graph": work / "a.npz"})
        assert {place.code for place in places} >= {"27694", "27712"}
        return MapRead(box=BOX, report=REPORT, shapes=SHAPES)


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def maps(engine: Engine, tmp_path: Path) -> MapLayers:
    return MapLayers(engine, tmp_path / "maps")


@pytest.fixture
def machine(engine: Engine, maps: MapLayers, reader: FakeReader, clock: Clock) -> Machine:
    return machine_of(engine, maps, reader, clock)


def machine_of(engine: Engine, maps: MapLayers, reader: Any, clock: Clock, **given: Any) -> Machine:
    importer = MapImporter(maps, MapFiles(maps.maps_dir), places_of, reader)
    return Machine(Imports(engine), [importer], clock, **given)


def places_of(territory: str) -> list[Place]:
    return [*PLACES, PROVINCE] if territory == "2025-07" else []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "xã.geojson"
    path.write_text("{}")
    return path


def change(file: Path) -> None:
    file.write_text("[]")


def content(file: Path) -> str:
    return file.read_text()


async def sent(machine: Machine, file: Path, order: MapOrder = ORDER, by: Any = LAN) -> FileImport:
    origin = order.provenance
    return await machine.receive(order.kind.value, file.name, origin.source, file, by, answers=order.answers)


async def applied(machine: Machine, file: Path, order: MapOrder = ORDER) -> str:
    """The layer of a file that was approved."""
    found = await machine.approve((await sent(machine, file, order)).id, MINH)
    assert found.stage is Stage.APPLIED
    return layer_id(order, found.sha256)


async def test_a_file_is_on_the_map_once_a_second_person_approved(
    machine: Machine, maps: MapLayers, file: Path, reader: FakeReader
) -> None:
    found = await sent(machine, file)
    assert found.preview is not None
    assert (found.stage, found.importer, found.preview.new, found.preview.refused) == (Stage.MAPPED, "maps", 2, 1)
    assert found.preview.problems[0].detail == "Lộc An"
    assert [one.vi for one in found.preview.warnings] == ["Long An (27694): tự cắt, đã vá"]
    assert (maps.layers(), maps.version()) == ([], "")
    with pytest.raises(KeyError):
        maps.activate(layer_id(ORDER, found.sha256), MINH, NOW)
    with pytest.raises(SamePersonError):
        await machine.approve(found.id, LAN)
    await machine.approve(found.id, MINH)
    layer = maps.active(LayerKind.BOUNDARIES, "2025-07", Level.COMMUNE)
    assert layer is not None
    assert (layer.id, layer.file_name, layer.provenance, layer.report) == (
        layer_id(ORDER, found.sha256), file.name, ORIGIN, REPORT,
    )  # fmt: skip
    assert layer.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert maps.shapes(layer.id, 2).keys() == SHAPES[2].keys()
    original = machine.original(found.id)
    assert isinstance(original, Path)
    assert (original != file, content(file), content(original)) == (True, "{}", "{}"), "the sender's file stays"


async def test_withdrawing_shows_what_was_there_before_unless_somebody_exchanged_it(
    machine: Machine, maps: MapLayers, file: Path
) -> None:
    first = await applied(machine, file)
    change(file)
    found = await sent(machine, file)
    assert found.preview is not None
    assert (found.preview.new, found.preview.changed) == (0, 2)
    assert [one.vi for one in found.preview.facts] == [
        f"Khớp 2/{REPORT.expected} đơn vị.",
        f"Khi duyệt, lớp này thay lớp đang hiện: {file.name} ({ORIGIN.source}).",
    ], "who approves reads what it holds and what it replaces"
    await machine.approve(found.id, MINH)
    assert maps.version() == layer_id(ORDER, found.sha256)
    back = await machine.withdraw(found.id, MINH)
    assert (back.stage, back.kept_back, maps.version()) == (Stage.WITHDRAWN, 0, first)
    again = await machine.approve((await sent(machine, file)).id, MINH)
    maps.activate(first, CENTRE, NOW)
    assert ((await machine.withdraw(again.id, MINH)).kept_back, maps.version()) == (1, first)


async def test_streets_bring_their_files_and_leave_no_work_behind(
    machine: Machine, maps: MapLayers, file: Path
) -> None:
    id_ = await applied(machine, file, STREETS)
    assert maps.tiles(id_).read_bytes() == b"tiles"
    assert not (maps.maps_dir / "work").exists()


async def test_the_same_file_again_is_not_read_again(
    machine: Machine, maps: MapLayers, file: Path, reader: FakeReader
) -> None:
    first = await applied(machine, file)
    again = await sent(machine, file, replace(ORDER, by="somebody else"))
    assert again.preview is not None
    assert (again.preview.unchanged, again.preview.new, reader.reads) == (2, 0, 1)
    maps.withdraw(first, CENTRE, NOW)
    await machine.approve(again.id, MINH)
    assert maps.version() == first


@pytest.mark.parametrize(
    "change",
    [
        {"level": Level.PROVINCE},
        {"provenance": replace(ORIGIN, attribution="© khác")},
        {"provenance": replace(ORIGIN, dated=None)},
    ],
)
async def test_other_words_make_another_layer(machine: Machine, file: Path, change: Mapping[str, Any]) -> None:
    first = await applied(machine, file)
    assert await applied(machine, file, replace(ORDER, **change)) != first


async def test_lost_files_are_made_again(machine: Machine, maps: MapLayers, file: Path, reader: FakeReader) -> None:
    first = await applied(machine, file, STREETS)
    maps.tiles(first).unlink()
    assert await applied(machine, file, STREETS) == first
    assert (maps.tiles(first).exists(), maps.version(), reader.reads) == (True, first, 2)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WRONG_CRS, "Toạ độ sai"),
        (OSError(errno.ENOSPC, "no space"), "Hết chỗ trên đĩa"),
        (FileNotFoundError(errno.ENOENT, "gone"), "Không đọc được tệp: gone"),
    ],
)
async def test_a_refusal_changes_nothing(
    machine: Machine, maps: MapLayers, file: Path, reader: FakeReader, error: Exception, words: str
) -> None:
    await applied(machine, file)
    await applied(machine, file, STREETS)
    before = maps.layers()
    reader.error = error
    change(file)
    for order in (ORDER, STREETS):
        found = await sent(machine, file, order)
        assert found.refused is not None
        assert (found.stage, found.refused.vi.startswith(words)) == (Stage.REFUSED, True)
        with pytest.raises(KeyError):
            machine.original(found.id)
    assert maps.layers() == before
    assert not (maps.maps_dir / "work").exists()


async def test_an_unexpected_error_is_told_and_raised(
    machine: Machine, engine: Engine, maps: MapLayers, file: Path, reader: FakeReader
) -> None:
    reader.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await sent(machine, file)
    assert [one.stage for one in Imports(engine).newest()] == [Stage.REFUSED]
    assert maps.layers() == []


async def test_what_cannot_be_is_refused_before_the_file_is_read(
    machine: Machine, file: Path, reader: FakeReader
) -> None:
    for change in ({"territory": "1999-01"}, {"level": Level.DISTRICT}):
        assert (await sent(machine, file, replace(ORDER, **change))).stage is Stage.REFUSED  # type: ignore[arg-type]
    found = await machine.receive("streets", "a.osm.pbf", "x", file, LAN, answers={"bbox": "1,2"})
    assert found.stage is Stage.REFUSED
    with pytest.raises(LookupError):
        await sent(machine, file, by=LONG_AN)
    assert reader.reads == 0


async def test_what_waits_too_long_goes_with_its_layer(
    machine: Machine, maps: MapLayers, file: Path, clock: Clock
) -> None:
    waiting = await sent(machine, file)
    clock.now += timedelta(days=30, minutes=1)
    assert await machine.resume() == 1
    change(file)
    await sent(machine, file)
    assert maps.layer(layer_id(ORDER, waiting.sha256)) is None


async def test_a_reading_process_that_dies_ends_its_import(
    engine: Engine, maps: MapLayers, file: Path, reader: FakeReader, clock: Clock
) -> None:
    inside = machine_of(engine, maps, reader, clock)
    asked: list[tuple[str, dict[str, str]]] = []

    async def apart(id_: str, answers: Mapping[str, str]) -> None:
        asked.append((id_, dict(answers)))
        if answers:
            await inside.answer(id_, answers, CENTRE)
        elif len(asked) > 1:
            await inside.read(id_)

    machine = machine_of(engine, maps, reader, clock, apart=apart)
    died = await sent(machine, file)
    assert died.refused is not None
    assert (died.stage, died.refused.en.startswith("Reading the file was interrupted")) == (Stage.REFUSED, True)
    found = await sent(machine, file)
    assert found.stage is Stage.MAPPED
    answered = await machine.answer(found.id, {"level": "province"}, LAN)
    assert (answered.stage, answered.answers["level"], asked[-1]) == (
        Stage.MAPPED, "province", (found.id, {"level": "province"}),
    )  # fmt: skip


async def test_who_is_alone_waits_for_nobody_and_a_second_person_is_asked_where_there_is_one(
    engine: Engine, maps: MapLayers, file: Path, reader: FakeReader, clock: Clock
) -> None:
    others: list[str] = []

    async def apart(id_: str, _answers: Mapping[str, str]) -> None:
        await machine_of(engine, maps, reader, clock).read(id_)

    machine = machine_of(engine, maps, reader, clock, apart=apart, second=lambda *_: bool(others))
    alone = await sent(machine, file)
    assert (alone.stage, alone.approved_by, maps.version()) == (
        Stage.APPLIED, "person:lan", layer_id(ORDER, alone.sha256),
    )  # fmt: skip
    others.append("minh")
    change(file)
    waits = await sent(machine, file)
    assert (waits.stage, maps.version()) == (Stage.MAPPED, layer_id(ORDER, alone.sha256))
    with pytest.raises(SamePersonError):
        await machine.approve(waits.id, LAN)
    others.clear()
    assert (await machine.approve(waits.id, LAN)).stage is Stage.APPLIED, "the second person has left"


async def test_a_file_that_somebody_reads_is_left_alone_and_one_that_nobody_reads_is_read_once(
    engine: Engine, maps: MapLayers, file: Path, reader: FakeReader, clock: Clock
) -> None:
    begun: list[str] = []
    held = asyncio.Event()

    async def apart(id_: str, _answers: Mapping[str, str]) -> None:
        begun.append(id_)
        await held.wait()
        await machine_of(engine, maps, reader, clock).read(id_)

    machine = machine_of(engine, maps, reader, clock, apart=apart)
    found = await machine.receive("boundaries", file.name, "x", file, LAN, answers=ORDER.answers, wait=False)
    clock.now += timedelta(minutes=5)
    Imports(engine).tell(found.id, Text("Đọc", "Reading"), 0.5, clock.now)
    shown = Imports(engine).one(found.id)
    assert shown is not None
    assert (shown.done, shown.doing) == (0.5, Text("Đọc", "Reading"))
    assert await machine.resume() == 0
    clock.now += timedelta(minutes=5)
    assert await machine.resume() == 1
    assert await machine.resume() == 0, "it was begun a moment ago"
    held.set()
    await until(lambda: [one.stage for one in Imports(engine).newest()] == [Stage.MAPPED])
    assert begun == [found.id, found.id]


async def test_of_two_that_read_a_file_at_once_the_slower_one_leads_it_to_its_end(
    engine: Engine, maps: MapLayers, file: Path, reader: FakeReader, clock: Clock
) -> None:
    def overtaken(*given: Any) -> MapRead:
        Imports(engine).begun(waiting.id)
        return reader(*given)

    async def apart(id_: str, _answers: Mapping[str, str]) -> None:
        await machine_of(engine, maps, overtaken, clock).read(id_)

    waiting = Imports(engine).receive(
        "0a", KIND.key, "boundaries", file.name, "x", 2, b"", "0" * 64, LAN, clock.now, answers=ORDER.answers
    )
    MapFiles(maps.maps_dir).keep(waiting.id, file, file.name)
    clock.now += timedelta(minutes=5)
    machine = machine_of(engine, maps, reader, clock, apart=apart)
    assert await machine.resume() == 1
    await until(lambda: [one.stage for one in Imports(engine).newest()] == [Stage.MAPPED])


AT_A_KILL = {
    "away": None, "reading": (Stage.MAPPED, 0), "prepared": (Stage.MAPPED, 0), "decided": (Stage.APPLIED, 1),
    "shown": (Stage.APPLIED, 1), "withdrawing decided": (Stage.WITHDRAWN, 0), "withdrawing shown": (Stage.WITHDRAWN, 0),
}  # fmt: skip


@pytest.mark.servers
@pytest.mark.parametrize("point", AT_A_KILL)
async def test_a_kill_leaves_a_map_as_before_or_done(
    point: str, engine: Engine, maps: MapLayers, file: Path, reader: FakeReader, clock: Clock
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    dead = await asyncio.to_thread(
        subprocess.run, [sys.executable, VICTIM, url, maps.maps_dir, file, point], cwd=ROOT, check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "fixtures")])},
        capture_output=True,
    )  # fmt: skip
    assert dead.returncode == -9, dead.stderr.decode()
    assert len(maps.layers()) == (1 if point in ("shown", "withdrawing decided", "withdrawing shown") else 0)
    clock.now += timedelta(minutes=3)
    machine = machine_of(engine, maps, reader, clock)
    await machine.resume()
    left = AT_A_KILL[point]
    found = next(iter(Imports(engine).newest()), None)
    if left is None or found is None:
        assert (found, left) == (None, None), "it was never received"
        return
    assert (found.stage, sum(one.active for one in maps.layers())) == left
    assert await machine.resume() == 0
    if found.stage is Stage.MAPPED:
        await machine.approve(found.id, MINH)
        id_ = maps.version()
        assert (id_, maps.tiles(id_).read_bytes()) == (layer_id(STREETS, found.sha256), b"tiles")


@pytest.mark.long
def test_a_stage_without_news_still_counts_as_alive():
    told: list[tuple[Text, float]] = []
    heard = threading.Event()

    def say(stage: Text, done: float) -> None:
        told.append((stage, done))
        heard.set()
        raise OSError("the store is away for a moment")

    with Telling(say, Text("Đọc", "Reading")) as telling:
        assert heard.wait(HANG_S)
        heard.clear()
        telling.progress(Text("Cắt", "Cutting"), 7.0)
        assert heard.wait(HANG_S)
    assert told == [(Text("Đọc", "Reading"), 0.0), (Text("Cắt", "Cutting"), 1.0)]
