"""The command of maps: it imports and approves at once, lists, withdraws, uses again, and tries without keeping."""

from pathlib import Path

import pytest

from intake.imports import command_line, map_command
from settings import Settings
from tests.intake.imports.test_map_importer import PLACES, WRONG_CRS, FakeReader, file, reader

__all__ = ["file", "reader"]


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: FakeReader) -> Settings:
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(map_command, "read_map", lambda order, path, _places, *rest: reader(order, path, PLACES, *rest))
    return Settings.from_env()


WORDS = ["--source", "Sở TN", "--licence", "nội bộ", "--attribution", "© Sở TN", "--dated", "2025-07-01"]


def command(*arguments: str) -> int:
    return map_command.main([*arguments])


@pytest.mark.usefixtures("centre")
def test_the_command_imports_lists_withdraws_and_uses_again(file: Path, capsys: pytest.CaptureFixture[str]):
    assert command("list") == 0
    assert "Chưa có lớp bản đồ nào" in capsys.readouterr().out
    assert command("import", "boundaries", str(file), *WORDS) == 0
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


def test_the_command_removes_what_a_killed_import_has_left(file: Path, centre: Settings):
    assert command("list") == 0
    left = centre.maps_dir / "work" / "killed"
    left.mkdir(parents=True)
    (left / "nodes").write_bytes(b"\0" * 1_000)
    assert command("import", "boundaries", str(file), *WORDS, "--dry-run") == 0
    assert left.exists(), "a trial keeps its hands off"
    assert command("import", "boundaries", str(file), *WORDS) == 0
    assert not left.exists()


@pytest.mark.usefixtures("centre")
def test_the_command_says_why_not(file: Path, reader: FakeReader, capsys: pytest.CaptureFixture[str]):
    assert command("use", "none") == 2
    reader.error = WRONG_CRS
    assert command("import", "boundaries", str(file), *WORDS) == 2
    assert "Toạ độ sai / Wrong coordinates" in capsys.readouterr().out
    assert command("import", "boundaries", str(file), *WORDS, "--dry-run") == 2
    assert command("list") == 0
    assert "Chưa có" in capsys.readouterr().out


@pytest.mark.usefixtures("centre")
def test_what_is_not_said_of_a_file_is_called_unknown(file: Path, capsys: pytest.CaptureFixture[str]):
    assert command("import", "boundaries", str(file)) == 0
    assert "thêm --source, --licence, --attribution" in capsys.readouterr().err
    assert command("import", "streets", str(file)) == 0
    assert "--source" not in capsys.readouterr().err
    assert command("list") == 0
    streets, boundaries = capsys.readouterr().out.splitlines()
    assert "OpenStreetMap\tODbL 1.0" in streets
    assert "chưa rõ\tchưa rõ" in boundaries


def test_a_dry_run_keeps_nothing(file: Path, centre: Settings, capsys: pytest.CaptureFixture[str]):
    assert command("import", "streets", str(file), *WORDS, "--dry-run", "--bbox", "106.3,10.4,106.5,10.6") == 0
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
def test_an_account_without_a_name_can_import(file: Path, monkeypatch: pytest.MonkeyPatch):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(command_line.getpass, "getuser", nameless)
    assert command("import", "boundaries", str(file), *WORDS) == 0
