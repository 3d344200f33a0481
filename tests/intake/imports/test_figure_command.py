"""`python -m ingest figures`: send, answer, approve, withdraw and list files from a terminal."""

import argparse
from pathlib import Path

import pytest
from collecting import parts
from standing_clock import Clock

from intake.collector.collector import Parts
from intake.imports.command_line import OK, REFUSED
from intake.imports.figure_command import add_acts, carry_out
from intake.imports.machine import Machine
from store.imports import Imports
from tests.intake.imports.test_machine import LAN, TWO, clock, machine, machine_of, stored

__all__ = ["clock", "machine", "parts"]

ASKED = b"place;dossiers_due;L\xe1\xba\xa1\n27694;11.000;1\n27712;abc;2\n"


async def run(parts: Parts, *words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_acts(parser)
    return await carry_out(parser.parse_args([str(word) for word in words]), machine_of(parts), Imports(parts.engine))


def written(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


async def test_a_file_goes_its_way_in_a_terminal(
    parts: Parts, clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "bc-2026-10.csv", ASKED)
    assert await run(parts, "send", path, "--of", "services", "--source", "VP") == OK
    head, counts, *lines = capsys.readouterr().out.splitlines()
    id_, stage, name = head.split(" ")
    assert (stage, name) == ("previewed", "bc-2026-10.csv")
    assert counts.startswith("mới / new 0")
    assert [line[0] for line in lines] == ["?", "x", "x", " "]
    assert "numbers/0/1" in lines[0]
    assert "“Lạ”" in lines[-1]
    assert await run(parts, "answer", id_, "numbers/0/1=comma") == OK
    assert await run(parts, "approve", id_) == OK
    assert f"{id_} applied" in capsys.readouterr().out
    assert (await stored(parts))["27694", "dossiers_due"] == [11_000]
    assert await run(parts, "withdraw", id_) == OK
    assert await run(parts, "list") == OK
    assert capsys.readouterr().out.splitlines()[-1] == "\t".join((id_, "withdrawn", "services", "VP", path.name))


async def test_what_cannot_be_done_is_said_and_the_exit_code_tells(
    parts: Parts, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drivers = written(tmp_path, "tx.csv", "mã tài xế;họ tên\nTX1;Nguyễn Văn A\n".encode())
    broken = written(tmp_path, "hong.xlsx", b"PK\x03\x04broken")
    of = ("--of", "services", "--source", "VP")
    for words, said in (
        (("send", tmp_path / "none.csv", *of), "cannot open"),
        (("send", broken, "--of", "none", "--source", "VP"), "there is no"),
        (("send", drivers, *of), "lists people"),
        (("approve", "none"), "there is no"),
    ):
        assert await run(parts, *words) == REFUSED
        assert said in capsys.readouterr().err
    assert await run(parts, "send", broken, *of) == REFUSED
    assert " refused hong.xlsx" in capsys.readouterr().out
    waiting = await machine.receive("services", "a.csv", "VP", TWO, LAN)
    assert await run(parts, "refuse", waiting.id) == OK
    assert await run(parts, "approve", waiting.id) == REFUSED
    assert "the file is refused" in capsys.readouterr().err
