"""The export of QĐ 766 scores: text cells, the period from sheet, file name or column, nothing guessed."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from data_sources.scores_766 import FEED
from domain.feeds.feed import Payload
from domain.imports.told import FileTold
from domain.observation import Observation, Rejection
from domain.period import Period, Span
from domain.reason import Reason
from domain.services.qd766 import QD766
from domain.services.scoring import Score, ranked

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
HEAD = ["MA_COQUAN", "TEN_COQUAN", "TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB", "TONG_SCORE", "ROW_STT"]
OURS = ["H53", "UBND tỉnh Tây Ninh", "18.88", "16.4", "17.61", "8.74", "8.15", "14.79", "84.57", "29"]


def book(rows: Sequence[Sequence[object]], sheet: str = "Điểm năm") -> bytes:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def decode(body: bytes, name: str = "bao_cao_T10_2025.xlsx") -> list[object]:
    payload = Payload(feed=FEED.key, format="file", body=body, received_at=NOW, source="Cổng quốc gia", name=name)
    return list(FEED.decode(payload))


def values(items: Sequence[object]) -> dict[tuple[str, str, str], float | None]:
    return {(i.of.code, i.measure, i.period.code): i.value for i in items if isinstance(i, Observation)}


def text(*lines: str) -> bytes:
    return "\n".join(lines).encode()


HEADED = ",".join(HEAD)


def test_text_numbers_become_points_of_the_office_and_the_provinces_own_row_counts_for_the_province():
    found = decode(book([HEAD, OURS, ["H05", "UBND tỉnh Bắc Ninh", *["10"] * 6, "60", "30"]]))
    said = values(found)
    assert said["80", "score", "2025"] == 84.57
    assert said["80", "mdsh", "2025"] == 17.61
    assert said["80", "score_rank", "2025"] == 29
    assert {(i.organisation, i.place) for i in found if isinstance(i, Observation)} == {("", "80"), ("H05", "")}


@pytest.mark.parametrize(
    ("sheet", "name", "period"),
    [
        ("Điểm năm", "bao_cao_T10_2025.xlsx", "2025"),
        ("Điểm tháng", "bao_cao_T10_2025.xlsx", "2025-10"),
        ("Xã Phường", "bao_cao_thang_10_2025.xlsx", "2025-10"),
        ("Sở Ban", "766 2025-09.xlsx", "2025-09"),
        ("Điểm", "766 năm 2025.xlsx", "2025"),
    ],
)
def test_the_period_is_what_sheet_and_file_name_say(sheet: str, name: str, period: str):
    assert {code for _, _, code in values(decode(book([HEAD, OURS], sheet), name))} == {period}


def test_a_column_of_the_period_wins():
    body = text(HEADED + ",Kỳ", ",".join([*OURS, "T9/2025"]), ",".join([*OURS, "2025"]))
    assert {code for _, _, code in values(decode(body))} == {"2025-09", "2025"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"TDGQ": "20.01"}, Reason.OUT_OF_RANGE),
        ({"TDGQ": "mười tám"}, Reason.BAD_NUMBER),
        ({"ROW_STT": "2.5"}, Reason.NOT_WHOLE),
        ({"MA_COQUAN": "Tây Ninh"}, Reason.BAD_CODE),
    ],
)
def test_a_wrong_row_is_refused_whole_with_its_number(cells: dict[str, str], reason: Reason):
    row = [cells.get(head, told) for head, told in zip(HEAD, OURS, strict=True)]
    refused, told = decode(text(HEADED, ",".join(row)))
    assert isinstance(told, FileTold)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason
    assert "dòng 2" in refused.detail


def test_a_file_that_names_no_period_is_refused_and_a_blank_is_unknown():
    refused = decode(text(HEADED, ",".join(OURS)), "bao cao.csv")
    assert [one.reason for one in refused if isinstance(one, Rejection)] == [Reason.BAD_PERIOD]
    blank = [("" if head == "MDHL" else told) for head, told in zip(HEAD, OURS, strict=True)]
    assert values(decode(text(HEADED, ",".join(blank))))["80", "mdhl", "2025-10"] is None


@pytest.mark.realdata
def test_tay_ninh_has_84_57_points_and_rank_29_of_34_and_groups_sum_to_the_total(realdata: Path):
    file = realdata / "services" / "angiang_766" / "bao_cao_T10_2025.xlsx"
    by_office: dict[str, dict[str, float]] = {}
    found = decode(file.read_bytes(), file.name)
    for (code, measure, period), value in values(found).items():
        assert value is not None
        if period == "2025":
            by_office.setdefault(code, {})[measure] = value
    assert len(by_office) == 34
    assert len({(code, period) for code, _, period in values(found)}) == 34 + 34 + 15 + 102, "of four sheets"
    assert isinstance(found[-1], FileTold)
    assert found[-1].account.adds_up
    assert {"Xu hướng tháng", "Xu hướng quý"} <= {part.sheet for part in found[-1].not_read if not part.aside}
    scores = [_score(code, said) for code, said in by_office.items()]
    assert all(one.agrees(QD766) for one in scores)
    ours = next(one for one in ranked(QD766, scores) if one.unit == "80")
    assert (ours.total(QD766), ours.stated) == (Decimal("84.57"), Decimal("84.57"))
    assert (ours.rank, ours.ranked, ours.stated_rank) == (29, 34, 29)
    lever = ours.lever(QD766)
    assert lever is not None
    assert lever.key == "mdsh", "4.39 of 22 points are to win, more than in any other group"


@pytest.mark.realdata
def test_in_every_row_of_every_sheet_six_groups_sum_to_the_total(realdata: Path):
    file = realdata / "services" / "angiang_766" / "bao_cao_T10_2025.xlsx"
    rows = 0
    for sheet in openpyxl.load_workbook(file, read_only=True):
        head, *lines = sheet.iter_rows(values_only=True)
        if "TONG_SCORE" not in head:
            continue
        said = values(decode(book([head, *lines], sheet.title), file.name))
        for code in {code for code, _, _ in said}:
            one = _score(code, {key: value for (of, key, _), value in said.items() if of == code and value is not None})
            assert one.agrees(QD766), (sheet.title, code)
            rows += 1
    assert rows == 185


def _score(code: str, said: dict[str, float]) -> Score:
    return Score(
        unit=code, name=code, period=Period(Span.YEAR, date(2025, 1, 1)),
        points={group.key: Decimal(str(said[group.key])) for group in QD766.groups},
        stated=Decimal(str(said["score"])), stated_rank=int(said["score_rank"]),
    )  # fmt: skip
