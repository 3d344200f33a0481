"""A portal's counter by level: kept as published, and where its parts do not add up that is told."""

import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from data_sources.portal_levels import FEED
from domain.feeds.payload import Payload
from domain.observation import Observation, Rejection
from domain.reason import Reason

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
HEAD = "Mức độ,Tổng,Đã xử lý,Chưa xử lý,Trước hạn,Trước hạn %,Đúng hạn,Trễ hạn"


def read(body: bytes, name: str = "thong ke 2021.csv") -> tuple[dict[str, float | None], list[Rejection]]:
    payload = Payload(feed=FEED.key, format="file", body=body, received_at=NOW, source="Cổng", name=name)
    found = list(FEED.decode(payload))
    values = {one.measure: one.value for one in found if isinstance(one, Observation)}
    return values, [one for one in found if isinstance(one, Rejection)]


def test_a_table_that_adds_up_has_no_note_and_a_blank_is_unknown():
    values, notes = read(f'{HEAD}\n"Mức 1, 2",100,90,10,60,"66,7%",20,10\nMức 4,,5,,1,,2,2\n'.encode())
    assert values["level12_early"] == 60
    assert values["level4_total"] is None
    assert notes == []


def test_a_gap_is_told_and_nothing_is_mended():
    values, notes = read(f"{HEAD}\nMức 3,100,90,11,60,,20,5\n".encode())
    assert (values["level3_processed"], values["level3_late"]) == (90, 5)
    assert [note.reason for note in notes] == [Reason.DOES_NOT_ADD_UP] * 2
    assert "đã xử lý − (trước hạn + đúng hạn + trễ hạn) = 5" in notes[0].detail
    assert "tổng − (đã xử lý + chưa xử lý) = -1" in notes[1].detail


@pytest.mark.parametrize(
    ("row", "reason"), [("Mức 9,1,1,0,1,,0,0", Reason.BAD_CODE), ("Mức 3,nhiều,1,0,1,,0,0", Reason.BAD_NUMBER)]
)
def test_a_wrong_row_is_refused_with_its_number(row: str, reason: Reason):
    values, (refused,) = read(f"{HEAD}\n{row}\n".encode())
    assert (values, refused.reason) == ({}, reason)
    assert "dòng 2" in refused.detail


def test_another_sheet_with_something_on_it_is_told():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEAD.split(","))
    sheet.append(["Mức 3", 100, 90, 10, 60, "", 20, 10])
    book.create_sheet("2022").append(["Mức 4", 5])
    body = io.BytesIO()
    book.save(body)
    values, (note,) = read(body.getvalue(), "thong ke 2021.xlsx")
    assert values["level3_total"] == 100
    assert (note.reason, "trang tính thứ 2" in note.detail) == (Reason.NOT_READ, True)


@pytest.mark.realdata
def test_the_published_gap_of_9612_is_a_note_and_the_figures_stand(realdata: Path):
    file = realdata / "services" / "dvc_hue_by_level" / "thongke_as_published.csv"
    values, notes = read(file.read_bytes(), "2021.csv")
    assert (values["level12_processed"], values["level12_late"]) == (257_141, 19_852)
    assert [note.reason for note in notes] == [Reason.DOES_NOT_ADD_UP] * 3
    assert ["= 9612" in notes[0].detail, "= 2267" in notes[1].detail, "= 3" in notes[2].detail] == [True] * 3
