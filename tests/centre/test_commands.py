"""The commands of the writing side: keys, the local key, trying a file, a taken port."""

import os
import socket
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from recorded import SAMPLES, form

import ingest
from centre import supervisor
from centre.commands.door import ensure_local_key
from domain.key_role import Holder, KeyRole
from settings import Settings
from store.database import open_database
from store.registry import Registry

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an embedded centre in a directory of its own."""
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path))
    return Settings.from_env()


@pytest.fixture
def registry(centre: Settings, sqlite_url: str) -> Registry:
    assert centre.database_url == sqlite_url
    return Registry(open_database(sqlite_url))


@pytest.mark.servers
def test_files_are_for_the_centres_own_account_and_a_wider_folder_is_closed_and_told(
    centre: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.data_dir.chmod(0o755)
    command = (sys.executable, "-m", "ingest", "key", "add", "VNPT")
    told = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stderr for _ in range(2)]
    assert "755" in told[0]
    assert "could read" in told[0]
    assert "could read" not in told[1], "it is closed now"
    made = [centre.data_dir, *centre.data_dir.rglob("*")]
    assert centre.data_dir / "ioc.sqlite3" in made
    assert not [path for path in made if path.stat().st_mode & 0o077]


def test_a_key_is_shown_once_listed_and_revoked(
    centre: Settings, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest.main(["key", "add", "VNPT"]) == 0
    secret = capsys.readouterr().out.strip()
    assert registry.find_key(secret) == Holder("VNPT")
    assert ingest.main(["key", "list"]) == 0
    listed = capsys.readouterr().out
    assert "VNPT" in listed
    assert secret not in listed
    assert ingest.main(["key", "revoke", "VNPT"]) == 0
    assert registry.find_key(secret) is None
    assert ingest.main(["key", "revoke", "VNPT"]) == 2
    assert ingest.main(["key", "add", "VNPT"]) == 2
    assert ingest.main(["key", "add"]) == 2


def test_a_source_changes_its_key_without_a_gap(
    centre: Settings, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    def added() -> str:
        assert ingest.main(["key", "add", "VNPT"]) == 0
        return capsys.readouterr().out.strip()

    old = added()
    assert ingest.main(["key", "retire", "VNPT"]) == 2, "its only key stays"
    new = added()
    assert [registry.find_key(one) for one in (old, new)] == [Holder("VNPT")] * 2
    assert ingest.main(["key", "add", "VNPT"]) == 2, "two at most"
    assert "key retire" in capsys.readouterr().err
    assert ingest.main(["key", "retire", "VNPT"]) == 0
    assert [registry.find_key(one) for one in (old, new)] == [None, Holder("VNPT")]
    assert ingest.main(["key", "add", "VNPT", "--role", "dispatcher"]) == 2, "one name, one role"
    third = added()
    assert ingest.main(["key", "revoke", "VNPT"]) == 0
    assert [registry.find_key(one) for one in (new, third)] == [None, None]


def test_a_key_has_a_role_and_the_list_tells_it(
    centre: Settings, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest.main(["key", "add", "Ca sáng", "--role", "dispatcher"]) == 0
    assert registry.find_key(capsys.readouterr().out.strip()) == Holder("Ca sáng", KeyRole.DISPATCHER)
    assert ingest.main(["key", "add", "VNPT"]) == 0
    assert ingest.main(["key", "list"]) == 0
    assert [line.split("\t")[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["Ca sáng", "dispatcher"],
        ["VNPT", "source"],
    ]
    with pytest.raises(SystemExit):
        ingest.main(["key", "add", "x", "--role", "boss"])


def test_the_local_key_works_is_private_and_is_kept(centre: Settings, registry: Registry) -> None:
    ensure_local_key(centre, registry, NOW)
    secret = centre.local_key_file.read_text().strip()
    assert registry.find_key(secret) == Holder("local")
    assert stat.S_IMODE(os.stat(centre.local_key_file).st_mode) == 0o600
    ensure_local_key(centre, registry, NOW)
    assert centre.local_key_file.read_text().strip() == secret


def test_a_lost_local_key_is_replaced_and_vehicles_bound_to_it_go_on(centre: Settings, registry: Registry) -> None:
    ensure_local_key(centre, registry, NOW)
    lost = centre.local_key_file.read_text().strip()
    centre.local_key_file.write_text("scribble")
    ensure_local_key(centre, registry, NOW + timedelta(minutes=1))
    assert registry.find_key(centre.local_key_file.read_text().strip()) == Holder("local")
    assert registry.find_key(lost) is None
    registry.revoke_key("local", NOW)
    ensure_local_key(centre, registry, NOW + timedelta(minutes=2))
    assert registry.find_key(centre.local_key_file.read_text().strip()) == Holder("local-2"), "a revoked name stays so"


def test_with_a_server_of_its_own_no_local_key_is_written(
    centre: Settings, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    ensure_local_key(Settings.from_env(), registry, NOW)
    assert not centre.local_key_file.exists()


def test_dry_run_says_what_would_happen_and_keeps_nothing(
    centre: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "coverage-2026-10.csv"
    file.write_text("place;households\n27694;1.234\n27712;nhiều\n", encoding="utf-8")
    assert ingest.main(["--feed", "coverage", "--file", str(file), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "accepted: 1" in said
    assert "rejected: 1" in said
    assert "2026-10-30T17:00:00+00:00" in said
    assert "not a number" in said
    assert not (tmp_path / "ioc.sqlite3").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--feed", "cats", "--file", "x", "--dry-run"], "no such feed"),
        (["--feed", "coverage", "--file", "/nowhere.csv", "--dry-run"], "cannot open"),
        (["--feed", "coverage", "--file", "x.csv", "--format", "osmand", "--dry-run"], "does not read"),
        ([], "usage"),
    ],
)
def test_wrong_use_is_exit_2_and_says_why(
    centre: Settings, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert ingest.main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_wrong_setting_is_exit_2_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IOC_INGEST_PORT", "many")
    assert ingest.main(["door"]) == 2
    assert "IOC_INGEST_PORT" in capsys.readouterr().err


@pytest.mark.enable_socket
def test_a_taken_port_is_a_clear_error_in_both_languages(
    centre: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("IOC_INGEST_PORT", str(taken.getsockname()[1]))
        assert ingest.main(["door"]) == 2
    said = capsys.readouterr().err
    assert "đang bị dùng" in said
    assert "is taken" in said


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_sample_is_read_from_a_file(centre: Settings, capsys: pytest.CaptureFixture[str], sample: Path) -> None:
    asked = ["--feed", sample.parent.name, "--file", str(sample), "--format", form(sample), "--dry-run"]
    assert ingest.main(asked) == 0
    assert "rejected: 0" in capsys.readouterr().out


def test_repair_says_what_it_cut_and_leaves_a_running_centre_alone(
    centre: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest.main(["repair"]) == 0
    assert "nothing to mend" in capsys.readouterr().out
    folder = centre.data_dir / "appendonlydir"
    folder.mkdir()
    (folder / "appendonly.aof.manifest").write_text("file a.incr.aof seq 1 type i\n")
    lost = b"*5\r\n$4\r\nXADD\r\n$5\r\nraw:a\r\n$15\r\n1795334400000-0\r\n$1\r\nb\r\n$1\r\nc\r\n"
    (folder / "a.incr.aof").write_bytes(b"broken" + lost)
    with supervisor.alone(centre.data_dir):
        assert ingest.main(["repair"]) == 2
    assert (folder / "a.incr.aof").stat().st_size
    assert ingest.main(["repair"]) == 0
    said = capsys.readouterr().out
    assert "At most 2 messages are lost, 22/11/2026 15:00–22/11/2026 15:00" in said
    assert "damaged-" in said
    assert not (folder / "a.incr.aof").stat().st_size
