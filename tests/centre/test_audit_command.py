"""`python -m ingest audit`: the chain is checked and the entries leave as JSON and CSV."""

import csv
import io
import json
from pathlib import Path

import pytest

import ingest
from settings import Settings
from store.database import open_database, writing


@pytest.fixture
def centre(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an embedded centre in a directory of its own, with two keys made by commands."""
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOC_DATA_DIR", str(tmp_path))
    settings = Settings.from_env()
    assert settings.database_url == sqlite_url
    assert ingest.main(["key", "add", "VNPT"]) == 0
    assert ingest.main(["key", "add", '=HYPERLINK("x")']) == 0
    return settings


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = ingest.main(["audit", *arguments])
    return code, capsys.readouterr().out


def test_an_untouched_log_is_whole_and_its_end_can_be_checked_later(
    centre: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, "verify")
    assert code == 0
    known = said.splitlines()[-1]
    assert run(capsys, "verify", "--known", known)[0] == 0
    number, _, seal = known.partition(":")
    code, said = run(capsys, "verify", "--known", f"{int(number) + 1}:{seal}")
    assert code == 1
    with pytest.raises(SystemExit):
        run(capsys, "verify", "--known", "nothing")


def test_a_changed_entry_is_named(centre: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(open_database(centre.database_url)) as connection:
        connection.exec_driver_sql("UPDATE audit_entries SET \"of\" = 'VNPTx' WHERE \"of\" = 'VNPT'")
    code, said = run(capsys, "verify")
    assert code == 1
    assert "broken at entry " in said


def test_json_and_csv_hold_the_entries_of_the_time(centre: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    entries = json.loads(run(capsys, "export")[1])
    assert [(one["act"], one["actor"], one["of"]) for one in entries][-2:] == [
        ("key_added", "centre", "VNPT"), ("key_added", "centre", '=HYPERLINK("x")'),
    ]  # fmt: skip
    assert entries[-1]["after"] == {"role": "source"}
    assert entries[-1]["vi"]
    rows = list(csv.DictReader(io.StringIO(run(capsys, "export", "--format", "csv")[1])))
    assert [row["seal"] for row in rows] == [one["seal"] for one in entries]
    assert rows[-1]["of"].startswith("'="), "no spreadsheet runs it"
    assert json.loads(run(capsys, "export", "--to", "2020-01-01")[1]) == []
    assert len(json.loads(run(capsys, "export", "--from", "2020-01-01")[1])) == len(entries)
