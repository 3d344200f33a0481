"""The register of organisations: read from the reports' own columns, kept, checked for every statement."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_sources import services
from data_sources.registers.organisations import read_organisations
from domain.feeds.feed import Format, Payload
from domain.finding import Problem, Severity
from domain.observation import Observation, Rejection
from domain.organisation import Organisation, OrganisationKind
from domain.reason import Reason
from intake.imports import organisation_command
from intake.imports.command_line import OK, REFUSED
from intake.messages.decoding import decode
from store.organisations import Organisations

NOW = datetime(2026, 11, 28, tzinfo=UTC)
REPORT = """ID,TEN,TEN_COQUAN,MA_COQUAN,LOAI_COQUAN
1,UBND tỉnh An Giang,UBND tỉnh An Giang,H01,1
2,Sở Y tế,Sở Y tế - tỉnh An Giang,H01.10,2
3,UBND xã Đông Thái,UBND xã Đông Thái - tỉnh An Giang,H01.187,3
"""


def test_the_columns_of_the_report_are_understood() -> None:
    draft = read_organisations(REPORT.encode(), "bao-cao.csv", "Cổng DVC")
    assert [(one.column, one.severity) for one in draft.findings] == [
        ("ID", Severity.WARNING),
        ("TEN", Severity.WARNING),
    ], "columns that nobody reads are told, and nothing else"
    assert [(o.code, o.kind, o.parent) for o in draft.organisations] == [
        ("H01", OrganisationKind.PROVINCE, ""),
        ("H01.10", OrganisationKind.DEPARTMENT, "H01"),
        ("H01.187", OrganisationKind.COMMUNE, "H01"),
    ]
    assert draft.organisations[1].name == "Sở Y tế - tỉnh An Giang"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("H01.10,", Problem.MISSING),
        (",Sở Y tế", Problem.MISSING),
        ("H01 10,Sở Y tế", Problem.BAD_VALUE),
        ("../../etc,Sở Y tế", Problem.BAD_VALUE),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_kept(row: str, problem: Problem) -> None:
    draft = read_organisations(f"code,name\nH53,UBND tỉnh\n{row}\n".encode(), "x.csv", "s")
    assert [o.code for o in draft.organisations] == ["H53"]
    assert [(f.problem, f.row) for f in draft.findings] == [(problem, 3)]


def test_one_code_with_two_names_is_not_guessed() -> None:
    draft = read_organisations(b"code,name\nH53,A\nH53,B\nH53,A\n", "x.csv", "s")
    assert [(o.code, o.name) for o in draft.organisations] == [("H53", "A")]
    assert [f.row for f in draft.findings] == [3]


def test_whatever_is_no_table_is_refused_in_words() -> None:
    for body in (b"", b"\x00\x01", b"a,b\n1,2\n", b"code,name\n"):
        draft = read_organisations(body, "x.csv", "s")
        assert not draft.organisations
        assert draft.findings[0].words.vi


def test_the_register_keeps_what_people_said_over_what_was_shipped(engine: Engine) -> None:
    register = Organisations(engine)
    register.seed(NOW)
    assert register.all()["H53"].kind is OrganisationKind.PROVINCE
    mine = Organisation(code="H53", name="Tên khác", kind=OrganisationKind.PROVINCE, source="tôi")
    assert register.put([mine], NOW) == 1
    assert register.put([mine], NOW) == 0
    register.seed(NOW)
    assert register.all()["H53"] == mine


def test_a_code_registered_later_is_known_within_seconds(engine: Engine) -> None:
    clock = [0.0]
    register = Organisations(engine, lambda: clock[0])
    assert not register.known("H53.12")
    Organisations(engine).put([Organisation(code="H53.12", name="Sở", kind=OrganisationKind.DEPARTMENT)], NOW)
    assert not register.known("H53.12"), "the register is not read for every unknown code"
    clock[0] = 3.0
    assert register.known("H53.12")


def test_a_figure_of_an_unknown_organisation_is_refused_with_what_to_do() -> None:
    body = (
        b'[{"feed":"services","measure":"dossiers_due","organisation":"H53.99",'
        b'"period":"2026-10","value":5,"source":"s"}]'
    )
    payload = Payload(feed="services", format=Format.OBSERVATIONS, body=body, received_at=NOW)
    (refused,) = decode(services.FEED, payload)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.UNKNOWN_ORGANISATION
    assert "H53.99" in refused.detail
    (kept,) = decode(services.FEED, payload, {"H53.99"}.__contains__)
    assert isinstance(kept, Observation)
    assert kept.of.code == "H53.99"


def test_the_command_tells_what_it_took(engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register = Organisations(engine)
    file = tmp_path / "co-quan.csv"
    file.write_text(REPORT + "4,,,,\n5,x,x,bad code,2\n", "utf-8")
    assert organisation_command.import_file(register, file, "Cổng DVC", NOW) == OK
    told = capsys.readouterr().out
    assert "accepted: 3" in told
    assert "row 6" in told
    assert organisation_command.list_all(register) == OK
    assert "H01.187\tcommune" in capsys.readouterr().out
    assert organisation_command.import_file(register, tmp_path / "none.csv", "s", NOW) == REFUSED
