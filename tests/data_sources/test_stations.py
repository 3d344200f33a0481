"""Lists of base stations as carriers send them: decimal commas, technologies in one cell or in several rows."""

import io

import openpyxl
import pytest

from data_sources.registers.stations import read_stations
from domain.finding import Problem

HEAD = "Mã trạm;Nhà mạng;Công nghệ;Vĩ độ;Kinh độ\n"


def csv(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def test_a_list_with_decimal_commas_is_read():
    stations, findings = read_stations(csv("LAN001;Viettel;4G, 5G;10,5361;106,4132"), "tram.csv")
    assert findings == ()
    (one,) = stations
    assert (one.carrier, one.id, one.technologies) == ("viettel", "LAN001", {"4g", "5g"})
    assert (one.latitude, one.longitude) == (10.5361, 106.4132)


def test_a_workbook_with_numbers_and_texts_is_read_alike():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Danh sách trạm quý 3"])
    sheet.append(["Trạm", "Loại trạm", "Vĩ độ", "Kinh độ"])
    sheet.append(["A1", "LTE", 10.5361, 106.4132])
    sheet.append(["A2", "2G/3G", "10,60", "106,50"])
    out = io.BytesIO()
    book.save(out)
    stations, findings = read_stations(out.getvalue(), "tram.xlsx", "vnpt")
    assert findings == ()
    assert [(s.carrier, s.id, s.latitude, s.longitude) for s in stations] == [
        ("vnpt", "A1", 10.5361, 106.4132), ("vnpt", "A2", 10.6, 106.5),
    ]  # fmt: skip
    assert [s.technologies for s in stations] == [{"4g"}, {"2g", "3g"}]


def test_rows_for_each_technology_make_one_station():
    rows = csv("T1;VNPT;3G;10,5;106,4", "T1;VNPT;4G;10,5;106,4", "T1;MobiFone;4G;10,6;106,4")
    stations, findings = read_stations(rows, "a.csv")
    assert findings == ()
    assert [(s.carrier, s.technologies) for s in stations] == [("vnpt", {"3g", "4g"}), ("mobifone", {"4g"})]


@pytest.mark.parametrize(
    ("row", "problem", "said"),
    [
        (";Viettel;4G;10,5;106,4", Problem.MISSING, "mã trạm"),
        ("T2;Vietnamobile;4G;10,5;106,4", Problem.BAD_VALUE, "Vietnamobile"),
        ("T2;;4G;10,5;106,4", Problem.BAD_VALUE, "Viettel, VNPT, MobiFone"),
        ("T2;Viettel;6G;10,5;106,4", Problem.BAD_VALUE, "6G"),
        ("T2;Viettel;;10,5;106,4", Problem.BAD_VALUE, "2G, 3G, 4G, 5G"),
        ("T2;Viettel;4G;;106,4", Problem.BAD_COORDINATES, "106,4"),
        ("T2;Viettel;4G;106.4;10.5x", Problem.BAD_COORDINATES, "10.5x"),
        ("T2;Viettel;4G;0;0", Problem.BAD_COORDINATES, "0; 0"),
        ("T1;Viettel;5G;10,7;106,4", Problem.DUPLICATE, "dòng 2"),
        ("t1;Viettel;5G;10,7;106,4", Problem.DUPLICATE, "dòng 2"),
        ("#REF!;Viettel;4G;10,5;106,4", Problem.BAD_VALUE, "lỗi công thức: #REF!"),
        ("T2;VNPT, MobiFone;4G;10,5;106,4", Problem.AMBIGUOUS, "nhiều nhà mạng"),
    ],
)
def test_a_wrong_row_is_refused_by_its_number_and_the_others_stay(row: str, problem: Problem, said: str):
    stations, findings = read_stations(csv("T1;Viettel;4G;10,5;106,4", row), "a.csv")
    assert [s.id for s in stations] == ["T1"]
    assert stations[0].technologies == {"4g"}
    assert [(f.problem, f.row) for f in findings] == [(problem, 3)]
    assert said in findings[0].words.vi


def test_a_list_of_nobody_is_refused():
    _, findings = read_stations("Mã trạm;Công nghệ;Vĩ độ;Kinh độ\nT1;4G;10,5;106,4\n".encode(), "a.csv")
    assert [f.problem for f in findings] == [Problem.UNREADABLE]


def test_one_station_is_one_however_its_letters_and_its_carriers_brand_are_written():
    stations, findings = read_stations(csv("T1;VinaPhone;3G;10,5;106,4", "t1;VNPT VinaPhone;4G;10,5;106,4"), "a.csv")
    assert findings == ()
    assert [(s.carrier, s.id, s.technologies) for s in stations] == [("vnpt", "T1", {"3g", "4g"})]


def test_a_row_of_another_carrier_than_the_given_one_is_refused():
    stations, findings = read_stations(csv("T1;VNPT;4G;10,5;106,4", "T2;;4G;10,6;106,4"), "a.csv", "mobifone")
    assert [(s.carrier, s.id) for s in stations] == [("mobifone", "T2")]
    assert [(f.problem, f.row) for f in findings] == [(Problem.CONTRADICTION, 2)]


def test_brackets_and_marks_that_end_a_heading_are_no_part_of_it():
    rows = "Mã trạm (*);Operator;Công nghệ:;Vĩ độ (độ);Kinh độ [WGS84]\nT1;VNPT;4G;10,5;106,4\n".encode()
    stations, findings = read_stations(rows, "a.csv")
    assert ([s.id for s in stations], findings) == (["T1"], ())
