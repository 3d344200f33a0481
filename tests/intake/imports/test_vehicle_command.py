"""The register of vehicles from a file: each vehicle's fleet, and refused rows with the fault in two languages."""

from dataclasses import replace
from pathlib import Path

import pytest
from collecting import NOW
from sqlalchemy import Engine

from data_sources import waste_trucks
from domain.fleets.fleet import Carrier
from domain.text import Text
from intake.imports.command_line import REFUSED
from intake.imports.vehicle_command import import_file, list_all
from store.records import RegisteredVehicle
from store.registry import Registry

ONE = {"waste_trucks": waste_trucks.FEED}
TWO = ONE | {"ambulances": replace(waste_trucks.FEED, key="ambulances", names=Text("Xe cứu thương", "Ambulances"))}
FILE = """Biển số,Đội xe,Xã,Đang khai thác,Thiết bị
62C-111.11,waste_trucks,27694,1,861
115-01,ambulances,,,862
115-02,ambulance,,1,
115-03,,,1,
115-04,ambulances,Không Đâu,1,
115-05,ambulances,,có lẽ,
,ambulances,,1,
115-06,{feed},,1,
115-01,waste_trucks,,1,
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "xe.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_row_is_taken_or_refused_with_its_reason(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(engine)
    assert import_file(registry, TWO, write(tmp_path, FILE), "Sở Xây dựng", NOW) == 0
    said = capsys.readouterr().out
    assert registry.vehicles() == {
        "62C-111.11": RegisteredVehicle(id="62C-111.11", feed="waste_trucks", place="27694", in_service=True),
        "115-01": RegisteredVehicle(id="115-01", feed="ambulances", place="", in_service=True),
    }
    assert registry.bound() == {"861": Carrier("62C-111.11", "waste_trucks"), "862": Carrier("115-01", "ambulances")}
    assert "từ chối / rejected: 7" in said
    for row, vi, en in (
        (4, "không có đội xe 'ambulance'", "there is no fleet 'ambulance'"),
        (5, "xe mới phải ghi đội xe", "a new vehicle needs a fleet"),
        (6, "không xác định được xã, phường: 'Không Đâu'", "no such commune"),
        (7, "ghi 1 hoặc 0, không phải 'có lẽ'", "in service must be 1 or 0"),
        (8, "thiếu mã xe", "id is missing"),
        (9, "không có đội xe '{feed}'", "there is no fleet '{feed}'"),
        (10, "xe đã có ở dòng 3", "row 3 has the same vehicle"),
    ):
        (line,) = [line for line in said.splitlines() if f"dòng / row {row}:" in line]
        assert vi in line
        assert en in line
    assert list_all(registry, TWO) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[:2] for line in listed[:2]] == [["waste_trucks", "1"], ["ambulances", "1"]]


def test_without_the_column_a_vehicle_stays_whose_it_was(engine: Engine, tmp_path: Path) -> None:
    registry = Registry(engine)
    before = RegisteredVehicle(id="115-01", feed="ambulances", place="27694", in_service=True)
    registry.put_vehicles([before], NOW)
    assert import_file(registry, TWO, write(tmp_path, "vehicle,in_service\n115-01,0\n"), "Sở Y tế", NOW) == 0
    assert registry.vehicles() == {"115-01": replace(before, in_service=False)}
    assert import_file(registry, ONE, write(tmp_path, "vehicle\nLA-009\n"), "Công ty", NOW) == 0
    assert registry.vehicles()["LA-009"].feed == "waste_trucks", "there is one fleet only"


@pytest.mark.parametrize("text", ["", "x\n", "đội xe\nwaste_trucks\n", "\x00\x01", "vehicle\n"])
def test_a_file_that_is_no_register_changes_nothing(engine: Engine, tmp_path: Path, text: str) -> None:
    registry = Registry(engine)
    assert import_file(registry, TWO, write(tmp_path, text), "ai đó", NOW) == REFUSED
    assert import_file(registry, TWO, tmp_path / "absent.csv", "ai đó", NOW) == REFUSED
    assert (registry.vehicles(), registry.version()) == ({}, 0)
