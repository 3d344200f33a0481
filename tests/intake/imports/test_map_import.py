"""An import from file to map: kept layers, refusals that change nothing, and the command."""

import errno
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hangs import HANG_S
from map_fixtures import BOX, NOW, ORIGIN, REPORT, SHAPES
from sqlalchemy import Engine

from domain.access.principal import CENTRE, NOBODY, Actor, Principal, Role
from domain.imports.file_import import SamePersonError
from domain.places.map_import import SILENT_AFTER, ImportState, MapOrder
from domain.places.map_layer import ImportRefusedError, LayerKind, Progress
from domain.places.place import Place
from domain.places.territory import Level
from domain.text import Text
from intake.imports import command_line, map_command
from intake.imports.map_import import AGAIN, DONE, UNCHANGED, WAITS, Ending, MapRead, Parts, import_map
from intake.imports.map_telling import Telling
from settings import Settings
from store.maps.map_imports import MapImports
from store.maps.map_layers import MapLayers

PLACES = [Place(territory="2025-07", code=code, name=code) for code in ("27694", "27712")]
WRONG_CRS = ImportRefusedError("wrong_crs", Text("Toạ độ sai", "Wrong coordinates"))


class FakeReader:
    """Reads like the real ones: boundaries in memory, streets as files in the work folder."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.reads = 0

    def __call__(self, order: MapOrder, places: Sequence[Place], work: Path, progress: Progress) -> MapRead:
        self.reads += 1
        progress(Text("Đọc", "Reading"), 0.5)
        if order.kind is LayerKind.STREETS:
            (work / "a.pmtiles").write_bytes(b"tiles")
            (work / "a.npz").write_bytes(b"graph")
        if self.error is not None:
            raise self.error
        if order.kind is LayerKind.STREETS:
            return MapRead(box=BOX, report=REPORT, files={"tiles": work / "a.pmtiles", "graph": work / "a.npz"})
        assert {place.code for place in places} == {"27694", "27712"}
        return MapRead(box=BOX, report=REPORT, shapes=SHAPES)


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def parts(engine: Engine, tmp_path: Path, reader: FakeReader) -> Parts:
    def places(territory: str) -> list[Place]:
        return PLACES if territory == "2025-07" else []

    maps = MapLayers(engine, tmp_path / "maps")
    return Parts(maps=maps, jobs=MapImports(engine), places=places, read=reader, clock=lambda: NOW)


@pytest.fixture
def order(tmp_path: Path) -> MapOrder:
    path = tmp_path / "xã.geojson"
    path.write_text("{}")
    return MapOrder(
        path=path,
        file_name=path.name,
        kind=LayerKind.BOUNDARIES,
        territory="2025-07",
        level=Level.COMMUNE,
        box=None,
        provenance=ORIGIN,
        by="tester",
    )


def streets_of(order: MapOrder) -> MapOrder:
    return replace(order, kind=LayerKind.STREETS, territory="", level=None)


def run(order: MapOrder, parts: Parts) -> Ending:
    job = parts.jobs.begin(order.kind, order.file_name, by=order.by, now=NOW)
    ending = import_map(order, job.id, parts, lambda *_: None)
    told = parts.jobs.job(job.id, NOW)
    assert told is not None
    assert (told.state, told.stage, told.reason, told.layer) == (
        ending.state,
        ending.words,
        ending.reason,
        ending.layer,
    )
    return ending


def test_a_file_becomes_the_active_layer(order: MapOrder, parts: Parts):
    ending = run(order, parts)
    assert (ending.state, ending.words) == (ImportState.DONE, DONE)
    layer = parts.maps.active(LayerKind.BOUNDARIES, "2025-07", Level.COMMUNE)
    assert layer is not None
    assert (layer.id, layer.file_name, layer.provenance, layer.report) == (
        ending.layer,
        order.path.name,
        ORIGIN,
        REPORT,
    )
    assert layer.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert parts.maps.shapes(layer.id, 2).keys() == SHAPES[2].keys()


def test_streets_bring_their_files_and_leave_no_work_behind(order: MapOrder, parts: Parts):
    ending = run(streets_of(order), parts)
    assert parts.maps.tiles(ending.layer).read_bytes() == b"tiles"
    assert list((parts.maps.maps_dir / "work").iterdir()) == []


LAN, MAI, AN = (
    Principal(actor=Actor.PERSON, name=name, roles=frozenset({role}))
    for name, role in (("lan", Role.APPROVER), ("mai", Role.APPROVER), ("an", Role.OPERATOR))
)


def test_where_there_is_a_second_person_the_map_waits_for_one(order: MapOrder, parts: Parts, reader: FakeReader):
    standing = run(replace(order, by="earlier", provenance=replace(ORIGIN, source="cũ")), parts).layer
    waiting = replace(order, principal=LAN, waits=True)
    ending = run(waiting, parts)
    assert (ending.state, ending.words) == (ImportState.DONE, WAITS)
    assert parts.maps.version() == standing, "what the centre judges by is as before"
    for by in (LAN, AN, NOBODY):
        with pytest.raises(SamePersonError):
            parts.maps.activate(ending.layer, by, NOW)
    assert run(waiting, parts).words == WAITS, "sending it again is no way around"
    assert run(replace(waiting, principal=MAI), parts).words == WAITS
    assert parts.maps.version() == standing
    parts.maps.activate(ending.layer, MAI, NOW)
    assert parts.maps.version() == ending.layer
    parts.maps.withdraw(ending.layer, LAN, NOW)
    parts.maps.activate(ending.layer, LAN, NOW)
    assert parts.maps.version() == ending.layer, "what was approved may be used again by anybody"
    assert reader.reads == 2


def test_who_is_alone_and_who_sits_at_the_machine_wait_for_nobody(order: MapOrder, parts: Parts):
    ending = run(replace(order, principal=LAN, waits=True), parts)
    assert parts.maps.version() == ""
    assert run(replace(order, principal=LAN), parts).words == AGAIN, "the second person has left"
    assert parts.maps.version() == ending.layer
    other = run(replace(order, principal=LAN, waits=True, provenance=replace(ORIGIN, source="mới")), parts).layer
    parts.maps.activate(other, CENTRE, NOW)
    assert parts.maps.version() == other


def test_the_same_file_again_is_not_read_again(order: MapOrder, parts: Parts, reader: FakeReader):
    first = run(order, parts)
    again = run(replace(order, by="somebody else"), parts)
    assert (again.state, again.words, again.layer) == (ImportState.UNCHANGED, UNCHANGED, first.layer)
    parts.maps.withdraw(first.layer, CENTRE, NOW)
    assert run(order, parts).words == AGAIN
    assert parts.maps.version() == first.layer
    assert reader.reads == 1


@pytest.mark.parametrize(
    "change",
    [
        {"level": Level.PROVINCE},
        {"provenance": replace(ORIGIN, attribution="© khác")},
        {"provenance": replace(ORIGIN, dated=None)},
    ],
)
def test_other_words_make_another_layer(order: MapOrder, parts: Parts, change: dict[str, Any]):
    first = run(order, parts)
    province = Place(territory="2025-07", code="80", name="Long An", level=Level.PROVINCE)
    given = replace(parts, places=lambda _: [*PLACES, province], read=lambda *_: MapRead(box=BOX, report=REPORT))
    assert run(replace(order, **change), given).layer != first.layer


def test_lost_files_are_made_again(order: MapOrder, parts: Parts, reader: FakeReader):
    first = run(streets_of(order), parts)
    parts.maps.tiles(first.layer).unlink()
    assert run(streets_of(order), parts).state is ImportState.DONE
    assert parts.maps.tiles(first.layer).exists()
    assert reader.reads == 2


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (WRONG_CRS, "wrong_crs"),
        (OSError(errno.ENOSPC, "no space"), "disk_full"),
        (FileNotFoundError(errno.ENOENT, "gone"), "unreadable"),
    ],
)
def test_a_refusal_changes_nothing(order: MapOrder, parts: Parts, reader: FakeReader, error: Exception, reason: str):
    run(order, parts)
    run(streets_of(order), parts)
    before = parts.maps.layers()
    reader.error = error
    order.path.write_text("[]")
    for given in (order, streets_of(order)):
        ending = run(given, parts)
        assert (ending.state, ending.reason, ending.layer) == (ImportState.REFUSED, reason, "")
        assert ending.words.vi
        assert ending.words.en
    assert parts.maps.layers() == before
    assert list((parts.maps.maps_dir / "work").iterdir()) == []


def test_an_unexpected_error_is_told_and_raised(order: MapOrder, parts: Parts, reader: FakeReader):
    for error, state in ((ZeroDivisionError(), ImportState.REFUSED), (KeyboardInterrupt(), ImportState.INTERRUPTED)):
        reader.error = error
        with pytest.raises(type(error)):
            run(order, parts)
        assert {job.state for job in parts.jobs.jobs(NOW, limit=1)} <= {state, ImportState.REFUSED}
        assert not any(job.under_way for job in parts.jobs.jobs(NOW))
    assert parts.maps.layers() == []


def test_what_cannot_be_is_refused_before_the_file_is_read(order: MapOrder, parts: Parts, reader: FakeReader):
    for change, reason in (
        ({"territory": "1999-01"}, "unknown_territory"),
        ({"level": Level.DISTRICT}, "no_such_level"),
        ({"path": order.path.with_name("none.geojson")}, "unreadable"),
    ):
        assert run(replace(order, **change), parts).reason == reason
    assert reader.reads == 0


def test_killed_halfway_shows_as_cut_off_and_nothing_of_it_is_visible(order: MapOrder, parts: Parts):
    job = parts.jobs.begin(order.kind, order.file_name, by="tester", now=NOW)
    (parts.maps.work(job.id) / "half.pmtiles").write_bytes(b"half")
    later = NOW + SILENT_AFTER + timedelta(seconds=1)
    seen = parts.jobs.job(job.id, later)
    assert seen is not None
    assert seen.state is ImportState.INTERRUPTED
    assert parts.maps.layers() == []
    assert parts.maps.version() == ""


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


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: FakeReader) -> Settings:
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(map_command, "read_map", lambda order, _places, *rest: reader(order, PLACES, *rest))
    return Settings.from_env()


WORDS = ["--source", "Sở TN", "--licence", "nội bộ", "--attribution", "© Sở TN", "--dated", "2025-07-01"]


def command(*arguments: str) -> int:
    return map_command.main([*arguments])


@pytest.mark.usefixtures("centre")
def test_the_command_imports_lists_withdraws_and_uses_again(order: MapOrder, capsys: pytest.CaptureFixture[str]):
    assert command("list") == 0
    assert "Chưa có lớp bản đồ nào" in capsys.readouterr().out
    assert command("import", "boundaries", str(order.path), *WORDS) == 0
    said = capsys.readouterr()
    assert "khớp / matched: 2/3" in said.out
    assert "không khớp / unmatched: 1\n  Lộc An: không có tên này / no such name" in said.out
    assert "12.0 km² (1/2)" in said.out
    id_ = said.out.split("[")[1].split("]")[0]
    assert command("withdraw", id_) == 0
    assert command("list") == 0
    assert f"  {id_}\tboundaries 2025-07 commune\t2/3\txã.geojson" in capsys.readouterr().out
    assert command("use", id_) == 0
    assert f"* {id_}" in capsys.readouterr().out


def test_the_command_removes_what_a_killed_import_has_left(order: MapOrder, centre: Settings):
    assert command("list") == 0
    left = centre.maps_dir / "work" / "killed"
    left.mkdir(parents=True)
    (left / "nodes").write_bytes(b"\0" * 1_000)
    assert command("import", "boundaries", str(order.path), *WORDS, "--dry-run") == 0
    assert left.exists(), "a trial keeps its hands off"
    assert command("import", "boundaries", str(order.path), *WORDS) == 0
    assert not left.exists()


@pytest.mark.usefixtures("centre")
def test_the_command_says_why_not(order: MapOrder, reader: FakeReader, capsys: pytest.CaptureFixture[str]):
    assert command("use", "none") == 2
    reader.error = WRONG_CRS
    assert command("import", "boundaries", str(order.path), *WORDS) == 2
    assert "Toạ độ sai / Wrong coordinates" in capsys.readouterr().out
    assert command("import", "boundaries", str(order.path), *WORDS, "--dry-run") == 2
    assert command("list") == 0
    assert "Chưa có" in capsys.readouterr().out


@pytest.mark.usefixtures("centre")
def test_what_is_not_said_of_a_file_is_called_unknown(order: MapOrder, capsys: pytest.CaptureFixture[str]):
    assert command("import", "boundaries", str(order.path)) == 0
    assert "thêm --source, --licence, --attribution" in capsys.readouterr().err
    assert command("import", "streets", str(order.path)) == 0
    assert "--source" not in capsys.readouterr().err
    assert command("list") == 0
    streets, boundaries = capsys.readouterr().out.splitlines()
    assert "OpenStreetMap\tODbL 1.0" in streets
    assert "chưa rõ\tchưa rõ" in boundaries


def test_a_dry_run_keeps_nothing(order: MapOrder, centre: Settings, capsys: pytest.CaptureFixture[str]):
    assert command("import", "streets", str(order.path), *WORDS, "--dry-run", "--bbox", "106.3,10.4,106.5,10.6") == 0
    assert "Chỉ đọc thử" in capsys.readouterr().out
    assert not list(centre.maps_dir.rglob("*.pmtiles"))
    assert command("list") == 0
    assert "Chưa có" in capsys.readouterr().out


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["import"],
        ["import", "boundaries"],
        ["import", "boundaries", "x", *WORDS, "--territory", "1999-01"],
        ["import", "boundaries", "x", *WORDS, "--dated", "1/7/2025"],
        ["import", "boundaries", "x", *WORDS, "--source", " "],
        ["import", "streets", "x", *WORDS, "--bbox", "106.5,10.4,106.3,10.6"],
        ["import", "streets", "x", *WORDS, "--bbox", "nan,1,2,3"],
        ["import", "streets", "x", *WORDS, "--level", "commune"],
    ],
)
def test_wrong_use_is_64(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 64
    assert "Sai cách dùng / wrong use" in capsys.readouterr().err


@pytest.mark.usefixtures("centre")
def test_an_account_without_a_name_can_import(order: MapOrder, monkeypatch: pytest.MonkeyPatch):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(command_line.getpass, "getuser", nameless)
    assert command("import", "boundaries", str(order.path), *WORDS) == 0


def test_two_imports_do_not_run_at_once(order: MapOrder, centre: Settings, capsys: pytest.CaptureFixture[str]):
    assert command("list") == 0
    jobs = map_command._parts(centre).jobs
    jobs.begin(LayerKind.STREETS, "lớn.osm.pbf", by="tester", now=map_command.datetime.now(map_command.UTC))
    assert command("import", "boundaries", str(order.path), *WORDS) == 2
    assert "Đang nạp tệp lớn.osm.pbf" in capsys.readouterr().err
