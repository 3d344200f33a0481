"""The plan's command end to end: a text is placed on an imported street map, shown, withdrawn, used again."""

from dataclasses import replace
from pathlib import Path

import pytest
from plan_fixtures import ROUTE

import ingest
from data_sources.plan.placing import Streets
from domain.finding import Problem
from domain.waste.plan_check import Inside, inside_box
from intake.imports.plan_command import main
from intake.imports.plan_import import PlanUnits
from store.database import open_database
from tests.data_sources.plan.test_placing import TOWN
from tests.intake.imports.second_person import approve

TEXT = """Tuyến 01: Trung tâm
Thời gian: 17h - 20h
hàng ngày
đường Hùng Vương lề phải từ Nguyễn Huệ đến Lê Lợi (17h30) → đường Lê Lợi lề phải (18h)
→ đường Không Có lề trái từ A đến B (18h30)
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "tuyến.txt").write_text(TEXT, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    return main(list(arguments))


def approved(files: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The id of the file that a command has just handed in, once a person approved it, and what the command said."""
    said = capsys.readouterr().out
    engine = open_database(f"sqlite:///{files / 'data' / 'ioc.sqlite3'}")
    id_ = said.split(" ", 1)[0]
    approve(engine, files / "data" / "maps", id_)
    engine.dispose()
    return id_, said


def test_an_import_tells_what_it_could_not_place_and_can_be_undone(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("intake.imports.plan_importer._streets", lambda _: Streets(TOWN))
    assert run("import", str(files / "tuyến.txt"), "--source", "Đô thị", "--by", "kỹ sư") == 0
    import_id, said = approved(files, capsys)
    assert "1 routes, 0 valid; 3 entries (0 stops), 2 located." in said
    assert "/figures" in said, "it says what it waits for"
    assert "mạng đường không có đường “đường Không Có”" in said
    assert "chưa có vị trí" not in said  # told once, with its reason
    assert run("show", import_id) == 0
    assert "17:30 đường Hùng Vương [right]" in capsys.readouterr().out
    assert run("withdraw", import_id) == 0
    assert capsys.readouterr().out.startswith("– ")
    assert run("use", import_id) == 0
    assert run("list") == 0
    assert capsys.readouterr().out.count("* ") == 2


def test_without_a_street_map_it_says_so_and_a_dry_run_keeps_nothing(files: Path, capsys: pytest.CaptureFixture[str]):
    assert run("import", str(files / "tuyến.txt"), "--source", "Đô thị", "--dry-run") == 0
    said = capsys.readouterr()
    assert "The map has no streets yet" in said.out
    assert "0 located" in said.out
    assert run("list") == 0
    assert "No plan has been imported yet" in capsys.readouterr().out


def test_an_id_of_another_source_is_told(files: Path, capsys: pytest.CaptureFixture[str]):
    for source in ("Đô thị", "Nơi khác"):
        assert run("import", str(files / "tuyến.txt"), "--source", source) == 0
        import_id, _ = approved(files, capsys)
    run("show", import_id)
    assert "thay thế tuyến cùng mã của nguồn Đô thị" in capsys.readouterr().out


def test_facilities_and_tickets_are_imported_by_the_same_command(files: Path, capsys: pytest.CaptureFixture[str]):
    (files / "f.csv").write_text("id,name,kind,lat,lon\nTSN,Nhà máy,plant,10.6,106.0\n", "utf-8")
    (files / "t.csv").write_text("ticket,plate,entered_at,net_kg\n1,62C12345,2026-11-22 20:00,6000\n", "utf-8")
    assert run("facilities", str(files / "f.csv"), "--source", "S") == 0
    approved(files, capsys)
    assert run("weighbridge", str(files / "t.csv"), "--source", "S", "--plant", "TSN") == 0
    said = capsys.readouterr().out
    assert ("1 tickets, 6,000 kg" in said, " applied " in said) == (True, True), "a scale measured them"
    assert run("weighbridge", str(files / "f.csv"), "--source", "S") == 2


def test_what_a_command_hands_in_no_command_approves(files: Path, capsys: pytest.CaptureFixture[str]):
    assert run("import", str(files / "tuyến.txt"), "--source", "Đô thị") == 0
    id_ = capsys.readouterr().out.split(" ", 1)[0]
    assert ingest.main(["figures", "approve", id_]) == 2
    assert "người duyệt" in capsys.readouterr().err
    assert run("list") == 0
    assert "No plan has been imported yet" in capsys.readouterr().out


def test_wrong_use_is_refused(files: Path, capsys: pytest.CaptureFixture[str]):
    assert run("show", "none") == 2
    assert run("import", str(files / "none.txt"), "--source", "S") == 2
    (files / "x.txt").write_text("chào\n", "utf-8")
    assert run("import", str(files / "x.txt"), "--source", "S") == 2
    for wrong in (
        ["import", "x"],
        ["import", "x", "--source", " "],
        ["import", "x", "--source", "S", "--area", "1,2"],
        [],
    ):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == 64
    assert "Sai cách dùng / wrong use" in capsys.readouterr().err


def test_a_route_must_lie_in_the_units_it_names():
    square = {
        "type": "Polygon",
        "coordinates": [[[106.0, 10.0], [106.1, 10.0], [106.1, 10.1], [106.0, 10.1], [106.0, 10.0]]],
    }
    units = PlanUnits(
        communes={"27694": ("27694",), "27712": ("27712",), "tanan": ("27694", "27712")}, borders={"27694": square}
    )
    everywhere = inside_box((100.0, 0.0, 110.0, 20.0))

    def inside(*places: str) -> Inside:
        return units.area(replace(ROUTE, places=places), everywhere)

    assert inside("27694")((106.05, 10.05))
    assert inside("27694")((106.1004, 10.05))  # the street along the border
    assert not inside("27694")((106.2, 10.05))
    for unbounded in ((), ("tanan",), ("27712",), ("27694", "99999")):
        assert inside(*unbounded)((106.2, 10.05))
    assert [f.problem for f in units.unknown(replace(ROUTE, places=("27694", "99999")))] == [Problem.BAD_VALUE]
